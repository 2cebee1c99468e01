using System.Security.Cryptography;
using MixPrec.Compiler.Formats.Packing;
using MixPrec.Compiler.Lowering.WeightsFile;
using MixPrec.Emit;
using MixPrec.Plan;
using MixPrec.Runtime;
using Xunit;

namespace MixPrec.Compiler.Tests.Lowering;

/// <summary>The weights file as it is written, and its offsets up to the class that reads them.</summary>
public sealed class WeightsBuilderTests
{
    private static readonly string Hash = new('a', 64);

    [Fact]
    public void EqualConstantsAreStoredOnceAndAll64BytesAligned()
    {
        using var file = new MemoryStream();
        var builder = new WeightsBuilder(file);
        long[] offsets =
        [
            builder.Add<float>(ElementType.F32, [1, 2, 3]).Offset.Value, builder.Add<byte>(ElementType.U8, new byte[64]).Offset.Value,
                builder.Add<float>(ElementType.F32, [1, 2, 3]).Offset.Value,
            builder.Add(WeightArray.OfPanels<float>(ElementType.F32, [1, 2, 3])).Offset.Value,
                builder.Add<float>(ElementType.F32, []).Offset.Value, builder.Add<float>(ElementType.F32, [4]).Offset.Value,
        ];
        Assert.Equal([0, 64, 0, 128, 192, 192], offsets);
        Assert.Equal(256, builder.Length);
        byte[] data = [.. Bytes(1, 2, 3), .. new byte[52 + 64], .. Bytes(1, 2, 3), .. new byte[52], .. Bytes(4), .. new byte[60]];
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(data)), builder.Hash);
        builder.Complete(Hash);
        Assert.Equal(data, file.ToArray()[64..]);
        using var weights = ModelWeights.FromMemory(file.ToArray(), Hash);
        Assert.Equal(256, weights.Length);
    }

    [Fact]
    public void FilesThatOutgrowTheirModeAreRefused()
    {
        var builder = new WeightsBuilder(new MemoryStream(), most: 192);
        builder.Add<float>(ElementType.F32, new float[48]);
        builder.Add<float>(ElementType.F32, new float[48]);
        var error = Assert.Throws<MixPrecException>(() => builder.Add<float>(ElementType.F32, [1]));
        Assert.Equal("MXP4005", error.Description.Id);
        Assert.Contains("larger than 192 bytes", error.Message, StringComparison.Ordinal);
        Assert.Contains("WeightsMode=\"File\"", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Both ways to keep them give the same file, and the temporary one goes.</summary>
    [Fact]
    public void ScratchWeightsOnDisk()
    {
        void Write(Stream file)
        {
            var builder = new WeightsBuilder(file);
            builder.Add<float>(ElementType.F32, [1, 2, 3]);
            builder.Complete(Hash);
        }

        using var memory = new ScratchWeights(ScratchWeights.LargestInMemory, Write);
        var disk = new ScratchWeights(ScratchWeights.LargestInMemory + 1, Write);
        string path = Assert.IsType<string>(disk.Source);
        Assert.Equal(memory.ToArray(), ((ReadOnlyMemory<byte>)memory.Source).ToArray());
        Assert.Equal(memory.ToArray(), File.ReadAllBytes(path));
        disk.Dispose();
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void AFailureLeavesNoTemporaryFile()
    {
        string path = "";
        Assert.Throws<InvalidOperationException>(() => new ScratchWeights(long.MaxValue, file =>
        {
            path = ((FileStream)file).Name;
            throw new InvalidOperationException();
        }));
        Assert.False(File.Exists(path));
    }

    /// <summary>An offset beyond 32 bits goes through the plan's text into the class; one beyond the weights does not.</summary>
    [Fact]
    public void OffsetsHave64Bits()
    {
        ModelPlan Plan(long offset) => new(
            "Big", "", "public", new('0', 64), "File", 6_000_000_000, default,
                new([new PlanPort("y", "y", ElementType.F32, new([16]), IsOutput: true)]), default, default,
            new([new PlanStep("Copy.Strided", "c", "",
                new([new PlanArgument.Location(ElementType.F32, Place.Constant, 0, offset),
                new PlanArgument.Location(ElementType.F32, Place.Port, 0, 0)]))]), PlanInfo.None);
        string source = ModelEmitter.Emit(PlanReader.Read(PlanWriter.Write(Plan(5_999_999_936))));
        Assert.Contains("private const long CConstant = 5999999936;", source, StringComparison.Ordinal);
        Assert.Contains("base(weights, 6000000000, ", source, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => ModelEmitter.Emit(Plan(6_000_000_001)));
    }

    private static byte[] Bytes(params float[] values) => [.. values.SelectMany(BitConverter.GetBytes)];
}
