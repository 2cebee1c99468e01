using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;
using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Partition;

/// <summary>
/// The text that decides whether two sub-graphs take the same time: per node its op with all attributes, the type of each input and
/// where it comes from, and which outputs leave. Element values count only for small integer constants (they are parameters of ops).
/// </summary>
internal static class SubgraphSignature
{
    public static string Compute(Graph graph, IReadOnlyList<Node> nodes)
    {
        var names = new Dictionary<Value, string>();
        var inside = nodes.ToHashSet();
        var text = new StringBuilder();
        int external = 0;
        for (int n = 0; n < nodes.Count; n++)
        {
            text.Append(Describe(nodes[n].Op)).Append('(');
            foreach (var input in nodes[n].Inputs)
            {
                if (input is { Constant: null } && !names.ContainsKey(input))
                {
                    names[input] = $"x{external++}:{input.Type}";
                }

                text.Append(input is null ? "-" : names.GetValueOrDefault(input) ?? Constant(input)).Append(';');
            }

            text.Append(')');
            for (int o = 0; o < nodes[n].Outputs.Count; o++)
            {
                var output = nodes[n].Outputs[o];
                names[output] = $"n{n}.{o}";
                text.Append(graph.IsOutput(output) || graph.ConsumersOf(output).Any(c => !inside.Contains(c)) ? "!" : "")
                    .Append(output.Type);
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private static string Constant(Value value) =>
        $"c{value.Type}{(value.Integers is { } integers ? "=" + string.Join(",", integers) : "")}";

    /// <summary>Name and attributes of an op. A record's own ToString prints lists by their type only.</summary>
    private static string Describe(object? part) => part switch
    {
        null => "null",
        string s => s,
        IEnumerable items => $"[{string.Join(",", items.Cast<object?>().Select(Describe))}]",
        float f => f.ToString("R", CultureInfo.InvariantCulture),
        Op or UnaryFunction => part.GetType().Name
            + $"{{{string.Join(",", Attributes(part).Select(p => $"{p.Name}={Describe(p.GetValue(part))}"))}}}",
        _ => Convert.ToString(part, CultureInfo.InvariantCulture) ?? "",
    };

    private static IEnumerable<PropertyInfo> Attributes(object part) =>
        part.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.Name != nameof(Op.Kind) || part is UnaryFunction).OrderBy(p => p.Name, StringComparer.Ordinal);
}
