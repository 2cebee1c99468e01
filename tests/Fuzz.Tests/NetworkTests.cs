using MixPrec.Fuzz.Networks;
using MixPrec.Fuzz.Running;

namespace MixPrec.Fuzz.Tests;

/// <summary>
/// Some changed networks, run beside ONNX Runtime and the slow meaning of their operators; the command runs as many as one likes.
/// </summary>
public sealed class NetworkTests : IDisposable
{
    private const int Seed = 16, Executions = 60;

    private readonly string _folder = Directory.CreateTempSubdirectory("mixprec-networks-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void OutputsAreThoseOfTheReferences()
    {
        var campaign = new Campaign(Seed, Campaign.Targets(_folder, null, NetworkTarget.TargetName));
        for (int i = 0; i < Executions; i++)
        {
            campaign.Execute(i);
        }

        Assert.True(campaign.Findings.Count == 0,
            string.Join("\n\n", campaign.Findings.Select(f => $"execution {f.Execution}: {f.Signature}\n{f.Text}")));
        Assert.Contains(NetworkTarget.Agrees, campaign.Statistics(), StringComparison.Ordinal);
    }
}
