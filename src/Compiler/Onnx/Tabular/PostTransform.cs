using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Onnx.Tabular;

/// <summary>What becomes of scores [N, classes] at last, as in ONNX Runtime.</summary>
internal sealed class PostTransform(OnnxNode node, string name)
{
    private static readonly string[] Names = ["NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO", "PROBIT"];

    private readonly Formula _f = new(node);

    public static PostTransform FromNode(OnnxNode node) => Named(node, node.Attributes.String("post_transform") ?? Names[0]);

    /// <summary>By its place in the list, as TreeEnsemble has it.</summary>
    public static PostTransform OfCode(OnnxNode node) => node.Attributes.Int("post_transform") is not { } code ? new(node, Names[0])
        : code >= 0 && code < Names.Length ? new(node, Names[code]) : throw node.Invalid($"post_transform is {code}");

    /// <summary>Of several columns; one column alone changes by PROBIT only.</summary>
    public Value Apply(Value scores) => name == "PROBIT" ? Probit(scores)
        : scores.Shape[1] == Plan.IntExpr.One ? scores
        : name switch
        {
            "SOFTMAX" => _f.Softmax(scores, 1),
            "LOGISTIC" => _f.Apply(UnaryKind.Sigmoid, scores),
            "SOFTMAX_ZERO" => SoftmaxZero(scores),
            _ => scores,
        };

    /// <summary>Both columns of two classes, out of the score of the second one: it is a probability, or any number.</summary>
    /// <exception cref="MixPrecException">MXP3001: PROBIT, for which ONNX Runtime leaves the second column as it finds it.</exception>
    public Value BothClasses(Value score, bool isProbability) =>
        name == "PROBIT" ? throw node.NotSupported("post_transform PROBIT of one column that stands for two classes")
        : name == "LOGISTIC" ? Pair(_f.Apply(UnaryKind.Sigmoid, _f.Apply(UnaryKind.Neg, score)), _f.Apply(UnaryKind.Sigmoid, score))
        : isProbability ? Pair(_f.Sub(_f.Number(1), score), score)
        : Pair(_f.Apply(UnaryKind.Neg, score), score);

    public bool IsNone => name == "NONE";

    /// <summary>
    /// NaN for every score but strictly between 0 and 1: √2 times the inverse error function of 2s − 1, by the approximation that ONNX
    /// Runtime takes.
    /// </summary>
    private Value Probit(Value scores)
    {
        var x = _f.Sub(_f.Mul(scores, _f.Number(2)), _f.Number(1));
        var logarithm = _f.Apply(UnaryKind.Log, _f.Mul(_f.Sub(_f.Number(1), x), _f.Add(_f.Number(1), x)));
        var a = _f.Add(_f.Mul(logarithm, _f.Number(0.5f)), _f.Number(2 / (3.14159f * 0.147f)));
        var root = _f.Sub(_f.Apply(UnaryKind.Sqrt, _f.Sub(_f.Mul(a, a), _f.Mul(logarithm, _f.Number(1 / 0.147f)))), a);
        return _f.Mul(_f.Mul(_f.Apply(UnaryKind.Sign, x), _f.Apply(UnaryKind.Sqrt, root)), _f.Number(1.41421356f));
    }

    /// <summary>Scores of 0 stay 0 and take no part in the sum.</summary>
    private Value SoftmaxZero(Value scores)
    {
        var largest = _f.Reduce(ReduceKind.Max, scores, 1);
        var counts = _f.Compare(CompareKind.Greater, _f.Apply(UnaryKind.Abs, scores), _f.Number(1e-7f));
        var powers = _f.Apply(UnaryKind.Exp, _f.Sub(scores, largest));
        var rest = _f.Mul(scores, _f.Apply(UnaryKind.Exp, _f.Apply(UnaryKind.Neg, largest)));
        var sum = _f.Reduce(ReduceKind.Sum, _f.Where(counts, powers, _f.Number(0)), 1);
        return _f.Div(_f.Where(counts, powers, rest), sum);
    }

    private Value Pair(Value first, Value second) => _f.Concat(1, first, second);

    private static PostTransform Named(OnnxNode node, string name) =>
        Names.Contains(name) ? new(node, name) : throw node.Invalid($"post_transform is '{PrintableName.Format(name)}'");
}
