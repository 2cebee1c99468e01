using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Export;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Locking;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Tests.Compilation;
using Xunit;

namespace MixPrec.Compiler.Tests.Export;

/// <summary>What a plan corrects is in the exported model.</summary>
public sealed class ExportedPlanTests : IDisposable
{
    private static readonly float[] s_correction = [0.5f, -0.25f, 0, 2];

    private readonly SmallNetwork _net = new(samples: 8);

    public void Dispose() => _net.Dispose();

    /// <summary>
    /// The last layer has no bias in the file and no layer behind it: the outputs differ by the correction, and by nothing else.
    /// </summary>
    [Fact]
    public void CorrectionsOfBiasesAreAddedToWhatTheModelComputes()
    {
        float[] before = Run(Prepared), after = Run(Exported(PrecisionConfig.I8).Graph);
        Assert.All(before.Zip(after), (pair, i) =>
            Assert.Equal(pair.First + s_correction[i % SmallNetwork.Classes], pair.Second, 1e-5f));
    }

    /// <summary>It was found for bytes.</summary>
    [Fact]
    public void ALayerThatStaysInFp32KeepsItsBias() => Assert.Equal(Run(Prepared), Run(Exported(PrecisionConfig.BF16).Graph));

    [Fact]
    public void RoundingsAndRangesAreThoseOfThePlan()
    {
        var exported = Exported(PrecisionConfig.I8);
        var layer = exported.Graph.QuantizableNodes.Last();
        Assert.Equal(Rounding, exported.Ranges.Rounding(layer, PrecisionConfig.I8.Storage));
        Assert.Equal(new ActivationRange(-1, 3), exported.Ranges[layer]);
        Assert.Empty(exported.Left);
    }

    private static WeightRounding Rounding =>
        new([.. Enumerable.Range(0, SmallNetwork.Hidden * SmallNetwork.Classes).Select(i => (sbyte)((i % 3) - 1))]);

    private Graph Imported => OnnxModelReader.Read(_net.Options.Model, DimensionBindings.None, ConstantBindings.None).Graph;

    private Graph Prepared => QdqExport.Prepare(Imported);

    private ExportedPlan Exported(PrecisionConfig precision)
    {
        LockedLayer[] layers = [.. SmallNetwork.Layers.Select((name, i) => i < 2
            ? new LockedLayer(name, "MatMul", PrecisionConfig.F32, null, 0)
            : new LockedLayer(name, "MatMul", precision, new ActivationRange(-1, 3), 0)
            {
                BiasCorrection = new(s_correction), Rounding = Rounding,
            })];
        return ExportedPlan.Create(Prepared, GraphRewrites.Apply(Imported), new(
            new LockSubject(new string('a', 64), null, null, []), "Output", "Projected", layers, new(0, 0, 0, 1, 1, 1, 1, "A CPU")));
    }

    private static float[] Run(Graph graph)
    {
        var random = new Random(9);
        float[] x = [.. SmallNetwork.Samples(random, 5, 1).SelectMany(s => s)];
        return new TorchExecutor(graph).Outputs([Tensor.Create(x, 5, SmallNetwork.Inputs)])[0].Span<float>().ToArray();
    }
}
