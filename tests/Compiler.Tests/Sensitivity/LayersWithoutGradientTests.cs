using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Sensitivity;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Compiler.Verification;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Sensitivity;

/// <summary>
/// A gradient of zero says nothing about a layer whose output is rounded to integers, or that the first output does not read.
/// </summary>
public sealed class LayersWithoutGradientTests
{
    private const int Width = 4, Samples = 8;

    private readonly Random _random = new(9);

    [Theory]
    [InlineData("Floor rounded", true)]
    [InlineData("Neg rounded", false)]
    public void LayersBehindStepsHaveNoGradient(string read, bool isWithoutGradient)
    {
        using var model = Model().Node("rounded = MatMul x w").Node($"steps = {read}").Node("y = MatMul steps v").Node("z = MatMul x v")
            .Output("y").Output("z");
        var graph = GraphRewrites.Apply(model.Graph());
        Assert.Equal(isWithoutGradient ? ["MatMul_rounded", "MatMul_z"] : ["MatMul_z"],
            Estimate(graph, LossKind.Output).WithoutGradient.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void IntegersHaveNoGradientAtAll()
    {
        using var model = Model().Node("a = MatMul x w").Node("y = Cast a", TinyModel.Attribute("to", 6L)).Output("y");
        Assert.Equal(["MatMul_a"], Estimate(GraphRewrites.Apply(model.Graph()), LossKind.PseudoLabel).WithoutGradient);
    }

    [Fact]
    public void ALossThatIsNoNumberIsRefused()
    {
        using var model = Model().Node("a = MatMul x w").Node("y = Log a").Output("y");
        var graph = GraphRewrites.Apply(model.Graph());
        using var float32 = CompiledModel.Compile(Lowerer.Lower(graph, PrecisionAssignment.AllFloat, RangeTable.Empty,
            new LoweringOptions("Net")));
        Assert.Equal("MXP1014", Assert.Throws<MixPrecException>(() => new HeldOut(graph, Data(), LossKind.Output, float32)).Description.Id);
    }

    private TinyModel Model() => new TinyModel().Input("x", "batch", Width)
        .Initializer("w", EmittedModel.Random(_random, Width, Width)).Initializer("v", EmittedModel.Random(_random, Width, Width));

    private SampleSet Data() =>
        new(new Dictionary<string, Tensor> { ["x"] = EmittedModel.Random(_random, Samples, Width) }, null, null, Samples);

    private SensitivityTable Estimate(Graph graph, LossKind loss)
    {
        var samples = Data();
        var executor = new TorchExecutor(graph);
        Batch[] batches = [.. Batch.Split(graph, samples, 5)];
        var ranges = RangeCalibration.Collect(ActivationRanges.MinMax, executor, graph, batches.Select(b => b.Inputs));
        return SensitivityEstimation.Estimate(Estimator.Projected, executor, graph, batches, loss, ranges, _ =>
            [PrecisionConfig.F32, PrecisionConfig.I8]);
    }
}
