using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Tests.Onnx;

/// <summary>Shapes of a graph beside those of a run: equal, or at most the bound where the run finds a size out.</summary>
internal static class ExpectedShape
{
    public static bool Fits(Graph graph, TensorType type, IReadOnlyDictionary<string, long> symbols, IReadOnlyList<long> expected)
    {
        var bounds = graph.Symbols.Where(s => s.Bound is not null).ToDictionary(s => s.Identifier, s => s.Bound!);
        return type.Rank == expected.Count && type.Shape.Zip(expected).All(pair => pair.First.HasCount
            ? pair.Second >= 0 && pair.First.AtMost(bounds) is { } most && pair.Second <= most.Evaluate(symbols)
            : pair.First.Evaluate(symbols) == pair.Second);
    }
}
