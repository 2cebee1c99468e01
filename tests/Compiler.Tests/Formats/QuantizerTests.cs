using MixPrec.Compiler.Formats;
using Xunit;

namespace MixPrec.Compiler.Tests.Formats;

/// <summary>The one definition of quantization against the formula, one number at a time.</summary>
public sealed class QuantizerTests
{
    public static TheoryData<float, int, int, int> Parameters =>
        new() { { 0.1f, 0, -127, 127 }, { 0.037f, 128, 0, 255 }, { 1, 3, 0, 63 }, { 2.4e-38f, 0, 0, 127 }, { 3e37f, 7, 0, 255 } };

    [Theory]
    [MemberData(nameof(Parameters))]
    public void EveryLengthAndBothFormsFollowTheFormula(float scale, int zeroPoint, int lowest, int highest)
    {
        var random = new Random(1);
        for (int length = 0; length < 70; length++)
        {
            // Ties, both ends and what lies beyond them are among the numbers.
            float[] x = [.. Enumerable.Range(0, length).Select(i =>
                scale * (i % 3 == 0 ? random.Next(-300, 300) + 0.5f : (float)((random.NextDouble() * 700) - 350)))];
            int[] expected = [.. x.Select(v =>
                (int)Math.Clamp(MathF.Round(v / scale, MidpointRounding.ToEven) + zeroPoint, lowest, highest))];
            var (one, each, rounded) = (new float[length], new float[length], new float[length]);
            Quantizer.Quantize(x, scale, zeroPoint, lowest, highest, one);
            Quantizer.Quantize(x, [.. Enumerable.Repeat(scale, length)], zeroPoint, lowest, highest, each);
            Assert.Equal(expected, one.Select(q => (int)q));
            Assert.Equal(one, each);
            var parameters = new QuantizationParameters(scale, zeroPoint, highest, lowest);
            parameters.Round(x, rounded);
            Assert.Equal(expected.Select(q => scale * (q - zeroPoint)), rounded);
            Assert.Equal(expected, x.Select(parameters.Quantize));
            Assert.Equal(rounded, expected.Select(parameters.Dequantize));
        }
    }
}
