using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Simd;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

public sealed class MapTests
{
    [Theory]
    [MemberData(nameof(Rows.Widths), MemberType = typeof(Rows))]
    public void Every_length_gives_the_bits_of_the_function(VectorWidth width)
    {
        for (int length = 0; length <= 35; length++)
        {
            float[] x = Numbers.Floats(length, length);
            if (length > 2)
            {
                x[length / 2] = float.NaN;
            }

            using var source = GuardedBuffer<float>.From(x);
            using var target = new GuardedBuffer<float>(length);
            Map.Run(width, default(Tanh), source.Pointer, target.Pointer, length);
            target.Check();
            Assert.Equal(Lanes.Map(VectorWidth.Scalar, default(Tanh), x), target.Span.ToArray());

            Map.Run(width, new Clip(-0.5f, 0.25f), source.Pointer, source.Pointer, length);
            source.Check();
            Assert.Equal(x.Select(v => float.IsNaN(v) ? v : Math.Clamp(v, -0.5f, 0.25f)), source.Span.ToArray());
        }
    }
}
