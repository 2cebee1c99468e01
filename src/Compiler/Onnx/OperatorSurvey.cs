namespace MixPrec.Compiler.Onnx;

/// <summary>An operator that a file uses.</summary>
/// <param name="Name">With its domain when that is not the standard one; made printable.</param>
/// <param name="Nodes">How many nodes of the main graph use it.</param>
/// <param name="Version">The version of the operator that the file's opset means; null when it cannot be imported. A form of it may still be refused.</param>
internal sealed record OperatorUse(string Name, int Nodes, int? Version);

/// <summary>What a file would need, also one that cannot be imported.</summary>
internal static class OperatorSurvey
{
    /// <summary>The operators in ordinal order of their names.</summary>
    /// <exception cref="MixPrecException">MXP1001, MXP3002: no such file, or not an ONNX model.</exception>
    public static IReadOnlyList<OperatorUse> Of(string path)
    {
        var model = OnnxModelReader.Parse(Path.GetFullPath(path));
        long opset = OnnxModelReader.OpsetOf(model);
        return
        [
            .. (model.Graph?.Node ?? []).CountBy(node => (node.Domain, node.OpType))
                .Select(use => Use(use.Key.Domain, use.Key.OpType, use.Value, opset)).OrderBy(use => use.Name, StringComparer.Ordinal),
        ];
    }

    private static OperatorUse Use(string domain, string type, int nodes, long opset) => domain is "" or "ai.onnx"
        ? new(PrintableName.Of(type), nodes, OperatorTable.Find(type)?.VersionAt(opset))
        : new(PrintableName.Of($"{domain}.{type}"), nodes, null);
}
