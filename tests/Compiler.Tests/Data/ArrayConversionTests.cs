using MixPrec.Compiler.Data;
using MixPrec.Compiler.Graphs;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Data;

public sealed class ArrayConversionTests
{
    /// <summary>All bits set is a NaN whose upper half overflows where it is rounded like a number.</summary>
    [Fact]
    public void NanStaysNanInBfloat16()
    {
        float[] numbers = [BitConverter.UInt32BitsToSingle(0x7FFFFFFF), BitConverter.UInt32BitsToSingle(0xFFFFFFFF), float.NaN, 1.00390625f,
            float.MaxValue];
        ushort[] bits = ArrayConversion.Convert(Tensor.Create(numbers, numbers.Length), ElementType.BF16).Span<ushort>().ToArray();
        Assert.All(bits.Take(3), b => Assert.True(float.IsNaN(BitConverter.UInt32BitsToSingle((uint)b << 16)), $"{b:X4}"));
        Assert.Equal([0x3F80, 0x7F80], bits.Skip(3));
    }
}
