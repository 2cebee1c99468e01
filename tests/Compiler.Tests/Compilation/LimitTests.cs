using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Locking;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Report;
using MixPrec.Emit;
using MixPrec.Runtime.Simd;
using Xunit;

namespace MixPrec.Compiler.Tests.Compilation;

/// <summary>Limits of weights, and instruction sets that a plan is made for.</summary>
public sealed class LimitTests : SmallNetworkBuild
{
    [Fact]
    public void TheLimitOfWeightsIsThatOfTheFile()
    {
        var plan = Build(Net.Options with { Precisions = [PrecisionConfig.F32] }).Plan!;
        Assert.Null(WeightLimit.Missed(Net.Options with { MaxWeightBytes = plan.WeightsLength }, plan));
        var missed = Build(Net.Options with { Precisions = [PrecisionConfig.F32], MaxWeightBytes = plan.WeightsLength - 1 });
        Assert.Null(missed.Plan);
        Assert.Equal("MXP1022", Assert.Single(missed.Diagnostics).Description.Id);
        Assert.Equal("MXP1022", missed.Report.Failure!.Id);
    }

    /// <summary>
    /// Biases, scales, padding and every other constant count in the selection: whatever the limit, the plan that is chosen keeps it when
    /// it is written, or none can.
    /// </summary>
    [Fact]
    public void EveryLimitOfWeightsThatSomePlanKeepsIsKept()
    {
        long largest = Build(Net.Options with { Precisions = [PrecisionConfig.F32] }).Plan!.WeightsLength, least = Smallest();
        foreach (long limit in new[] { largest, largest - 1, (largest + least) / 2, least + 64, least })
        {
            Assert.InRange(Written(limit)!.Plan!.WeightsLength, 1, limit);
        }

        Assert.Null(Written(least - 1));

        CompilationResult? Written(long limit)
        {
            try
            {
                var result = Build(Net.Options with { ErrorBudget = 1, MaxWeightBytes = limit });
                File.Delete(Net.LockFile);
                return result;
            }
            catch (MixPrecException error) when (error.Description.Id == "MXP4001")
            {
                return null;
            }
        }

        // The message names what the smallest plan takes.
        long Smallest() => long.Parse(
            System.Text.RegularExpressions.Regex.Match(
                Assert.Throws<MixPrecException>(() => Build(Net.Options with { ErrorBudget = 1, MaxWeightBytes = 1 })).Message,
                    "least achievable is ([0-9]+)").Groups[1].Value,
            System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void OnlyTheInstructionSetThatKernelsAreForcedToCanBePlannedFor()
    {
        foreach (string unknown in new[] { "avx1024", "4", "neon" })
        {
            var refused = Assert.Throws<MixPrecException>(() => Build(Net.Options with { TargetIsa = unknown }));
            Assert.Equal("MXP1023", refused.Description.Id);
            Assert.All(InstructionSets.Available, set =>
                Assert.Contains(set.ToString().ToLowerInvariant(), refused.Message, StringComparison.Ordinal));
        }

        // This process has chosen freely, or was forced by the environment.
        string other = InstructionSets.Forced is InstructionSet.Scalar ? "vector128" : "scalar";
        Assert.Equal("MXP1030", Assert.Throws<MixPrecException>(() => Build(Net.Options with { TargetIsa = other })).Description.Id);
    }

    [Fact]
    public void CandidatesThatASetHasNoKernelForAreLeftOut()
    {
        var all = PrecisionConfig.All;
        Assert.Equal(all, TargetMachine.Worthwhile(all, hasSevenBitSums: true, hasBlockSums: true, hasPairProducts: true));
        Assert.Equal(["i8a7"], all.Except(TargetMachine.Worthwhile(all, false, true, true)).Select(p => p.Id));
        Assert.Equal(all.Where(p => p.Id.EndsWith("-i16", StringComparison.Ordinal)),
            all.Except(TargetMachine.Worthwhile(all, true, false, true)));
        Assert.Equal(["bf16a16"], all.Except(TargetMachine.Worthwhile(all, true, true, false)).Select(p => p.Id));
    }
}
