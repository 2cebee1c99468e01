using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Locking;
using MixPrec.Compiler.Options;
using Xunit;

namespace MixPrec.Compiler.Tests.Locking;

/// <summary>Plans that somebody changed by hand, and files of earlier versions.</summary>
public sealed class LockFileEditTests : LockFileFolder
{
    /// <summary>
    /// Decisions and numbers belong together: whichever of them is changed by hand, the plan is refused and what its file says is kept.
    /// </summary>
    [Theory]
    [InlineData("\"precision\": \"i8\"", "\"precision\": \"bf16\"")]
    [InlineData("[0, 0.10000000149011612]", "[0, 0.2]")]
    [InlineData("\"lossError\": 1.5E-05", "\"lossError\": 1.4E-05")]
    [InlineData("\"gainMicroseconds\": 2.25", "\"gainMicroseconds\": 20.25")]
    [InlineData("\"measuredError\": 0.0061", "\"measuredError\": 0.006")]
    [InlineData("\"loss\": \"CrossEntropy\"", "\"loss\": \"Mse\"")]
    [InlineData("\"machine\": \"A CPU", "\"machine\": \"B CPU")]
    public void AnEditedPlanIsRefusedAndKept(string from, string to)
    {
        string edited = Format(Example()).Replace(from, to, StringComparison.Ordinal);
        Assert.NotEqual(Format(Example()), edited);
        File.WriteAllText(At("lock.json"), edited);
        foreach (var mode in new[] { BuildMode.Auto, BuildMode.Locked })
        {
            var error = Assert.Throws<MixPrecException>(() =>
                LockPolicy.Decide(Options with { Mode = mode, LockFile = At("lock.json") }, LockFile.Read(At("lock.json")), Subject(),
                Graph, Rules));
            Assert.Equal("MXP1024", error.Description.Id);
            Assert.Contains(Subject().Key, error.Message, StringComparison.Ordinal);
        }

        Assert.Null(LockPolicy.Decide(Options with { Mode = BuildMode.Update }, LockFile.Read(At("lock.json")), Subject(), Graph, Rules).Plan);

        // Another project's build writes the file: the plan is no more one that a build wrote than before.
        LockFile.Put(At("lock.json"), With(("ErrorBudget", "0.02")), TestContext.Current.CancellationToken);
        Assert.NotNull(LockFile.Read(At("lock.json")).For(Subject())!.EditedFrom);
        LockFile.Put(At("lock.json"), Example(), TestContext.Current.CancellationToken);
        Assert.Equal(Format(Example(), With(("ErrorBudget", "0.02"))), File.ReadAllText(At("lock.json")));
    }

    /// <summary>An edited option makes it another project's plan: that one refuses it.</summary>
    [Fact]
    public void AnEditedOptionIsAnEdit()
    {
        var read = LockFileReader.Parse(Format(Example()).Replace("\"ErrorBudget\": \"0.01\"", "\"ErrorBudget\": \"0.02\"",
            StringComparison.Ordinal));
        Assert.NotNull(read.For(With(("ErrorBudget", "0.02")).Subject)!.EditedFrom);
    }

    [Fact]
    public void LayoutIsNoEdit()
    {
        string text = Format(Example());
        foreach (string other in new[] { text.ReplaceLineEndings("\r\n"),
            text.ReplaceLineEndings("").Replace("  ", "", StringComparison.Ordinal),
            text.Replace("0.0061", "6.1e-3", StringComparison.Ordinal) })
        {
            Assert.Null(Assert.Single(LockFileReader.Parse(other).Plans).EditedFrom);
        }
    }

    /// <summary>
    /// Nothing is known of how a plan without a digest came about: it holds as it did, and has one from when the file is next written.
    /// </summary>
    [Fact]
    public void AFileOfVersionTwoIsReadAsItIs()
    {
        string text = Format(Example());
        int digest = text.IndexOf("      \"digest\"", StringComparison.Ordinal);
        File.WriteAllText(At("lock.json"), text.Remove(digest, text.IndexOf('\n', digest) + 1 - digest)
            .Replace("\"version\": 5", "\"version\": 2", StringComparison.Ordinal));
        Assert.Empty(LockFile.Read(At("lock.json")).Differences(Subject(), Graph));

        LockFile.Put(At("lock.json"), With(("ErrorBudget", "0.02")), TestContext.Current.CancellationToken);
        Assert.Equal(Format(Example(), With(("ErrorBudget", "0.02"))), File.ReadAllText(At("lock.json")));
    }

    /// <summary>Another project's plan without one is that project's to refuse, and stays without when the file is written.</summary>
    [Fact]
    public void APlanOfVersionThreeWithoutADigestWasWrittenByNoBuild()
    {
        string text = Format(Example());
        int digest = text.IndexOf("      \"digest\"", StringComparison.Ordinal);
        File.WriteAllText(At("lock.json"), text.Remove(digest, text.IndexOf('\n', digest) + 1 - digest));
        var error = Assert.Throws<MixPrecException>(() => LockPolicy.Decide(Options, LockFile.Read(At("lock.json")), Subject(), Graph, Rules));
        Assert.Equal("MXP1024", error.Description.Id);

        LockFile.Put(At("lock.json"), With(("ErrorBudget", "0.02")), TestContext.Current.CancellationToken);
        Assert.Equal(LockedPlan.NoDigest, LockFile.Read(At("lock.json")).For(Subject())!.EditedFrom);
        Assert.Null(LockFile.Read(At("lock.json")).For(With(("ErrorBudget", "0.02")).Subject)!.EditedFrom);
    }

    [Fact]
    public void AFileOfVersionOneIsReadAndGetsItsNameWhenAnotherPlanIsAdded()
    {
        string own = Format(Example());
        int open = own.IndexOf("\"plans\"", StringComparison.Ordinal), content = own.IndexOf("      \"model\"", StringComparison.Ordinal);
        string old = own[..open].Replace("5", "1", StringComparison.Ordinal)
            + own[content..own.LastIndexOf("    }\n  }", StringComparison.Ordinal)]
            .Replace("\"options\": {", "\"options\": { \"Pin\": \"\", \"Precisions\": \"bf16;f32;i8;i8-i16;i8a6-i16;i8a7;i8a7+bf16@0;i8a7+bf16@16;i8a7+f32@0;i8a7-i16\",", StringComparison.Ordinal) + "}";
        File.WriteAllText(At("lock.json"), old);
        Assert.Empty(LockFile.Read(At("lock.json")).Differences(Subject(), Graph));

        LockFile.Put(At("lock.json"), With(("ErrorBudget", "0.02")), TestContext.Current.CancellationToken);
        Assert.Equal(Format(Example(), With(("ErrorBudget", "0.02"))), File.ReadAllText(At("lock.json")));
    }
}
