using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Onnx;

/// <summary>The values of a graph, or of a body inside one, by their names in the file: a body sees those of the graphs around it.</summary>
/// <param name="capture">What the body has in place of a value from around it.</param>
internal sealed class ValueScope(ValueScope? outer, Func<Value, Value>? capture = null)
{
    private readonly Dictionary<string, Value> _values = [];

    public Value? Find(string name) => _values.GetValueOrDefault(name) ?? (outer?.Find(name) is not { } value ? null : capture is null ? value : capture(value));

    /// <returns>False when this graph has a value of the name already.</returns>
    public bool Define(string name, Value value) => _values.TryAdd(name, value);
}
