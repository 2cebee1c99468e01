using MixPrec.Compiler.Data;
using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Losses;
using MixPrec.Compiler.Timing;
using MixPrec.Compiler.Verification;

namespace MixPrec.Experiments.Strategies;

/// <summary>A plan on samples that it was not made from.</summary>
/// <param name="MeanLoss">Of fp32 and of the plan.</param>
/// <param name="Accuracy">Null without labels.</param>
/// <param name="Share">Of the time of fp32: median beside median of runs in turn.</param>
internal sealed record MeasuredPlan(LossError Error, (double Float32, double Plan) MeanLoss, AccuracyDrop? Accuracy, double Share);

/// <summary>Measures plans beside fp32.</summary>
/// <param name="seconds">Longest time of each comparison.</param>
internal sealed class PlanMeter : IDisposable
{
    private const int Together = 64;

    private readonly PlannedCase _case;
    private readonly TimeSpan _longest;
    private readonly CompiledModel _float32;
    private readonly Batch[] _batches;
    private readonly IReadOnlyList<Tensor>[] _exact;
    private readonly double[] _losses;

    public PlanMeter(PlannedCase given, double seconds)
    {
        (_case, _longest) = (given, TimeSpan.FromSeconds(seconds));
        _float32 = given.Compile(PrecisionAssignment.AllFloat);
        _batches = [.. Batch.Split(given.Graph, given.Case.Samples.HeldOut, Together)];
        _exact = [.. _batches.Select(b => _float32.Run(b.Inputs))];
        _losses = Losses(_exact);
    }

    /// <param name="isTimed">Whether its time is asked for; NaN otherwise.</param>
    public MeasuredPlan Measure(PrecisionAssignment assignment, bool isTimed, CancellationToken cancellation)
    {
        using var model = _case.Compile(assignment);
        IReadOnlyList<Tensor>[] outputs = [.. _batches.Select(b => model.Run(b.Inputs))];
        double[] losses = Losses(outputs);
        var times = !isTimed || !assignment.Choices.Any(c => c.Value != PrecisionConfig.F32) ? null
            : NetworkTimer.Measure(_case.Graph, _case.Calibration.Samples.Calibration, [_float32, model], _longest, cancellation);
        return new(LossError.Compute(_losses, losses), (_losses.Average(), losses.Average()),
            AccuracyDrop.Compute(_exact, outputs, _batches.Select(b => b.Samples.Labels)),
            times is null ? isTimed ? 1 : double.NaN : times[1].Nanoseconds / times[0].Nanoseconds);
    }

    public void Dispose() => _float32.Dispose();

    private double[] Losses(IReadOnlyList<Tensor>[] outputs) => [.. _batches.Zip(outputs, _exact).SelectMany(b =>
        LossFunction.PerSample(_case.Case.Samples.Loss.Kind, _case.Graph, b.Second, b.First.Samples, b.Third))];
}
