using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// softmax(softcap(scale · Q·Kᵀ) + mask)·V with heads as a dimension of their own or side by side, fewer heads of keys than of queries,
/// keys and values of earlier runs in front, causal and padding masks. Computed in single precision. Opset 23, 24 (nonpad_kv_seqlen).
/// </summary>
internal static class Attention
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var f = new Formula(node);
        node.Attributes.Ignore("softmax_precision");
        var type = node.Input(0).Type.Element;
        bool flat = node.Input(0).Rank == 3;
        var q = Heads(node, f, node.Input(0), "q_num_heads");
        var (newKeys, newValues) = (Heads(node, f, node.Input(1), "kv_num_heads"), Heads(node, f, node.Input(2), "kv_num_heads"));
        var past = node.InputOrNull(4);
        var keys = past is null ? newKeys : f.Concat(2, past, newKeys);
        var values = node.InputOrNull(5) is { } pastValues ? f.Concat(2, pastValues, newValues) : newValues;
        var (k, v) = (Repeated(node, f, f.Cast(keys, ElementType.F32), q.Shape[1]),
            Repeated(node, f, f.Cast(values, ElementType.F32), q.Shape[1]));
        if (!q.Shape[3].IsConstant)
        {
            throw node.Unsupported("heads of a symbolic size");
        }

        // As in the specification both operands carry the root of the scale.
        var root = f.Number((float)Math.Sqrt(node.Attributes.Float("scale") ?? 1 / Math.Sqrt(q.Shape[3].Value)));
        var product = f.MatMul(f.Mul(f.Cast(q, ElementType.F32), root), f.Transpose(f.Mul(k, root), 0, 1, 3, 2));
        float cap = node.Attributes.Float("softcap") ?? 0;
        var capped = cap == 0 ? product : f.Mul(f.Apply(UnaryKind.Tanh, f.Div(product, f.Number(cap))), f.Number(cap));
        var masked = Masks(node, f, product, past?.Shape[2] ?? 0).Aggregate(capped, f.Add);
        var weights = Weights(node, f, masked);
        var y = f.MatMul(weights, v);
        y = flat ? f.Reshape(f.Transpose(y, 0, 2, 1, 3), y.Shape[0], y.Shape[2], y.Shape[1] * y.Shape[3]) : y;
        var shown = (node.Attributes.Int("qk_matmul_output_mode") ?? 0) switch
        {
            0 => product,
            1 => capped,
            2 => masked,
            3 => weights,
            var mode => throw node.Invalid($"qk_matmul_output_mode is {mode}"),
        };
        return [f.Result(f.Cast(y, type)), f.Result(keys, 1), f.Result(values, 2), f.Result(f.Cast(shown, type), 3)];
    }

    /// <summary>
    /// A query for which the masks leave no key takes nothing from the values. The exponentials of nothing but −∞ would give NaN, and so
    /// would their gradients.
    /// </summary>
    private static Value Weights(OnnxNode node, Formula f, Value masked)
    {
        if (node.InputOrNull(3) is null && node.InputOrNull(6) is null)
        {
            return f.Softmax(masked, 3);
        }

        var nothing = f.Compare(CompareKind.Equal, f.Reduce(ReduceKind.Max, masked, 3), f.Number(float.NegativeInfinity));
        return f.Where(nothing, f.Number(0), f.Softmax(f.Where(nothing, f.Number(0), masked), 3));
    }

    /// <summary>[batch, positions, heads·size] as [batch, heads, positions, size].</summary>
    private static Value Heads(OnnxNode node, Formula f, Value x, string attribute)
    {
        node.Require(x, ElementType.F32, ElementType.F64, ElementType.F16, ElementType.BF16);
        long? heads = node.Attributes.Int(attribute);
        return x.Rank == 4 ? x
            : x.Rank == 3 && heads is > 0 && x.Shape[2].DivideExactly(heads.Value) is { } size
                ? f.Transpose(f.Reshape(x, x.Shape[0], x.Shape[1], heads.Value, size), 0, 2, 1, 3)
            : throw node.Invalid($"{x.Type} has no {heads} heads");
    }

    /// <summary>Each head of keys serves as many neighbouring heads of queries.</summary>
    private static Value Repeated(OnnxNode node, Formula f, Value x, IntExpr heads)
    {
        if (x.Shape[1] == heads)
        {
            return x;
        }

        var times = heads.DivideExactly(x.Shape[1])
            ?? throw node.Invalid($"{heads} heads of queries do not divide among {x.Shape[1]} heads of keys");
        var repeated = f.Expand(f.Reshape(x, x.Shape[0], x.Shape[1], 1, x.Shape[2], x.Shape[3]),
            [x.Shape[0], x.Shape[1], times, x.Shape[2], x.Shape[3]]);
        return f.Reshape(repeated, x.Shape[0], heads, x.Shape[2], x.Shape[3]);
    }

    private static IEnumerable<Value> Masks(OnnxNode node, Formula f, Value scores, IntExpr past)
    {
        var (queries, positions) = (scores.Shape[2], scores.Shape[3]);
        if (node.InputOrNull(3) is { } mask)
        {
            var numbers = mask.Type.Element == ElementType.Bool ? Where(f, mask)
                : f.Cast(node.Require(mask, ElementType.F32, ElementType.F64, ElementType.F16, ElementType.BF16), ElementType.F32);
            var missing = positions - mask.Shape[^1];
            yield return missing == IntExpr.Zero || mask.Shape[^1] == IntExpr.One ? numbers
                : f.Concat(mask.Rank - 1, numbers, f.Expand(f.Number(float.NegativeInfinity), [.. mask.Shape.SkipLast(1), missing]));
        }

        if (node.InputOrNull(6) is { } lengths)
        {
            var valid = f.Reshape(f.Cast(lengths, ElementType.I64), lengths.Shape[0], 1, 1, 1);
            yield return Where(f, f.Compare(CompareKind.Less, f.Positions(positions, 3, 4), valid));
        }

        if (node.Attributes.Flag("is_causal"))
        {
            yield return node.InputOrNull(6) is not null ? throw node.NotSupported("is_causal beside nonpad_kv_seqlen")
                : Where(f, f.Compare(CompareKind.LessOrEqual, f.Positions(positions, 3, 4), f.Positions(queries, 2, 4, past)));
        }
    }

    /// <summary>0 where allowed, −∞ elsewhere.</summary>
    private static Value Where(Formula f, Value allowed) => f.Where(allowed, f.Number(0), f.Number(float.NegativeInfinity));
}
