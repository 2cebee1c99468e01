using Google.Protobuf;
using MixPrec.Compiler.Onnx.Proto;

namespace MixPrec.Compiler.Onnx;

/// <summary>
/// The attributes of one node by their names there (inside a local function the value may stand at the call). Each one an importer knows is
/// read or ignored by name; <see cref="Unread"/> tells which the importer has no meaning for, so that none is dropped in silence.
/// </summary>
internal sealed class OnnxAttributes(OnnxNode node, IEnumerable<KeyValuePair<string, AttributeProto>> attributes)
{
    private enum Kind
    {
        Float = 1, Int = 2, String = 3, Tensor = 4, Graph = 5, Floats = 6, Ints = 7, Strings = 8,
    }

    private readonly KeyValuePair<string, AttributeProto>[] _attributes = [.. attributes];
    private readonly HashSet<string> _read = [];

    /// <summary>The name of an attribute nobody asked for, or null.</summary>
    public string? Unread => _attributes.Select(a => a.Key).FirstOrDefault(name => !_read.Contains(name));

    /// <summary>The attribute has no effect on the result of an inference.</summary>
    public void Ignore(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            _read.Add(name);
        }
    }

    public bool Has(string name) => _attributes.Any(a => a.Key == name);

    public long? Int(string name) => Find(name, Kind.Int, a => a.HasI)?.I;

    public bool Flag(string name, bool absent = false) => Int(name) is { } value ? value != 0 : absent;

    public float? Float(string name) => Find(name, Kind.Float, a => a.HasF)?.F;

    public string? String(string name) => Find(name, Kind.String, a => a.HasS)?.S.ToStringUtf8();

    public TensorProto? Tensor(string name) => Find(name, Kind.Tensor, a => a.T is not null)?.T;

    public GraphProto? Graph(string name) => Find(name, Kind.Graph, a => a.G is not null)?.G;

    public IReadOnlyList<string>? Strings(string name) =>
        Find(name, Kind.Strings, a => a.Strings.Count > 0)?.Strings.Select(s => s.ToStringUtf8()).ToArray();

    public IReadOnlyList<long>? Ints(string name) => Find(name, Kind.Ints, a => a.Ints.Count > 0)?.Ints;

    public IReadOnlyList<float>? Floats(string name) => Find(name, Kind.Floats, a => a.Floats.Count > 0)?.Floats;

    /// <summary>A list of sizes that fit 32 bits.</summary>
    public IReadOnlyList<int>? Sizes(string name) => Ints(name)?.Select(i => i is >= int.MinValue and <= int.MaxValue
        ? (int)i : throw node.Invalid($"attribute '{name}' holds {i}, which does not fit 32 bits")).ToArray();

    /// <summary>Old files leave the type unset (0): then the filled field decides.</summary>
    private AttributeProto? Find(string name, Kind kind, Func<AttributeProto, bool> isFilled)
    {
        _read.Add(name);
        var attribute = _attributes.FirstOrDefault(a => a.Key == name).Value;
        return attribute is null ? null
            : attribute.RefAttrName.Length == 0
                && (attribute.Type == (int)kind ? kind is not (Kind.Tensor or Kind.Graph) || isFilled(attribute) : attribute.Type == 0
                && isFilled(attribute)) ? attribute
            : throw node.Invalid($"attribute '{name}' is no {kind}");
    }
}
