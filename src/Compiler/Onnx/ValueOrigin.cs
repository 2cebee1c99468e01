using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx;

/// <summary>What a value is computed from.</summary>
/// <param name="Inputs">Names of inputs of the model.</param>
/// <param name="Symbols">Identifiers of symbolic dimensions that it depends on as numbers.</param>
internal sealed record ValueOrigin(IReadOnlyList<string> Inputs, IReadOnlySet<string> Symbols)
{
    public static ValueOrigin Trace(Value value)
    {
        var (inputs, symbols) = (new List<string>(), new HashSet<string>());
        var (open, seen) = (new Stack<Value>([value]), new HashSet<Value>());
        while (open.TryPop(out var next))
        {
            if (!seen.Add(next) || next.Constant is not null)
            {
                continue;
            }

            if ((next.Integers ?? (next.Producer?.Op as Dimensions)?.Elements) is { } integers)
            {
                symbols.UnionWith(integers.SelectMany(i => i.Symbols));
            }
            else if (next.Producer is null)
            {
                inputs.Add(next.Name);
            }

            foreach (var input in next.Producer?.Inputs.OfType<Value>() ?? [])
            {
                open.Push(input);
            }
        }

        return new(inputs, symbols);
    }
}
