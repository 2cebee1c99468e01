using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Onnx.Tabular;

/// <summary>
/// The labels of a classifier's classes and its first output, the label of each row. Labels that are strings can only be counted.
/// </summary>
internal sealed class ClassLabels
{
    private readonly OnnxNode _node;
    private readonly Formula _f;
    private readonly long[]? _labels;

    /// <param name="integers">The attribute that holds them; <c>classlabels_strings</c> is the other one.</param>
    public ClassLabels(OnnxNode node, string integers)
    {
        (_node, _f) = (node, new Formula(node));
        var strings = node.Attributes.Strings("classlabels_strings");
        _labels = strings is { Count: > 0 } ? null : [.. node.Attributes.Ints(integers)
            ?? throw node.Invalid($"attribute '{integers}' is missing")];
        Count = _labels?.Length ?? strings!.Count;
        if (Count == 0)
        {
            throw node.Invalid("it has no class");
        }
    }

    public int Count { get; }

    /// <summary>The label of the class with the highest score.</summary>
    public Value OfHighest(Value scores) =>
        Output(() => OfPosition(_node.AddPart("class", new ArgExtreme(1, Largest: true, Last: false), scores)));

    /// <summary>The label of the class at a position [N, 1].</summary>
    public Value OfPosition(Value position) =>
        Output(() =>
            _f.Gather(_node.Constant("labels", Tensor.Create(_labels!, _labels!.Length)), _f.Reshape(position, position.Shape[0]), 0));

    /// <summary>The second of two labels where a truth value [N, 1] holds, else the first one.</summary>
    public Value Of(Value isSecond, long first, long second) =>
        Output(() => _f.Reshape(_f.Where(isSecond, Number(second), Number(first)), isSecond.Shape[0]));

    /// <inheritdoc cref="Of(Value, long, long)"/>
    public Value Of(Value isSecond) => Of(isSecond, _labels?[0] ?? 0, _labels?[1] ?? 0);

    private Value Number(long label) => _node.Constant("label", Tensor.Create([label]));

    /// <summary>Nothing has to be known of labels that nobody reads.</summary>
    private Value Output(Func<Value> label) => !_node.IsOutputUsed(0) ? Number(0)
        : _labels is null ? throw _node.NotSupported("labels that are strings (classlabels_strings)")
        : _f.Result(label());
}
