using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Data;

/// <summary>
/// Finds the symbol along which a graph computes independent samples: axis 0 of every input, which then stays axis 0 (alone or as the
/// slowest factor) of everything computed from it. Such a graph can run any number of samples at once, and row r of every
/// intermediate value, reshaped to [samples, rest], belongs to sample r.
/// </summary>
internal static class SampleAxis
{
    /// <summary>The symbol's identifier, or null when samples must run one group at a time.</summary>
    public static string? Find(Graph graph)
    {
        if (graph.Inputs.Count == 0 || graph.Inputs.Any(i => i.Rank == 0) || graph.Inputs[0].Shape[0].Symbols.ToArray() is not [var symbol])
        {
            return null;
        }

        var batch = IntExpr.Symbol(symbol);
        bool Independent(Node node) => node.Outputs.All(o => IsBatchMajor(o.Shape, symbol))
            && (!node.Inputs.OfType<Value>().Any(v => Holds(v, symbol)) || KeepsSamplesApart(node, symbol));
        return graph.Inputs.All(i => i.Shape[0] == batch && IsBatchMajor(i.Shape, symbol)) && graph.Outputs.All(o => Holds(o, symbol))
            && graph.Nodes.All(Independent)
            ? symbol : null;
    }

    private static bool Holds(Value value, string symbol) => value.Shape.Any(d => d.Symbols.Contains(symbol));

    private static bool IsBatchMajor(IReadOnlyList<IntExpr> shape, string symbol) =>
        shape.Skip(1).All(d => !d.Symbols.Contains(symbol))
        && (shape.Count == 0 || !shape[0].Symbols.Contains(symbol) || shape[0].DivideExactly(IntExpr.Symbol(symbol)) is not null);

    /// <summary>
    /// For a node that reads values with the sample axis: its output has the axis too and no operation mixes or reorders along it.
    /// </summary>
    private static bool KeepsSamplesApart(Node node, string symbol)
    {
        if (!node.Outputs.All(o => Holds(o, symbol)))
        {
            return false;
        }

        var x = node.Inputs.OfType<Value>().First();
        return node.Op switch
        {
            Softmax softmax => softmax.Axis != 0,
            Concat concat => concat.Axis != 0,
            Reduce reduce => !reduce.Axes.Contains(0),
            Transpose transpose => transpose.Permutation[0] == 0,
            Slice slice => slice.Starts[0] == IntExpr.Zero && slice.Steps[0] == 1 && slice.Sizes[0] == x.Shape[0],
            Pad pad => pad.Before[0] == 0 && pad.After[0] == 0,
            Gather gather => !Holds(node.Input(0), symbol) || gather.Axis != 0,
            MatMul => node.Input(0).Rank > 2 || !Holds(node.Input(1), symbol),
            Conv => !Holds(node.Input(1), symbol),
            Loop => false,
            _ => true,
        };
    }
}
