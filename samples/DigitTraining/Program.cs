using System.Diagnostics;
using System.Globalization;
using DigitTraining.Export;
using DigitTraining.Network;
using DigitTraining.Rendering;

// Renders three disjoint sets of digits, trains the network on the first and writes what samples/DigitClassifier uses:
// models/digits.onnx, data/calibration.npz and data/test.npz. Run from the repository root:
//
//     dotnet run -c Release --project samples/DigitTraining -- samples/DigitClassifier

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

if (args.Length != 1)
{
    Console.Error.WriteLine("usage: DigitTraining OUTPUT_FOLDER");
    return 1;
}

const int trainingCount = 32_000;
const int calibrationCount = 1_024;
const int testCount = 1_000;

string models = Directory.CreateDirectory(Path.Combine(args[0], "models")).FullName;
string data = Directory.CreateDirectory(Path.Combine(args[0], "data")).FullName;
var clock = Stopwatch.StartNew();

var training = DigitSet.Render(trainingCount, seed: 1);
var calibration = DigitSet.Render(calibrationCount, seed: 2);
var test = DigitSet.Render(testCount, seed: 3);
Console.WriteLine($"rendered {trainingCount + calibrationCount + testCount} digits in {clock.Elapsed.TotalSeconds:F1} s");

using var network = DigitTrainer.Train(training, Console.Out);
Console.WriteLine($"accuracy: training {DigitTrainer.Accuracy(network, training):P2}, "
    + $"calibration {DigitTrainer.Accuracy(network, calibration):P2}, test {DigitTrainer.Accuracy(network, test):P2}");

DigitNetworkExport.Write(network, Path.Combine(models, "digits.onnx"));

// Calibration data carries the network's own input name and element type, so the build can batch it as it is.
using (var file = new NpzWriter(Path.Combine(data, "calibration.npz")))
{
    file.Add("image", calibration.ToFloats(), calibration.Count, 1, DigitSet.Size, DigitSet.Size);
    file.Add("labels", calibration.Labels, calibration.Count);
}

using (var file = new NpzWriter(Path.Combine(data, "test.npz")))
{
    file.Add("image", test.Pixels, test.Count, 1, DigitSet.Size, DigitSet.Size);
    file.Add("labels", test.Labels, test.Count);
}

Console.WriteLine($"done in {clock.Elapsed.TotalSeconds:F0} s");
return 0;
