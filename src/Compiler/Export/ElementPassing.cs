using MixPrec.Compiler.Formats;

namespace MixPrec.Compiler.Export;

/// <summary>
/// One range for all values whose elements are those of another: what MaxPool, Reshape or Transpose reads and writes. What a layer reads
/// decides; elements beyond its range are clamped before as they would be behind.
/// </summary>
internal static class ElementPassing
{
    /// <param name="own">The range of each value.</param>
    /// <param name="nodes">Those that read bytes.</param>
    public static IReadOnlyDictionary<string, ActivationRange> Unify(IReadOnlyDictionary<string, ActivationRange> own,
        IEnumerable<SkeletonNode> nodes, IReadOnlySet<string> readByLayers)
    {
        var group = own.Keys.ToDictionary(name => name, name => name);
        string Root(string name)
        {
            while (group[name] != name)
            {
                name = group[name];
            }

            return name;
        }

        foreach (var node in nodes.Where(n => n.PassesElements && group.ContainsKey(n.Proto.Input[0])
            && group.ContainsKey(n.Proto.Output[0])))
        {
            group[Root(node.Proto.Output[0])] = Root(node.Proto.Input[0]);
        }

        var ranges = own.Keys.GroupBy(Root).ToDictionary(g => g.Key, g =>
            (g.Any(readByLayers.Contains) ? g.Where(readByLayers.Contains) : g).Select(name => own[name])
                .Aggregate((a, b) => new ActivationRange(Math.Min(a.Lowest, b.Lowest), Math.Max(a.Highest, b.Highest))));
        return own.Keys.ToDictionary(name => name, name => ranges[Root(name)]);
    }
}
