using MixPrec.Compiler.Formats.Packing;
using MixPrec.Compiler.Formats.Storage;
using MixPrec.Plan;

namespace MixPrec.Compiler.Formats;

/// <summary>
/// How weights are stored, in one file for each format: which values it keeps, what that rounds away, what it takes in the weights file,
/// how it lies there, and which kernels read it. Nothing outside that file tells formats apart; what a format does not say it cannot be
/// compiled without.
/// </summary>
internal abstract class StorageFormat
{
    /// <summary>Every format, fp32 first: the order of candidates.</summary>
    public static IReadOnlyList<StorageFormat> All { get; } =
    [
        Float32.Format, BFloat16.Format, Float16.Format, Int8PerChannel.Format, .. Float8PerChannel.Formats, .. Int4PerGroup.Formats,
        .. Float4Blocks.Formats,
    ];

    /// <summary>Short and stable: the ids of candidates begin with it.</summary>
    public abstract string Id { get; }

    /// <summary>For comments and the report.</summary>
    public abstract string Words { get; }

    /// <summary>The name of the element type as people write it.</summary>
    public abstract string ShortWords { get; }

    /// <summary>
    /// The products that there are kernels for, the usual one first: its activations and accumulator are not part of an id.
    /// </summary>
    public abstract IReadOnlyList<ProductForm> Products { get; }

    /// <summary>Whether every fp32 weight is kept as it is.</summary>
    public abstract bool IsLossless { get; }

    /// <summary>Whether <see cref="WeightMatrix.Rounding"/> says how weights are rounded.</summary>
    public virtual bool IsRoundedByCalibration => false;

    /// <summary>
    /// Whether its candidates are tried where nothing names any: each makes planning longer, and is worth it for some networks only.
    /// </summary>
    public virtual bool IsTriedUnnamed => false;

    /// <summary>Whether several rows of a column share a scale, so that rows in another order have other values.</summary>
    public virtual bool HasGroupsOfRows => false;

    /// <summary>The deepest product of two activations, the second of them in this format, whose sums stay exact.</summary>
    public virtual long MaximumDepth => long.MaxValue;

    /// <summary>The weights in this format. Work is done when a property asks for it.</summary>
    public abstract EncodedWeights Encode(WeightMatrix weights);

    /// <summary>Bytes of the weights of a layer with what belongs to them (scales, zero-point compensations), without padding.</summary>
    public abstract long Bytes(long channels, long weights);

    /// <summary>Bytes of the largest array of a packed matrix, with padding.</summary>
    public abstract long PackedBytes(WeightMatrix weights);

    /// <summary>
    /// The method of the runtime's class for the family; of a recurrence the type that multiplies states. Null: there is none, so the
    /// format is no candidate.
    /// </summary>
    public abstract string? RuntimeMethod(ProductFamily family, ActivationFormat activations, ElementType accumulator);

    /// <summary>Single columns one after another, for kernels that read few of them; null where no kernel does.</summary>
    public virtual WeightArray? PackColumns(WeightMatrix weights) => null;

    /// <summary>What the format makes of the right-hand side of a product of two activations, which has this range.</summary>
    /// <exception cref="InvalidOperationException">There is no such product.</exception>
    public virtual QuantizationParameters ActivationParameters(ActivationRange range) =>
        throw new InvalidOperationException($"there are no products of activations in {Words}");

    public override string ToString() => Id;
}

/// <summary>What weights of a format are multiplied with.</summary>
/// <param name="Accumulator">Type of the running sum; int16 sums are added up in int32 after each block that is proven not to leave 16
/// bits.</param>
/// <param name="MacsPerNanosecond">Multiply-accumulates of one core, for the objective <c>Macs</c>. Those here are of a Zen 4 with
/// AVX-512, Gemm 64×512×784 in cache.</param>
internal sealed record ProductForm(ActivationFormat Activations, ElementType Accumulator, double MacsPerNanosecond);
