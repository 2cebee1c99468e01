using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Simd;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

/// <summary>
/// The kernels of this machine as test data: each row of a family, whichever the process would choose. So one process tests all narrower
/// instruction sets too.
/// </summary>
public static class Rows
{
    /// <summary>For operations whose one loop is compiled for every register width.</summary>
    public static TheoryData<VectorWidth> Widths => [.. VectorWidths.Available];

    public static TheoryData<string> Bytes => Of(ByteKernels.Family);

    /// <summary>Those that are exact without a proof for the weights.</summary>
    public static TheoryData<string> BytesWithoutProof =>
        [.. Available(ByteKernels.Family).Where(row => row.Needs.Groups < 2).Select(row => row.Identity)];

    /// <summary>Those that are exact for every u8 × s8.</summary>
    public static TheoryData<string> AnyBytes =>
        [.. Available(ByteKernels.Family).Where(row => row.Needs == Exactness.Any).Select(row => row.Identity)];

    public static TheoryData<string> PanelF32 => Of(FloatKernels.PanelF32);

    public static TheoryData<string> PanelBF16 => Of(FloatKernels.PanelBF16);

    public static TheoryData<string> Pairs => Of(PairKernels.Family);

    public static TheoryData<string> Shorts => Of(ShortKernels.Family);

    public static TheoryData<string> RunsF32 => Of(FloatKernels.RunsF32);

    public static TheoryData<string> PanelF16 => Of(FloatKernels.PanelF16);

    public static TheoryData<string> GroupsS4 => Of(GroupKernels.S4);

    public static TheoryData<string> GroupsU8S4 => Of(GroupKernels.U8S4);

    public static TheoryData<string> GroupsE2M1 => Of(GroupKernels.E2M1);

    public static TheoryData<string> GroupsE4M3 => Of(GroupKernels.E4M3);

    public static TheoryData<string> GroupsE5M2 => Of(GroupKernels.E5M2);

    public static TheoryData<string> RowMajorF32 => Of(FloatKernels.RowMajorF32);

    public static TheoryData<string> ByteDepthwise => Of(VectorKernels.ByteDepthwise);

    public static TheoryData<string> FloatDepthwise => Of(VectorKernels.Depthwise);

    internal static DepthwiseKernel<FloatChannels> FloatDepthwiseOf(string identity) =>
        VectorKernels.Depthwise.Rows.Single(row => row.Identity == identity);

    internal static DepthwiseKernel<ByteChannels> ByteDepthwiseOf(string identity) =>
        VectorKernels.ByteDepthwise.Rows.Single(row => row.Identity == identity);

    internal static TileKernel Tile(string identity) => KernelTable.Rows.OfType<TileKernel>().Single(row => row.Identity == identity);

    /// <summary>What a kernel is tested with: the least that it needs to know, which allows the largest operands.</summary>
    internal static Exactness[] Known(TileKernel kernel) =>
        kernel.Needs.Groups < 2 ? [kernel.Needs] : [.. new[] { 2, 3, 4, 8 }.Select(Exactness.Blocks)];

    private static TheoryData<string> Of(KernelFamily family) => [.. Available(family).Select(row => row.Identity)];

    private static IEnumerable<KernelRow> Available(KernelFamily family) => family.Rows.Where(row => row.IsAvailable);
}
