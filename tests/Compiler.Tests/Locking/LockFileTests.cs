using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Locking;
using Xunit;

namespace MixPrec.Compiler.Tests.Locking;

/// <summary>What is written is what is read, whoever writes at the same time.</summary>
public sealed class LockFileTests : LockFileFolder
{
    [Fact]
    public void WhatIsWrittenIsReadBackBitForBit()
    {
        var plan = Example();
        Assert.True(LockFile.Put(At("lock.json"), plan, TestContext.Current.CancellationToken));
        Assert.False(LockFile.Put(At("lock.json"), plan, TestContext.Current.CancellationToken));
        var read = LockFile.Read(At("lock.json"));
        Assert.Equal(Format(plan), LockFileWriter.Format(read));
        Assert.Equal(plan.Layers, read.Plans[0].Layers);
        Assert.Equal(plan.Numbers, read.Plans[0].Numbers);
        Assert.Equal([At("lock.json")], Directory.GetFiles(Folder, "lock*"));
    }

    /// <summary>Ranges decide weights and code: every float must survive, whichever bits it has.</summary>
    [Fact]
    public void EveryRangeSurvives()
    {
        var random = new Random(1);
        float Magnitude() => BitConverter.Int32BitsToSingle(random.Next(0, 0x7F800000));
        var layers = Enumerable.Range(0, 2000)
            .Select(i => new LockedLayer("l" + i, "Conv", PrecisionConfig.I8, new ActivationRange(-Magnitude(), Magnitude()),
            random.NextDouble(), random.NextDouble())).ToArray();
        Assert.Equal(layers, LockFileReader.Parse(Format(Example() with { Layers = layers })).Plans[0].Layers);
        layers = [.. layers.Select(l => l with { RhsRange = new ActivationRange(-Magnitude(), Magnitude()) })];
        var read = LockFileReader.Parse(Format(Example() with { Layers = layers })).Plans[0];
        Assert.Equal(layers, read.Layers);
        Assert.Equal(layers.ToDictionary(l => l.Name, l => l.RhsRange!.Value), read.Ranges.RhsRanges);
    }

    [Fact]
    public void TheFileIsReadableAndNamesNoPaths()
    {
        string text = Format(Example());
        Assert.DoesNotContain(Folder, text, StringComparison.Ordinal);
        Assert.Contains("        { \"name\": \"a\", \"operator\": \"MatMul\", \"precision\": \"i8\", \"range\": [0, 0.10000000149011612], \"lossError\": 1.5E-05, \"gainMicroseconds\": 2.25 },\n", text, StringComparison.Ordinal);
        Assert.Contains("\"Dimensions\": \"batch=1;sequence=4\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public void APlanReplacesItsOwnAndLeavesTheOthers()
    {
        var cancellation = TestContext.Current.CancellationToken;
        LockedPlan own = Example(), other = With(("ErrorBudget", "0.02"));
        Assert.True(LockFile.Put(At("lock.json"), own, cancellation));
        Assert.True(LockFile.Put(At("lock.json"), other, cancellation));
        var retrained = own with { Subject = own.Subject with { ModelHash = new string('f', 64) } };
        Assert.True(LockFile.Put(At("lock.json"), retrained, cancellation));

        var read = LockFile.Read(At("lock.json"));
        Assert.Equal(2, read.Plans.Count);
        Assert.Equal(retrained.Subject.ModelHash, read.For(own.Subject)!.Subject.ModelHash);
        Assert.Equal(other.Subject.ModelHash, read.For(other.Subject)!.Subject.ModelHash);

        Assert.True(LockFile.Remove(At("lock.json"), [other.Subject.Key], cancellation));
        Assert.Equal(Format(retrained), File.ReadAllText(At("lock.json")));
    }

    [Fact]
    public void TheOrderOfWritingDoesNotMatter()
    {
        LockedPlan[] plans = [.. Enumerable.Range(1, 9).Select(i => With(("ErrorBudget", $"0.0{i}")))];
        Assert.Equal(Format(plans), Format([.. plans.Reverse()]));
    }

    /// <summary>Builds of several projects end at once: none may lose what another has written.</summary>
    [Fact]
    public async Task WritersAtOnceAllGetIn()
    {
        LockedPlan[] plans = [.. Enumerable.Range(1, 9).Select(i => With(("ErrorBudget", $"0.0{i}")))];
        await Task.WhenAll(plans.Select(plan =>
            Task.Run(() => LockFile.Put(At("lock.json"), plan, TestContext.Current.CancellationToken))));
        Assert.Equal(Format(plans), File.ReadAllText(At("lock.json")));
    }
}
