using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Planning;
using MixPrec.Compiler.Selection;
using MixPrec.Compiler.Tests.Selection;
using Xunit;

namespace MixPrec.Compiler.Tests.Planning;

/// <summary>Files whose padding the program does not know, against every choice written in turn.</summary>
public sealed class LimitedWeightsTests
{
    private static readonly PrecisionConfig[] s_precisions = [PrecisionConfig.F32, PrecisionConfig.BF16, PrecisionConfig.I8];
    private static readonly long[] s_bytes = [40, 20, 10];

    [Fact]
    public void AChoiceKeepsTheLimitWhenItIsWritten()
    {
        int best = 0, found = 0, none = 0;
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var padding = Enumerable.Range(0, 5).Select(_ => s_precisions.ToDictionary(p => p, _ => (long)random.Next(0, 7))).ToArray();
            int constants = random.Next(0, 40);
            var problem = Problems.Of([.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => s_precisions.Select((p, i) =>
                Problems.Config(i * random.Next(0, 8), i * 60 * random.Next(0, 9), s_bytes[i], 0, p)).ToArray())]);
            problem = problem with { MaxWeightBytes = constants + (problem.Groups.Count * random.Next(8, 44)) };
            long Write(PrecisionAssignment assignment) =>
                constants + problem.Groups.Select((g, i) =>
                    assignment[g.Subgraph.Quantizable[0]] is var p ? s_bytes[Array.IndexOf(s_precisions, p)] + padding[i][p] : 0).Sum();

            var result = new LimitedWeights(Write).Solve(problem);
            var allowed = Choices(problem).Where(c => c.Sum(x => x.LossError) <= 1024
                && Write(Assignment(problem, c)) <= problem.MaxWeightBytes).ToArray();
            if (result.Chosen.Count == 0)
            {
                none++;
                Assert.NotNull(result.Missed);
                Assert.DoesNotContain(allowed, c => c.All(x => x.WeightBytes == s_bytes[^1]));
                continue;
            }

            found++;
            Assert.InRange(Write(result.Assignment), 1, problem.MaxWeightBytes!.Value);
            best += allowed.Max(c => c.Sum(x => x.Gain)) == result.Gain ? 1 : 0;
        }

        Assert.InRange(none, 10, 200);
        Assert.True(best >= found * 0.8, $"{best} of {found} choices are the best there is");
    }

    [Fact]
    public void WithoutALimitNothingIsWritten() =>
        Assert.Equal(SelectionStatus.Optimal, new LimitedWeights(_ => throw new InvalidOperationException())
            .Solve(Problems.Of([Problems.Config(0, 0)])).Status);

    private static IEnumerable<Configuration[]> Choices(SelectionProblem problem)
    {
        IEnumerable<Configuration[]> all = [[]];
        foreach (var group in problem.Groups)
        {
            all = all.SelectMany(_ => group.Configurations, (head, c) => (Configuration[])[.. head, c]);
        }

        return all;
    }

    private static PrecisionAssignment Assignment(SelectionProblem problem, Configuration[] choice) =>
        new(problem.Groups.Zip(choice).ToDictionary(p => p.First.Subgraph.Quantizable[0].Name, p => p.Second.Precisions[0]));
}
