using MixPrec.Diagnostics;

namespace MixPrec.Tasks;

/// <summary>The <c>.diagnostics</c> file of a model: what its worker found, and what the task has to add.</summary>
internal static class DiagnosticsFile
{
    /// <summary>The diagnostics of a file; none when it does not exist.</summary>
    public static IReadOnlyList<DiagnosticLine> Read(string path) =>
        File.Exists(path) ? [.. File.ReadAllLines(path).Where(line => line.Length > 0)
            .Select(line => DiagnosticLine.Parse(line, path))] : [];

    public static void Write(string path, IEnumerable<DiagnosticLine> lines) =>
        File.WriteAllLines(path, lines.Select(line => line.Format()));
}
