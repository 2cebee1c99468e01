using MixPrec.Compiler.Onnx.Proto;

namespace MixPrec.Compiler.Onnx;

/// <summary>
/// Where a node of the file stands: in the main graph, or in a local function that a node calls. Names, attributes and opsets mean there
/// what the call makes of them; nodes and values get the call's name in front, so that those of two calls differ.
/// </summary>
internal sealed class CallFrame
{
    /// <summary>Calls that a message names; of longer chains the innermost.</summary>
    private const int NamedCalls = 8;

    /// <summary>Characters of a name behind calls: names of a file are of any length, and every call repeats them.</summary>
    private const int LongestPart = 200;

    private readonly ValueNames _names;
    private readonly OpsetImports _opsets;
    private readonly CallFrame? _caller;
    private readonly NodeProto? _call;
    private readonly string _path = "";
    private readonly Dictionary<string, AttributeProto> _arguments = [];

    public CallFrame(ValueNames names, OpsetImports opsets)
    {
        _names = names;
        _opsets = opsets;
    }

    private CallFrame(CallFrame caller, NodeProto call, string path, LocalFunction function)
        : this(function.Names, function.Opsets)
    {
        (_caller, _call, _path, Function, Depth) = (caller, call, path, function, caller.Depth + 1);
        foreach (var given in caller.Attributes(call).Concat(function.Proto.AttributeProto.Select(a => KeyValuePair.Create(a.Name, a))))
        {
            _arguments.TryAdd(given.Key, given.Value);
        }
    }

    /// <summary>The function whose body this is; null in the main graph.</summary>
    public LocalFunction? Function { get; }

    /// <summary>How many calls lead here.</summary>
    public int Depth { get; }

    public IEnumerable<KeyValuePair<string, AttributeProto>> Arguments => _arguments;

    /// <summary>The body of a function for one call of it.</summary>
    /// <param name="path">The name of the calling node.</param>
    public CallFrame Enter(NodeProto call, string path, LocalFunction function) => new(this, call, path, function);

    /// <summary>Whether the function is being expanded already.</summary>
    public bool IsInside(LocalFunction function) => Function == function || (_caller?.IsInside(function) ?? false);

    /// <summary>The version of a domain here; 0 when none is named.</summary>
    public long Opset(string domain) => _opsets[domain];

    /// <summary>The node's own name or, without one, its first output's, behind the names of the calls.</summary>
    public string NodeName(NodeProto node) =>
        Inside(node.Name.Length > 0 ? node.Name : node.Output.FirstOrDefault(o => o.Length > 0) ?? node.OpType);

    /// <summary>The name that the value of this name in the file gets in the graph.</summary>
    public string NameOf(string name) =>
        _caller is null ? _names.NameOf(name) : OutputOfCall(name) is { } output ? _caller.NameOf(output) : Inside(name);

    /// <summary>True when a node or the caller reads the value.</summary>
    public bool IsUsed(string name) => _names.IsUsed(name) || (OutputOfCall(name) is { } output && _caller!.IsUsed(output));

    public bool IsComputed(string name) => _names.IsComputed(name);

    /// <summary>
    /// The attributes of a node by their names there: one that refers to an attribute of the function has the value that the call, or the
    /// function, gives it.
    /// </summary>
    public IEnumerable<KeyValuePair<string, AttributeProto>> Attributes(NodeProto node) =>
        from attribute in node.Attribute
        let value = _caller is null || attribute.RefAttrName.Length == 0 ? attribute : _arguments.GetValueOrDefault(attribute.RefAttrName)
        where value is not null
        select KeyValuePair.Create(attribute.Name, value);

    /// <summary>The calls that lead here, the outermost first: text for messages.</summary>
    public override string ToString()
    {
        var calls = new List<string>();
        for (var frame = this; frame.Function is not null; frame = frame._caller!)
        {
            if (calls.Count == NamedCalls)
            {
                calls.Add("…");
                break;
            }

            calls.Add($"'{frame.Function}' called by node '{PrintableName.Format(frame._path)}'");
        }

        calls.Reverse();
        return string.Join(" → ", calls);
    }

    private string Inside(string name) => _caller is null ? name : $"{Shortened(_path)}/{Shortened(name)}";

    private static string Shortened(string name) =>
        name.Length <= LongestPart ? name : $"{PrintableName.Format(name)}{PrintableName.Format(name[^(LongestPart / 2)..])}";

    /// <summary>What the caller calls an output of the function; null for other values, and for outputs that it leaves out.</summary>
    private string? OutputOfCall(string name) =>
        _call is not null && Function!.Proto.Output.IndexOf(name) is >= 0 and var index && index < _call.Output.Count
            && _call.Output[index].Length > 0 ? _call.Output[index] : null;
}
