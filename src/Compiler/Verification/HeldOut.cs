using MixPrec.Compiler.Data;
using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Losses;
using MixPrec.Compiler.Options;

namespace MixPrec.Compiler.Verification;

/// <summary>Held-out samples with what the emitted fp32 class answers: plans are measured against it.</summary>
internal sealed class HeldOut
{
    private const int BatchLimit = 64;

    private readonly Graph _graph;
    private readonly SampleSet _samples;
    private readonly IReadOnlyList<OutputLoss> _losses;
    private readonly IReadOnlyList<IReadOnlyList<Tensor>> _floatOutputs;
    private readonly double[][] _floatLosses;

    /// <exception cref="MixPrecException">MXP1014: already the fp32 network gives a loss that is no number.</exception>
    public HeldOut(Graph graph, SampleSet samples, OutputLoss loss, CompiledModel float32) : this(graph, samples, [loss], float32)
    {
    }

    /// <param name="losses">Of each output whose error is bounded.</param>
    /// <inheritdoc cref="HeldOut(Graph, SampleSet, OutputLoss, CompiledModel)" path="/exception"/>
    public HeldOut(Graph graph, SampleSet samples, IReadOnlyList<OutputLoss> losses, CompiledModel float32)
    {
        (_graph, _samples, _losses) = (graph, samples, losses);
        _floatOutputs = Outputs(float32);
        _floatLosses = [.. losses.Select(loss => Losses(loss, _floatOutputs))];
        foreach (var (loss, own) in losses.Zip(_floatLosses))
        {
            FiniteLoss.Require(loss.OutputOf(graph), samples, own);
        }
    }

    public int Count => _samples.Count;

    /// <summary>All that the emitted class <paramref name="model"/> answers for; its time is another matter.</summary>
    public PlanMeasurement Measure(CompiledModel model)
    {
        var outputs = Outputs(model);
        OutputError[] errors = [.. _losses.Zip(_floatLosses, (loss, float32) =>
            new OutputError(loss.OutputOf(_graph).Name, loss.Kind, LossError.Compute(float32, Losses(loss, outputs))))];

        // Every output keeps the budget where the one with the largest error does.
        return new(errors.MaxBy(e => (e.Error.UpperBound95, e.Error.Value))!.Error, Top1.Agreement(_floatOutputs, outputs))
        {
            Outputs = errors.Length > 1 ? errors : [],
            Accuracy = AccuracyDrop.Compute(_floatOutputs, outputs,
                Batch.Split(_graph, _samples, BatchLimit).Select(b => b.Samples.Labels)),
        };
    }

    private IReadOnlyList<IReadOnlyList<Tensor>> Outputs(CompiledModel model) =>
        [.. Batch.Split(_graph, _samples, BatchLimit).Select(b => model.Run(b.Inputs))];

    private double[] Losses(OutputLoss loss, IReadOnlyList<IReadOnlyList<Tensor>> outputs) =>
        [.. Batch.Split(_graph, _samples, BatchLimit).Zip(outputs).Zip(_floatOutputs, (b, f) =>
            LossFunction.PerSample(loss, _graph, b.Second, b.First.Samples, f)).SelectMany(l => l)];
}
