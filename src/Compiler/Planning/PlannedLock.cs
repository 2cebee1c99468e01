using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Locking;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Partition;
using MixPrec.Compiler.Selection;
using MixPrec.Compiler.Sensitivity;
using MixPrec.Compiler.Timing;

namespace MixPrec.Compiler.Planning;

/// <summary>A plan as the lock file holds it.</summary>
/// <param name="isTimed">Whether times were measured, now or for a timing table.</param>
/// <param name="machine">Of the timing table; null without one.</param>
internal sealed class PlannedLock(CompilerOptions options, CalibrationResult calibration, SensitivityTable sensitivity,
    PartitionResult parts, bool isTimed, TimingMachine? machine)
{
    public LockedPlan Create(LockSubject subject, Shipment shipment, SelectionProblem problem, int heldOutSamples)
    {
        var (plan, times) = (shipment.Plan, shipment.Times);
        double gainScale = isTimed ? shipment.GainScale(problem) : double.NaN;

        // What the parts are predicted to save of the whole, taken off what the whole took when it was timed beside the plan.
        double predicted = times.First.Nanoseconds - (plan.Selection.GainNanoseconds * gainScale);
        var numbers = new LockedNumbers(
            plan.Selection.PredictedError, plan.Error.Value, plan.Error.UpperBound95, heldOutSamples,
            times.First.Nanoseconds / 1000, predicted / 1000,
            times.IsPredicted ? double.NaN : times.Second.Nanoseconds / 1000, machine?.Cpu ?? Machine.Description);
        // Where all layers stay in fp32 the network stays as it is.
        bool isFloat = plan.Selection.Configurations.All(c => c.IsFloat);
        var layers = parts.Subgraphs.Zip(plan.Selection.Configurations).SelectMany(p => Layers(p.First, p.Second, gainScale))
            .Select(l => isFloat ? l : l with
            {
                Channels = calibration.Channels.GetValueOrDefault(l.Name),
                // Weights of 16 bits are rounded as they were measured, shifted.
                Shift = l.Precision != PrecisionConfig.F32 ? calibration.Shifts.GetValueOrDefault(l.Name) : null,
            });
        return new LockedPlan(subject, calibration.Samples.Loss.Words, options.Estimator.ToString(), [.. layers], numbers);
    }

    /// <param name="gainScale">What measured gains are multiplied by; NaN where nothing was measured.</param>
    private IEnumerable<LockedLayer> Layers(Subgraph subgraph, Configuration configuration, double gainScale)
    {
        var quantized = subgraph.Quantizable.Zip(configuration.Precisions).Where(p => p.Second != PrecisionConfig.F32).Select(p => p.First)
            .ToArray();
        double macs = quantized.Sum(n => (double)OpCost.Macs(n, parts.Sizes));
        var ranges = calibration.Ranges;
        return subgraph.Quantizable.Zip(configuration.Precisions, (node, precision) => new LockedLayer(
            node.Name, node.Op.Kind, precision, precision.NeedsRange ? ranges[node] : null, sensitivity[node, precision],
            !quantized.Contains(node) ? 0 : configuration.GainNanoseconds * gainScale / 1000 * OpCost.Macs(node, parts.Sizes) / macs,
            precision.QuantizesActivations && node.MultipliesActivations() ? ranges.Rhs(node) : null)
        {
            BiasCorrection = ranges.BiasCorrection(node, precision),
            Rounding = ranges.Rounding(node, precision.Storage),
        });
    }
}
