using MixPrec.Compiler.Selection;
using Xunit;

namespace MixPrec.Compiler.Tests.Selection;

/// <summary>What is left out is in no answer: the answers themselves are compared with enumeration in <see cref="IntegerProgramTests"/>.</summary>
public sealed class ChoiceReductionTests
{
    [Fact]
    public void TheAnswerOfEnumerationIsKept()
    {
        int kept = 0, all = 0;
        for (int seed = 0; seed < 300; seed++)
        {
            var problem = Problems.Random(new Random(seed));
            bool[][] reduced = ChoiceReduction.Find(problem, 1 << 10);
            Assert.All(Problems.BruteForce(problem) ?? [], (i, group) => Assert.True(reduced[group][i], $"seed {seed}"));
            kept += reduced.Sum(g => g.Count(k => k));
            all += reduced.Sum(g => g.Length);
        }

        Assert.True(kept < 0.8 * all, $"{kept} of {all} are kept");
    }

    /// <summary>One of thousands of choices differs from the next best by one part in a hundred thousand.</summary>
    [Fact]
    public void ManyGroupsKeepFewConfigurationsEach()
    {
        var random = new Random(5);
        var problem = Problems.Of([.. Enumerable.Range(0, 300).Select(_ => (IReadOnlyList<Configuration>)[Problems.Config(0, 0),
            .. Enumerable.Range(0, 15).Select(_ => random.NextDouble() * 6).Select(loss =>
                Problems.Config(loss * (0.5 + random.NextDouble()), loss))])]);
        bool[][] kept = ChoiceReduction.Find(problem, 1 << 10);
        Assert.All(kept, group => Assert.Contains(true, group));
        Assert.InRange(kept.Sum(g => g.Count(k => k)), 300, 900);
        var result = IntegerProgram.Solve(problem);
        Assert.Equal(SelectionStatus.Optimal, result.Status);
        Assert.All(result.Chosen, (i, group) => Assert.True(kept[group][i]));
    }
}
