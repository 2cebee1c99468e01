using MixPrec.Compiler.Onnx.Proto;

namespace MixPrec.Compiler.Onnx;

/// <summary>An operator that a file uses.</summary>
/// <param name="Name">With its domain when that is not the standard one; made printable.</param>
/// <param name="Nodes">How many nodes of the main graph, and of the local functions that it calls, use it.</param>
/// <param name="Version">The version of the operator that the file's opset means; null when it cannot be imported. A form of it may still
/// be refused.</param>
internal sealed record OperatorUse(string Name, int Nodes, int? Version);

/// <summary>What a file would need, also one that cannot be imported.</summary>
internal static class OperatorSurvey
{
    /// <summary>The operators in ordinal order of their names.</summary>
    /// <exception cref="MixPrecException">MXP1001, MXP3002: no such file, or not an ONNX model.</exception>
    public static IReadOnlyList<OperatorUse> Read(string path)
    {
        var model = OnnxModelReader.Parse(Path.GetFullPath(path));
        var opsets = new OpsetImports(model.OpsetImport);
        var functions = new LocalFunctions(model, opsets);
        var uses = new Dictionary<string, OperatorUse>();
        var called = new HashSet<LocalFunction>();
        var open = new Queue<(IReadOnlyList<NodeProto> Nodes, OpsetImports Opsets)>([(model.Graph?.Node ?? [], opsets)]);
        while (open.TryDequeue(out var body))
        {
            foreach (var node in body.Nodes)
            {
                var known = OperatorTable.Find(node.Domain, node.OpType);
                if (known is null && functions.Find(node) is { } function)
                {
                    if (called.Add(function))
                    {
                        open.Enqueue((function.Nodes, function.Opsets));
                    }

                    continue;
                }

                string name = PrintableName.Format(OpsetImports.Normalized(node.Domain).Length == 0 ? node.OpType
                    : $"{node.Domain}.{node.OpType}");
                uses[name] = uses.TryGetValue(name, out var use) ? use with { Nodes = use.Nodes + 1 }
                    : new(name, 1, known?.VersionAt(body.Opsets[node.Domain]));
            }
        }

        return [.. uses.Values.OrderBy(use => use.Name, StringComparer.Ordinal)];
    }
}
