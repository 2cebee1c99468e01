using MixPrec.Compiler.Options;
using MixPrec.Emit;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Compilation;

/// <summary>Threads that times are measured with: part of the lock subject, and the default of the generated class.</summary>
public sealed class PlannedThreadsTests : SmallNetworkBuild
{
    [Fact]
    public void ThreadsBelongToThePlanAndToTheClass()
    {
        var alone = Build(Net.Options);
        Assert.DoesNotContain("\"Threads\"", PlanWriter.Write(alone.Plan!), StringComparison.Ordinal);
        Assert.DoesNotContain(alone.Lock!.Subject.Options, o => o.Key == "Threads");

        const int threads = 3;
        var together = Build(Net.Options with { Threads = threads });
        Assert.Equal(threads, together.Plan!.Info.Threads);
        Assert.Contains(KeyValuePair.Create("Threads", $"{threads}"), together.Lock!.Subject.Options);
        var read = PlanReader.Read(PlanWriter.Write(together.Plan));
        Assert.Equal(together.Plan, read);
        Assert.Contains($"Load(string path, int threads = {threads})", ModelEmitter.Emit(read), StringComparison.Ordinal);
        Assert.NotEqual(alone.Lock.Subject.Key, together.Lock.Subject.Key);
        foreach (string wrong in new[] { "0", "1", "1025", "2.5", "\"2\"" })
        {
            string text = PlanWriter.Write(together.Plan)
                .Replace($"\"Threads\": {threads}", $"\"Threads\": {wrong}", StringComparison.Ordinal);
            Assert.Throws<FormatException>(() => PlanReader.Read(text));
        }
    }

    [Fact]
    public void MoreThreadsThanProcessorsAreAWarningWhereTimesDecide()
    {
        var few = Net.Options with { Objective = Objective.Time, Threads = Environment.ProcessorCount };
        var many = few with { Threads = Environment.ProcessorCount + 1 };
        Assert.Empty(TargetMachine.Warnings(few));
        var warning = Assert.Single(TargetMachine.Warnings(many));
        Assert.Equal("MXP1060", warning.Description.Id);
        Assert.Contains($"Threads={many.Threads}", warning.Text, StringComparison.Ordinal);
        Assert.Empty(TargetMachine.Warnings(many with { Objective = Objective.Macs }));
    }
}
