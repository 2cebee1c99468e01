using MixPrec.Compiler.Options;
using MixPrec.Compiler.Planning;
using MixPrec.Compiler.Selection;
using MixPrec.Compiler.Tests.Compilation;
using MixPrec.Compiler.Tests.Selection;
using MixPrec.Compiler.Timing;
using MixPrec.Compiler.Verification;
using Xunit;

namespace MixPrec.Compiler.Tests.Planning;

/// <summary>Which plan ships, and what is said of it, with times that the test makes up.</summary>
public sealed class ShippingPolicyTests
{
    private static readonly LossError s_error = new(0.5, 0.6, 100);

    /// <summary>Predicted to gain 8 of 100 ns.</summary>
    private static readonly SelectionProblem s_problem = Problems.Of([Problems.Config(0, 0), Problems.Config(8, 600, 0, 8)]) with { FloatNanoseconds = 100 };

    [Fact]
    public void AFasterPlanShips()
    {
        var (shipment, codes) = Decide(92);
        Assert.Equal([1], shipment.Plan.Selection.Chosen);
        Assert.Null(shipment.Withheld);
        Assert.Empty(codes);
    }

    /// <summary>It was found, and everybody is told so: the plan that ships is fp32 with the time of fp32, not with that of another measurement.</summary>
    [Fact]
    public void APlanThatIsNoFasterIsWithheldAndSaidToBe()
    {
        var (shipment, codes) = Decide(107);
        Assert.True(shipment.Plan.IsFloat);
        Assert.Same(shipment.Times.First, shipment.Times.Second);
        Assert.Equal([1], shipment.Withheld!.Plan.Selection.Chosen);
        Assert.StartsWith("MXP4013 'Net' stays in fp32: the best plan takes 1 layer out of fp32, and the whole network then takes 107 ns instead of 100 ns, 7.0 % slower.", Assert.Single(codes), StringComparison.Ordinal);
    }

    /// <summary>The medians say slower, the rounds say nothing: the plan stays, with a warning.</summary>
    [Fact]
    public void ADifferenceWithinTheSpreadDecidesNothing()
    {
        var (shipment, codes) = Decide(107, spread: 60);
        Assert.Equal([1], shipment.Plan.Selection.Chosen);
        Assert.Null(shipment.Withheld);
        Assert.StartsWith("MXP4012 'Net': its times spread by 60 % around 100 ns", Assert.Single(codes), StringComparison.Ordinal);
    }

    [Fact]
    public void OtherObjectivesShipWhatTheyFound()
    {
        var (shipment, codes) = Decide(107, objective: Objective.Memory);
        Assert.Equal([1], shipment.Plan.Selection.Chosen);
        Assert.Empty(codes);
    }

    [Fact]
    public void ABudgetThatFitsNothingIsSaidWithOneThatDoes()
    {
        var (shipment, codes) = Decide(92, s_problem with { ErrorBudget = 1e-7 });
        Assert.True(shipment.Plan.IsFloat);

        // √(600 / 1024) = 0.7655.
        Assert.Equal("MXP4014 'Net' stays in fp32: no plan that gains keeps ErrorBudget 1E-07 when it is measured. About 0.77 would allow one.", Assert.Single(codes));
    }

