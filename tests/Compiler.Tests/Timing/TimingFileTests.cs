using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Timing;
using Xunit;

namespace MixPrec.Compiler.Tests.Timing;

/// <summary>A timing table as a file: what is written is read back, and what is none is refused in one line.</summary>
public sealed class TimingFileTests : IDisposable
{
    private static readonly TimingMachine s_machine = new("A CPU <with> \"quotes\"", "avx2", 8, ".NET 10.0.1", TimingMachine.OwnPackage, 1);

    private readonly string _folder = Directory.CreateTempSubdirectory("mixprec-times").FullName;

    private string FilePath => Path.Combine(_folder, "t.mixprec-timings.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void WhatIsWrittenIsReadBack()
    {
        string text = TimingFileWriter.Format(Example());
        var read = TimingFileReader.Parse(text);
        Assert.Equal(text, TimingFileWriter.Format(read));
        Assert.Equal(s_machine, read.Machine);
        var network = read.Networks["k"];
        Assert.Equal(("net.onnx", "batch = 1"), (network.Model, NetworkTimes.WordsOf(network.Sizes)));
        Assert.Equal([new(PrecisionConfig.F32, new(1000.5, 2.5, 31)), new(PrecisionConfig.I8, new(500, 0, 31))], network.Whole);
        Assert.Equal([0, 2], network.Parts[0].Places);
        Assert.Equal(new Measurement(40, 1, 5), network.Parts[1].Configurations[1].Value);
        Assert.Contains("{ \"precisions\": \"f32 i8\", \"nanoseconds\": 40, \"spread\": 1, \"rounds\": 5 }\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryTruncationIsRefused()
    {
        string text = TimingFileWriter.Format(Example());
        for (int length = 0; length < text.Length - 2; length++)
        {
            Assert.Throws<FormatException>(() => TimingFileReader.Parse(text[..length]));
        }
    }

    [Theory]
    [InlineData("\"version\": 1", "\"version\": 2", "it has version 2, and this MixPrec reads version 1")]
    [InlineData("\"cores\": 8", "\"cores\": -8", "a count as 'cores' expected")]
    [InlineData("\"nanoseconds\": 40,", "\"nanoseconds\": 0,", "a time above 0")]
    [InlineData("\"nanoseconds\": 40,", "\"nanoseconds\": 1e300,", "at most a day")]
    [InlineData("\"nanoseconds\": 40,", "\"nanoseconds\": 1e999,", "a number as 'nanoseconds'")]
    [InlineData("\"nanoseconds\": 40, \"spread\": 1,", "\"nanoseconds\": 40, \"spread\": -1,", "as 'spread' a time of at least 0")]
    [InlineData("\"rounds\": 5", "\"rounds\": 0", "'rounds' above 0 expected")]
    [InlineData("\"f32 i8\"", "\"f32\"", "a precision for each layer")]
    [InlineData("\"f32 i8\"", "\"f32 i3\"", "a precision for each layer")]
    [InlineData("\"f32 i8\"", "\"f32 f32\"", "each configuration once")]
    [InlineData("\"f32 f32\"", "\"i8 i8\"", "with f32 for every layer first")]
    [InlineData("\"places\": [1]", "\"places\": [2]", "every part of the network once")]
    [InlineData("\"places\": [1]", "\"places\": [1.5]", "counts as 'places'")]
    [InlineData("\"places\": [1]", "\"places\": [1e9]", "counts as 'places'")]
    [InlineData("\"precision\": \"f32\"", "\"precision\": \"bf16\"", "'whole' with f32 first")]
    [InlineData("\"parts\": [", "\"parts\": [ 7,", "parts 0 is no JSON object")]
    [InlineData("\"networks\": {", "\"networks\": [], \"x\": {", "networks is no JSON object")]
    public void DamagedValuesAreRefusedInOneLine(string from, string to, string reason)
    {
        string text = TimingFileWriter.Format(Example());
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(FilePath, text.Replace(from, to, StringComparison.Ordinal));
        var error = Assert.Throws<MixPrecException>(() => TimingFile.Read(FilePath));
        Assert.Equal("MXP1090", error.Description.Id);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void TimesOfOneNetworkAreReplacedAndOthersStay()
    {
        Put("k", 500);
        Put("l", 600);
        Put("k", 700);
        var read = TimingFile.Read(FilePath);
        Assert.Equal(["k", "l"], read.Networks.Keys);
        Assert.Equal([700, 600], read.Networks.Values.Select(n => n.Whole[0].Time.Nanoseconds));
        Assert.Equal([FilePath], Directory.GetFiles(_folder));
    }

    /// <summary>A hash of one model is not changed by another's times, and is by its own and by the machine.</summary>
    [Fact]
    public void TheHashIsOfOneModel()
    {
        var file = Example();
        string hash = file.HashFor("net.onnx");
        var other = Network(900) with { Model = "other.onnx" };
        Assert.Equal(hash, new TimingFile(s_machine, new Dictionary<string, NetworkTimes>(file.Networks) { ["o"] = other }).HashFor("net.onnx"));
        Assert.NotEqual(hash, new TimingFile(s_machine, new Dictionary<string, NetworkTimes> { ["k"] = Network(900) }).HashFor("net.onnx"));
        Assert.NotEqual(hash, (file with { Machine = s_machine with { Cpu = "another" } }).HashFor("net.onnx"));
    }

    [Theory]
    [InlineData("another", "avx2", 8, "1.0", 1, "the CPU is A CPU <with> \"quotes\" there and another here")]
    [InlineData("A CPU <with> \"quotes\"", "avx512", 8, "1.0", 1, "the instruction set is avx2 there and avx512 here")]
    [InlineData("A CPU <with> \"quotes\"", "avx2", 1, "1.0", 1, "the machine has 8 cores there and 1 core here")]
    [InlineData("A CPU <with> \"quotes\"", "avx2", 8, "0.1", 1, "the package is version 1.0.0 there and 0.1 here")]
    [InlineData("A CPU <with> \"quotes\"", "avx2", 8, "1.0", 2, "a run takes 1 thread there and 2 here")]
    public void AnotherMachinesTableIsNotWrittenOver(string cpu, string isa, int cores, string package, int threads, string difference)
    {
        Put("k", 500);
        string before = File.ReadAllText(FilePath);
        var here = new TimingMachine(cpu, isa, cores, ".NET 10.0.1", package == "1.0" ? TimingMachine.OwnPackage : package, threads);
        var error = Assert.Throws<MixPrecException>(() =>
            TimingFile.Put(FilePath, here, "k", Network(1), TestContext.Current.CancellationToken));
        Assert.Equal("MXP1092", error.Description.Id);
        Assert.Contains(difference.Replace("1.0.0", TimingMachine.OwnPackage, StringComparison.Ordinal), error.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(FilePath));
    }

    [Fact]
    public void TheNameIsThatOfTheCpu()
    {
        Assert.Equal("a-cpu-with-quotes.mixprec-timings.json", TimingFile.NameFor(s_machine));
        Assert.Equal("cpu.mixprec-timings.json", TimingFile.NameFor(s_machine with { Cpu = "../\n" }));
    }

    private void Put(string key, double nanoseconds) =>
        TimingFile.Put(FilePath, s_machine, key, Network(nanoseconds), TestContext.Current.CancellationToken);

    private static TimingFile Example() => new(s_machine, new Dictionary<string, NetworkTimes> { ["k"] = Network(1000.5) });

    private static NetworkTimes Network(double nanoseconds) => new("net.onnx", [new("batch", 1)],
        [new(PrecisionConfig.F32, new(nanoseconds, 2.5, 31)), new(PrecisionConfig.I8, new(500, 0, 31))],
        [
            new([0, 2], ["a"], [new("f32", new(100, 1, 5)), new("i8", new(50, 1, 5))]),
            new([1], ["b", "c"], [new("f32 f32", new(100, 1, 5)), new("f32 i8", new(40, 1, 5))]),
        ]);
}
