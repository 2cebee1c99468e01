using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text;

namespace MixPrec.Plan;

/// <summary>Prints plans as JSON: the same plan, the same bytes.</summary>
internal static class PlanWriter
{
    /// <summary>Changes when a plan of an older version could be misread.</summary>
    public const int FormatVersion = 3;

    public static string Write(ModelPlan plan)
    {
        var text = new StringBuilder("{\n");
        text.Append($"  \"Format\": {FormatVersion},\n");
        text.Append($"  \"Hash\": {Json.Quote(plan.Hash)},\n");
        WriteContent(text, plan);
        text.Append(",\n");
        WriteInfo(text, plan.Info);
        return text.Append("\n}\n").ToString();
    }

    /// <summary>SHA-256 over everything that decides what the class computes.</summary>
    /// <param name="weightsHash">SHA-256 of the packed weights, 64 lower-case hexadecimal digits.</param>
    public static string ComputeHash(ModelPlan plan, string weightsHash = "")
    {
        var text = new StringBuilder();
        WriteContent(text, plan);
        text.Append(weightsHash);
        using var sha = SHA256.Create();
        return string.Concat(sha.ComputeHash(Encoding.UTF8.GetBytes(text.ToString()))
            .Select(b => b.ToString("x2", CultureInfo.InvariantCulture)));
    }

