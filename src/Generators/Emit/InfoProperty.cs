using MixPrec.Plan;

namespace MixPrec.Emit;

/// <summary>The <c>Info</c> of the class: what the build decided and measured.</summary>
internal static class InfoProperty
{
    public static void Write(CodeWriter code, ModelPlan plan)
    {
        var info = plan.Info;
        code.Line("/// <summary>Precisions of the layers, predicted and measured error and time.</summary>");
        code.Open("public static global::MixPrec.Runtime.ModelInfo Info { get; } = new()");
        code.Line($"Name = {Literals.Text(plan.ClassName)},");
        code.Line("PlanHash = PlanHash,");
        code.Line($"Loss = {Literals.Text(info.Loss)},");
        code.Line($"ErrorBudget = {Literals.Measured(info.ErrorBudget)},");
        code.Line($"PredictedLossError = {Literals.Measured(info.PredictedLossError)},");
        code.Line($"MeasuredLossError = {Literals.Measured(info.MeasuredLossError)},");
        code.Line($"PredictedMicroseconds = {Literals.Measured(info.PredictedMicroseconds)},");
        code.Line($"MeasuredMicroseconds = {Literals.Measured(info.MeasuredMicroseconds)},");
        code.Line($"Float32Microseconds = {Literals.Measured(info.Float32Microseconds)},");
        code.Line($"Threads = {Literals.Int(info.Threads)},");
        code.Line($"Machine = {Literals.Text(info.Machine)},");
        code.Open("Layers = new global::MixPrec.Runtime.LayerInfo[]");
        foreach (var layer in info.Layers)
        {
            code.Line($"new() {{ Name = {Literals.Text(layer.Name)}, Operator = {Literals.Text(layer.Operator)}, "
                + $"Precision = {Literals.Text(layer.Precision)}, "
                + $"Accumulator = {Literals.Text(layer.Accumulator)}, ShareOfLossError = {Literals.Measured(layer.ShareOfLossError)}, "
                + $"TimeGainMicroseconds = {Literals.Measured(layer.TimeGainMicroseconds)} }},");
        }

        code.Close(",");
        code.Close(";");
    }
}
