using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Calibration;

public sealed class BatchSizeTests
{
    /// <summary>256 MiB hold the values of 64 runs of 4 MiB, of 4 runs of 64 MiB, and of less than one of 512 MiB.</summary>
    [Theory]
    [InlineData(1 << 20, 64)]
    [InlineData(16 << 20, 4)]
    [InlineData(128 << 20, 1)]
    public void RunsOfOneSampleAreKeptTogetherWhileTheirValuesFit(int elements, int most)
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", new TensorType(ElementType.F32, [1]));
        var graph = builder.Build([builder.Add("wide", new Expand([elements]), x)], []);
        const int Count = 70;
        var samples = new SampleSet(new Dictionary<string, Tensor> { ["x"] =
            Tensor.Create([.. Enumerable.Range(0, Count).Select(i => (float)i)], Count, 1) }, null, null, Count);
        Batch[] batches = [.. Batch.Split(graph, samples, BatchSize.Choose(graph, samples))];
        Assert.Equal(Count, batches.Length);

        var groups = BatchSize.Together(graph, batches).ToArray();
        Assert.Equal(batches, groups.SelectMany(g => g));
        Assert.All(groups.SkipLast(1), g => Assert.Equal(most, g.Count));
        Assert.InRange(groups[^1].Count, 1, most);
    }

    [Fact]
    public void NothingIsNoGroup() => Assert.Empty(BatchSize.Together(new GraphBuilder().Build([], []), []));
}
