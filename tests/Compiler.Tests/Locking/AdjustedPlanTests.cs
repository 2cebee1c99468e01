using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Locking;
using Xunit;

namespace MixPrec.Compiler.Tests.Locking;

/// <summary>Plans that change weights and biases.</summary>
public sealed class AdjustedPlanTests : LockFileFolder
{
    private static readonly sbyte[] s_steps = [.. Enumerable.Range(0, 16).Select(i => (sbyte)((i % 3) - 1))];

    [Fact]
    public void AdjustmentsComeBackAndGoIntoTheTables()
    {
        var plan = LockFileReader.Parse(Format(Adjusted(s_steps))).Plans.Single();
        Assert.Null(plan.EditedFrom);
        Assert.Equal(s_steps, plan.Layers[0].Rounding!.Steps.ToArray());
        Assert.Equal([0.5f, -0.25f, 0, 1], plan.Layers[0].BiasCorrection!.Values.ToArray());
        Assert.Equal("weights rounded on calibration data, mean error taken off the bias", plan.Layers[0].Adjustments);
        Assert.Equal("", plan.Layers[1].Adjustments);
        Assert.Equal(plan.Layers[0].Rounding, plan.Ranges.Roundings[("a", plan.Layers[0].Precision.Storage)]);
        Assert.Empty(plan.Differences(Subject(), Graph));
        Assert.Equal(Format(Adjusted(s_steps)), Format(plan));
    }

    [Fact]
    public void FactorsAndShiftsOfChannelsComeBack()
    {
        var plan = Example();
        sbyte[] exponents = [-64, 0, 3, 64];
        plan = plan with
        {
            Layers = [plan.Layers[0] with { Channels = new(exponents), Shift = new([0.25f, 255], [-3e-9f, 7]) }, .. plan.Layers.Skip(1)],
        };
        var read = LockFileReader.Parse(Format(plan)).Plans.Single();
        Assert.Null(read.EditedFrom);
        Assert.Equal(exponents, read.ChannelExponents["a"].Values.ToArray());
        Assert.Equal(plan.Layers[0].Shift, read.Shifts["a"]);
        Assert.Equal("channels scaled, input shifted by channel", read.Layers[0].Adjustments);
        Assert.Equal(Format(plan), Format(read));
        Assert.Equal(["a"], new PlanDifference(plan, Example()).Adjusted);
        Assert.Contains("the model does not allow the factors or shifts of channels that it has", read.Differences(Subject(), Graph));
    }

    [Theory]
    [InlineData("\"channels\": \"QA==\"", "\"channels\": \"QQ==\"", "exponents from -64 to 64")]
    [InlineData("\"channels\": \"QA==\"", "\"channels\": \"\"", "exponents from -64 to 64")]
    [InlineData("\"shift\": \"AACAPwAAAAA=\"", "\"shift\": \"AACAPw==\"", "factors and terms in base 64")]
    [InlineData("\"shift\": \"AACAPwAAAAA=\"", "\"shift\": \"AAAAAAAAAAA=\"", "factors and terms in base 64")]
    public void DamagedFactorsAndShiftsAreRefused(string from, string to, string reason)
    {
        var plan = Example();
        plan = plan with { Layers = [plan.Layers[0] with { Channels = new([64]), Shift = new([1], [0]) }, .. plan.Layers.Skip(1)] };
        Assert.Contains(from, Format(plan), StringComparison.Ordinal);
        Refused(Format(plan).Replace(from, to, StringComparison.Ordinal), reason);
    }

    [Fact]
    public void LinesOfLayersStayShort() => Assert.DoesNotContain(Format(Adjusted(s_steps)).Split('\n'), line =>
        line.Contains("\"operator\"", StringComparison.Ordinal) && line.Contains("rounding", StringComparison.Ordinal));

    [Fact]
    public void AnotherStepIsAnEdit()
    {
        string text = Format(Adjusted(s_steps));
        string other = AdjustmentText.Format(new WeightRounding([.. s_steps.Reverse()]));
        string edited = text.Replace(AdjustmentText.Format(new WeightRounding(s_steps)), other, StringComparison.Ordinal);
        var plan = LockFileReader.Parse(edited).Plans.Single();
        Assert.NotNull(plan.EditedFrom);
    }

    [Fact]
    public void PlansOfOtherStepsDecideOtherwise()
    {
        var (one, other) = (Adjusted(s_steps), Adjusted([.. s_steps.Reverse()]));
        Assert.True(new PlanDifference(one, Adjusted([.. s_steps])).DecidesTheSame);
        Assert.Equal(["a"], new PlanDifference(one, other).Adjusted);
        Assert.False(new PlanDifference(one, other).DecidesTheSame);
        Assert.False(new PlanDifference(one, Example()).DecidesTheSame);
    }

    [Fact]
    public void StepsOfAnotherSizeDoNotMatchTheModel()
    {
        var plan = Adjusted([1, 0, -1]);
        Assert.Contains("what it adjusts of 'a' is of another size", plan.Differences(Subject(), Graph));
    }

    [Theory]
    [InlineData("\"adjustments\": [", "\"adjustments\": [ 1,", "adjustment 0 is no JSON object")]
    [InlineData("\"weights\": 16", "\"weights\": 17", "one step for each of 'weights'")]
    [InlineData("\"weights\": 16", "\"weights\": 2000000000", "one step for each of 'weights'")]
    [InlineData("{ \"name\": \"a\", \"biasCorrection\": ", "{ \"name\": \"no\", \"biasCorrection\": ", "the name of a layer that is adjusted once")]
    [InlineData("\"biasCorrection\": \"", "\"biasCorrection\": \"*", "finite numbers in base 64")]
    public void DamagedAdjustmentsAreRefused(string from, string to, string reason) =>
        Refused(Format(Adjusted(s_steps)).Replace(from, to, StringComparison.Ordinal), reason);

    /// <summary>A file of version 3, which knew no adjustments.</summary>
    [Fact]
    public void PlansOfTheVersionBeforeAreRead()
    {
        string text = Format(Example());
        Assert.DoesNotContain("adjustments", text, StringComparison.Ordinal);
        var plan = LockFileReader.Parse(text.Replace("\"version\": 5", "\"version\": 3", StringComparison.Ordinal)).Plans.Single();
        Assert.Null(plan.EditedFrom);
    }

    private LockedPlan Adjusted(sbyte[] steps)
    {
        var plan = Example();
        return plan with
        {
            Layers = [plan.Layers[0] with { Rounding = new WeightRounding(steps), BiasCorrection = new([0.5f, -0.25f, 0, 1]) },
                .. plan.Layers.Skip(1)],
        };
    }
}
