using System.Numerics.Tensors;

namespace DigitService;

/// <summary>A digit, and how sure the network is of it, 0…1.</summary>
internal sealed record Answer(int Digit, float Probability)
{
    /// <summary>The most probable ones, the first the best.</summary>
    public static IReadOnlyList<Answer> Top(ReadOnlySpan<float> logits, int count)
    {
        var probabilities = new float[logits.Length];
        TensorPrimitives.SoftMax(logits, probabilities);
        return [.. probabilities.Select((p, digit) => new Answer(digit, p)).OrderByDescending(a => a.Probability).Take(count)];
    }
}
