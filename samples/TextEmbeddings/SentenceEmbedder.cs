using System.Numerics.Tensors;
using Microsoft.ML.Tokenizers;

namespace TextEmbeddings;

/// <summary>Sentences as vectors of length 1: the mean of the vectors of their tokens. May be used by any number of threads.</summary>
internal sealed class SentenceEmbedder(string vocabulary) : IDisposable
{
    /// <summary>The network was trained on so many tokens at most.</summary>
    private const int MostTokens = 256;

    private readonly BertTokenizer _tokenizer = BertTokenizer.Create(vocabulary);
    private readonly MiniLm _net = MiniLm.Load();

    /// <summary>All at once: shorter sentences are filled up, and the mask says so.</summary>
    public float[][] Embed(IReadOnlyList<string> sentences)
    {
        int[][] tokens = [.. sentences.Select(s => _tokenizer.EncodeToIds(s).Take(MostTokens).ToArray())];
        int batch = tokens.Length, length = tokens.Max(t => t.Length);
        long[] ids = new long[batch * length], mask = new long[ids.Length], types = new long[ids.Length];
        for (int i = 0; i < batch; i++)
        {
            for (int j = 0; j < tokens[i].Length; j++)
            {
                (ids[(i * length) + j], mask[(i * length) + j]) = (tokens[i][j], 1);
            }
        }

        var states = new float[MiniLm.LastHiddenStateLength(batch, length)];
        var pooled = new float[MiniLm.Tensor924Length(batch)];
        _net.Run(batch, length, ids, mask, types, states, pooled);
        int width = states.Length / ids.Length;
        return [.. tokens.Select((t, i) => Mean(states.AsSpan(i * length * width, t.Length * width), width))];
    }

    public static float Similarity(ReadOnlySpan<float> a, ReadOnlySpan<float> b) => TensorPrimitives.Dot(a, b);

    public void Dispose() => _net.Dispose();

    private static float[] Mean(ReadOnlySpan<float> vectors, int width)
    {
        var mean = new float[width];
        for (int at = 0; at < vectors.Length; at += width)
        {
            TensorPrimitives.Add(mean, vectors.Slice(at, width), mean);
        }

        TensorPrimitives.Divide(mean, TensorPrimitives.Norm<float>(mean), mean);
        return mean;
    }
}
