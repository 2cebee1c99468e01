using System.Text.Json;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Timing;

namespace MixPrec.Worker.Tests;

/// <summary>A table that is measured here, and plans that are made with it.</summary>
public sealed class ProfileCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mixprec-profile").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task ATableIsMadeAndGivesTheSamePlanEachTime()
    {
        string table = Path.Combine(_folder, "t.mixprec-timings.json");
        var profiled = await WorkerProgram.Run("profile", WorkerProgram.SampleModel, "--precisions", "f32;i8", "--timing-seconds", "1",
            "--output", table, "--json");
        Assert.True(profiled.ExitCode == 0, profiled.Error);
        using var said = JsonDocument.Parse(profiled.Out);
        Assert.Equal(table, said.RootElement.GetProperty("written").GetString());
        var file = TimingFile.Read(table);
        Assert.Equal(TimingMachine.Current(1), file.Machine);
        var network = Assert.Single(file.Networks).Value;
        Assert.Equal("digits.onnx", network.Model);
        Assert.Equal([PrecisionConfig.F32, PrecisionConfig.I8], network.Whole.Select(w => w.Precision).Take(2));
        Assert.All(network.Parts.SelectMany(p => p.Configurations), c => Assert.True(c.Value.Rounds >= 3));

        string[] plans = [Path.Combine(_folder, "1.json"), Path.Combine(_folder, "2.json")];
        foreach (string plan in plans)
        {
            var made = WorkerProgram.RunHere("plan", WorkerProgram.SampleModel, "--calibration-data", WorkerProgram.SampleData,
                "--error-budget", "0.05", "--precisions", "f32;i8", "--timing-table", table, "--lock-file", plan);
            Assert.True(made.ExitCode == 0, made.Error);
            Assert.DoesNotContain("measuring every configuration", made.Error, StringComparison.Ordinal);
        }

        Assert.Equal(File.ReadAllText(plans[0]), File.ReadAllText(plans[1]));
    }

    [Fact]
    public void AFileThatIsNoTableStaysAndIsNamed()
    {
        string table = Path.Combine(_folder, "t.json");
        File.WriteAllText(table, "notes");
        var refused = WorkerProgram.RunHere("profile", WorkerProgram.SampleModel, "--output", table);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("error MXP1090: The timing table", refused.Error, StringComparison.Ordinal);
        Assert.Equal("notes", File.ReadAllText(table));
    }
}
