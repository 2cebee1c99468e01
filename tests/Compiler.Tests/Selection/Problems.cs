using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Partition;
using MixPrec.Compiler.Selection;
using MixPrec.Compiler.Tests.Partition;

namespace MixPrec.Compiler.Tests.Selection;

/// <summary>Selection problems over chains of layers, with small whole numbers so that every sum is exact.</summary>
internal static class Problems
{
    public static Configuration Config(double gain, double loss, long bytes = 0, double nanoseconds = 0,
        params PrecisionConfig[] precisions) =>
        new(precisions.Length > 0 ? precisions : [gain == 0 && loss == 0 ? PrecisionConfig.F32 : PrecisionConfig.I8], gain, nanoseconds,
            loss, bytes);

    /// <summary>One group per list; the sub-graphs are single layers "l0", "l1", …; loss errors are limited to 1024.</summary>
    public static SelectionProblem Of(params IReadOnlyList<Configuration>[] groups)
    {
        var net = new Networks();
        var x = net.Input("x", 1, 4);
        for (int i = 0; i < groups.Length; i++)
        {
            x = net.Linear("l" + i, x, 4);
        }

        return new SelectionProblem([.. SequentialPartition.Partition(net.Build(x))
            .Zip(groups, (s, g) => new SelectionGroup(s, g))], 1, 1024);
    }

    public static SelectionProblem Random(Random random)
    {
        var groups = Enumerable.Range(0, random.Next(1, 6)).Select(_ => Enumerable.Range(0, random.Next(1, 6)).Select(i =>
            i == 0 && random.Next(4) > 0
                ? Config(0, 0, 40, 0, PrecisionConfig.F32)
                : Config(random.Next(-3, 8), 50 * random.Next(0, 9), random.Next(10, 40), random.Next(-2, 9),
                    PrecisionConfig.All[random.Next(4)])).ToArray()).ToArray();
        var problem = Of([.. groups]);
        return problem with
        {
            MaxWeightBytes = random.Next(3) == 0 ? random.Next(10, 40) * groups.Length : null,
            FixedWeightBytes = 7,
            MaxLatencyNanoseconds = random.Next(3) == 0 ? 100 - random.Next(0, 4 * groups.Length) : null,
            FloatNanoseconds = 100,
        };
    }

    /// <summary>
    /// The oracle: every combination, compared by gain, loss error, departures and the fixed weights; null when none is allowed.
    /// </summary>
    public static int[]? BruteForce(SelectionProblem problem)
    {
        var allowed = from choice in Choices(problem)
                      let picked = problem.Groups.Zip(choice, (g, i) => g.Configurations[i]).ToArray()
                      where Enumerable.Range(0, problem.Outputs).All(o => picked.Sum(c => c.LossErrors[o]) <= 1024 / problem.Outputs)
                      where problem.MaxWeightBytes is not { } bytes || picked.Sum(c => c.WeightBytes) + 7 <= bytes
                      where problem.MaxLatencyNanoseconds is not { } latency || 100 - picked.Sum(c => c.GainNanoseconds) <= latency
                      orderby picked.Sum(c => c.Gain) descending, picked.Sum(c => c.LossError), picked.Sum(c => c.QuantizedLayers),
                          choice.Select((i, j) => ChoiceModel.TieWeight(j, i)).Sum()
                      select choice;
        return allowed.FirstOrDefault();
    }

    /// <summary>The least sum of a quantity of all choices that keep the limits but its own; null where none does.</summary>
    /// <param name="isBytes">Whether the quantity is bytes of weights, and not the loss error.</param>
    public static double? Least(SelectionProblem problem, Func<Configuration, double> quantity, bool isBytes = false) =>
        Choices(problem).Select(choice => problem.Groups.Zip(choice, (g, i) => g.Configurations[i]).ToArray())
            .Where(picked => !isBytes || picked.Sum(c => c.LossError) <= 1024)
            .Where(picked => isBytes || problem.MaxWeightBytes is not { } bytes || picked.Sum(c => c.WeightBytes) + 7 <= bytes)
            .Where(picked => problem.MaxLatencyNanoseconds is not { } latency || 100 - picked.Sum(c => c.GainNanoseconds) <= latency)
            .Select(picked => (double?)picked.Sum(quantity)).Min();

    private static IEnumerable<int[]> Choices(SelectionProblem problem)
    {
        IEnumerable<int[]> all = [[]];
        foreach (var group in problem.Groups)
        {
            all = all.SelectMany(_ => Enumerable.Range(0, group.Configurations.Count), (head, i) => (int[])[.. head, i]);
        }

        return all;
    }
}
