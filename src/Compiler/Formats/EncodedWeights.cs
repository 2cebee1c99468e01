using MixPrec.Compiler.Formats.Packing;
using MixPrec.Plan;

namespace MixPrec.Compiler.Formats;

/// <summary>Weights in a storage format: what kernels read, and what they make of it.</summary>
internal abstract class EncodedWeights(StorageFormat format, WeightMatrix matrix)
{
    /// <summary>Columns that are rounded together: enough to be vectorised, few enough for the stack.</summary>
    private const int MostTogether = 512;

    private delegate void InPlace(int row, int column, Span<float> weights);

    public StorageFormat Format { get; } = format;

    public WeightMatrix Matrix { get; } = matrix;

    /// <summary>The constants that a kernel takes, in its order.</summary>
    public IReadOnlyList<WeightArray> Packed => field ??= Pack();

    /// <summary>The constants that follow them and depend on how activations are quantized; null for floats.</summary>
    /// <param name="activations">Of the input.</param>
    /// <param name="output">Of the results, whose scale is then the unit of the sums' scales; null for results in floats.</param>
    public virtual IReadOnlyList<WeightArray> ParameterArrays(QuantizationParameters? activations, QuantizationParameters? output = null) =>
        [];

    /// <summary>Whether the sums are exact whatever the activations are, and the accumulator is worth having.</summary>
    public virtual bool Permits(ActivationFormat activations, ElementType accumulator) => true;

    /// <summary>
    /// The values among which a <see cref="WeightRounding"/> chooses, where <see cref="StorageFormat.IsRoundedByCalibration"/>.
    /// </summary>
    /// <exception cref="NotSupportedException">The format is rounded to the nearest values.</exception>
    public virtual RoundingGrid Grid => throw new NotSupportedException($"{Format.Words} are rounded to the nearest values");

    /// <summary>How the runtime multiplies these weights.</summary>
    /// <exception cref="InvalidOperationException">It has no kernel.</exception>
    public virtual KernelCall Call(ProductFamily family, ActivationFormat activations, ElementType accumulator) => new(
        Format.RuntimeMethod(family, activations, accumulator)
        ?? throw new InvalidOperationException(
            $"no kernel of {family} multiplies {activations} activations and {Format.Words} in {accumulator}"));

    /// <summary>The weights as kernels see them, in the order of the model.</summary>
    /// <param name="weights">As long as the model's tensor; places of other groups stay as they are.</param>
    public void Decode(Span<float> weights) => Visit(Round, weights);

    /// <summary>E[Δw²] of each weight, in the order of the model.</summary>
    /// <inheritdoc cref="Decode"/>
    public void MeanSquaredNoise(Span<float> weights) => Visit(Noise, weights);

    protected abstract IReadOnlyList<WeightArray> Pack();

    /// <summary>Puts what kernels see in the place of neighbouring weights of a row.</summary>
    protected abstract void Round(int row, int column, Span<float> weights);

    /// <summary>Puts E[Δw²] in the place of neighbouring weights of a row.</summary>
    protected abstract void Noise(int row, int column, Span<float> weights);

    private void Visit(InPlace change, Span<float> model)
    {
        Span<float> buffer = stackalloc float[Math.Min(MostTogether, Matrix.Together)];
        for (int column = 0; column < Matrix.Columns; column += buffer.Length)
        {
            var weights = buffer[..Math.Min(buffer.Length, Matrix.Columns - column)];
            for (int row = 0; row < Matrix.Rows; row++)
            {
                Matrix.Read(row, column, weights);
                change(row, column, weights);
                Matrix.Write(row, column, weights, model);
            }
        }
    }
}

/// <summary>How a kernel is called.</summary>
/// <param name="Method">Of the runtime's class for the family; of a recurrence a type.</param>
internal sealed record KernelCall(string Method)
{
    /// <summary>What follows the shape among the arguments.</summary>
    public IReadOnlyList<int> Arguments { get; init; } = [];

    /// <summary>For comments and the report; empty when there is nothing to say.</summary>
    public string Remark { get; init; } = "";
}
