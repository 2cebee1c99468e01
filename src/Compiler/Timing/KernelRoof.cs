using MixPrec.Runtime.Kernels;

namespace MixPrec.Compiler.Timing;

/// <summary>The row of the table of kernels that a method of the runtime takes in this process, and what bounds it.</summary>
/// <param name="Identity">The method and the kernel.</param>
/// <param name="Multiplies">Whether it is bounded by multiplications; what only moves or maps values is by reading.</param>
/// <param name="MacsPerNanosecond">The roof where it multiplies; null elsewhere.</param>
internal sealed record KernelRoof(string Identity, bool Multiplies, double? MacsPerNanosecond)
{
    public static KernelRoof Of(string method, MachineRoofs roofs)
    {
        string[] parts = method.Split('.');
        return (parts[0], parts[^1]) switch
        {
            ("DepthwiseConv", "U8S8") => new($"{method} {VectorKernels.ByteDepthwise.Choose().Identity}", true,
                VectorKernels.ByteDepthwise.Choose().IsMachineCode ? roofs.Bytes : roofs.Float32),
            ("DepthwiseConv", _) => new($"{method} {VectorKernels.Depthwise.Choose().Identity}", true, roofs.Float32),
            ("WinogradConv", "U8S8" or "U7S8") =>
                new($"{method} {ChosenShortTile.Preferred.Identity}", true, roofs.Shorts * LargeTile.Saving),
            ("DirectConv", _) => new(VectorKernels.Direct.Choose().Identity, true, roofs.Float32),
            ("WinogradConv", "F32") => new($"{method} {ChosenRunTile.Preferred.Identity}", true, roofs.Float32),
            ("Gemm" or "Conv" or "Attention", "F32") =>
                new($"{method} {ChosenTile<PanelF32>.Preferred.Identity}", true, roofs.Float32),
            ("Gemm" or "Conv", "BF16") => new($"{method} {ChosenTile<PanelBF16>.Preferred.Identity}", true, roofs.Float32),
            ("Gemm" or "Conv", "BF16BF16") => new($"{method} {ChosenPairTile.Preferred.Identity}", true, roofs.Pairs),
            ("Gemm" or "Conv", "F16") => new($"{method} {ChosenTile<PanelF16>.Preferred.Identity}", true, roofs.Float32),
            ("Gemm", "S4") => OfGroups<SignedNibbles>(method, roofs),
            ("Gemm", "U8S4") => new($"{method} {ChosenByteGroupTile.Preferred.Identity}", true, roofs.Bytes),
            ("Gemm", "E2M1") => OfGroups<FloatNibbles>(method, roofs),
            ("Gemm", "E4M3") => OfGroups<E4M3Bytes>(method, roofs),
            ("Gemm", "E5M2") => OfGroups<E5M2Bytes>(method, roofs),
            ("MatMul", "F32") => new($"{method} {ChosenTile<RowMajorF32>.Preferred.Identity}", true, roofs.Float32),
            (_, "U8S8" or "U8S8Rows") => new($"{method} {ChosenByteTiles.For(Exactness.Any).Identity}", true, roofs.Bytes),
            (_, "U7S8") => new($"{method} {ChosenByteTiles.For(Exactness.SevenBit).Identity}", true, roofs.SevenBits),
            (_, "U8S8Blocks") => new($"{method} {ChosenByteTiles.For(Exactness.Blocks(2)).Identity}", true, roofs.Blocks),
            _ => new(method, false, null),
        };
    }

    private static KernelRoof OfGroups<TCodes>(string method, MachineRoofs roofs)
        where TCodes : struct, IWeightCodes =>
        new($"{method} {ChosenGroupTile<TCodes>.Preferred.Identity}", true, roofs.Float32);
}
