using MixPrec.Runtime.Threads;
using Xunit;

namespace MixPrec.Runtime.Tests.Threads;

public sealed class ThreadPlacementTests
{
    [Fact]
    public void AThreadIsKeptOffOneProcessorUntilItMayRunAnywhereAgain()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Processors().Count > 1, "Linux and two processors are needed.");
        HashSet<int> before = [], avoiding = [], after = [];
        ThreadPlacement? placement = null;
        using var steps = new Barrier(2);
        var thread = new Thread(() =>
        {
            placement = ThreadPlacement.OfThisThread();
            before = Processors();
            steps.SignalAndWait();
            steps.SignalAndWait();
            avoiding = Processors();
            placement!.AllowAll();
            after = Processors();
        });
        thread.Start();
        steps.SignalAndWait(TestContext.Current.CancellationToken);
        bool avoids = placement!.AvoidCaller();
        steps.SignalAndWait(TestContext.Current.CancellationToken);
        thread.Join();

        Assert.True(avoids);
        Assert.Equal(before.Count - 1, avoiding.Count);
        Assert.Subset(before, avoiding);
        Assert.Equal(before, after);
    }

    [Fact]
    public void AThreadOnTheOnlyProcessorOfItsProcessStays()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Processors().Count == 1, "One processor is needed, as with taskset.");
        var placement = ThreadPlacement.OfThisThread();

        Assert.False(placement!.AvoidCaller());
        Assert.Single(Processors());
    }

    /// <summary>Processors that this thread may run on, as the kernel tells it.</summary>
    private static HashSet<int> Processors()
    {
        const string Key = "Cpus_allowed_list:";
        string line = File.ReadLines("/proc/thread-self/status").First(l => l.StartsWith(Key, StringComparison.Ordinal));
        HashSet<int> processors = [];
        foreach (string range in line[Key.Length..].Trim().Split(','))
        {
            int[] ends = [.. range.Split('-').Select(int.Parse)];
            processors.UnionWith(Enumerable.Range(ends[0], ends[^1] - ends[0] + 1));
        }

        return processors;
    }
}
