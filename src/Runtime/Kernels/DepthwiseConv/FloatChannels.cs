namespace MixPrec.Runtime.Kernels;

/// <summary>What the pixels of a rectangle are multiplied with: the taps that all of them see.</summary>
/// <param name="channels">Number of channels.</param>
/// <param name="depth">Where the taps are.</param>
/// <param name="weights">[taps][channels]</param>
internal readonly unsafe struct FloatChannels(int channels, Depth depth, float* weights)
{
    public int Channels => channels;

    public Depth Depth => depth;

    public float* Weights => weights;

    /// <summary>
    /// Bytes from a pixel to <paramref name="channel"/> at each tap, and from the weights of channel 0 to the tap's, in turn.
    /// </summary>
    /// <returns>How many taps there are.</returns>
    public int Taps(nint* distances, int channel)
    {
        int count = 0;
        for (int i = 0; i < depth.Outer; i++)
        {
            for (int j = 0; j < depth.Inner; j++, count++)
            {
                distances[2 * count] = (i * depth.OuterLhs) + (j * depth.InnerLhs) + (channel * (nint)sizeof(float));
                distances[(2 * count) + 1] = depth.First + (i * depth.OuterRhs) + (j * depth.InnerRhs);
            }
        }

        return count;
    }
}
