namespace MixPrec.Runtime.Kernels;

/// <summary>All operations that have more than one implementation. What is not here has one.</summary>
internal static class KernelTable
{
    public static IReadOnlyList<KernelFamily> Families =>
    [
        ByteKernels.Family, FloatKernels.PanelF32, FloatKernels.PanelBF16, FloatKernels.RowMajorF32,
        VectorKernels.Depthwise, VectorKernels.Direct, VectorKernels.Elements,
    ];

    public static IEnumerable<KernelRow> Rows => Families.SelectMany(family => family.Rows);
}
