using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Verification;

/// <summary>How often two networks name the same class.</summary>
internal static class Top1
{
    /// <summary>Whether the first output of floats of a network is a matrix of class scores, a row for each sample.</summary>
    public static bool IsDefinedFor(Graph graph) =>
        graph.Answer is { Rank: 2, Type.Element: ElementType.F32 } output && !(output.Shape[1].IsConstant && output.Shape[1].Value < 2);

    private static Tensor Answer(IReadOnlyList<Tensor> outputs) => outputs.FirstOrDefault(o => o.Type.IsFloat()) ?? outputs[0];

    /// <summary>Share of rows of the first output of floats with equal argmax; NaN when it is no matrix of floats.</summary>
    public static double Agreement(IReadOnlyList<IReadOnlyList<Tensor>> left, IReadOnlyList<IReadOnlyList<Tensor>> right)
    {
        long same = 0, rows = 0;
        foreach (var (a, b) in left.Zip(right))
        {
            if (Classes(a) is not { } one || Classes(b) is not { } other)
            {
                return double.NaN;
            }

            rows += one.Length;
            same += one.Zip(other).Count(p => p.First == p.Second);
        }

        return rows == 0 ? double.NaN : (double)same / rows;
    }

    /// <summary>The argmax of each row of the first output of floats; null where it is no matrix of class scores.</summary>
    public static int[]? Classes(IReadOnlyList<Tensor> outputs)
    {
        var scores = Answer(outputs);
        if (scores.Rank != 2 || scores.Type != ElementType.F32 || scores.Shape[1] < 2)
        {
            return null;
        }

        int columns = checked((int)scores.Shape[1]);
        return [.. Enumerable.Range(0, (int)scores.Shape[0]).Select(row => ArgMax(scores.Span<float>().Slice(row * columns, columns)))];
    }

    private static int ArgMax(ReadOnlySpan<float> row)
    {
        int best = 0;
        for (int i = 1; i < row.Length; i++)
        {
            best = row[i] > row[best] ? i : best;
        }

        return best;
    }
}
