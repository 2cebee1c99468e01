using MixPrec.Runtime.Kernels;

namespace MixPrec.Compiler.Formats;

/// <summary>
/// What is added to the bias of each output channel of a quantized layer: the negative mean error, as a number of bf16, for a lock file
/// keeps it.
/// </summary>
internal static class BiasCorrection
{
    public static IReadOnlyList<float> FromMeanErrors(IReadOnlyList<double> errors) =>
        [.. errors.Select(e => double.IsFinite(e) ? BF16.FromSingle((float)-e).ToSingle() : 0)];
}
