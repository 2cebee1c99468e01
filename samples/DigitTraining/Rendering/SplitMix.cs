namespace DigitTraining.Rendering;

/// <summary>The SplitMix64 generator (Steele, Lea, Flood 2014): the same numbers on every machine and runtime.</summary>
internal sealed class SplitMix(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>Uniform in [0, <paramref name="count"/>).</summary>
    public int Below(int count) => (int)(Next() % (ulong)count);

    /// <summary>Uniform in [<paramref name="low"/>, <paramref name="high"/>).</summary>
    public float Between(float low, float high) => low + (high - low) * ((Next() >> 40) * (1f / (1 << 24)));

    /// <summary>Normal, mean 0, standard deviation 1 (Box-Muller).</summary>
    public float Normal() => MathF.Sqrt(-2 * MathF.Log(1 - Between(0, 1))) * MathF.Cos(2 * MathF.PI * Between(0, 1));
}
