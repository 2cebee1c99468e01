using System.Runtime.InteropServices;

namespace MixPrec.Compiler.Timing;

/// <summary>The CPU that times come from.</summary>
internal static class Machine
{
    /// <summary>Its model where the system tells it, else its architecture.</summary>
    public static string Description { get; } = Model() ?? RuntimeInformation.ProcessArchitecture.ToString();

    private static string? Model()
    {
        const string Source = "/proc/cpuinfo";
        return !File.Exists(Source) ? null
            : File.ReadLines(Source).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[^1].Trim();
    }
}
