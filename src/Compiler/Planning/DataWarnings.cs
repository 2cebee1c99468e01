using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Sensitivity;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Planning;

/// <summary>What there is to say of calibration data that were used.</summary>
internal static class DataWarnings
{
    public static IEnumerable<Diagnostic> Of(CompilerOptions options, Graph graph, PlanningSamples samples, RangeTable ranges,
        SensitivityTable sensitivity, CandidateSets choices)
    {
        Diagnostic?[] all =
        [
            sensitivity.LeftOut.Warning(options.ClassName, options.CalibrationData), Infinite(options, graph, ranges, choices),
            Unused(options, samples),
        ];
        return all.OfType<Diagnostic>();
    }

    /// <summary>The layers that stay in fp32 for what they read; null where there are none.</summary>
    private static Diagnostic? Infinite(CompilerOptions options, Graph graph, RangeTable ranges, CandidateSets choices)
    {
        string[] layers = [.. graph.QuantizableNodes.Where(n => ranges.NotFinite.Contains(n.Name)
            && choices.Allowed(n).Contains(PrecisionConfig.F32)).Select(n => PrintableName.Format(n.Name))];
        return layers.Length == 0 ? null
            : Diagnostic.Create(DiagnosticCatalog.LayersReadInfinity, options.Model, options.ClassName, layers.Length,
                Counted.Format(graph.QuantizableNodes.Count(), "layer"),
                string.Join(", ", layers.Take(5)) + (layers.Length > 5 ? ", …" : ""));
    }

    private static Diagnostic? Unused(CompilerOptions options, PlanningSamples samples) => samples.Unused == 0 ? null
        : Diagnostic.Create(DiagnosticCatalog.SamplesUnused, options.CalibrationData, options.ClassName,
            Counted.Format(SampleSetReader.MostSamples, "sample"),
            Counted.Format(samples.Unused, "sample is", "samples are"));
}
