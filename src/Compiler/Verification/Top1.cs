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
        foreach (var (a, b) in left.Zip(right, (l, r) => (Answer(l), Answer(r))))
        {
            if (a.Rank != 2 || a.Type != ElementType.F32 || a.Shape[1] < 2)
            {
                return double.NaN;
            }

            int columns = checked((int)a.Shape[1]);
            for (int row = 0; row < a.Shape[0]; row++, rows++)
            {
                same += ArgMax(a.Span<float>().Slice(row * columns, columns))
                    == ArgMax(b.Span<float>().Slice(row * columns, columns)) ? 1 : 0;
            }
        }

        return rows == 0 ? double.NaN : (double)same / rows;
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
