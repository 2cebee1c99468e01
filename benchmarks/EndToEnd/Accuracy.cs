using System.Numerics.Tensors;
using MixPrec.Compiler.Graphs;
using Tensor = MixPrec.Compiler.Graphs.Tensor;

namespace MixPrec.Benchmarks.EndToEnd;

/// <summary>Share of labels that have the largest score: of samples, or of the positions of sequences.</summary>
internal static class Accuracy
{
    public static double Of(Tensor scores, Tensor labels)
    {
        long[] expected = labels.ToInt64();
        int classes = (int)(scores.Length / expected.Length), right = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            right += TensorPrimitives.IndexOfMax<float>(scores.Span<float>().Slice(i * classes, classes)) == expected[i] ? 1 : 0;
        }

        return (double)right / expected.Length;
    }
}
