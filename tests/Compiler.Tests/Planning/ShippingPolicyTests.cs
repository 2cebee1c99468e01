using MixPrec.Compiler.Locking;
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
    private static readonly SelectionProblem s_problem = Problems.Of([Problems.Config(0, 0), Problems.Config(8, 600, 0, 8)])
        with { FloatNanoseconds = 100 };

    [Fact]
    public void AFasterPlanShips()
    {
        var (shipment, codes) = Decide(92);
        Assert.Equal([1], shipment.Plan.Selection.Chosen);
        Assert.Null(shipment.Withheld);
        Assert.Empty(codes);
    }

    /// <summary>
    /// It was found, and everybody is told so: the plan that ships is fp32 with the time of fp32, not with that of another measurement.
    /// </summary>
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
        Assert.Equal("MXP4014 'Net' stays in fp32: none of the plans that were tried and gain keeps ErrorBudget 1E-07 as predicted. About 0.77 would allow one, predicted to save 8 ns of 100 ns.",
            Assert.Single(codes));
    }

    /// <summary>A plan that was predicted to change nothing measured 3e-6 at most: that is what it needs.</summary>
    [Fact]
    public void WhatWasMeasuredTellsTheBudgetThatIsNeeded()
    {
        var problem = Problems.Of([Problems.Config(0, 0), Problems.Config(8, 0, 0, 8)]) with { FloatNanoseconds = 100, ErrorBudget = 1e-7 };
        string text = Assert.Single(Warnings(problem, new(1e-7, null), new LossError(2e-6, 3e-6, 100)));
        Assert.Equal("MXP4014 'Net' stays in fp32: none of the plans that were tried and gain keeps ErrorBudget 1E-07 when it is measured. About 3E-06 would allow one, predicted to save 8 ns of 100 ns.", text);
    }

    /// <summary>
    /// What gains is predicted to change nothing, and no plan with it was tried, because its weights are too large: no budget would help,
    /// and none is named.
    /// </summary>
    [Fact]
    public void WhereNoPlanWasTriedAndNoErrorIsPredictedTheOtherLimitIsNamed()
    {
        var problem = Problems.Of([Problems.Config(0, 0, 40), Problems.Config(8, 0, 80, 8)])
            with { FloatNanoseconds = 100, ErrorBudget = 1e-7, MaxWeightBytes = 50 };
        string text = Assert.Single(Warnings(problem, new(1e-7, null), new LossError(0, 0, 100), s_options with { MaxWeightBytes = 50 }));
        Assert.Equal("MXP4018 'Net' stays in fp32: there are candidates that gain and keep ErrorBudget, and none of them fits MaxWeightBytes 50.", text);
    }

    /// <summary>
    /// Of two candidates one is predicted to change nothing and does not fit, the other needs a budget: that one is named, and as what it
    /// is.
    /// </summary>
    [Fact]
    public void APredictedBudgetIsOneThatChangesSomething()
    {
        var problem = Problems.Of([Problems.Config(0, 0, 40), Problems.Config(8, 0, 80, 8), Problems.Config(5, 600, 10, 5)])
            with { FloatNanoseconds = 100, ErrorBudget = 1e-7, MaxWeightBytes = 50 };
        string text = Assert.Single(Warnings(problem, new(1e-7, null), new LossError(0, 0, 100), s_options with { MaxWeightBytes = 50 }));
        Assert.EndsWith("keeps ErrorBudget 1E-07 as predicted. About 0.77 would allow one, predicted to save 5 ns of 100 ns.", text, StringComparison.Ordinal);
    }

    /// <summary>The plan keeps the budget and changes too many answers: a larger budget would not help.</summary>
    [Fact]
    public void WhereTheAgreementIsMissedTheBudgetIsNotBlamed()
    {
        string text = Assert.Single(Warnings(s_problem, new(1, 0.99), new LossError(0.1, 0.2, 100),
            s_options with { MinTop1Agreement = 0.99 }, agreement: 0.95));
        Assert.Equal("MXP4017 'Net' stays in fp32: no plan that gains keeps MinTop1Agreement 0.99. The best of them measured 0.95 on 100 held-out samples.", text);
    }

    [Fact]
    public void WhereNothingGainsThatIsSaid()
    {
        var (_, codes) = Decide(92, Problems.Of([Problems.Config(0, 0), Problems.Config(-3, 600)]) with { FloatNanoseconds = 100 });
        Assert.Equal("MXP4015 'Net' stays in fp32: none of the candidates that are allowed is faster for any of its layers on this machine.", Assert.Single(codes));
    }

    /// <summary>Three rounds that lie far apart do not tell that a candidate is slower; the fp32 of the part is none.</summary>
    [Fact]
    public void WhatTheRoundsDoNotTellIsNotSaidForCertain()
    {
        Measurement plain = new(100, 10, 3);
        var table = new TimingTable([new(plain, [plain, new(103, 10, 3), new(150, 10, 3)])], new(100, 0, 31));
        var (_, codes) = Decide(92, Problems.Of([Problems.Config(0, 0), Problems.Config(-3, 600)]) with { FloatNanoseconds = 100 },
            table: table);
        Assert.Equal(
            "MXP4015 'Net' stays in fp32: none of the candidates that are allowed is certain to be faster for any of its layers on this machine. 1 of their configurations may be: "
            + "the rounds spread too far to tell. Plan again when the machine is idle, or with more time than 60 s (MixPrecTimingSeconds).",
                Assert.Single(codes));
    }

    [Fact]
    public void PartsThatDoNotAddUpAreSaid()
    {
        var table = new TimingTable([new(new(250, 0, 31), [])], new(100, 0, 31));
        Assert.StartsWith("MXP4010 'Net': its parts, timed one by one in fp32, take 250 ns together, and the whole takes 100 ns.",
            Assert.Single(Decide(92, table: table).Codes), StringComparison.Ordinal);
    }

    [Fact]
    public void ATimeThatIsMissedFailsWithTheLeastThatWasFound()
    {
        var options = s_options with { MaxLatencyMicroseconds = 0.05 };
        var criteria = new AcceptanceCriteria(1, null, 50);
        var trials = new PlayedTrials(criteria, 92, 0);
        var plan = trials.Verify(s_problem with { MaxLatencyNanoseconds = 50 });
        var failure = new Findings(options, criteria, 100).Failure(plan, null!)!;
        Assert.Equal(("MXP4011", false), (failure.Description.Id, failure.Description.IsWarning));
        Assert.StartsWith(
            "'Net' misses MaxLatencyMicroseconds 0.05: the least time found is 0.092 µs, measured on the whole network (fp32 takes 0.1 µs). "
            + "Raise the limit; no ErrorBudget is predicted to lead below 0.092 µs, with the fastest candidate of every layer.",
                failure.Text, StringComparison.Ordinal);
    }

    /// <summary>92 of 100 ns is 1.0869 times as fast: what is said to be found is rounded down, what is to be reached is not.</summary>
    [Theory]
    [InlineData(1.08, null)]
    [InlineData(1.09, "no ErrorBudget is predicted to lead above 1.08, with the fastest candidate of every layer.")]
    public void ASpeedupIsThatOfTheWholeNetwork(double least, string? missed)
    {
        var options = s_options with { MinSpeedup = least };
        var criteria = new AcceptanceCriteria(1, null) { MinSpeedup = least };
        var plan = new PlayedTrials(criteria, 92, 0).Verify(s_problem with { MaxLatencyNanoseconds = 100 / least });
        var failure = new Findings(options, criteria, 100).Failure(plan, null!);
        Assert.Equal(missed is null, failure is null);
        if (failure is not null)
        {
            Assert.Equal("MXP4019", failure.Description.Id);
            Assert.StartsWith($"'Net' misses MinSpeedup {least}: the most found is 1.08 (0.092 µs instead of 0.1 µs in fp32, measured on the whole network). Lower it; {missed}",
                failure.Text, StringComparison.Ordinal);
        }
    }

    /// <summary>
    /// A limit that no plan comes near to, and the fastest is over the budget as well: it is the time that fails, and not the error.
    /// </summary>
    [Fact]
    public void ATinyLimitOfTimeIsNotBlamedOnTheErrorBudget()
    {
        Assert.StartsWith(
            "MXP4011 'Net' misses MaxLatencyMicroseconds 0.001: the least time found is 0.1 µs, measured on the whole network (fp32 takes 0.1 µs); 0.092 µs with a loss error of 1.6, above ErrorBudget 1. "
            + "Raise the limit; no ErrorBudget is predicted to lead below 0.092 µs", Failure(s_problem, 1, 0, 1.5),
                StringComparison.Ordinal);

        // Without fp32 among the choices there is none within the budget.
        Assert.StartsWith(
            "MXP4011 'Net' misses MaxLatencyMicroseconds 0.001: the least time found is 0.092 µs, measured on the whole network (fp32 takes 0.1 µs), with a loss error of 1.6, above ErrorBudget 1. Raise the limit;",
            Failure(s_problem.Where(c => !c.IsFloat)!, 1, 1.5, 1.5), StringComparison.Ordinal);
    }

    /// <summary>The plan that is fast enough is over the budget, and what keeps the budget is too slow: both ways out are named.</summary>
    [Fact]
    public void ATimeThatOnlyALargerErrorReachesSaysWhichError() => Assert.StartsWith(
        "MXP4011 'Net' misses MaxLatencyMicroseconds 0.095: the least time found is 0.1 µs, measured on the whole network (fp32 takes 0.1 µs); 0.092 µs with a loss error of 1.6, above ErrorBudget 1. "
        + "Raise the limit or ErrorBudget.", Failure(s_problem, 95, 0, 1.5), StringComparison.Ordinal);

    /// <summary>All plans are fast enough and over the budget: that is the budget's.</summary>
    [Fact]
    public void AMissedBudgetStaysOneWhereTheTimeIsKept()
    {
        string text = Failure(s_problem.Where(c => !c.IsFloat)!, 95, 1.5, 1.5);
        Assert.StartsWith("MXP2001", text, StringComparison.Ordinal);
    }

    /// <param name="limit">Nanoseconds; plans take what they are predicted to.</param>
    private static string Failure(SelectionProblem problem, double limit, double plainError, double error)
    {
        var criteria = new AcceptanceCriteria(1, null, limit);
        var plan = RepairLoop.Run(problem with { MaxLatencyNanoseconds = limit }, criteria, "Net", null, IntegerProgram.Solve, assignment =>
        {
            bool differs = assignment.Choices.Any();
            double found = differs ? error : plainError;
            return new(new(found, found * 1.01, 100), double.NaN, new(new(100, 0, 31), new(differs ? 92 : 100, 0, 31)));
        });
        var locked = new LockedPlan(new LockSubject(new string('a', 64), null, null, []), "Output", "Fisher", [],
            new(0, 0, 0, 100, 0, 0, 0, ""));
        var failure = new Findings(s_options with { MaxLatencyMicroseconds = limit / 1000, ErrorBudget = 1 }, criteria, 100)
            .Failure(plan, locked)!;
        return $"{failure.Description.Id} {failure.Text}";
    }

    /// <param name="error">Of every plan but fp32.</param>
    private static IEnumerable<string> Warnings(SelectionProblem problem, AcceptanceCriteria criteria, LossError error,
        CompilerOptions? options = null, double agreement = double.NaN)
    {
        var time = new Measurement(100, 0, 31);
        var plan = RepairLoop.Run(problem, criteria, "Net", null, IntegerProgram.Solve, assignment =>
            assignment.Choices.Any() ? new(error, agreement) : new(new(0, 0, 100), 1));
        return new Findings((options ?? s_options) with { ErrorBudget = problem.ErrorBudget }, criteria, 100)
            .Warnings(new(plan, new(time, time), null), problem, null, ConfigurationEnumerator.DefaultCap)
            .Select(d => $"{d.Description.Id} {d.Text}");
    }

    private static readonly CompilerOptions s_options = new() { Model = "net.onnx", ClassName = "Net", LockFile = "net.lock.json" };

    /// <param name="nanoseconds">Of the whole network with any plan but fp32, which takes 100.</param>
    private static (Shipment Shipment, IReadOnlyList<string> Codes) Decide(
        double nanoseconds, SelectionProblem? problem = null, double spread = 0, Objective objective = Objective.Time,
            TimingTable? table = null)
    {
        problem ??= s_problem;
        var options = s_options with { ErrorBudget = problem.ErrorBudget, Objective = objective };
        var criteria = new AcceptanceCriteria(problem.ErrorBudget, null);
        var shipment = new ShippingPolicy(options, criteria, new PlayedTrials(criteria, nanoseconds, spread),
            new StageProgress(Stages.Unheard, TimeProvider.System, default)).Decide(problem);
        return (shipment, [.. new Findings(options, criteria, 100).Warnings(shipment, problem, table, ConfigurationEnumerator.DefaultCap)
            .Select(d => $"{d.Description.Id} {d.Text}")]);
    }

    private sealed class PlayedTrials(AcceptanceCriteria criteria, double nanoseconds, double spread) : IPlanTrials
    {
        public Verified Verify(SelectionProblem problem) =>
            RepairLoop.Run(problem, criteria, "Net", null, IntegerProgram.Solve, assignment =>
            new(assignment.Choices.Any() ? s_error with { UpperBound95 = Math.Min(0.6, criteria.ErrorBudget) } : new(0, 0, 100), double.NaN,
                criteria.DemandsTime ? Times(assignment.Choices.Any()) : null));

        public Verified? Best(SelectionProblem problem, Func<Configuration, bool> allowed) =>
            problem.Where(allowed) is { } part ? Verify(part) is var best ? best with { Selection = best.Selection.Among(problem.Groups) }
                : null : null;

        public TimeComparison Times(Verified plan) => Times(!plan.IsFloat);

        public TimeComparison Times(Verified first, Verified second) =>
            throw new InvalidOperationException("there are no candidates of two passes");

        private TimeComparison Times(bool differs)
        {
            var first = new Measurement(100, spread, 31);
            return new(first, differs ? first with { Nanoseconds = nanoseconds } : first);
        }
    }
}
