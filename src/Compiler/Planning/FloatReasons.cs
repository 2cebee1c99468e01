using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Report;
using MixPrec.Compiler.Selection;
using MixPrec.Compiler.Sensitivity;

namespace MixPrec.Compiler.Planning;

/// <summary>
/// Why a layer stays in fp32, in words for the report: what forbids another precision, or what the others would gain and cost.
/// </summary>
/// <param name="scale">What gains are multiplied by, as everywhere in the report.</param>
internal sealed class FloatReasons(CompilerOptions options, SelectionProblem problem, Shipment shipment, SensitivityTable sensitivity,
    RangeTable ranges, double scale)
{
    /// <summary>Empty for a layer that is not in fp32.</summary>
    public string For(Node node)
    {
        var group = problem.Groups.Index().First(g => g.Item.Subgraph.Quantizable.Contains(node));
        int place = group.Item.Subgraph.Quantizable.Index().First(n => n.Item == node).Index;
        var chosen = group.Item.Configurations[shipment.Plan.Selection.Chosen[group.Index]];
        return chosen.Precisions[place] != PrecisionConfig.F32 ? ""
            : KeptInFloat.Reason(options, node.Name) is { Length: > 0 } kept ? kept
            : ranges.NotFinite.Contains(node.Name) ? "it reads NaN or infinity on the calibration data"
            : sensitivity.WithoutGradient.Contains(node.Name) ? "the loss does not respond to it, so that nothing would bound its error"
            : Weighed([.. group.Item.Configurations.Where(c => DiffersOnlyAt(place, c, chosen))], place, chosen);
    }

    private string Weighed(IReadOnlyList<Configuration> others, int place, Configuration chosen)
    {
        if (others.Count == 0)
        {
            return "no other precision is offered for it";
        }

        var best = others.MaxBy(c => c.Gain)!;
        if (best.Gain <= chosen.Gain)
        {
            return $"nothing else is {(options.Objective == Objective.Memory ? "smaller" : "faster")}: {Words(best, place, chosen)}";
        }

        double limit = options.ErrorBudget * options.ErrorBudget * problem.MeanSquaredLoss;
        double left = limit - shipment.Plan.Selection.LossError;
        var cheapest = others.Where(c => c.Gain > chosen.Gain).MinBy(c => c.LossError)!;
        double cost = cheapest.LossError - chosen.LossError;
        return shipment.Withheld is not null ? $"{Words(cheapest, place, chosen)}, but the whole network was no faster with the plan"
            : cost > left ? $"{Words(cheapest, place, chosen)} and cost {ReportText.Percent(cost / limit)} of the squared budget, "
                + $"of which {ReportText.Percent(Math.Max(0, left / limit))} is left"
            : $"{Words(cheapest, place, chosen)}; a plan with it measured over the budget, or misses another demand";
    }

    private string Words(Configuration other, int place, Configuration chosen)
    {
        double gain = (other.Gain - chosen.Gain) * scale;
        string unit = options.Objective == Objective.Memory ? "B" : "ns";
        string amount = ReportText.Gain(Math.Abs(gain), unit);
        return $"{other.Precisions[place]} would " + (amount.StartsWith("0 ", StringComparison.Ordinal)
            ? options.Objective == Objective.Memory ? "be as large" : "be as fast"
            : $"{(gain >= 0 ? "save" : "add")} {amount}");
    }

    private static bool DiffersOnlyAt(int place, Configuration one, Configuration other) =>
        one.Precisions[place] != other.Precisions[place]
        && one.Precisions.Index().All(p => p.Index == place || p.Item == other.Precisions[p.Index]);
}
