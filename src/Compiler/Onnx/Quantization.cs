using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx;

/// <summary>What the quantizing operators share: q = clamp(round(x / scale) + zero point) and x = (q − zero point) · scale.</summary>
internal static class Quantization
{
    /// <summary>
    /// Scale or zero point so that it broadcasts with x: one number, one for each position along the axis, or one for each block along it.
    /// </summary>
    public static Value Spread(OnnxNode node, Formula f, Value parameter, Value x)
    {
        node.Attributes.Ignore("axis", "block_size");
        if (parameter.Type.Length == IntExpr.One)
        {
            return f.Reshape(parameter, []);
        }

        int axis = node.Axis(node.Attributes.Int("axis") ?? 1, x.Rank);
        if (parameter.Rank == 1)
        {
            return f.Along(parameter, axis, x.Rank);
        }

        long block = node.Attributes.Int("block_size") ?? 0;
        if (block < 1 || parameter.Rank != x.Rank)
        {
            throw node.Invalid($"a scale or zero point {parameter.Type} does not fit {x.Type}");
        }

        var blocks = parameter.Shape.ToList();
        blocks.Insert(axis + 1, 1);
        var repeated = blocks.ToList();
        repeated[axis + 1] = block;
        var full = f.Reshape(f.Expand(f.Reshape(parameter, blocks), repeated), parameter.Shape.Select((d, i) => i == axis ? d * block : d));
        return full.Shape[axis] == x.Shape[axis] ? full : f.Slice(full, axis, 0, x.Shape[axis]);
    }

    /// <summary>
    /// The scales of constants quantized to −127…127 around 0, one or one for each position along an axis; null for all others.
    /// </summary>
    public static WeightScales? Scales(OnnxNode node, Value codes)
    {
        if (codes.Constant is not { Type: ElementType.I8 } known || known.Span<sbyte>().Contains(sbyte.MinValue)
            || node.Input(1).Constant is not { Type: ElementType.F32 } scale
            || (node.InputOrNull(2) is { } zero && zero.Constant?.Bytes.ContainsAnyExcept((byte)0) != false)
                || (scale.Length != 1 && scale.Rank != 1))
        {
            return null;
        }

        float[] scales = scale.Span<float>().ToArray();
        return !scales.All(s => s > 0 && float.IsNormal(s)) ? null
            : new(scales.Length == 1 ? null : node.Axis(node.Attributes.Int("axis") ?? 1, codes.Rank), scales);
    }

    /// <summary>clamp(round(x) + zero point) as elements of the type; floats are rounded by their conversion.</summary>
    public static Value ToCodes(OnnxNode node, Formula f, Value x, Value? zeroPoint, ElementType type)
    {
        if (type.IsFloatCode())
        {
            var number = zeroPoint is null ? x : f.Add(x, f.Cast(zeroPoint, ElementType.F32));
            return f.Cast(number, new Cast(type, node.Attributes.Flag("saturate", true)));
        }

        var rounded = f.Apply(UnaryKind.Round, x);
        var shifted = zeroPoint is null ? rounded : f.Add(rounded, f.Cast(zeroPoint, ElementType.F32));
        var (lowest, highest) = type switch
        {
            ElementType.U8 => (0f, 255f),
            ElementType.I8 => (-128, 127),
            ElementType.U16 => (0, 65535),
            ElementType.I16 => (-32768, 32767),
            ElementType.U4 => (0, 15),
            ElementType.I4 => (-8, 7),
            ElementType.U2 => (0, 3),
            ElementType.I2 => (-2, 1),
            _ => throw node.NotSupported($"codes of type {type}"),
        };
        return f.Cast(f.Clip(shifted, lowest, highest), type);
    }

    /// <summary>Codes minus zero point as whole numbers in single precision, exact for codes of up to 16 bits.</summary>
    public static Value Centered(OnnxNode node, Formula f, Value codes, Value? zeroPoint)
    {
        var numbers = f.Cast(node.Require(codes, ElementType.U8, ElementType.I8), ElementType.F32);
        return zeroPoint is null ? numbers : f.Sub(numbers, f.Cast(zeroPoint, ElementType.F32));
    }
}
