using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Tests.Operators;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Execution;

/// <summary>What a Debug build of an application compiles without optimisation.</summary>
public sealed class DebugBuildTests
{
    private const int Runs = 3;

    /// <summary>
    /// Of every operator, its sizes constants. A span of constants in the assembly's data is an object of 72 bytes where the compiler
    /// of the machine does not fold it.
    /// </summary>
    [Fact]
    public void RunAllocatesNothing()
    {
        var samples = OperatorSamples.Typical.Where(s => s.Value.Letters.Count > 0)
            .Select(s => (Name: s.Key, Lowered: Lower(s.Value))).Where(s => s.Lowered is not null).ToArray();
        var failed = new List<string>();
        foreach (var ((name, lowered), model) in samples.Zip(CompiledModel.CompileUnoptimized([.. samples.Select(s => s.Lowered!)])))
        {
            var sizes = lowered!.Plan.Dimensions.ToDictionary(d => d.Identifier, _ => 4L);
            using var run = model.Prepare([.. lowered.Plan.Ports.Where(p => !p.IsOutput)
                .Select(p => Tensor.Zeros(p.Type, [.. p.Shape.Select(d => d.Evaluate(sizes))]))]);
            try
            {
                run.Invoke();
            }
            catch (ArgumentException)
            {
                continue;
            }

            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Runs; i++)
            {
                run.Invoke();
            }

            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            failed.AddRange(allocated == 0 ? [] : [$"{name}: {allocated / Runs} bytes a run"]);
        }

        Assert.True(failed.Count == 0, string.Join("\n", failed));
        Assert.True(samples.Length > 100);
    }

    private static LoweredModel? Lower(OperatorSample sample)
    {
        try
        {
            return Lowerer.Lower(GraphRewrites.Apply(sample.Import(ElementType.F32, [])),
                PrecisionAssignment.AllFloat, RangeTable.Empty, new LoweringOptions("Net"));
        }
        catch (MixPrecException)
        {
            return null;
        }
    }
}
