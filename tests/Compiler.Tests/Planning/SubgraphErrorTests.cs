using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Tests.Compilation;
using Xunit;

namespace MixPrec.Compiler.Tests.Planning;

/// <summary>What each sub-graph of a plan changes by itself.</summary>
public sealed class SubgraphErrorTests : SmallNetworkBuild
{
    /// <summary>The error of a sub-graph is that of a plan in which it alone leaves fp32.</summary>
    [Fact]
    public void ItIsTheErrorOfAPlanOfThatSubgraphAlone()
    {
        string[] pinned = [SmallNetwork.Layers[0], SmallNetwork.Layers[2]];
        var parts = Planned(pinned).Report.Subgraphs;
        Assert.Equal([true, false, true], parts.Select(p => double.IsFinite(p.MeasuredError)));
        foreach (var (layer, part) in pinned.Zip(parts.Where(p => double.IsFinite(p.MeasuredError))))
        {
            Assert.Equal([layer], part.Layers);
            var alone = Planned(layer).Report;
            Assert.True(part.MeasuredError > 0);
            Assert.Equal(alone.MeasuredError, part.MeasuredError);
            Assert.Equal(alone.MeasuredError, alone.Subgraphs.Single(p => p.Layers[0] == layer).MeasuredError);
            Assert.Equal(alone.PredictedError, part.PredictedError, 1e-9);
        }
    }

    private CompilationResult Planned(params string[] pinned) => Build(Net.Options with
    {
        Mode = BuildMode.Update, ErrorBudget = 0.5, ReducesError = false, ActivationRanges = ActivationRanges.MinMax,
        TimingBudget = TimeSpan.FromMinutes(10), Pin = [.. pinned.Select(l => KeyValuePair.Create(l, PrecisionConfig.I8))],
        KeepFloat = [.. SmallNetwork.Layers.Except(pinned)],
    });
}
