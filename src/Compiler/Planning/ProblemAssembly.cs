using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Partition;
using MixPrec.Compiler.Selection;
using MixPrec.Compiler.Sensitivity;
using MixPrec.Compiler.Verification;

namespace MixPrec.Compiler.Planning;

/// <summary>From what was estimated and measured to the integer program.</summary>
internal static class ProblemAssembly
{
    public static SelectionProblem Assemble(CompilerOptions options, AcceptanceCriteria criteria, PartitionResult parts,
        TimingResult timing, SensitivityTable sensitivity)
    {
        var times = timing.Table?.Fitted;
        var groups = parts.Subgraphs.Select((subgraph, j) => new SelectionGroup(subgraph, [.. timing.Configurations[j]
            .Select((precisions, c) =>
        {
            double time = times is null ? 0 : GainModels.Time(times[j].Float32, times[j].Configurations[c]);
            double gain = options.Objective switch
            {
                Objective.Macs => GainModels.Macs(subgraph, precisions, parts.Sizes),
                Objective.Memory => GainModels.Memory(subgraph, precisions),
                _ => time,
            };
            return Configuration.Create(subgraph, precisions, gain, time, sensitivity);
        })]));
        return new SelectionProblem([.. groups], options.ErrorBudget, sensitivity.MeanSquaredLoss)
        {
            MaxWeightBytes = options.MaxWeightBytes,
            MaxLatencyNanoseconds = criteria.MostNanoseconds(timing.Float32Nanoseconds),
            FloatNanoseconds = timing.Float32Nanoseconds,
        };
    }
}
