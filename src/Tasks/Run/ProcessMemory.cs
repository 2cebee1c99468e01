using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace MixPrec.Tasks.Run;

/// <summary>
/// Memory that a process has for itself. A model of gigabytes is mapped, and the system takes the pages of a mapped file back when it needs
/// them: they do not count where the system tells them apart.
/// </summary>
internal static class ProcessMemory
{
    /// <summary>Bytes; 0 of a process that has ended.</summary>
    public static long Of(Process process)
    {
        try
        {
            if (RuntimeInformation.IsOSPlatform(OSPlatform.Linux))
            {
                return Linux(process.Id);
            }

            process.Refresh();
            return RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? process.PrivateMemorySize64 : process.WorkingSet64;
        }
        catch (Exception ended) when (ended is InvalidOperationException || Refusal.Is(ended))
        {
            return 0;
        }
    }

    private static long Linux(int process) => File.ReadLines(FormattableString.Invariant($"/proc/{process}/status"))
        .Where(line => line.StartsWith("RssAnon:", StringComparison.Ordinal) || line.StartsWith("RssShmem:", StringComparison.Ordinal))
        .Sum(line => 1024 * long.Parse(line.Split(':')[1].Replace("kB", "").Trim(), CultureInfo.InvariantCulture));
}
