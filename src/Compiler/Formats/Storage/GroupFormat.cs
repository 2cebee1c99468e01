using MixPrec.Compiler.Formats.Packing;
using MixPrec.Plan;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Compiler.Formats.Storage;

/// <summary>
/// Codes of few bits with a scale in bf16 for each group of rows of an output channel, multiplied with fp32 activations, or bytes: for
/// products of few rows, which take as long as reading the weights does.
/// </summary>
internal abstract class GroupFormat : StorageFormat
{
    public override bool IsLossless => false;

    public override bool HasGroupsOfRows => Rows is not null;

    public override IReadOnlyList<ProductForm> Products { get; } = [new(ActivationFormat.F32, ElementType.F32, MacsPerNanosecond: 40)];

    /// <summary>Rows that have one scale; null for all rows of a channel.</summary>
    public abstract int? Rows { get; }

    /// <summary>The method of <c>Gemm</c>.</summary>
    public abstract string Method { get; }

    /// <summary>What is stored of a weight that is divided by its scale.</summary>
    public abstract WeightCode Code { get; }

    public override EncodedWeights Encode(WeightMatrix weights) => new GroupWeights(this, weights);

    /// <summary>The bits of each weight, two bytes for each group of a channel.</summary>
    public override long Bytes(long channels, long weights)
    {
        if (channels == 0)
        {
            return 0;
        }

        long depth = weights / channels;
        return channels * (((depth * Code.Bits) + 7) / 8 + (sizeof(ushort) * Groups(depth)));
    }

    public override long PackedBytes(WeightMatrix weights) => PanelLayout.Panels(weights.Columns)
        * (long)PanelLayout.PanelBytesOfGroups(weights.Rows, RowsOf(weights.Rows), Code.Together);

    public override string? RuntimeMethod(ProductFamily family, ActivationFormat activations, ElementType accumulator) =>
        family == ProductFamily.Gemm && !activations.IsQuantized ? Method : null;

    /// <summary>The scale of each group of rows of each column: [groups][columns], values of bf16.</summary>
    public abstract float[] Scales(WeightMatrix weights);

    /// <summary>Rows of a group of a channel that has so many.</summary>
    public int RowsOf(int depth) => Rows ?? PanelLayout.WholeColumn(depth);

    protected static float BF16Of(float scale) => BF16.FromSingle(scale).ToSingle();

    private long Groups(long depth) => Rows is { } rows ? (depth + rows - 1) / rows : 1;
}
