using System.Globalization;
using DigitClassifier;
using MixPrec.Runtime;

// DigitsNet and DigitsNetFloat are generated from models/digits.onnx by `dotnet build`.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

using var mixed = DigitsNet.Load();
using var float32 = DigitsNetFloat.Load();

PrintPlan(DigitsNet.Info);

var test = TestSet.Load(Path.Combine(AppContext.BaseDirectory, "data", "test.npz"));
var (float32Result, mixedResult) = test.Compare(float32.Run, mixed.Run);
int agreeing = float32Result.Digits.Zip(mixedResult.Digits).Count(pair => pair.First == pair.Second);

Console.WriteLine($"""
    Test set: {test.Count} digits, one at a time on one thread, this run

                                       fp32         mixed
    accuracy                    {float32Result.Accuracy,11:P2}   {mixedResult.Accuracy,11:P2}
    time of one image           {float32Result.Microseconds,8:F1} µs   {mixedResult.Microseconds,8:F1} µs   {float32Result.Microseconds / mixedResult.Microseconds:F2} times as fast
    same answer                                {agreeing} of {test.Count}
    """);

static void PrintPlan(ModelInfo info)
{
    int width = Math.Max(5, info.Layers.Max(layer => layer.Name.Length));
    Console.WriteLine($"Plan of {info.Name} ({info.PlanHash[..12]}), made on {info.Machine}");
    Console.WriteLine();
    Console.WriteLine($"{"layer".PadRight(width)}   {"precision",-12} {"accumulator",-12} {"share of loss error",19} {"time gain",12}");
    foreach (var layer in info.Layers)
    {
        Console.WriteLine($"{layer.Name.PadRight(width)}   {layer.Precision,-12} {layer.Accumulator,-12} {Number(layer.ShareOfLossError, "P1"),19} {Number(layer.TimeGainMicroseconds, "F2"),9} µs");
    }

    Console.WriteLine($"""

                                  predicted      measured          fp32
        relative loss error     {Number(info.PredictedLossError, "F4"),11}   {Number(info.MeasuredLossError, "F4"),11}   {0,11}   budget {info.ErrorBudget} on {info.Loss}
        time of one run         {Number(info.PredictedMicroseconds, "F1"),8} µs   {Number(info.MeasuredMicroseconds, "F1"),8} µs   {Number(info.Float32Microseconds, "F1"),8} µs   {Number(info.Speedup, "F2")} times as fast

        """);
}

static string Number(double? value, string format) => value?.ToString(format) ?? "-";
