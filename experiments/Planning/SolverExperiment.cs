using System.Diagnostics;
using System.Globalization;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Partition;
using MixPrec.Compiler.Selection;

namespace MixPrec.Experiments.Planning;

/// <summary>
/// How long the integer program takes with many sub-graphs: gains and errors are drawn, the less accurate a configuration the more it
/// gains on average, as measured ones are.
/// </summary>
internal static class SolverExperiment
{
    private const int Configurations = 32;

    public static string Header => "subgraphs,configurations,budget,seconds,CPU seconds,status,relative gap";

    /// <summary>A line for each budget, as a share of the error of the fastest choice.</summary>
    public static IEnumerable<string> Run(int subgraphs)
    {
        var random = new Random(subgraphs);
        var groups = Enumerable.Range(0, subgraphs).Select(_ => Group(random)).ToArray();
        double largest = groups.Sum(g => g.Configurations.MaxBy(c => c.Gain)!.LossError);
        foreach (double share in new[] { 0.01, 0.1, 0.5 })
        {
            long start = Stopwatch.GetTimestamp();
            var before = Environment.CpuUsage.TotalTime;
            var result = IntegerProgram.Solve(new(groups, 1, largest * share));
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds, used = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{subgraphs},{Configurations},{share},{seconds:F2},{used:F2},{result.Status},{result.RelativeGap:G2}");
        }
    }

    private static SelectionGroup Group(Random random)
    {
        double size = Math.Exp(2 * random.NextDouble());
        var others = Enumerable.Range(1, Configurations - 1).Select(_ =>
        {
            double error = Math.Exp(6 * random.NextDouble()), gain = 1000 * size * Math.Log(1 + error) * (0.5 + random.NextDouble());
            return new Configuration([PrecisionConfig.I8], gain, 0, size * error, 0);
        });
        return new(new Subgraph(0, [], ""), [new([PrecisionConfig.F32], 0, 0, 0, 0), .. others]);
    }
}
