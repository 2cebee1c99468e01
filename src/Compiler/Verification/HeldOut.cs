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
    private readonly LossKind _loss;
    private readonly IReadOnlyList<IReadOnlyList<Tensor>> _floatOutputs;
    private readonly double[] _floatLosses;

    /// <exception cref="MixPrecException">MXP1014: already the fp32 network gives a loss that is no number.</exception>
    public HeldOut(Graph graph, SampleSet samples, LossKind loss, CompiledModel float32)
    {
        (_graph, _samples, _loss) = (graph, samples, loss);
        _floatOutputs = Outputs(float32);
        _floatLosses = Losses(_floatOutputs);
        FiniteLoss.Require(graph, samples, _floatLosses);
    }

    public int Count => _samples.Count;

    /// <summary>All that the emitted class <paramref name="model"/> answers for; its time is another matter.</summary>
    public PlanMeasurement Measure(CompiledModel model)
    {
        var outputs = Outputs(model);
        return new(LossError.Compute(_floatLosses, Losses(outputs)), Top1.Agreement(_floatOutputs, outputs))
        {
            Accuracy = AccuracyDrop.Compute(_floatOutputs, outputs,
                Batch.Split(_graph, _samples, BatchLimit).Select(b => b.Samples.Labels)),
        };
    }

    private IReadOnlyList<IReadOnlyList<Tensor>> Outputs(CompiledModel model) =>
        [.. Batch.Split(_graph, _samples, BatchLimit).Select(b => model.Run(b.Inputs))];

    private double[] Losses(IReadOnlyList<IReadOnlyList<Tensor>> outputs) =>
        [.. Batch.Split(_graph, _samples, BatchLimit).Zip(outputs).Zip(_floatOutputs, (b, f) =>
            LossFunction.PerSample(_loss, _graph, b.Second, b.First.Samples, f)).SelectMany(l => l)];
}
