namespace MixPrec.Compiler.Graphs;

/// <summary>One operation of the graph. <paramref name="Inputs"/> hold null where an optional input is absent.</summary>
/// <param name="Name">Unique in its graph, from the model file: untrusted text. The layer's name in plans, reports and patterns.</param>
internal sealed class Node(string name, Op op, IReadOnlyList<Value?> inputs, IReadOnlyList<Value> outputs)
{
    public string Name { get; } = name;

    public Op Op { get; } = op;

    public IReadOnlyList<Value?> Inputs { get; } = inputs;

    public IReadOnlyList<Value> Outputs { get; } = outputs;

    /// <summary>The only output of most operations.</summary>
    public Value Output => Outputs[0];

    /// <summary>A present input.</summary>
    public Value Input(int index) => Inputs[index]!;

    /// <summary>Input <paramref name="index"/>, or null when it is absent.</summary>
    public Value? InputOrNull(int index) => index < Inputs.Count ? Inputs[index] : null;

    public override string ToString() => $"{Name}: {Op}";
}
