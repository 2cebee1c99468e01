using System.Globalization;
using MixPrec.Compiler.Formats.Storage;
using MixPrec.Plan;

namespace MixPrec.Compiler.Formats;

/// <summary>
/// A candidate for a quantizable op: how its kernel reads activations, how it stores weights, what it sums in, and what it computes again.
/// Id and description follow from these parts.
/// </summary>
/// <param name="Accumulator">Type of the running sum; see <see cref="ProductForm"/>.</param>
/// <param name="Second">The pass that computes badly conditioned components again; null for candidates of one pass.</param>
internal sealed record PrecisionConfig(ActivationFormat Activations, StorageFormat Storage, ElementType Accumulator,
    SecondPass? Second = null)
{
    public static readonly PrecisionConfig F32 = Usual(Float32.Format), BF16 = Usual(BFloat16.Format), I8 = Usual(Int8PerChannel.Format);
    public static readonly PrecisionConfig BF16A16 = BF16 with { Activations = ActivationFormat.BF16 };
    public static readonly PrecisionConfig I8A7 = I8 with { Activations = ActivationFormat.U7 };
    public static readonly PrecisionConfig I8I16 =
        I8 with { Accumulator = ElementType.I16 }, I8A7I16 = I8A7 with { Accumulator = ElementType.I16 };
    public static readonly PrecisionConfig I8A6I16 = I8I16 with { Activations = ActivationFormat.U6 };

    public static readonly PrecisionConfig I8A7F32 =
        InTwoPasses(I8A7, F32, 0), I8A7BF16 = InTwoPasses(I8A7, BF16, 0), I8A7BF16At16 = InTwoPasses(I8A7, BF16, 16);

    /// <summary>Every candidate, fp32 first.</summary>
    public static readonly IReadOnlyList<PrecisionConfig> All =
        [.. StorageFormat.All.SelectMany(InOnePass), I8A7F32, I8A7BF16, I8A7BF16At16];

    /// <summary>
    /// The candidates where nothing names others: see <see cref="StorageFormat.IsTriedUnnamed"/>.
    /// </summary>
    public static readonly IReadOnlyList<PrecisionConfig> Default = [.. All.Where(p => p.Storage.IsTriedUnnamed)];

    /// <summary>
    /// Short name in metadata, plans and reports, unique and stable: storage, activations and accumulator where they are not the format's
    /// usual ones, second pass.
    /// </summary>
    public string Id => IdOf(Activations, Storage, Accumulator, Second);

    /// <summary>The choice in words, for reports and comments in generated code.</summary>
    public string Description => Second is not null
        ? string.Create(CultureInfo.InvariantCulture,
            $"{Second.Low.Description}, components of condition above {Second.Tolerance} again as {Second.High.Description}")
        : $"{Activations.Words} activations × {Storage.Words} → {Words(Accumulator)}"
            + (QuantizesActivations && Storage.HasGroupsOfRows ? " in a group → fp32" : "");

    public bool QuantizesActivations => Activations.IsQuantized;

    /// <summary>Whether the kernel rounds activations to bfloat16, in memory that the plan gives it.</summary>
    public bool RoundsActivations => Activations == ActivationFormat.BF16;

    /// <summary>Whether activations are quantized by a calibrated range.</summary>
    public bool NeedsRange => Activations.NeedsRange;

    /// <summary>
    /// Bytes of a calibrated range times bytes: what a file for ONNX Runtime can hold, and a bias correction is fitted to.
    /// </summary>
    public bool IsOfBytes => NeedsRange && HasExactSums;

    /// <summary>Bytes times bytes, whose products are added up as integers from first to last.</summary>
    public bool HasExactSums => QuantizesActivations && !Storage.HasGroupsOfRows;

    /// <summary>Whether a <see cref="WeightRounding"/> is part of what the kernel multiplies with.</summary>
    public bool IsRoundedByCalibration => Storage.IsRoundedByCalibration;

    /// <summary>Candidates of one pass that a storage format is part of.</summary>
    public static IEnumerable<PrecisionConfig> InOnePass(StorageFormat storage) =>
        storage.Products.Select(p => new PrecisionConfig(p.Activations, storage, p.Accumulator));

    public static PrecisionConfig? Find(string id) => All.FirstOrDefault(p => string.Equals(p.Id, id, StringComparison.OrdinalIgnoreCase));

    /// <summary>The method of the runtime that computes a product of the family so; null where it has none.</summary>
    public string? RuntimeMethod(ProductFamily family) =>
        Second is null ? Storage.RuntimeMethod(family, Activations, Accumulator) : family == ProductFamily.Gemm ? "TwoPass" : null;

    /// <summary>
    /// Bytes of the weights of a layer with their scales and compensations, of both passes with a norm for each channel, without padding.
    /// </summary>
    public long WeightBytes(long channels, long weights) => Second is null ? Storage.Bytes(channels, weights)
        : Second.Low.WeightBytes(channels, weights) + Second.High.WeightBytes(channels, weights) + (sizeof(float) * channels);

    /// <summary>
    /// Nanoseconds that <paramref name="macs"/> take by <see cref="ProductForm"/>. Multiplications do not tell how few a second pass
    /// repeats: it counts in full.
    /// </summary>
    public double Nanoseconds(long macs) => Second is not null
        ? Second.Low.Nanoseconds(macs) + Second.High.Nanoseconds(macs)
        : macs / Storage.Products.First(p => p.Activations == Activations && p.Accumulator == Accumulator).MacsPerNanosecond;

    public override string ToString() => Id;

    private static PrecisionConfig Usual(StorageFormat storage) => InOnePass(storage).First();

    private static PrecisionConfig InTwoPasses(PrecisionConfig low, PrecisionConfig high, float tolerance) =>
        new(low.Activations, low.Storage, low.Accumulator, new SecondPass(low, high, tolerance));

    private static string IdOf(ActivationFormat activations, StorageFormat storage, ElementType accumulator, SecondPass? second)
    {
        if (second is not null)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{second.Low.Id}+{second.High.Id}@{second.Tolerance}");
        }

        var usual = storage.Products[0];
        string bits = activations == usual.Activations ? "" : "a" + activations.Id;
        string sum = accumulator == (activations.IsQuantized ? ElementType.I32 : ElementType.F32) ? "" : "-" + accumulator.ToString()
            .ToLowerInvariant();
        return storage.Id + bits + sum;
    }

    private static string Words(ElementType accumulator) => accumulator switch
    {
        ElementType.F32 => "fp32",
        ElementType.I32 => "int32",
        ElementType.I16 => "int16 blocks → int32",
        _ => throw new InvalidOperationException($"no sums in {accumulator}"),
    };
}
