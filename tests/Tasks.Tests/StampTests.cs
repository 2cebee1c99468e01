using MixPrec.Tasks.Models;

namespace MixPrec.Tasks.Tests;

/// <summary>When an answer still holds: the job, the results, and every input by its content.</summary>
public sealed class StampTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("mixprec-tasks");

    private ModelFiles Files => new(directory.FullName, "Net");

    private string Model => Path.Combine(directory.FullName, "net.onnx");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public void AStampAnswersOnlyItsOwnJobAndOnlyWithItsResults()
    {
        File.WriteAllText(Files.Diagnostics, "");
        Stamp.Write(Files, "job", succeeded: true, []);
        Assert.False(Answers("job"));

        File.WriteAllText(Files.Plan, "{}");
        File.WriteAllText(Files.Weights, "");
        Assert.True(Answers("job"));
        Assert.False(Answers("another job"));

        Files.RemoveResults();
        Stamp.Write(Files, "job", succeeded: false, []);
        Assert.True(Answers("job"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1000)]
    public void AnotherTimeOfTheSameContentIsNoChange(int days)
    {
        Answered("abc", DateTime.UtcNow.AddDays(-1));
        File.SetLastWriteTimeUtc(Model, DateTime.UtcNow.AddDays(days));
        Assert.True(Answers("job", Model));

        // What was found out by reading is remembered.
        Assert.Contains(File.GetLastWriteTimeUtc(Model).Ticks.ToString(System.Globalization.CultureInfo.InvariantCulture), File.ReadAllText(Files.StampFile), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("abd", -1000)]
    [InlineData("abd", 1)]
    [InlineData("ab", -1)]
    public void OtherContentIsAChangeHoweverOldItIs(string content, int days)
    {
        Answered("abc", DateTime.UtcNow.AddDays(-1));
        File.WriteAllText(Model, content);
        File.SetLastWriteTimeUtc(Model, DateTime.UtcNow.AddDays(days));
        Assert.False(Answers("job", Model));
    }

    /// <summary>The clock of a file system ticks in steps: what changed within one of them has an equal time.</summary>
    [Fact]
    public void AFileThatHadJustChangedIsReadAgain()
    {
        Answered("abc", DateTime.UtcNow);
        var time = File.GetLastWriteTimeUtc(Model);
        File.WriteAllText(Model, "abd");
        File.SetLastWriteTimeUtc(Model, time);
        Assert.False(Answers("job", Model));
    }

    [Fact]
    public void AFileThatChangedWhileTheWorkerRanIsNoKnownInput()
    {
        File.WriteAllText(Model, "abc");
        File.SetLastWriteTimeUtc(Model, DateTime.UtcNow.AddDays(-2));
        var before = InputState.Glance(Model);
        File.WriteAllText(Model, "abd");
        File.SetLastWriteTimeUtc(Model, DateTime.UtcNow.AddDays(-1));
        var after = InputState.AfterReading(Model, before);
        File.SetLastWriteTimeUtc(Model, DateTime.UtcNow.AddDays(-3));
        Assert.Null(after!.IfUnchanged());
    }

    [Fact]
    public void AFileThatWasNotReadBeforeAndOneThatIsGoneAreChanges()
    {
        Answered("abc", DateTime.UtcNow.AddDays(-1));
        Assert.True(Answers("job", Model));
        Assert.False(Answers("job", Model, Model + ".new"));
        File.Delete(Model);
        Assert.False(Answers("job"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc success")]
    [InlineData("\n\n\n")]
    public void ADamagedStampAnswersNothing(string text)
    {
        Answered("abc", DateTime.UtcNow.AddDays(-1));
        File.WriteAllText(Files.StampFile, text);
        Assert.False(Answers("job", Model));
    }

    [Fact]
    public void ALineSurvivesSpacesInThePath()
    {
        var state = new InputState("/a b  c/größe.onnx", 5, 7, "ff");
        Assert.Equal(state, InputState.Parse(state.Format()));
        Assert.Null(InputState.Parse("5 x - /a"));
    }

    private void Answered(string content, DateTime time)
    {
        File.WriteAllText(Model, content);
        File.SetLastWriteTimeUtc(Model, time);
        File.WriteAllText(Files.Diagnostics, "");
        Stamp.Write(Files, "job", succeeded: false, [InputState.AfterReading(Model, null)!]);
    }

    private bool Answers(string job, params string[] inputs) => Stamp.Answers(Files, job, inputs, remember: true);
}
