using System.Numerics.Tensors;
using MixPrec.Compiler.Formats.Packing;

namespace MixPrec.Compiler.Formats.Storage;

/// <summary>
/// Floats E2M1 in blocks: MXFP4, of 32 weights with a power of two, and NVFP4, of 16 weights with a scale E4M3 in units of the tensor,
/// here a power of two. Of two neighbouring scales a block has the one that leaves less squared error. Both kinds of scales are numbers
/// of bf16, as which kernels read them, so that a block takes a byte more than where it is exchanged.
/// </summary>
internal sealed class Float4Blocks : GroupFormat
{
    private readonly int _rows;

    private Float4Blocks(string id, int rows) => (Id, _rows) = (id, rows);

    public static Float4Blocks Mx { get; } = new("mxfp4", 32);

    public static Float4Blocks Nv { get; } = new("nvfp4", 16);

    public static IReadOnlyList<Float4Blocks> Formats { get; } = [Mx, Nv];

    public override string Id { get; }

    public override string Words => this == Mx ? "MXFP4 weights" : "NVFP4 weights";

    public override string ShortWords => "fp4";

    public override int? Rows => _rows;

    public override string Method => "E2M1";

    public override WeightCode Code => FloatCode.E2M1;

    public override float[] Scales(WeightMatrix weights)
    {
        if (this == Mx)
        {
            return GroupScales.Of(weights, _rows, PowerOfTwo);
        }

        float unit = Unit(GroupScales.Largest(weights));
        return GroupScales.Of(weights, _rows, block => OfEightBits(block, unit));
    }

    private static float Largest(ReadOnlySpan<float> block) => Math.Abs(TensorPrimitives.MaxMagnitude(block));

    /// <summary>With one the largest weight is from 4 to 8, where 6 is the largest value; with the other from 2 to 4.</summary>
    private float PowerOfTwo(ReadOnlySpan<float> block)
    {
        float largest = Largest(block);
        int exponent = largest == 0 ? 0 : Math.Clamp(MathF.ILogB(largest) - 2, -126, 126);
        return Code.Best(block, MathF.ScaleB(1, exponent), MathF.ScaleB(1, exponent + 1));
    }

    /// <summary>The least power of two with which the largest weight of all is at most 6 · 448, and 2⁻⁹ of it normal.</summary>
    private static float Unit(float largest)
    {
        float quotient = largest / (SmallFloat.E2M1.Largest * SmallFloat.E4M3.Largest);
        int exponent = quotient == 0 ? -117 : MathF.ILogB(quotient);
        return MathF.ScaleB(1, Math.Max(MathF.ScaleB(1, exponent) < quotient ? exponent + 1 : exponent, -117));
    }

    /// <summary>With one the largest weight is about 6, with the other about 4, between which there is no value.</summary>
    private float OfEightBits(ReadOnlySpan<float> block, float unit)
    {
        float largest = Largest(block);
        float Scale(float value) => Math.Max(SmallFloat.E4M3.Round(largest / value / unit), SmallFloat.E4M3.Smallest) * unit;
        return Code.Best(block, Scale(6), Scale(4));
    }
}
