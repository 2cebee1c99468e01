using System.Text;
using Xunit;

namespace MixPrec.Runtime.Tests.Weights;

/// <summary>The vectors of RFC 3720, appendix B.4, and a bit-by-bit reference.</summary>
public sealed class Crc32CTests
{
    [Fact]
    public void Published_vectors()
    {
        Assert.Equal(0xE3069283u, Crc32C.Compute(Encoding.ASCII.GetBytes("123456789")));
        Assert.Equal(0u, Crc32C.Compute([]));
        Assert.Equal(0x8A9136AAu, Crc32C.Compute(new byte[32]));
        Assert.Equal(0x62A8AB43u, Crc32C.Compute([.. Enumerable.Repeat((byte)0xFF, 32)]));
        Assert.Equal(0x46DD794Eu, Crc32C.Compute([.. Enumerable.Range(0, 32).Select(i => (byte)i)]));
        Assert.Equal(0x113FDB5Cu, Crc32C.Compute([.. Enumerable.Range(0, 32).Select(i => (byte)(31 - i))]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1023)]
    [InlineData((3 * Crc32C.StreamBytes) - 1)]
    [InlineData(3 * Crc32C.StreamBytes)]
    [InlineData((6 * Crc32C.StreamBytes) + 13)]
    public void Streams_and_pieces_join_to_the_bitwise_checksum(int length)
    {
        byte[] data = new byte[length];
        new Random(length).NextBytes(data);
        uint expected = Bitwise(data);
        Assert.Equal(expected, Crc32C.Compute(data));
        Assert.Equal(expected, Crc32C.Append(Crc32C.Compute(data.AsSpan(0, length / 3)), data.AsSpan(length / 3)));
    }

    private static uint Bitwise(byte[] data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
            }
        }

        return ~crc;
    }
}
