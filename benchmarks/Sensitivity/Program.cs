using System.Globalization;
using MixPrec.Benchmarks.Sensitivity;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Precision;
using MixPrec.Compiler.Sensitivity;

// Random assignments of candidates to layers: the loss error that each estimator predicts against what the emitted class measures, and the error of
// uniform int8 under each rule for activation ranges.
if (args.Length is < 3 or > 4)
{
    Console.Error.WriteLine("usage: MODEL.onnx CALIBRATION.npz TEST.npz [ASSIGNMENTS]");
    return 64;
}

int count = args.Length > 3 ? int.Parse(args[3], CultureInfo.InvariantCulture) : 60;
var subject = new Subject(args[0], args[1], args[2]);
Console.WriteLine($"{Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(args[0])))}: {subject}, {count} assignments");
Console.WriteLine();
Estimates();
Ranges();
return 0;

void Estimates()
{
    var ranges = subject.Ranges(ActivationRanges.MinMax);
    var random = new Random(1);
    PrecisionAssignment[] assignments = [.. Enumerable.Range(0, count).Select(_ => Draw(random))];
    var measured = subject.Measure(assignments, ranges);
    Console.WriteLine("| estimator | samples | log-log correlation | predicted / measured: 10 % | 50 % | 90 % |");
    Console.WriteLine("|---|---|---|---|---|---|");
    foreach (var kind in Enum.GetValues<Estimator>())
    {
        var table = subject.Estimate(kind, ranges);
        Print($"{kind}", a => subject.Graph.QuantizableNodes.Sum(n => table[n, a[n]]) / table.MeanSquaredLoss);
        if (table.Changes.Count > 0)
        {
            Print($"{kind}, correlated", a => table.Correlated(a) / table.MeanSquaredLoss);
        }
    }

    Console.WriteLine();

    void Print(string name, Func<PrecisionAssignment, double> predict)
    {
        double[] predicted = [.. assignments.Select(predict)];
        Console.WriteLine($"| {name} | same | {Fit.Of(predicted, [.. measured.Select(m => m.Same)])} |");
        Console.WriteLine($"| {name} | others | {Fit.Of(predicted, [.. measured.Select(m => m.Others)])} |");
    }
}

// Few layers or many leave fp32, so that the errors spread over orders of magnitude; one always does.
PrecisionAssignment Draw(Random random)
{
    while (true)
    {
        double share = random.NextDouble();
        var choices = subject.Graph.QuantizableNodes.ToDictionary(n => n.Name, n =>
        {
            PrecisionConfig[] others = [.. Candidates.Of(n).Where(p => p != PrecisionConfig.F32)];
            return others.Length > 0 && random.NextDouble() < share ? others[random.Next(others.Length)] : PrecisionConfig.F32;
        });
        if (choices.Values.Any(p => p != PrecisionConfig.F32))
        {
            return new PrecisionAssignment(choices);
        }
    }
}

void Ranges()
{
    Console.WriteLine("| ranges | i8: relative RMSE of the loss on other samples | i8a7 |");
    Console.WriteLine("|---|---|---|");
    foreach (var kind in Enum.GetValues<ActivationRanges>())
    {
        var measured = subject.Measure([Uniform(PrecisionConfig.I8), Uniform(PrecisionConfig.I8A7)], subject.Ranges(kind));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {kind} | {Math.Sqrt(measured[0].Others):F5} | {Math.Sqrt(measured[1].Others):F5} |"));
    }

    Console.WriteLine();
}

PrecisionAssignment Uniform(PrecisionConfig precision) =>
    new(subject.Graph.QuantizableNodes.Where(n => Candidates.Of(n).Contains(precision)).ToDictionary(n => n.Name, _ => precision));
