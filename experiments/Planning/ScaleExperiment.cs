using System.Diagnostics;
using System.Globalization;
using MixPrec.Compiler;
using MixPrec.Compiler.Formats;

namespace MixPrec.Experiments.Planning;

/// <summary>What planning costs against the number of layers and of weights, and what the solver alone costs.</summary>
/// <param name="most">Most layers of a stack.</param>
internal sealed class ScaleExperiment(int most)
{
    private readonly List<string> _stacks = [], _solver = [];

    public IReadOnlyList<string> Parts =>
    [
        .. new[] { 10, 100, 1000 }.Select(n => $"solver {n}"),
        .. new[] { (10, 256), (30, 256), (100, 256), (10, 1024), (10, 2048), (300, 256), (1000, 256) }.Where(s => s.Item1 <= most)
            .Select(s => FormattableString.Invariant($"stack {s.Item1} {s.Item2}")),
    ];

    public void Add(string part, CancellationToken cancellation)
    {
        string[] words = part.Split(' ');
        int first = int.Parse(words[1], CultureInfo.InvariantCulture);
        if (words[0] == "solver")
        {
            _solver.AddRange(SolverExperiment.Run(first));
        }
        else
        {
            _stacks.Add(Stack(first, int.Parse(words[2], CultureInfo.InvariantCulture), cancellation));
            Console.Error.WriteLine(_stacks[^1]);
        }
    }

    public void Write(string folder)
    {
        File.WriteAllLines(Path.Combine(folder, "planning-solver.csv"), [SolverExperiment.Header, .. _solver]);
        File.WriteAllLines(Path.Combine(folder, "planning-scale.csv"),
            ["layers,parameters,seconds,CPU seconds,peak megabytes,slowest stage,its seconds,layers outside fp32", .. _stacks]);
    }

    private static string Stack(int layers, int width, CancellationToken cancellation)
    {
        using var stack = new SyntheticStack(layers, width);
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        long start = Stopwatch.GetTimestamp();
        var result = ModelCompiler.Build(stack.Options, () => new MemoryStream(), new Silent(), cancellation);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        process.Refresh();
        var slowest = result.Report.Phases.MaxBy(p => p.Value);
        int outside = result.Report.Layers.Count(l => l.Precision != PrecisionConfig.F32.Id);
        double used = (process.TotalProcessorTime - before).TotalSeconds;
        return string.Create(CultureInfo.InvariantCulture, $"{layers},{(long)layers * width * width},{seconds:F1},{used:F1},")
            + string.Create(CultureInfo.InvariantCulture,
                $"{process.PeakWorkingSet64 >> 20},{slowest.Key},{slowest.Value:F1},{outside}");
    }

    private sealed class Silent : IProgress<BuildProgress>
    {
        public void Report(BuildProgress value)
        {
        }
    }
}
