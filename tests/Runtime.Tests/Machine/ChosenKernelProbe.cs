using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Tests.Kernels;
using Xunit;

namespace MixPrec.Runtime.Tests.Machine;

/// <summary>
/// What a process computes with the kernels that it chooses. <see cref="FallbackTests"/> runs it in processes that have to choose others
/// and says by the variables below what it must find; by itself it finds what it computes.
/// </summary>
public sealed unsafe class ChosenKernelProbe
{
    public const string ExpectedKernels = "MIXPREC_TEST_KERNELS", ExpectedBits = "MIXPREC_TEST_BITS", Refused = "MIXPREC_TEST_REFUSED";

    [Fact]
    public void Kernels_and_bits_are_those_expected()
    {
        if (Environment.GetEnvironmentVariable(Refused) is { } refused)
        {
            string message = Assert.Throws<PlatformNotSupportedException>(KernelChoice.Require).Message;
            Assert.StartsWith($"MIXPREC_KERNEL={refused}: this machine cannot run that kernel.", message, StringComparison.Ordinal);
            return;
        }

        string kernels = string.Join(',', Chosen()), bits = Bits();
        Assert.Equal(Environment.GetEnvironmentVariable(ExpectedKernels) ?? kernels, kernels);
        Assert.Equal(Environment.GetEnvironmentVariable(ExpectedBits) ?? bits, bits);
    }

    internal static IEnumerable<string> Chosen() =>
    [
        ChosenByteTiles.For(Exactness.Any).Identity, ChosenTile<PanelF32>.Preferred.Identity, ChosenTile<RowMajorF32>.Preferred.Identity,
        ChosenWidths.Depthwise.Identity, ChosenWidths.ByteDepthwise.Identity, ChosenByteTiles.For(Exactness.SevenBit).Identity,
    ];

    /// <summary>A hash of the results of products of bytes and of floats, with every number of rows and columns of a tile, and of depthwise
    /// convolutions.</summary>
    internal static string Bits()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var size in from m in Enumerable.Range(1, 9)
                             from n in new[] { 5, 16, 40, 130 }
                             from k in new[] { 1, 7, 50 }
                             select new Size(m, n, k))
        {
            var (m, n, k) = size;
            using var y = new GuardedBuffer<float>(m * n);
            using var x = GuardedBuffer<float>.From(Numbers.Floats(m * k, m));
            float[] w = Numbers.Floats(k * n, n), padded = Packing.Padded(new float[n]);
            using var bias = GuardedBuffer<float>.From(padded);
            using var rhs = GuardedBuffer<float>.From(Packing.F32(w, k, n));
            Gemm.F32(size, x.Pointer, rhs.Pointer, bias.Pointer, default(Identity), new StoreF32(y.Pointer, n));
            hash.AppendData(MemoryMarshal.AsBytes(y.Span));
            using var plain = GuardedBuffer<float>.From(w);
            MatMul.F32(m, n, k, x.Pointer, plain.Pointer, y.Pointer, [], [], []);
            hash.AppendData(MemoryMarshal.AsBytes(y.Span));
            using var room = new GuardedBuffer<byte>(128 << 10);
            using var mixed = new GuardedBuffer<float>(m * k);
            Attention.Run(1, 1, m, n, k, k, new(x.Pointer, 0, 0, k, 1), new(plain.Pointer, 0, 0, n, 1), new(plain.Pointer, 0, 0, 1, n),
                new(mixed.Pointer, 0, 0, k, 1), default(FloatAttention), default(FloatAttention), room.Pointer, room.Length);
            hash.AppendData(MemoryMarshal.AsBytes(mixed.Span));

            using var bytes = GuardedBuffer<byte>.From(Packing.Rows(Numbers.Bytes(m * k, 255, m), k));
            using var weights = GuardedBuffer<sbyte>.From(Packing.S8(Numbers.Weights(k * n, n), 1, k, n));
            using var compensation = GuardedBuffer<int>.From(Packing.Padded(new int[n]));
            using var scale = GuardedBuffer<float>.From(Packing.Padded(Enumerable.Repeat(1f, n).ToArray()));
            Gemm.U8S8(size, bytes.Pointer, weights.Pointer, compensation.Pointer, scale.Pointer, bias.Pointer, default(Identity),
                new StoreF32(y.Pointer, n));
            hash.AppendData(MemoryMarshal.AsBytes(y.Span));
            using var sevenBits = GuardedBuffer<byte>.From(Packing.Rows(Numbers.Bytes(m * k, 127, m), k));
            Gemm.U7S8(size, sevenBits.Pointer, weights.Pointer, compensation.Pointer, scale.Pointer, bias.Pointer, default(Identity),
                new StoreF32(y.Pointer, n));
            hash.AppendData(MemoryMarshal.AsBytes(y.Span));
        }

        foreach (int channels in new[] { 3, 16, 70 })
        {
            var shape = new Shape
            {
                InH = 6, InW = 5, InC = channels, OutC = channels, Groups = channels, KernelH = 3, KernelW = 3, PadTop = 1, PadLeft = 1,
                PadBottom = 1, PadRight = 1,
            };
            using var bytes = new ByteDepthwiseCase(shape, zeroPoint: 77, variant: channels);
            hash.AppendData(bytes.Codes(ChosenWidths.ByteDepthwise));
            using var floats = new FloatDepthwiseCase(shape, variant: channels);
            hash.AppendData(floats.Codes(ChosenWidths.Depthwise));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private readonly record struct Size(int M, int N, int K) : IGemmShape;
}
