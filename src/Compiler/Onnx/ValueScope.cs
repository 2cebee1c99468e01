using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Onnx;

/// <summary>
/// The values of a graph, of a body inside one or of a local function, by their names in the file: a body sees those of the graphs around
/// it.
/// </summary>
/// <param name="capture">What the body has in place of a value from around it.</param>
internal sealed class ValueScope(ValueScope? outer, Func<Value, Value>? capture = null)
{
    /// <summary>Null for an input of a local function that the call leaves out.</summary>
    private readonly Dictionary<string, Value?> _values = [];

    /// <returns>False where no value has the name; null is an input that was left out.</returns>
    public bool TryFind(string name, out Value? value)
    {
        if (_values.TryGetValue(name, out value))
        {
            return true;
        }

        bool found = outer is not null && outer.TryFind(name, out value);
        value = value is null || capture is null ? value : capture(value);
        return found;
    }

    /// <returns>False when this graph has a value of the name already.</returns>
    public bool Define(string name, Value? value) => _values.TryAdd(name, value);
}
