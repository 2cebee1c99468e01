using System.Globalization;
using System.Numerics.Tensors;
using PictureClassifier;

// dotnet run -- PICTURE [LABELS.txt]: the three most probable classes; a line of the text names a class.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

// Of SqueezeNet 1.1 with the normalisation in front. Without it: mean 123.675, 116.28, 103.53 and deviation 58.395, 57.12, 57.375.
// A network of TensorFlow has Layout.Nhwc.
var reader = new PictureReader(224, Layout.Nchw, Mean: [0, 0, 0], Deviation: [1, 1, 1]);
var scores = new float[1000];

using var net = PictureNet.Load();
net.Run(reader.Read(args[0]), scores);
TensorPrimitives.SoftMax(scores, scores);
string[]? names = args.Length > 1 ? File.ReadAllLines(args[1]) : null;
foreach (var (place, probability) in scores.Index().OrderByDescending(s => s.Item).Take(3))
{
    Console.WriteLine($"{names?[place] ?? $"class {place}"}: {probability:P1}");
}
