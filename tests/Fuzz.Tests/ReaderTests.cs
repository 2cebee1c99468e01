using MixPrec.Fuzz.Running;

namespace MixPrec.Fuzz.Tests;

/// <summary>A run of the fuzzer that is short enough for every build; the command runs as long as one likes.</summary>
public sealed class ReaderTests : IDisposable
{
    private const int Seed = 20261128, Executions = 4000;

    private readonly string _folder = Directory.CreateTempSubdirectory("mixprec-fuzz-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Whatever is read ends in a diagnostic or in a plan, within bounds of time and memory.</summary>
    [Fact]
    public void EveryInputIsAcceptedOrRefusedWithACode()
    {
        var campaign = new Campaign(Seed, Campaign.Targets(_folder, null));
        for (int i = 0; i < Executions; i++)
        {
            campaign.Execute(i);
        }

        Assert.True(campaign.Findings.Count == 0,
            string.Join("\n\n", campaign.Findings.Select(f => $"{f.Target.Name}, execution {f.Execution}: {f.Signature}\n{f.Text}")));
        string statistics = campaign.Statistics();
        Assert.All(Campaign.Targets(_folder, null), target => Assert.Contains($"{target.Name}: ", statistics, StringComparison.Ordinal));
        Assert.Contains("accepted", statistics, StringComparison.Ordinal);
    }

    /// <summary>A finding is made again from its number, on every machine.</summary>
    [Fact]
    public void AnExecutionFollowsFromSeedAndNumber()
    {
        Campaign first = new(Seed, Campaign.Targets(_folder, null)), second = new(Seed, Campaign.Targets(_folder, null));
        for (int i = 0; i < 200; i++)
        {
            Assert.Equal(first.Make(i).Input, second.Make(i).Input);
        }
    }

    /// <summary>A reader with a fault is found out, and its input made small.</summary>
    [Fact]
    public void AFaultIsFoundAndItsInputMinimised()
    {
        var campaign = new Campaign(Seed, [new FaultyReader()]);
        for (int i = 0; i < 300; i++)
        {
            campaign.Execute(i);
        }

        var finding = Assert.Single(campaign.Findings);
        Assert.StartsWith("IndexOutOfRangeException in ", finding.Signature, StringComparison.Ordinal);
        Assert.Equal([7], campaign.Minimise(finding));
    }

    private sealed class FaultyReader : IFuzzTarget
    {
        public string Name => "faulty";

        public string Extension => ".bin";

        public int Share => 1;

        public byte[] Make(Random random) => [.. Enumerable.Range(0, 20).Select(_ => (byte)random.Next(40))];

        public string Read(byte[] input) => input.Contains((byte)7) ? throw new IndexOutOfRangeException() : Outcome.Accepted;

        public IEnumerable<byte[]> Smaller(byte[] input) => Mutation.BytesMutator.Smaller(input);
    }
}
