using MixPrec.Plan;
using MixPrec.Tasks.Models;

namespace MixPrec.Tasks.Tests;

/// <summary>When an answer still holds: the job, the results, and every input by its content.</summary>
public sealed class StampTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("mixprec-tasks");

    private ModelFiles Files => new(directory.FullName, "Net");

    private string Lock => Path.Combine(directory.FullName, "net.lock.json");

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
        Assert.Contains(File.GetLastWriteTimeUtc(Model).Ticks.ToString(System.Globalization.CultureInfo.InvariantCulture),
            File.ReadAllText(Files.StampFile), StringComparison.Ordinal);
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

    /// <summary>
    /// What other projects do to a lock file that they share is no change: one plan of it is read, and that it is missing is an answer too.
    /// </summary>
    [Theory]
    [InlineData(null)]
    [InlineData("{ \"version\": 5, \"plans\": { B } }")]
    [InlineData("{ \"version\": 5, \"plans\": { \"a\": { \"loss\": \"Mse\", \"layers\": [ { \"range\": [0, 0.1] } ] }, B } }")]
    public void OtherPlansOfALockFileAreNoChange(string? before)
    {
        string own = before?.Contains("\"a\"", StringComparison.Ordinal) == true
            ? "\"a\": { \"layers\": [ { \"range\": [0, 1e-1] } ],\n \"loss\": \"Mse\" }, " : "";
        WithPlan(before?.Replace("B", Written("b", "Mse"), StringComparison.Ordinal), "a");
        Assert.True(Answers("job"));
        File.WriteAllText(Lock, $"{{ \"version\": 5, \"plans\": {{ {own}{Written("b", "Output")}, {Written("c", "Mse")} }} }}");
        Assert.True(Answers("job", Lock));
        File.WriteAllText(Lock, "{ \"version\": 5, \"plans\": { \"a\": { \"loss\": \"Output\" } } }");
        Assert.False(Answers("job", Lock));
    }

    /// <summary>The reader may refuse the whole file for it: the worker has to judge, as it does in a fresh build.</summary>
    [Theory]
    [InlineData("{ \"version\": 2, \"plans\": { A } }")]
    [InlineData("{ \"version\": 6, \"plans\": { A } }")]
    [InlineData("{ \"plans\": { A } }")]
    [InlineData("{ \"version\": 5, \"plans\": { A, \"b\": { \"loss\": \"Mse\" } } }")]
    [InlineData("{ \"version\": 5, \"plans\": { A, \"b\": 1 } }")]
    public void WhatMayMakeALockFileUnreadableIsAChange(string after)
    {
        WithPlan($"{{ \"version\": 5, \"plans\": {{ {Written("a", "Mse")} }} }}", "a");
        Assert.True(Answers("job", Lock));
        File.WriteAllText(Lock, after.Replace("A", Written("a", "Mse"), StringComparison.Ordinal));
        Assert.False(Answers("job", Lock));
    }

    [Theory]
    [InlineData("<<<<<<< HEAD\n{}")]
    [InlineData("{ \"version\": 1, \"loss\": \"Mse\" }")]
    [InlineData("")]
    public void ALockFileThatIsNoneIsAChange(string text)
    {
        WithPlan("{ \"version\": 5, \"plans\": {} }", "a");
        File.WriteAllText(Lock, text);
        Assert.False(Answers("job", Lock));

        // What was read as a whole is compared as a whole.
        WithPlan(text, "a");
        Assert.True(Answers("job", Lock));
        File.AppendAllText(Lock, " ");
        Assert.False(Answers("job", Lock));
    }

    /// <summary>With the same plan, or none, a success is the same in each mode; a verdict needs calibration, and so its mode.</summary>
    [Theory]
    [InlineData("Auto", "Locked", true)]
    [InlineData("Locked", "Auto", true)]
    [InlineData("Update", "Auto", true)]
    [InlineData("Skip", "Auto", false)]
    [InlineData("Auto", "Skip", false)]
    public void ASuccessHoldsInEachModeThatTakesPlans(string before, string now, bool holds)
    {
        static string Job(string mode) => MixPrec.Jobs.JobFile.Format([("Model", "a"), ("Mode", mode), ("Pin", "\"Mode\": \"Locked\"")]);
        foreach (string result in new[] { Files.Plan, Files.Weights, Files.Diagnostics })
        {
            File.WriteAllText(result, "");
        }

        Stamp.Write(Files, Job(before), succeeded: true, []);
        Assert.Equal(holds, Answers(Job(now)));
        Stamp.Write(Files, Job(before), succeeded: false, []);
        Assert.False(Answers(Job(now)));
        Assert.True(Answers(Job(before)));
    }

    [Fact]
    public void ALineSurvivesSpacesInThePath()
    {
        var state = new InputState("/a b  c/größe.onnx", 5, 7, "ff");
        Assert.Equal(state, InputState.Parse(state.Format()));
        Assert.Equal(state with { Part = "3f2a" }, InputState.Parse((state with { Part = "3f2a" }).Format()));
        Assert.Null(InputState.Parse("5 x - - /a"));
    }

    /// <summary>A plan with the digest that a build gives it.</summary>
    private static string Written(string key, string loss)
    {
        string digest = PlanDigest.Compute(new Dictionary<string, object?> { ["loss"] = loss });
        return $"\"{key}\": {{ \"loss\": \"{loss}\", \"digest\": \"{digest}\" }}";
    }

    private void Answered(string content, DateTime time)
    {
        File.WriteAllText(Model, content);
        File.SetLastWriteTimeUtc(Model, time);
        File.WriteAllText(Files.Diagnostics, "");
        Stamp.Write(Files, "job", succeeded: false, [InputState.AfterReading(Model, null)!]);
    }

    private void WithPlan(string? lockFile, string key)
    {
        if (lockFile is not null)
        {
            File.WriteAllText(Lock, lockFile);
        }

        File.WriteAllText(Files.Diagnostics, "");
        Stamp.Write(Files, "job", succeeded: false, [InputState.OfPlan(Lock, key)!]);
    }

    private bool Answers(string job, params string[] inputs) => Stamp.Answers(Files, job, inputs, remember: true);
}