    /// <summary>A plan that was predicted to change nothing measured 3e-6 at most: that is what it needs.</summary>
    [Fact]
    public void WhatWasMeasuredTellsTheBudgetThatIsNeeded()
    {
        var problem = Problems.Of([Problems.Config(0, 0), Problems.Config(8, 0, 0, 8)]) with { FloatNanoseconds = 100, ErrorBudget = 1e-7 };
        var time = new Measurement(100, 0, 31);
        var plain = new Verified(IntegerProgram.Solve(problem.Where(c => c.IsFloat)!), new(0, 0, 100), double.NaN, 1) { Attempts = [new(false, 0, new(2e-6, 3e-6, 100)), new(true, 0, new(0, 0, 100))] };
        var found = new Findings(s_options with { ErrorBudget = 1e-7 }, new Demands(1e-7, null), 100).Warnings(new(plain, new(time, time), null), problem, null, ConfigurationEnumerator.DefaultCap);
        Assert.EndsWith("keeps ErrorBudget 1E-07 when it is measured. About 3E-06 would allow one.", Assert.Single(found).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void WhereNothingGainsThatIsSaid()
    {
        var (_, codes) = Decide(92, Problems.Of([Problems.Config(0, 0), Problems.Config(-3, 600)]) with { FloatNanoseconds = 100 });
        Assert.StartsWith("MXP4015 'Net' stays in fp32", Assert.Single(codes), StringComparison.Ordinal);
    }

    [Fact]
    public void PartsThatDoNotAddUpAreSaid()
    {
        var table = new TimingTable([new(new(250, 0, 31), [])], new(100, 0, 31));
        Assert.StartsWith("MXP4010 'Net': its parts, timed one by one in fp32, take 250 ns together, and the whole takes 100 ns.", Assert.Single(Decide(92, table: table).Codes), StringComparison.Ordinal);
    }

    [Fact]
    public void ATimeThatIsMissedFailsWithTheLeastThatWasFound()
    {
        var options = s_options with { MaxLatencyMicroseconds = 0.05 };
        var demands = new Demands(1, null, 50);
        var trials = new PlayedTrials(demands, 92, 0);
        var plan = trials.Verify(s_problem with { MaxLatencyNanoseconds = 50 });
        var failure = new Findings(options, demands, 100).Failure(plan, null!)!;
        Assert.Equal(("MXP4011", true), (failure.Description.Id, failure.IsError));
        Assert.StartsWith("'Net' misses MaxLatencyMicroseconds 0.05: the least time found is 0.092 µs, measured on the whole network (fp32 takes 0.1 µs).", failure.Text, StringComparison.Ordinal);
    }

    private static readonly CompilerOptions s_options = new() { Model = "net.onnx", ClassName = "Net", LockFile = "net.lock.json" };

    /// <param name="nanoseconds">Of the whole network with any plan but fp32, which takes 100.</param>
    private static (Shipment Shipment, IReadOnlyList<string> Codes) Decide(
        double nanoseconds, SelectionProblem? problem = null, double spread = 0, Objective objective = Objective.Time, TimingTable? table = null)
    {
        problem ??= s_problem;
        var options = s_options with { ErrorBudget = problem.ErrorBudget, Objective = objective };
        var demands = new Demands(problem.ErrorBudget, null);
        var shipment = new ShippingPolicy(options, demands, new PlayedTrials(demands, nanoseconds, spread), new StageProgress(Stages.Unheard, TimeProvider.System, default)).Decide(problem);
        return (shipment, [.. new Findings(options, demands, 100).Warnings(shipment, problem, table, ConfigurationEnumerator.DefaultCap).Select(d => $"{d.Description.Id} {d.Text}")]);
    }

    private sealed class PlayedTrials(Demands demands, double nanoseconds, double spread) : IPlanTrials
    {
        public Verified Verify(SelectionProblem problem) => RepairLoop.Run(problem, demands, "Net", null, IntegerProgram.Solve, assignment =>
            new(assignment.Choices.Any() ? s_error with { UpperBound95 = Math.Min(0.6, demands.ErrorBudget) } : new(0, 0, 100), double.NaN, demands.MaxNanoseconds is null ? null : Times(assignment.Choices.Any())));

        public Verified? Best(SelectionProblem problem, Func<Configuration, bool> allowed) =>
            problem.Where(allowed) is { } part ? Verify(part) is var best ? best with { Selection = best.Selection.Among(problem.Groups) } : null : null;

        public TimeComparison Times(Verified plan) => Times(!plan.IsFloat);

        public TimeComparison Times(Verified first, Verified second) => throw new InvalidOperationException("there are no candidates of two passes");

        private TimeComparison Times(bool differs)
        {
            var first = new Measurement(100, spread, 31);
            return new(first, differs ? first with { Nanoseconds = nanoseconds } : first);
        }
    }
}
