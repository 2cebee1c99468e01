using System.Runtime.InteropServices;
using MixPrec.Fuzz.Sessions;

namespace MixPrec.Fuzz.Tests;

/// <summary>What spans may be that a class is run with.</summary>
public sealed class SpanTests
{
    private const int Guard = 256;
    private const byte Mark = 0xA5;

    private static readonly IReadOnlyList<StressNetwork> All = StressNetwork.Create();

    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 1)]
    [InlineData(37, 62)]
    public void AnyAddressGivesTheSameBits(int input, int output)
    {
        foreach (var network in All)
        {
            using var model = network.Load(1);
            foreach (int batch in new[] { 1, 3, 17 })
            {
                var (x, expected) = network.Case(batch);
                byte[] xBytes = new byte[(x.Length * sizeof(float)) + Guard];
                byte[] yBytes = new byte[(expected.Length * sizeof(float)) + (2 * Guard)];
                x.CopyTo(Floats(xBytes, input, x.Length));
                Array.Fill(yBytes, Mark);
                var y = Floats(yBytes, Guard + output, expected.Length);
                StressNetwork.RunnerOf(model)(batch, Floats(xBytes, input, x.Length), y);
                Assert.True(expected.AsSpan().SequenceEqual(y), $"{network}, {batch}");
                AssertMarked(yBytes, Guard + output, expected.Length * sizeof(float));
            }
        }
    }

    /// <summary>Results are not defined, but nothing beside the output is written, and the next run is right.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-3)]
    public void AnOutputOverAnInputWritesNothingElse(int elements)
    {
        foreach (var network in All)
        {
            using var model = network.Load(1);
            var (x, expected) = network.Case(17);
            byte[] memory = new byte[(x.Length * sizeof(float)) + (2 * Guard)];
            Array.Fill(memory, Mark);
            byte[] before = [.. memory];
            var input = Floats(memory, Guard, x.Length);
            x.CopyTo(input);
            x.CopyTo(Floats(before, Guard, x.Length));
            int at = Guard + (elements * sizeof(float)), length = expected.Length * sizeof(float);
            StressNetwork.RunnerOf(model)(17, input, Floats(memory, at, expected.Length));
            Assert.Equal(before[..at], memory[..at]);
            Assert.Equal(before[(at + length)..], memory[(at + length)..]);
            var y = new float[expected.Length];
            StressNetwork.RunnerOf(model)(17, x, y);
            Assert.Equal(expected, y);
        }
    }

    [Fact]
    public void NothingIsReadOrWrittenForABatchOf0()
    {
        foreach (var network in All)
        {
            using var model = network.Load(2);
            StressNetwork.RunnerOf(model)(0, default, default);
            Assert.True(network.Check(StressNetwork.RunnerOf(model), new Random(16)));
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void SizesThatTheSpansDoNotHaveAreRefused(int batch)
    {
        foreach (var network in All)
        {
            using var model = network.Load(1);
            Assert.ThrowsAny<ArgumentException>(() => StressNetwork.RunnerOf(model)(batch, default, default));
            Assert.True(network.Check(StressNetwork.RunnerOf(model), new Random(16)));
        }
    }

    private static Span<float> Floats(byte[] memory, int offset, int count) =>
        MemoryMarshal.Cast<byte, float>(memory.AsSpan(offset, count * sizeof(float)));

    private static void AssertMarked(byte[] memory, int offset, int length)
    {
        Assert.All(memory[..offset], b => Assert.Equal(Mark, b));
        Assert.All(memory[(offset + length)..], b => Assert.Equal(Mark, b));
    }
}
