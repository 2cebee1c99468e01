using System.Globalization;
using System.Text;
using MixPrec.Compiler.Precision;
using MixPrec.Plan;

namespace MixPrec.Compiler.Locking;

/// <summary>
/// Prints a lock file: members in a fixed order, one layer a line, so that a review shows which layer changed how. Numbers are printed
/// as the shortest text of their double value, which every JSON reader turns back into the same bits.
/// </summary>
internal static class LockFileWriter
{
    public static string Format(LockFile file)
    {
        var text = new StringBuilder("{\n");
        Member(text, "version", LockFile.Version.ToString(CultureInfo.InvariantCulture));
        Member(text, "model", Quote(file.Subject.ModelHash));
        Member(text, "calibrationData", Quote(file.Subject.CalibrationHash));
        Member(text, "validationData", Quote(file.Subject.ValidationHash));
        Member(text, "loss", Quote(file.Loss));
        Member(text, "estimator", Quote(file.Estimator));
        text.Append("  \"options\": {\n");
        Lines(text, file.Subject.Options.Select(o => $"{Quote(o.Key)}: {Quote(o.Value)}"));
        text.Append("  },\n  \"numbers\": {\n");
        Lines(text, Numbers(file.Numbers));
        text.Append("  },\n  \"layers\": [\n");
        Lines(text, file.Layers.Select(Layer));
        return text.Append("  ]\n}\n").ToString();
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
        return $"{{ \"name\": {Quote(layer.Name)}, \"operator\": {Quote(layer.Operator)}, \"precision\": {Quote(layer.Precision.Id)}, \"range\": {Range(layer.Range)}{rhs}, \"lossError\": {Number(layer.LossError)}, \"gainMicroseconds\": {Number(layer.GainMicroseconds)} }}";
    }

    private static string Range(ActivationRange? range) => range is { } r ? $"[{Number(r.Lowest)}, {Number(r.Highest)}]" : "null";

    private static void Member(StringBuilder text, string name, string value) => text.Append("  \"").Append(name).Append("\": ").Append(value).Append(",\n");

    private static void Lines(StringBuilder text, IEnumerable<string> lines)
    {
        string joined = string.Join(",\n", lines.Select(line => "    " + line));
        text.Append(joined).Append(joined.Length > 0 ? "\n" : "");
    }

    private static string Quote(string? value) => value is null ? "null" : Json.Quote(value);

    private static string Number(double value) => double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : "null";
}
