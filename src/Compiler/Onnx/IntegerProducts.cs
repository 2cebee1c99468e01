using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx;

/// <summary>
/// Exact products of 8-bit codes through fp32 kernels: terms are at most 255² and sums of up to 256 of them stay below 2²⁴, where every
/// integer is an fp32 number. Longer sums are cut into such parts and added as 32-bit integers.
/// </summary>
internal static class IntegerProducts
{
    private const int LongestExactSum = 256, MostParts = 64;

    /// <summary>a·b (I32) of whole numbers −255…255 in single precision.</summary>
    public static Value MatMul(OnnxNode node, Formula f, Value a, Value b)
    {
        if (a.Rank < 2 || b.Rank < 2 || !a.Shape[^1].IsConstant)
        {
            throw node.NotSupported($"operands {a.Type} and {b.Type}");
        }

        return Sum(node, f, a.Shape[^1].Value, LongestExactSum, (start, size) =>
            f.MatMul(f.Slice(a, a.Rank - 1, start, size), f.Slice(b, b.Rank - 2, start, size)));
    }

    /// <summary>The convolution (I32) of whole numbers −255…255 in single precision.</summary>
    public static Value Conv(OnnxNode node, Formula f, Value x, Value w)
    {
        if (x.Rank < 3 || w.Rank != x.Rank || !w.Type.IsStatic || !x.Shape[1].IsConstant)
        {
            throw node.Invalid($"weights {w.Type} do not fit {x.Type}");
        }

        int[] kernel = [.. w.Shape.Skip(2).Select(d => checked((int)d.Value))];
        int groups = (node.Attributes.Int("group") ?? 1) is >= 1 and <= int.MaxValue and var given ? (int)given
            : throw node.Invalid("group is out of range");
        node.Attributes.Ignore("kernel_shape");
        var window = WindowAttributes.Read(node, x, kernel);
        var op = new Conv(window.Strides, window.PadsBegin, window.PadsEnd, window.Dilations, groups);
        long taps = Tensor.Count(kernel.Select(k => (long)k)), channels = w.Shape[1].Value;
        if (taps > LongestExactSum || (groups > 1 && taps * channels > LongestExactSum))
        {
            throw node.NotSupported($"weights {w.Type} in {groups} groups");
        }

        return Sum(node, f, channels, groups > 1 ? channels : LongestExactSum / taps, (start, size) =>
            node.AddPart("Conv", op, groups > 1 ? x : f.Slice(x, 1, start, size), f.Slice(w, 1, start, size)));
    }

    private static Value Sum(OnnxNode node, Formula f, long length, long part, Func<long, long, Value> product)
    {
        if (length < 1 || length > part * MostParts)
        {
            throw node.NotSupported($"sums of {length} terms");
        }

        Value? sum = null;
        for (long start = 0; start < length; start += part)
        {
            var next = f.Cast(product(start, Math.Min(part, length - start)), ElementType.I32);
            sum = sum is null ? next : f.Add(sum, next);
        }

        return sum!;
    }
}
