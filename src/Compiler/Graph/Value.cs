using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs;

/// <summary>An edge of the graph: an input, a constant or the output of a node. Compared by reference.</summary>
internal sealed class Value(string name, TensorType type)
{
    /// <summary>The name in the model file: untrusted text, for messages only.</summary>
    public string Name { get; } = name;

    public TensorType Type { get; } = type;

    public IReadOnlyList<IntExpr> Shape => Type.Shape;

    public int Rank => Type.Rank;

    /// <summary>
    /// Of an input the shape as the file declares it, where its sizes are written in other symbols (<see cref="SymbolicDimension.Equal"/>).
    /// </summary>
    public IReadOnlyList<IntExpr>? Declared { get; init; }

    /// <summary>The elements, when they are known at build time.</summary>
    public Tensor? Constant { get; init; }

    /// <summary>
    /// The elements of an integer value of at most one dimension that depends on shapes only (also set for small integer constants).
    /// </summary>
    public IReadOnlyList<IntExpr>? Integers { get; init; }

    /// <summary>How the model quantized the constant; null when it did not.</summary>
    public WeightScales? Scales { get; init; }

    /// <summary>The node that computes the value; null for inputs and constants.</summary>
    public Node? Producer { get; internal set; }

    public override string ToString() => $"{Name}: {Type}";
}
