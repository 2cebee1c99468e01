using System.Globalization;

namespace MixPrec.Experiments.Strategies;

/// <summary>What a strategy chose under a budget, predicted and measured.</summary>
/// <param name="ShareByParts">Predicted share of the time of fp32: each sub-graph saves what its configuration saves.</param>
/// <param name="ShareByLayers">Each layer saves what it saves alone.</param>
internal sealed record StrategyOutcome(string Network, string Strategy, double Budget, int Layers, double PredictedError,
    double ShareByParts, double ShareByLayers, long WeightBytes, MeasuredPlan Measured)
{
    public const string Header = "network,strategy,budget,layers outside fp32,predicted error,measured error,its 95 % bound,"
        + "mean loss fp32,mean loss,accuracy fp32,accuracy,time by sub-graphs,time by layers,measured time,weight bytes of layers";

    public override string ToString()
    {
        var m = Measured;
        string accuracy = m.Accuracy is { } a ? string.Create(CultureInfo.InvariantCulture, $"{a.Float32Accuracy:F4},{a.PlanAccuracy:F4}")
            : ",";
        return string.Create(CultureInfo.InvariantCulture,
            $"{Network},{Strategy},{Budget:F5},{Layers},{PredictedError:F5},{m.Error.Value:F5},{m.Error.UpperBound95:F5},")
            + string.Create(CultureInfo.InvariantCulture, $"{m.MeanLoss.Float32:G6},{m.MeanLoss.Plan:G6},{accuracy},")
            + string.Create(CultureInfo.InvariantCulture, $"{ShareByParts:F4},{ShareByLayers:F4},{m.Share:F4},{WeightBytes}");
    }
}
