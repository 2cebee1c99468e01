using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Selection;
using Xunit;

namespace MixPrec.Compiler.Tests.Selection;

public sealed class SelectionProblemTests
{
    [Fact]
    public void AChoiceAmongFewerIsTheSameAmongAll()
    {
        Configuration twoPasses = Problems.Config(5, 10, 0, 5, PrecisionConfig.I8A7F32),
            onePass = Problems.Config(3, 20, 0, 3, PrecisionConfig.I8);
        var problem = Problems.Of([Problems.Config(0, 0), twoPasses, onePass], [Problems.Config(0, 0), onePass]);
        var few = IntegerProgram.Solve(problem.Where(c => c.IsOnePass)!);
        var all = few.Among(problem.Groups);
        Assert.Equal([1, 1], few.Chosen);
        Assert.Equal([2, 1], all.Chosen);
        Assert.Equal(few.Configurations, all.Configurations);
        Assert.Equal((few.Gain, few.LossError, few.GainNanoseconds), (all.Gain, all.LossError, all.GainNanoseconds));
    }

    [Fact]
    public void AGroupThatLosesEveryChoiceLeavesNoProblem() =>
        Assert.Null(Problems.Of([Problems.Config(0, 0)], [Problems.Config(5, 10, 0, 5, PrecisionConfig.I8A7F32)]).Where(c => c.IsOnePass));
}
