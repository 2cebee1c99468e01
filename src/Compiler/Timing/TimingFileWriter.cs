using System.Globalization;
using MixPrec.Plan;

namespace MixPrec.Compiler.Timing;

/// <summary>
/// Prints a timing table: networks in the order of their keys, one configuration a line. Times are printed to a tenth of a nanosecond,
/// which is far below what rounds spread.
/// </summary>
internal static class TimingFileWriter
{
    public static string Format(TimingFile file) =>
        $"{{\n  \"version\": {TimingFile.Version},\n"
        + $"  \"machine\": {{\n{string.Join(",\n", Machine(file.Machine))}\n  }},\n  \"networks\": {{"
        + string.Join(",", file.Networks.OrderBy(n => n.Key, StringComparer.Ordinal)
            .Select(n => $"\n    {Json.Quote(n.Key)}: {Network(n.Value)}"))
        + "\n  }\n}\n";

    private static IEnumerable<string> Machine(TimingMachine machine) =>
    [
        $"    \"cpu\": {Json.Quote(machine.Cpu)}",
        $"    \"instructionSet\": {Json.Quote(machine.InstructionSet)}",
        $"    \"cores\": {Number(machine.Cores)}",
        $"    \"runtime\": {Json.Quote(machine.Runtime)}",
        $"    \"package\": {Json.Quote(machine.Package)}",
        $"    \"threads\": {Number(machine.Threads)}",
    ];

    private static string Network(NetworkTimes network) =>
        $"{{\n      \"model\": {Json.Quote(network.Model)},\n"
        + $"      \"sizes\": {{ {string.Join(", ", network.Sizes.Select(s => $"{Json.Quote(s.Key)}: {Number(s.Value)}"))} }},\n"
        + $"      \"whole\": [\n{Lines("        ", network.Whole.Select(w => Time("precision", w.Precision.Id, w.Time)))}\n      ],\n"
        + $"      \"parts\": [\n{string.Join(",\n", network.Parts.Select(Part))}\n      ]\n    }}";

    private static string Part(PartTimes part) =>
        $"        {{\n          \"places\": [{string.Join(", ", part.Places.Select(p => Number(p)))}],\n"
        + $"          \"layers\": [{string.Join(", ", part.Layers.Select(Json.Quote))}],\n          \"configurations\": [\n"
        + $"{Lines("            ", part.Configurations.Select(c => Time("precisions", c.Key, c.Value)))}\n          ]\n        }}";

    private static string Lines(string indent, IEnumerable<string> lines) => string.Join(",\n", lines.Select(line => indent + line));

    private static string Time(string name, string precisions, Measurement time) =>
        $"{{ \"{name}\": {Json.Quote(precisions)}, \"nanoseconds\": {Tenths(time.Nanoseconds)}, "
        + $"\"spread\": {Tenths(time.Spread)}, \"rounds\": {Number(time.Rounds)} }}";

    private static string Tenths(double nanoseconds) => Number(Math.Round(nanoseconds, 1));

    private static string Number(IFormattable number) => number.ToString(number is double ? "R" : null, CultureInfo.InvariantCulture);
}
