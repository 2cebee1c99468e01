using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// Sums of products of elements that labels name, operand after operand. A pair is a matrix product of what both share and what each has
/// alone, so that constant weights have every precision. Opset 12.
/// </summary>
internal static class Einsum
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var formula = new Formula(node);
        var type = Elementwise.RequireNumber(node, node.Input(0)).Type.Element;
        // Sums modulo 2³² are those of fewer bits too.
        var wide = type.IsInteger() && type.Size() < sizeof(int) ? ElementType.I32 : type;
        Value[] operands = [.. Enumerable.Range(0, node.InputCount).Select(i => formula.Cast(node.Input(i, type), wide))];
        var (inputs, output) = EinsumLabels.Parse(node, operands);
        var result = Prepared(node, formula, operands[0], inputs[0], Needed(1));
        for (int i = 1; i < operands.Length; i++)
        {
            result = Product(formula, result, Prepared(node, formula, operands[i], inputs[i], result.Labels + Needed(i + 1)),
                Needed(i + 1));
        }

        var (sum, labels) = Summed(formula, result, output);
        return [formula.Result(formula.Cast(formula.Transpose(sum, output.Select(l => labels.IndexOf(l))), type))];

        string Needed(int from) => string.Concat(inputs.Skip(from)) + output;
    }

    /// <summary>Each label once, and only those that something later needs.</summary>
    private static (Value Value, string Labels) Prepared(OnnxNode node, Formula f, Value x, string labels, string needed)
    {
        for (int second = labels.Length - 1; second > 0; second--)
        {
            int first = labels.IndexOf(labels[second]);
            if (first < second)
            {
                x = Diagonal(node, f, x, first, second);
                labels = labels.Remove(second, 1);
            }
        }

        return Summed(f, (x, labels), needed);
    }

    /// <summary>The elements with equal positions along two axes, at the first of them.</summary>
    private static Value Diagonal(OnnxNode node, Formula f, Value x, int first, int second)
    {
        if (x.Shape[first] != x.Shape[second] || x.Shape[first] is not { IsConstant: true, Value: > 0 and < 1 << 15 } size)
        {
            throw node.Unsupported($"a diagonal of {x.Type}");
        }

        int[] others = [.. Enumerable.Range(0, x.Rank).Where(d => d != first && d != second)];
        var last = f.Transpose(x, [.. others, first, second]);
        IntExpr[] outer = [.. others.Select(d => x.Shape[d])];
        var diagonal = f.Pick(f.Reshape(last, [.. outer, size * size]), outer.Length, (int)size.Value + 1, size);
        return f.Transpose(diagonal, Enumerable.Range(0, x.Rank - 1)
            .Select(d => d == first ? outer.Length : Array.IndexOf(others, d < second ? d : d + 1)));
    }

    private static (Value Value, string Labels) Summed(Formula f, (Value Value, string Labels) x, string needed)
    {
        int[] axes = [.. Enumerable.Range(0, x.Labels.Length).Where(d => !needed.Contains(x.Labels[d]))];
        return axes.Length == 0 ? x
            : (f.Reshape(f.Reduce(ReduceKind.Sum, x.Value, axes), x.Value.Shape.Where((_, d) => !axes.Contains(d))),
                string.Concat(x.Labels.Where((_, d) => !axes.Contains(d))));
    }

    private static (Value Value, string Labels) Product(Formula f, (Value Value, string Labels) a, (Value Value, string Labels) b,
        string needed)
    {
        string both = string.Concat(a.Labels.Intersect(b.Labels)), batch = string.Concat(both.Where(needed.Contains)),
            joined = string.Concat(both.Except(batch));
        string left = string.Concat(a.Labels.Except(both)), right = string.Concat(b.Labels.Except(both));
        foreach (char label in joined)
        {
            b = (f.Sized(b.Value, b.Labels.IndexOf(label), Size(a, label)), b.Labels);
        }

        var (lhs, rhs) = (Ordered(f, a, batch + left + joined), Ordered(f, b, batch + joined + right));
        var product = f.MatMul(
            f.Reshape(lhs, [.. lhs.Shape.Take(batch.Length), Length(a, left), Length(a, joined)]),
                f.Reshape(rhs, [.. rhs.Shape.Take(batch.Length), Length(a, joined), Length(b, right)]));
        return (f.Reshape(product,
            [.. product.Shape.Take(batch.Length), .. left.Select(l => Size(a, l)), .. right.Select(l => Size(b, l))]),
            batch + left + right);
    }

    private static IntExpr Size((Value Value, string Labels) x, char label) => x.Value.Shape[x.Labels.IndexOf(label)];

    private static IntExpr Length((Value Value, string Labels) x, string labels) => IntExpr.Product(labels.Select(l => Size(x, l)));

    private static Value Ordered(Formula f, (Value Value, string Labels) x, string labels) =>
        f.Transpose(x.Value, labels.Select(l => x.Labels.IndexOf(l)));
}
