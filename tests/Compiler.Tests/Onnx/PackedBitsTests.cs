using MixPrec.Compiler.Onnx;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Onnx;

/// <summary>Elements of 2 and 4 bits as ONNX packs them, the first in the lowest bits.</summary>
public sealed class PackedBitsTests
{
    [Fact]
    public void FirstElementLiesLowest()
    {
        Assert.Equal<byte>([0x1, 0xF, 0xA], PackedBits.Unpack([0xF1, 0x0A], 4, signed: false, 3));
        Assert.Equal<byte>([1, 0xFF, 0xFA], PackedBits.Unpack([0xF1, 0x0A], 4, signed: true, 3));
        Assert.Equal<byte>([0, 1, 2, 3, 1], PackedBits.Unpack([0b11_10_01_00, 1], 2, signed: false, 5));
        Assert.Equal<byte>([0, 1, 0xFE, 0xFF, 1], PackedBits.Unpack([0b11_10_01_00, 1], 2, signed: true, 5));
    }

    [Fact]
    public void EveryByteSurvives()
    {
        byte[] packed = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        foreach (var type in new[] { ElementType.I4, ElementType.U4, ElementType.I2, ElementType.U2, ElementType.E2M1 })
        {
            byte[] elements = PackedBits.Unpack(packed, type.Bits(), type.Carrier() == ElementType.I8, packed.Length * 8 / type.Bits());
            Assert.Equal(packed, PackedBits.Pack(elements, type.Bits()));
        }
    }
}
