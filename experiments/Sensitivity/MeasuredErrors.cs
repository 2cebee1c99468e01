using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.ErrorReduction;
using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Losses;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Sensitivity;
using MixPrec.Compiler.Verification;

namespace MixPrec.Experiments.Sensitivity;

/// <summary>A network with the samples that estimates come from and others that it is measured on.</summary>
internal sealed class MeasuredErrors
{
    private const int MostSamples = 512;

    private readonly TorchExecutor _executor;
    private readonly Batch[] _batches;
    private readonly LossKind _loss;
    private readonly SampleSet _calibration, _test;

    public MeasuredErrors(string model, string calibration, string test) : this(
        GraphRewrites.Apply(OnnxModelReader.Read(model, DimensionBindings.None).Graph),
        graph => (First(SampleSetReader.Read(calibration, graph, null)), First(SampleSetReader.Read(test, graph, null))))
    {
    }

    /// <param name="read">The samples of estimates, and others.</param>
    /// <param name="loss">Null for the one that data and network suggest.</param>
    public MeasuredErrors(Graph graph, Func<Graph, (SampleSet Calibration, SampleSet Test)> read, LossKind? loss = null)
    {
        Graph = graph;
        (_calibration, _test) = read(graph);
        _loss = ChosenLoss.Choose(loss, false, Graph, _calibration).Kind;
        _executor = new TorchExecutor(Graph);
        _batches = [.. Batch.Split(Graph, _calibration, BatchSize.Choose(Graph, _calibration))];
    }

    public Graph Graph { get; }

    public override string ToString() => $"{_loss}, {_calibration.Count} samples for estimates, {_test.Count} others";

    public RangeTable Ranges(ActivationRanges kind) => RangeCalibration.Collect(kind, _executor, Graph, _batches.Select(b => b.Inputs));

    /// <summary>The network, and how its layers are quantized, where some of the steps are tried that lower the error.</summary>
    public (Graph Graph, RangeTable Ranges) Reduced(ReductionSteps steps)
    {
        var (graph, executor) = (Graph, _executor);
        if (steps.HasFlag(ReductionSteps.Channels) && new Equalizer(_executor, Graph, _batches, _loss, Candidates.ForNode, null, default)
            .Find() is { Count: > 0 } channels)
        {
            graph = ChannelScaling.Apply(Graph, channels)!;
            executor = new TorchExecutor(graph);
        }

        if (steps.HasFlag(ReductionSteps.Inputs)
            && new InputShifter(executor, graph, _batches, _loss, Candidates.ForNode, default).Find() is { Count: > 0 } shifts)
        {
            graph = ShiftedInputs.Apply(graph, shifts)!;
            executor = new TorchExecutor(graph);
        }

        return (graph, new ErrorReducer(executor, graph, _batches, _loss,
            RangeCalibration.Observe(steps.HasFlag(ReductionSteps.Ranges) ? Enum.GetValues<ActivationRanges>() : [ActivationRanges.MinMax],
                executor, graph, _batches.Select(b => b.Inputs)), Candidates.ForNode, default).Reduce(steps));
    }

    /// <summary>The relative error of the loss that each layer alone makes in i8, the largest first.</summary>
    public IEnumerable<(Node Layer, double Error)> ErrorsOfLayers(Graph graph, RangeTable ranges)
    {
        var table = SensitivityEstimation.Estimate(Estimator.Projected, new TorchExecutor(graph), graph, _batches, _loss, ranges,
            _ => [PrecisionConfig.I8]);
        return graph.QuantizableNodes.Select(n => (n, Math.Sqrt(table[n, PrecisionConfig.I8] / table.MeanSquaredLoss)))
            .OrderByDescending(p => p.Item2);
    }

    public SensitivityTable Estimate(Estimator kind, RangeTable ranges) =>
        SensitivityEstimation.Estimate(kind, _executor, Graph, _batches, _loss, ranges, Candidates.ForNode);

    /// <summary>Relative mean squared error of the loss with the emitted class, on the samples of the estimates and on others.</summary>
    /// <param name="graph">The network with other factors of its channels; null for the network itself.</param>
    public (double Same, double Others)[] Measure(IReadOnlyList<PrecisionAssignment> assignments, RangeTable ranges, Graph? graph = null)
    {
        using var float32 = Compile(Graph, PrecisionAssignment.AllFloat, ranges);
        HeldOut same = new(Graph, _calibration, _loss, float32), others = new(Graph, _test, _loss, float32);
        return [.. assignments.Select(assignment =>
        {
            using var model = Compile(graph ?? Graph, assignment, ranges);
            return (Math.Pow(same.Measure(model).Error.Value, 2), Math.Pow(others.Measure(model).Error.Value, 2));
        })];
    }

    /// <summary>The loss of every sample that nothing was fitted to, with the emitted class of each assignment.</summary>
    public double[][] LossesOf(IReadOnlyList<PrecisionAssignment> assignments, RangeTable ranges)
    {
        const int Together = 64;
        var batches = Batch.Split(Graph, _test, Together).ToArray();
        using var float32 = Compile(Graph, PrecisionAssignment.AllFloat, ranges);
        var exact = batches.Select(b => float32.Run(b.Inputs)).ToArray();
        return [.. assignments.Select(assignment =>
        {
            using var model = Compile(Graph, assignment, ranges);
            return batches.Zip(exact).SelectMany(b =>
                LossFunction.PerSample(_loss, Graph, model.Run(b.First.Inputs), b.First.Samples, b.Second)).ToArray();
        })];
    }

    private static CompiledModel Compile(Graph graph, PrecisionAssignment assignment, RangeTable ranges) =>
        CompiledModel.Compile(Lowerer.Lower(graph, assignment, ranges, new LoweringOptions("Net")));

    private static SampleSet First(SampleSet samples) =>
        samples.Slice(0, Math.Min(samples.Count, MostSamples / samples.GroupSize * samples.GroupSize));
}
