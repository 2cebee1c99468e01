using MixPrec.Compiler.Data;
using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Compiler.Partition;
using MixPrec.Compiler.Report;
using MixPrec.Compiler.Timing;

namespace MixPrec.Compiler.Planning;

/// <summary>What each step of the plan that ships takes in the whole network, beside what this machine can do at most.</summary>
internal sealed record ShippedSteps(IReadOnlyList<ProfiledStep> Steps, string Roofs)
{
    /// <summary>Where nothing is timed.</summary>
    public static readonly ShippedSteps None = new([], "");

    /// <param name="lower">Gives the network with the plan.</param>
    /// <param name="graph">That it lowers.</param>
    public static ShippedSteps Measure(Func<LoweredModel> lower, Graph graph, SampleSet samples, int threads, TimeSpan longest,
        CancellationToken cancellation)
    {
        var inputs = TimingInputs.Record(graph, samples, graph.Inputs);
        var lowered = lower();
        var times = StepProfile.StepTimes(lowered, inputs.For(graph, Layout.RowMajor)[0], longest, cancellation, inputs.Sizes);
        var roofs = new MachineRoofs(threads);
        return new(ProfiledStep.Of(lowered.Plan, times, graph, inputs.Sizes, roofs), roofs.Words);
    }

    /// <summary>The report with the steps, and with what they add up to in each sub-graph.</summary>
    public BuildReport On(BuildReport report, IReadOnlyList<Subgraph> subgraphs)
    {
        var times = Steps.GroupBy(s => s.Layer).ToDictionary(g => g.Key, g => g.Sum(s => s.Nanoseconds));
        return Steps.Count == 0 ? report : report with
        {
            Steps = Steps,
            Roofs = Roofs,
            Subgraphs = [.. report.Subgraphs.Zip(subgraphs, (r, s) => r with
            {
                MeasuredNanoseconds = s.Nodes.Select(n => n.Name).Distinct().Sum(name => times.GetValueOrDefault(name)),
            })],
        };
    }
}
