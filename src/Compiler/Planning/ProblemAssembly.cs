using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Partition;
using MixPrec.Compiler.Selection;
using MixPrec.Compiler.Sensitivity;
using MixPrec.Compiler.Timing;

namespace MixPrec.Compiler.Planning;

/// <summary>From what was estimated and measured to the integer program.</summary>
internal static class ProblemAssembly
{
    /// <param name="configurations">Of each sub-graph.</param>
    /// <param name="times">Of each sub-graph and its configurations; null where times do not matter.</param>
    /// <param name="sizes">That multiplications are counted at.</param>
    /// <param name="floatNanoseconds">Of the whole network in fp32.</param>
    public static SelectionProblem Assemble(
        CompilerOptions options, IReadOnlyList<Subgraph> subgraphs,
            IReadOnlyList<IReadOnlyList<IReadOnlyList<PrecisionConfig>>> configurations,
        IReadOnlyList<SubgraphTiming>? times, SensitivityTable sensitivity, IReadOnlyDictionary<string, long> sizes,
            double floatNanoseconds)
    {
        var groups = subgraphs.Select((subgraph, j) => new SelectionGroup(subgraph, [.. configurations[j].Select((precisions, c) =>
        {
            double time = times is null ? 0 : GainModels.Time(times[j].Float32, times[j].Configurations[c]);
            double gain = options.Objective switch
            {
                Objective.Macs => GainModels.Macs(subgraph, precisions, sizes),
                Objective.Memory => GainModels.Memory(subgraph, precisions),
                _ => time,
            };
            return Configuration.Create(subgraph, precisions, gain, time, sensitivity);
        })]));
        return new SelectionProblem([.. groups], options.ErrorBudget, sensitivity.MeanSquaredLoss)
        {
            MaxWeightBytes = options.MaxWeightBytes,
            MaxLatencyNanoseconds = options.MaxLatencyMicroseconds * 1000,
            FloatNanoseconds = floatNanoseconds,
        };
    }
}
