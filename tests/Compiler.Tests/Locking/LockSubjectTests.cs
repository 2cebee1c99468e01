using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Locking;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Tests.Partition;
using Xunit;

namespace MixPrec.Compiler.Tests.Locking;

/// <summary>What a plan is for, and what it takes for another build to use it.</summary>
public sealed class LockSubjectTests : LockFileFolder
{
    [Fact]
    public void AnUnchangedCompilationMatches() => Assert.Empty(Example().Differences(Subject(), Graph));

    [Fact]
    public void WithoutDataTheRestDecides()
    {
        var example = Example();
        File.Delete(At("data.npz"));
        Assert.Empty(example.Differences(Subject(), Graph));
    }

    [Fact]
    public void ExternalDataIsPartOfTheModel()
    {
        var example = Example();
        File.WriteAllBytes(At("net.data"), [9]);
        Assert.StartsWith("the model changed (sha256 ", Assert.Single(example.Differences(Subject(), Graph)), StringComparison.Ordinal);
    }

    [Fact]
    public void AStaleFileNamesEveryDifference()
    {
        var example = Example();
        File.WriteAllBytes(At("data.npz"), [6]);
        var options = Options with { ErrorBudget = 0.02, KeepFloat = ["a"], ValidationData = At("net.data") };
        var current = LockSubject.FromOptions(options, new ImportedModel(Graph, [At("net.onnx"), At("net.data")], 17));
        Assert.Matches(
            "^the calibration data changed \\(sha256 [0-9a-f]{8}… is now [0-9a-f]{8}…\\); it was made without validation data; "
            + "ErrorBudget was \"0.01\" and is \"0.02\"; KeepFloat was not set and is \"a\"$",
                string.Join("; ", new LockFile([example]).Differences(current, Graph)));
    }

    [Fact]
    public void OtherLayersInTheSameModelAreADifference()
    {
        var example = Example();
        Assert.Single((example with { Layers = [.. example.Layers.Take(1)] }).Differences(Subject(), Graph));
    }

    [Fact]
    public void AFolderOfDataIsHashedWithItsNames()
    {
        Directory.CreateDirectory(At("set/sub"));
        File.WriteAllText(At("set/x.npy"), "1");
        File.WriteAllText(At("set/sub/y.npy"), "2");
        string before = ContentHash.OfFileOrFolder(At("set"));
        File.SetLastWriteTimeUtc(At("set/x.npy"), DateTime.UnixEpoch);
        Assert.Equal(before, ContentHash.OfFileOrFolder(At("set")));
        File.Move(At("set/x.npy"), At("set/z.npy"));
        Assert.NotEqual(before, ContentHash.OfFileOrFolder(At("set")));
    }

    [Fact]
    public void AKeyDependsOnOptionsAndFileNameAndNotOnDefaults()
    {
        var subject = Subject();
        Assert.NotEqual(subject.Key, With(("ErrorBudget", "0.02")).Subject.Key);
        Assert.NotEqual(subject.Key, (subject with { ModelName = "other.onnx" }).Key);
        Assert.Equal(subject.Key, (subject with { ModelHash = new string('0', 64), CalibrationHash = null }).Key);
        Assert.Equal(subject.Key, With(("OptionOfALaterVersion", "")).Subject.Key);
        Assert.Equal(subject.Key, (subject with { Options = [.. subject.Options.Reverse()] }).Key);
    }

    [Theory]
    [InlineData("Update", false, "a plan is made anew whatever a lock file holds")]
    [InlineData("Update", true, "a plan is made anew whatever a lock file holds")]
    [InlineData("Auto", false, "there is no lock file")]
    [InlineData("Auto", true, "holds no plan")]
    public void DataThatAreMissingAreMissedForTheRightReason(string mode, bool exists, string reason)
    {
        if (exists)
        {
            File.WriteAllText(At("lock.json"), Format());
        }

        var options = Options with { Mode = Enum.Parse<BuildMode>(mode), CalibrationData = null, LockFile = At("lock.json") };
        var policy = LockPolicy.Decide(options, LockFile.ReadIfExists(options.LockFile), Subject(), Graph, Rules);
        var error = Assert.Throws<MixPrecException>(() => policy.RequireData(options, Graph));
        Assert.Equal("MXP1004", error.Description.Id);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFileWithoutTheOwnPlanSaysWhatIsNearest()
    {
        var file = new LockFile([With(("ErrorBudget", "0.5"), ("Loss", "Mse")), With(("ErrorBudget", "0.5"))]);
        Assert.Null(file.For(Subject()));
        Assert.Contains("of its 2 plans none is for this model and these options; the nearest differs in that ErrorBudget was \"0.5\" and is \"0.01\"",
            Assert.Single(file.Differences(Subject(), Graph)), StringComparison.Ordinal);
    }

    [Fact]
    public void AProductOfActivationsNeedsBothRanges()
    {
        var net = new Networks();
        var graph = net.Build(net.MatMul("p", net.Input("a", 1, 3, 4), net.Input("b", 1, 4, 5)));
        var layer = new LockedLayer("p", "MatMul", PrecisionConfig.I8, new ActivationRange(-1, 1), 0, RhsRange: new ActivationRange(0, 2));
        Assert.Empty((Example() with { Layers = [layer] }).Differences(Subject(), graph));
        Assert.Empty((Example() with { Layers = [layer with { RhsRange = null, Precision = PrecisionConfig.F32 }] })
            .Differences(Subject(), graph));
        Assert.Contains("'p'", Assert.Single((Example() with { Layers = [layer with { RhsRange = null }] }).Differences(Subject(), graph)),
            StringComparison.Ordinal);
    }
}
