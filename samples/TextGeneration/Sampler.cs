using System.Numerics.Tensors;

namespace TextGeneration;

/// <summary>Chooses the next token by its probability.</summary>
/// <param name="temperature">Below 1 the probable ones are preferred; 0 takes the most probable one.</param>
internal sealed class Sampler(float temperature, Random random)
{
    public int Choose(ReadOnlySpan<float> logits)
    {
        if (temperature <= 0)
        {
            return TensorPrimitives.IndexOfMax(logits);
        }

        var probabilities = new float[logits.Length];
        TensorPrimitives.Divide(logits, temperature, probabilities);
        TensorPrimitives.SoftMax(probabilities, probabilities);
        float left = random.NextSingle();
        for (int token = 0; token < probabilities.Length; token++)
        {
            if ((left -= probabilities[token]) < 0)
            {
                return token;
            }
        }

        return TensorPrimitives.IndexOfMax(logits);
    }
}
