using MixPrec.Fuzz.Sessions;

namespace MixPrec.Fuzz.Tests;

/// <summary>Two seconds of what the command does for as long as one likes.</summary>
public sealed class SessionTests
{
    [Fact]
    public void OutputsHaveTheSameBitsWhateverComesAndGoes()
    {
        using var stress = new SessionStress();
        stress.Run(threads: 16, TimeSpan.FromSeconds(2), seed: 16);
        Assert.Empty(stress.Faults);
        Assert.NotEqual((0, 0), (stress.Runs, stress.Abandoned));
    }
}
