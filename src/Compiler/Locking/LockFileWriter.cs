using System.Globalization;
using System.Text;
using MixPrec.Compiler.Formats;
using MixPrec.Plan;

namespace MixPrec.Compiler.Locking;

/// <summary>
/// Prints a lock file: plans in the order of their keys, members in a fixed order, one layer a line, so that a review shows which layer
/// changed how. Numbers are printed as the shortest text of their double value, which every JSON reader turns back into the same bits.
/// </summary>
internal static class LockFileWriter
{
    public static string Format(LockFile file) =>
        $"{{\n  \"version\": {LockFile.Version.ToString(CultureInfo.InvariantCulture)},\n  \"plans\": {{"
        + string.Join(",", file.Plans.OrderBy(p => p.Subject.Key, StringComparer.Ordinal).Select(Plan)) + "\n  }\n}\n";

    private static string Plan(LockedPlan plan)
    {
        var text = new StringBuilder();
        Member(text, "file", Quote(plan.Subject.ModelName));
        Member(text, "model", Quote(plan.Subject.ModelHash));
        Member(text, "calibrationData", Quote(plan.Subject.CalibrationHash));
        Member(text, "validationData", Quote(plan.Subject.ValidationHash));
        if (plan.Subject.TimingHash is { } times)
        {
            Member(text, LockSubject.TimingMember, Quote(times));
        }

        Member(text, "loss", Quote(plan.Loss));
        Member(text, "estimator", Quote(plan.Estimator));
        Lines(text, "options", '{', plan.Subject.Options.Select(o => $"{Quote(o.Key)}: {Quote(o.Value)}"), "},\n");
        Lines(text, "numbers", '{', Numbers(plan.Numbers), "},\n");
        string[] adjustments = [.. plan.Layers.Where(l => l.Adjustments.Length > 0).Select(Adjustment)];
        Lines(text, "layers", '[', plan.Layers.Select(Layer), adjustments.Length > 0 ? "],\n" : "]\n");
        if (adjustments.Length > 0)
        {
            Lines(text, "adjustments", '[', adjustments, "]\n");
        }

        // One that was edited keeps the digest that it does not have: writing the file for another plan must not make it one that a build
        // wrote.
        string digest = plan.EditedFrom ?? PlanDigest.Compute((Dictionary<string, object?>)Json.Parse($"{{{text}}}")!);
        string stated = digest == LockedPlan.NoDigest ? "" : $"      \"{PlanDigest.Member}\": {Quote(digest)},\n";
        return $"\n    {Quote(plan.Subject.Key)}: {{\n{stated}{text}    }}";
    }

    private static IEnumerable<string> Numbers(LockedNumbers numbers) =>
    [
        $"\"predictedError\": {Number(numbers.PredictedError)}",
        $"\"measuredError\": {Number(numbers.MeasuredError)}",
        $"\"upperBound95\": {Number(numbers.UpperBound95)}",
        $"\"heldOutSamples\": {Number(numbers.HeldOutSamples)}",
        $"\"float32Microseconds\": {Number(numbers.Float32Microseconds)}",
        $"\"predictedMicroseconds\": {Number(numbers.PredictedMicroseconds)}",
        $"\"measuredMicroseconds\": {Number(numbers.MeasuredMicroseconds)}",
        $"\"machine\": {Quote(numbers.Machine)}",
    ];

    private static string Layer(LockedLayer layer)
    {
        string rhs = layer.RhsRange is null ? "" : $", \"rhsRange\": {Range(layer.RhsRange)}";
        return $"{{ \"name\": {Quote(layer.Name)}, \"operator\": {Quote(layer.Operator)}, "
            + $"\"precision\": {Quote(layer.Precision.Id)}, \"range\": {Range(layer.Range)}{rhs}, "
            + $"\"lossError\": {Number(layer.LossError)}, \"gainMicroseconds\": {Number(layer.GainMicroseconds)} }}";
    }

    /// <summary>What nobody reads stands behind what a review is about.</summary>
    private static string Adjustment(LockedLayer layer)
    {
        string channels = layer.Channels is { } exponents ? $", \"channels\": {Quote(AdjustmentText.Format(exponents))}" : "";
        string shift = layer.Shift is { } shifted ? $", \"shift\": {Quote(AdjustmentText.Format(shifted))}" : "";
        string bias = layer.BiasCorrection is { } correction ? $", \"biasCorrection\": {Quote(AdjustmentText.Format(correction))}" : "";
        string rounding = layer.Rounding is { } steps
            ? $", \"weights\": {Number(steps.Length)}, \"rounding\": {Quote(AdjustmentText.Format(steps))}" : "";
        return $"{{ \"name\": {Quote(layer.Name)}{channels}{shift}{bias}{rounding} }}";
    }

    private static string Range(ActivationRange? range) => range is { } r ? $"[{Number(r.Lowest)}, {Number(r.Highest)}]" : "null";

    private static void Member(StringBuilder text, string name, string value) =>
        text.Append("      \"").Append(name).Append("\": ").Append(value).Append(",\n");

    private static void Lines(StringBuilder text, string name, char open, IEnumerable<string> lines, string close)
    {
        string joined = string.Join(",\n", lines.Select(line => "        " + line));
        text.Append($"      \"{name}\": {open}\n").Append(joined).Append(joined.Length > 0 ? "\n" : "").Append("      ").Append(close);
    }

    private static string Quote(string? value) => value is null ? "null" : Json.Quote(value);

    private static string Number(double value) => double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : "null";
}
