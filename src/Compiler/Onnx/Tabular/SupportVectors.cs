using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Onnx.Tabular;

/// <summary>
/// The kernel of a support vector machine, a number for each row and each support vector. Products with the vectors are a layer whose
/// precision is chosen.
/// </summary>
internal sealed class SupportVectors
{
    /// <summary>
    /// Farther away nothing is near any vector, infinity included; squares and products of such numbers are finite.
    /// </summary>
    private const float Farthest = 1e18f;

    private readonly OnnxNode _node;
    private readonly Formula _f;
    private readonly float[] _vectors;
    private readonly string _kernel;
    private readonly float _gamma, _offset, _degree;

    private SupportVectors(OnnxNode node, int count, float[] vectors, float[] parameters)
    {
        (_node, _f, Count, _vectors) = (node, new Formula(node), count, vectors);
        _kernel = node.Attributes.String("kernel_type") ?? "LINEAR";
        (_gamma, _offset, _degree) = parameters.Length >= 3 ? (parameters[0], parameters[1], parameters[2]) : (0, 0, 0);
    }

    public int Count { get; }

    /// <summary>Null where the model has none and is linear.</summary>
    public static SupportVectors? FromNode(OnnxNode node, long count)
    {
        float[] vectors = Coefficients.Optional(node, "support_vectors"), parameters = Coefficients.Optional(node, "kernel_params");
        node.Attributes.Ignore("kernel_type");
        return count == 0 ? null
            : count < 0 || vectors.Length == 0 || vectors.Length % count != 0
                ? throw node.Invalid($"{Counted.Format(vectors.Length, "number")} cannot be {Counted.Format(count, "support vector")}")
            : parameters.Length is not (0 or 3)
                ? throw node.Invalid($"{parameters.Length} kernel parameters, three are gamma, offset and degree")
            : new(node, (int)count, vectors, parameters);
    }

    /// <summary>Kernels [N, vectors] of rows [N, features].</summary>
    public Value Apply(Value rows) => _kernel switch
    {
        "LINEAR" => Products(rows, _vectors),
        "POLY" => _f.Apply(BinaryKind.Pow, Scaled(rows), _f.Number(_degree)),
        "SIGMOID" => _f.Apply(UnaryKind.Tanh, Scaled(rows)),
        "RBF" => Gaussians(rows),
        _ => throw _node.Invalid($"kernel_type is '{PrintableName.Format(_kernel)}'"),
    };

    private Value Scaled(Value rows) => _f.Add(_f.Mul(Products(rows, _vectors), _f.Number(_gamma)), _f.Number(_offset));

    /// <summary>
    /// exp(−γ·‖x − s‖²) with ‖x − s‖² = ‖x‖² + ‖s‖² − 2·x·s, both moved by the median of the vectors first, which changes no distance:
    /// columns of large numbers and small spread cancel before they are squared, and a single vector far away moves nothing.
    /// </summary>
    private Value Gaussians(Value rows)
    {
        int features = _vectors.Length / Count;
        float[] center = [.. Enumerable.Range(0, features).Select(j =>
            Enumerable.Range(0, Count).Select(i => _vectors[(i * features) + j]).Order().ElementAt((Count - 1) / 2))];
        float[] moved = [.. _vectors.Select((v, i) => v - center[i % features])];
        float[] squares = [.. Enumerable.Range(0, Count).Select(i =>
            (float)Enumerable.Range(0, features).Sum(j => (double)moved[(i * features) + j] * moved[(i * features) + j]))];
        var x = _f.Clip(_f.Sub(rows, Coefficients.Vector(_node, "center", center)), -Farthest, Farthest);
        var distance = _f.Add(_f.Sub(_f.Reduce(ReduceKind.Sum, _f.Mul(x, x), 1), _f.Mul(Products(x, moved), _f.Number(2))),
            Coefficients.Vector(_node, "squares", squares));
        return _f.Apply(UnaryKind.Exp, _f.Mul(_f.Apply(BinaryKind.Max, distance, _f.Number(0)), _f.Number(-_gamma)));
    }

    private Value Products(Value rows, float[] vectors) =>
        _node.AddPart("vectors", new MatMul(), rows, Coefficients.Columns(_node, "support", vectors, Count));
}
