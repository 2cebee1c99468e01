using MixPrec.Compiler.Onnx.Proto;

namespace MixPrec.Compiler.Onnx;

/// <summary>The version of each domain that a model, or one of its local functions, is written in.</summary>
/// <param name="around">The model's, for domains that a function does not name.</param>
internal sealed class OpsetImports(IEnumerable<OperatorSetIdProto> imports, OpsetImports? around = null)
{
    private readonly Dictionary<string, long> _versions =
        imports.GroupBy(i => Normalized(i.Domain)).ToDictionary(g => g.Key, g => g.Max(i => i.Version));

    /// <summary>The standard domain has two names.</summary>
    public static string Normalized(string domain) => domain == "ai.onnx" ? "" : domain;

    /// <summary>The version of a domain; 0 when none is named.</summary>
    public long this[string domain] => _versions.TryGetValue(Normalized(domain), out long version) ? version : around?[domain] ?? 0;
}
