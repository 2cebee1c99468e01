using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using MixPrec.Plan;

namespace MixPrec.Emit;

/// <summary>One method a step, and <c>RunSteps</c>, which calls them in order.</summary>
internal sealed class StepMethods
{
    internal const string Kernels = "global::MixPrec.Runtime.Kernels.";

    private const int LongestLine = 110;

    private readonly ModelPlan _plan;
    private readonly PlanNames _names;
    private readonly PlaceNames _places;
    private readonly Dictionary<string, PlanLayer> _layers = [];
    private readonly ConstantSizes _constants = new();
    private readonly string[] _methods;

    private readonly bool _clocked;

    /// <param name="clocked">See <see cref="ModelEmitter.EmitClocked"/>.</param>
    public StepMethods(ModelPlan plan, PlanNames names, PlaceNames places, bool clocked)
    {
        (_plan, _names, _places, _clocked) = (plan, names, places, clocked);
        foreach (var layer in plan.Info.Layers)
        {
            _layers[layer.Name] = layer;
        }

        _methods = [.. plan.Steps.Select((step, i) => $"Step{Literals.Int(i + 1)}_{Identifiers.FromName(step.Name, "layer")}")];
    }

    public void Write(CodeWriter code)
    {
        if (_clocked)
        {
            WriteClock(code);
        }

        code.Line("/// <inheritdoc/>");
        code.Open("protected override void RunSteps()");
        if (_clocked)
        {
            code.Line("_since = global::System.Diagnostics.Stopwatch.GetTimestamp();");
        }

        WriteCalls(code, 0, _methods.Length);
        code.Close();
        for (int i = 0; i < _methods.Length; i++)
        {
            code.Line();
            WriteStep(code, _plan.Steps[i], _methods[i]);
        }

        _constants.Write(code);
    }

    private void WriteCalls(CodeWriter code, int first, int end)
    {
        for (int i = first; i < end; i++)
        {
            if (_plan.Steps[i] is { Repeats: > 0 } step)
            {
                string count = _names.CountIndex(step.Count!);
                code.Open($"for (SetCount({count}, 0); {_methods[i]}(); SetCount({count}, checked(Count({count}) + 1)))");
                WriteClockCall(code, i);
                WriteCalls(code, i + 1, i + 1 + step.Repeats);
                code.Close();
                i += step.Repeats;
            }
            else
            {
                code.Line(_methods[i] + "();");
                WriteClockCall(code, i);
            }
        }
    }

    private void WriteClock(CodeWriter code)
    {
        code.Line($"public readonly long[] StepTicks = new long[{Literals.Int(_methods.Length)}];");
        code.Line("private long _since;");
        code.Line();
        code.Open("private void Clock(int step)");
        code.Line("long now = global::System.Diagnostics.Stopwatch.GetTimestamp();");
        code.Line("StepTicks[step] += now - _since;");
        code.Line("_since = now;");
        code.Close();
        code.Line();
    }

    private void WriteClockCall(CodeWriter code, int step)
    {
        if (_clocked)
        {
            code.Line($"Clock({Literals.Int(step)});");
        }
    }

    private void WriteStep(CodeWriter code, PlanStep step, string method)
    {
        code.Line($"/// <summary>{Literals.Documentation(Summary(step))}.</summary>");
        if (Reason(step) is { } reason)
        {
            code.Line($"/// <remarks>{Literals.Documentation(reason)}.</remarks>");
        }

        string call = Folded($"{Kernels}{step.Method}(", [.. step.Arguments.Select(a => Argument(step, a))]);
        string result = step.Repeats > 0 ? "bool" : "void";
        call = step.Count is null || step.Repeats > 0 ? call : $"SetCount({_names.CountIndex(step.Count)}, {call})";
        string[] symbols = [.. step.Arguments.SelectMany(a => a.Expressions).SelectMany(e => e.Symbols).Distinct()];
        if (symbols.Length == 0)
        {
            code.Member($"private {result} {method}()", call);
            return;
        }

        code.Open($"private {result} {method}()");
        for (int i = 0; i < _plan.Symbols.Count; i++)
        {
            if (symbols.Contains(_plan.Symbols[i].Identifier))
            {
                code.Line($"long {_names.Symbol(_plan.Symbols[i].Identifier)} = {_names.Current(_plan.Symbols[i])};");
            }
        }

        Expressions.DeclareOfLongs(code, step.Arguments.SelectMany(a => a.Expressions), _names);
        code.Line($"{(step.Repeats > 0 ? "return " : "")}{call};");
        code.Close();
    }

    /// <summary>A call on one line, or each argument on a line of its own.</summary>
    private static string Folded(string head, IReadOnlyList<string> arguments) =>
        head.Length + arguments.Sum(a => a.Length + 2) <= LongestLine ? $"{head}{string.Join(", ", arguments)})"
            : $"{head}\n    {string.Join(",\n    ", arguments)})";

    private static string Summary(PlanStep step) => $"{step.Name}{(step.Shapes.Length == 0 ? "" : " " + step.Shapes)}: {step.Comment}";

    /// <summary>Why the layer has its precision, from what the build measured; null where there is nothing to tell.</summary>
    private string? Reason(PlanStep step)
    {
        if (step.Shapes.Length == 0 || !_layers.TryGetValue(step.Name, out var layer) || layer is not { TimeGainMicroseconds: > 0 })
        {
            return null;
        }

        _layers.Remove(step.Name);
        string share = layer.ShareOfLossError is { } part
            ? System.FormattableString.Invariant($" and brings {part:P1} of the loss error; the budget is {_plan.Info.ErrorBudget}") : "";
        return System.FormattableString.Invariant($"{layer.Precision} saves {layer.TimeGainMicroseconds:F2} µs{share}");
    }

    private string Argument(PlanStep step, PlanArgument argument)
    {
        string value = argument switch
        {
            PlanArgument.Integer a => Expressions.Narrow(a.Value, _names),
            PlanArgument.Integers a => Expressions.Span(a.Values, _names, _constants),
            PlanArgument.Single a => Literals.Single(a.Value),
            PlanArgument.Flag a => Literals.Flag(a.Value),
            PlanArgument.Location a => _places.Of(step, a),
            PlanArgument.Construct a =>
                $"{(a.IsFactory ? "" : "new ")}{Kernels}{a.Type}({string.Join(", ", a.Arguments.Select(inner => Argument(step, inner)))})",
            PlanArgument.Sizes a => Sizes(a),
            PlanArgument.EnumMember a => $"{Kernels}{a.Type}.{a.Member}",
            _ => throw new System.FormatException($"{argument.GetType().Name} has no C# form"),
        };
        return argument.Name.Length == 0 ? value : $"{argument.Name}: {value}";
    }

    /// <summary>The struct of the runtime that implements the interface, in lines that are not too long.</summary>
    private string Sizes(PlanArgument.Sizes sizes)
    {
        string type = sizes.Interface.StartsWith("I", System.StringComparison.Ordinal) ? sizes.Interface.Substring(1) : sizes.Interface;
        string text = $"new {Kernels}{type} {{ ";
        int line = text.Length;
        for (int i = 0; i < sizes.Members.Count; i++)
        {
            string member = $"{sizes.Members[i].Name} = {Expressions.Narrow(sizes.Members[i].Value, _names)}"
                + (i + 1 < sizes.Members.Count ? "," : " }");
            bool isFull = line + member.Length > LongestLine;
            text += (i == 0 ? "" : isFull ? "\n        " : " ") + member;
            line = (isFull ? 0 : line) + member.Length + 1;
        }

        return text;
    }
}
