using System.Text;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// The kernels that environment variable <c>MIXPREC_KERNEL</c> names, with commas between them: each takes the place of the preferred one of its family, in every call whose
/// operands it is exact for.
/// </summary>
internal static class ForcedKernels
{
    /// <exception cref="PlatformNotSupportedException">A kernel that does not exist or that this machine cannot run (inside a <see cref="TypeInitializationException"/>).</exception>
    public static readonly string[] Names = Parse(Environment.GetEnvironmentVariable("MIXPREC_KERNEL"));

    /// <summary>The names in <paramref name="value"/>, checked against the table.</summary>
    internal static string[] Parse(string? value)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            return [];
        }

        string[] names = value.ToLowerInvariant().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        foreach (string name in names)
        {
            if (!KernelTable.Rows.Any(row => row.Identity == name && row.IsAvailable))
            {
                throw new PlatformNotSupportedException(Refusal(name));
            }
        }

        return names;
    }

    private static string Refusal(string name)
    {
        var text = new StringBuilder("MIXPREC_KERNEL=").Append(name)
            .Append(KernelTable.Rows.Any(row => row.Identity == name) ? ": this machine cannot run that kernel." : ": there is no such kernel.").Append(" Kernels:");
        foreach (var row in KernelTable.Rows)
        {
            text.Append("\n  ").Append(row.Identity).Append(row.IsAvailable ? "" : " (not on this machine)");
        }

        return text.ToString();
    }
}
