using MixPrec.Compiler.Onnx.Proto;

namespace MixPrec.Compiler.Onnx;

/// <summary>The functions of a file by what nodes name: domain, name and overload.</summary>
internal sealed class LocalFunctions
{
    private readonly Dictionary<(string Domain, string Name, string Overload), Lazy<LocalFunction>> _functions = [];

    public LocalFunctions(ModelProto model, OpsetImports opsets)
    {
        foreach (var function in model.Functions)
        {
            if (!_functions.TryAdd((OpsetImports.Normalized(function.Domain), function.Name, function.Overload),
                new(() => new LocalFunction(function, opsets))))
            {
                Duplicate ??= function;
            }
        }
    }

    /// <summary>A function that is defined twice; null in sound files.</summary>
    public FunctionProto? Duplicate { get; }

    /// <summary>The function that a node calls; null when the file defines none of the name.</summary>
    public LocalFunction? Find(NodeProto node) =>
        _functions.GetValueOrDefault((OpsetImports.Normalized(node.Domain), node.OpType, node.Overload))?.Value;
}
