using System.Globalization;
using MixPrec.Compiler.Onnx;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Sensitivity;

/// <summary>
/// Samples whose loss is finite and whose gradient is not: a blank image before an L2 norm, silence before a logarithm, a masked row before
/// a guarded division. They say nothing about sensitivities, and their ranges are as good as any.
/// </summary>
/// <param name="Samples">Positions in the data, ascending.</param>
/// <param name="Layer">The first layer whose loss error is not finite; empty where no sample is left out.</param>
/// <param name="Candidate">What it would be.</param>
/// <param name="Of">Samples in all.</param>
internal sealed record LeftOutSamples(IReadOnlyList<int> Samples, string Layer, string Candidate, int Of)
{
    private const int Named = 10;

    public static LeftOutSamples None { get; } = new([], "", "", 0);

    /// <summary>One in ten, and one of fewer. More of them would make the estimate one of other data.</summary>
    public int Most => Math.Max(1, Of / 10);

    /// <summary>A warning that names the samples; null where there are none.</summary>
    /// <exception cref="MixPrecException">MXP2011: they are too many.</exception>
    public Diagnostic? Warning(string className, string? file) =>
        Samples.Count == 0 ? null
        : Samples.Count > Most || Samples.Count == Of
            ? throw new MixPrecException(DiagnosticCatalog.TooManyLeftOut, file, className, Samples.Count, All, PrintableName.Format(Layer),
                Math.Min(Most, Of - 1), Names, Candidate)
        : Diagnostic.Create(DiagnosticCatalog.SamplesLeftOut, file, className, Samples.Count, All, PrintableName.Format(Layer), Names,
            Candidate);

    private string All => Counted.Format(Of, "calibration sample");

    private string Names => string.Join(", ", Samples.Take(Named).Select(s => s.ToString(CultureInfo.InvariantCulture)))
        + (Samples.Count > Named ? string.Create(CultureInfo.InvariantCulture, $" and {Samples.Count - Named} more") : "");
}