    private static void WriteContent(StringBuilder text, ModelPlan plan)
    {
        var shared = IntExpr.SharedParts.Collect(plan.Expressions);
        text.Append($"  \"ClassName\": {Json.Quote(plan.ClassName)},\n  \"Namespace\": {Json.Quote(plan.Namespace)},\n");
        text.Append($"  \"Access\": {Json.Quote(plan.Access)},\n");
        text.Append($"  \"WeightsMode\": {Json.Quote(plan.WeightsMode)},\n  \"WeightsLength\": {Number(plan.WeightsLength)},\n");
        if (shared.Parts.Count > 0)
        {
            Lines(text, "Parts", Enumerable.Range(0, shared.Parts.Count).Select(number => Json.Quote(shared.Text(number))));
        }

        Lines(text, "Symbols", plan.Symbols.Select(s =>
            $"[{Json.Quote(s.Identifier)}, {Json.Quote(s.Name)}{(s.Bound is null ? "" : ", " + Expression(s.Bound, shared))}]"));
        Lines(text, "Ports", plan.Ports.Select(p =>
            $"[{(p.IsOutput ? "\"output\"" : "\"input\"")}, {Json.Quote(p.Identifier)}, {Json.Quote(p.Name)}, "
            + $"\"{p.Type}\", {Expressions(p.Shape, shared)}]"));
        if (plan.States.Count > 0)
        {
            Lines(text, "States", plan.States.Select(s => $"[{Number(s.Input)}, {Number(s.Output)}]"));
        }

        if (plan.Cache is { } cache)
        {
            text.Append($"  \"Cache\": [{Json.Quote(cache.Tokens)}, {Json.Quote(cache.Past)}, {Json.Quote(cache.Capacity)}, ");
            text.Append($"{Number(cache.Context)}, ");
            text.Append($"[{string.Join(", ", cache.Pairs.Select(p => $"[{Number(p.Input)}, {Number(p.Output)}]"))}]],\n");
        }

        Lines(text, "Slots", plan.Slots.Select(s => Expression(s, shared)));
        if (plan.Requirements.Count > 0)
        {
            Lines(text, "Requirements", plan.Requirements.Select(r => Expressions([r.Left, r.Right], shared)));
        }

        Lines(text, "Steps", plan.Steps.Select(s =>
            $"{{\"Method\": {Json.Quote(s.Method)}, \"Name\": {Json.Quote(s.Name)}, \"Comment\": {Json.Quote(s.Comment)},"
            + (s.Shapes.Length == 0 ? "" : $" \"Shapes\": {Json.Quote(s.Shapes)},")
            + (s.Count is null ? "" : $" \"Count\": {Json.Quote(s.Count)},")
            + (s.Repeats == 0 ? "" : $" \"Repeats\": {Number(s.Repeats)},")
            + $"\n     \"Arguments\": [{string.Join(", ", s.Arguments.Select(a => Argument(a, shared)))}]}}"), last: true);
    }

    private static void WriteInfo(StringBuilder text, PlanInfo info)
    {
        text.Append($"  \"Info\": {{\n    \"Loss\": {Json.Quote(info.Loss)},\n    \"Machine\": {Json.Quote(info.Machine)},\n");
        foreach (var (name, value) in new (string, double?)[]
        {
            ("ErrorBudget", info.ErrorBudget), ("PredictedLossError", info.PredictedLossError),
                ("MeasuredLossError", info.MeasuredLossError),
            ("PredictedMicroseconds", info.PredictedMicroseconds), ("MeasuredMicroseconds", info.MeasuredMicroseconds),
                ("Float32Microseconds", info.Float32Microseconds),
        })
        {
            text.Append($"    \"{name}\": {Measured(value)},\n");
        }

        if (info.Threads != 1)
        {
            text.Append($"    \"Threads\": {Number(info.Threads)},\n");
        }

        text.Append("    \"Layers\": [");
        text.Append(string.Join(",", info.Layers.Select(l =>
            $"\n      [{Json.Quote(l.Name)}, {Json.Quote(l.Operator)}, {Json.Quote(l.Precision)}, {Json.Quote(l.Accumulator)}, "
            + $"{Measured(l.ShareOfLossError)}, {Measured(l.TimeGainMicroseconds)}]")));
        text.Append("]\n  }");
    }

    private static void Lines(StringBuilder text, string name, IEnumerable<string> lines, bool last = false) =>
        text.Append($"  \"{name}\": [").Append(string.Join(",", lines.Select(line => "\n    " + line))).Append(last ? "]" : "],\n");

    /// <summary>A kind, behind a colon the parameter where it is known, then what the kind has.</summary>
    private static string Argument(PlanArgument argument, IntExpr.SharedParts shared)
    {
        var (kind, content) = argument switch
        {
            PlanArgument.Integer a => ("int", Expression(a.Value, shared)),
            PlanArgument.Integers a => ("ints", Expressions(a.Values, shared)),
            PlanArgument.Single a => ("f32", $"\"{SingleBits(a.Value)}\""),
            PlanArgument.Flag a => ("flag", a.Value ? "true" : "false"),
            PlanArgument.Location a => (a.Place.ToString().ToLowerInvariant(),
                $"\"{a.Type}\", {Number(a.Index)}, {Expression(a.Offset, shared)}"
                + (a.Label.Length == 0 ? "" : ", " + Json.Quote(a.Label))),
            PlanArgument.Construct a =>
                ("new", $"{Json.Quote(a.Type)}, [{string.Join(", ", a.Arguments.Select(inner => Argument(inner, shared)))}]"),
            PlanArgument.Sizes a => ("sizes", $"{Json.Quote(a.Interface)}, "
                + $"[{string.Join(", ", a.Members.Select(m => $"[{Json.Quote(m.Name)}, {Expression(m.Value, shared)}]"))}]"),
            PlanArgument.EnumMember a => ("enum", $"{Json.Quote(a.Type)}, {Json.Quote(a.Member)}"),
            _ => throw new InvalidOperationException($"{argument.GetType().Name} has no JSON form"),
        };
        return $"[{Json.Quote(argument.Name.Length == 0 ? kind : $"{kind}:{argument.Name}")}, {content}]";
    }

    /// <summary>The bits, so that every float (NaN and infinities too) survives exactly.</summary>
    private static string SingleBits(float value) => BitConverter.ToInt32(BitConverter.GetBytes(value), 0)
        .ToString("x8", CultureInfo.InvariantCulture);

    private static string Expression(IntExpr value, IntExpr.SharedParts shared) => Json.Quote(value.ToText(shared));

    private static string Expressions(IEnumerable<IntExpr> values, IntExpr.SharedParts shared) =>
        $"[{string.Join(", ", values.Select(v => Expression(v, shared)))}]";

    private static string Measured(double? value) => value is { } number ? Number(number) : "null";

    private static string Number(double value) => double.IsNaN(value)
        || double.IsInfinity(value) ? "null" : value.ToString("R", CultureInfo.InvariantCulture);
}
