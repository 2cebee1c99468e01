using System.Text;

namespace MixPrec.Runtime.Kernels;

/// <summary>All operations that have more than one implementation. What is not here has one.</summary>
internal static class KernelTable
{
    public static IReadOnlyList<KernelFamily> Families =>
    [
        ByteKernels.Family, FloatKernels.PanelF32, FloatKernels.PanelBF16, FloatKernels.PanelF16, PairKernels.Family, ShortKernels.Family,
        FloatKernels.RunsF32,
        GroupKernels.S4, GroupKernels.E2M1, GroupKernels.E4M3, GroupKernels.E5M2, GroupKernels.U8S4,
        FloatKernels.RowMajorF32,
        VectorKernels.Depthwise, VectorKernels.ByteDepthwise, VectorKernels.Direct, VectorKernels.Elements,
    ];

    public static IEnumerable<KernelRow> Rows => Families.SelectMany(family => family.Rows);

    /// <summary>The identities in a list with commas, of kernels that this machine can run.</summary>
    /// <exception cref="PlatformNotSupportedException">There is no such kernel, or this machine cannot run it; the message lists
    /// all.</exception>
    public static string[] Named(string? value)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            return [];
        }

        string[] names = value.ToLowerInvariant().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        foreach (string name in names)
        {
            if (!Rows.Any(row => row.Identity == name && row.IsAvailable))
            {
                throw new PlatformNotSupportedException(Refusal(name));
            }
        }

        return names;
    }

    private static string Refusal(string name)
    {
        var text = new StringBuilder("MIXPREC_KERNEL=").Append(name)
            .Append(Rows.Any(row => row.Identity == name) ? ": this machine cannot run that kernel." : ": there is no such kernel.")
                .Append(" Kernels:");
        foreach (var row in Rows)
        {
            text.Append("\n  ").Append(row.Identity).Append(row.IsAvailable ? "" : " (not on this machine)");
        }

        return text.ToString();
    }
}
