using System.Diagnostics;
using System.Globalization;
using MixPrec.Compiler;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Options;

namespace MixPrec.Experiments.Planning;

/// <summary>What planning costs against the number of layers and of weights, and what the solver alone costs.</summary>
/// <param name="most">Most layers of a stack.</param>
/// <param name="only">Some parts alone; a network alone has the peak of its memory to itself.</param>
internal sealed class ScaleExperiment(int most, IReadOnlyCollection<string> only)
{
    private readonly List<string> _networks = [], _solver = [];

    public IReadOnlyList<string> Parts => only.Count > 0 ? [.. only] :
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
            return;
        }

        int width = int.Parse(words[2], CultureInfo.InvariantCulture);
        using var model = words[0] == "decoder" ? SyntheticNetworks.Decoder(first, width) : SyntheticNetworks.Stack(first, width);

        // No clock decides of a stack; a decoder is planned as by default.
        var options = words[0] == "decoder" ? model.Options with { Loss = LossKind.NextToken, Objective = Objective.Time }
            : model.Options with { Objective = Objective.Macs };
        _networks.Add(string.Create(CultureInfo.InvariantCulture, $"{words[0]},{first},{model.Parameters},")
            + Planned(options, cancellation));
        Console.Error.WriteLine(_networks[^1]);
    }

    public void Write(string folder)
    {
        ResultFile.Merge(Path.Combine(folder, "planning-solver.csv"), SolverExperiment.Header, _solver);
        ResultFile.Merge(Path.Combine(folder, "planning-scale.csv"),
            "network,layers or blocks,parameters,seconds,CPU seconds,most megabytes of its own,with pages of files,slowest stage,its seconds,layers outside fp32",
            _networks, key: 3);
    }

    private static string Planned(CompilerOptions options, CancellationToken cancellation)
    {
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        long start = Stopwatch.GetTimestamp();
        using var heard = new PlanningMemory();

        // A build writes its weights beside the application.
        var result = ModelCompiler.Build(options, () => NewFile.Create(Path.ChangeExtension(options.Model, ".weights")), heard,
            cancellation);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        process.Refresh();
        var slowest = result.Report.Phases.MaxBy(p => p.Value);
        int outside = result.Report.Layers.Count(l => l.Precision != PrecisionConfig.F32.Id);
        double used = (process.TotalProcessorTime - before).TotalSeconds;
        return string.Create(CultureInfo.InvariantCulture, $"{seconds:F1},{used:F1},{heard.MostOwn >> 20},{process.PeakWorkingSet64 >> 20},")
            + string.Create(CultureInfo.InvariantCulture, $"{slowest.Key},{slowest.Value:F1},{outside}");
    }
}
