using System.Numerics;

namespace MixPrec.Experiments.Emulation;

/// <summary>
/// A matrix [depth, channels] in panels of <see cref="Width"/> channels: a panel holds its rows of depth one after the other, missing
/// channels are zero. A panel of a wide layer fits a second-level cache.
/// </summary>
internal sealed class PackedColumns
{
    private readonly float[] _elements;

    private PackedColumns(int depth, int channels, float[] elements) => (Depth, Channels, _elements) = (depth, channels, elements);

    /// <summary>Channels of a panel: four vectors, whose chains of roundings run side by side.</summary>
    public static int Width => 4 * Vector<float>.Count;

    public int Depth { get; }

    public int Channels { get; }

    public int Panels => (Channels + Width - 1) / Width;

    /// <param name="weight">The element of a place of the depth and a channel.</param>
    public static PackedColumns Pack(int depth, int channels, Func<int, int, float> weight)
    {
        int panels = (channels + Width - 1) / Width;
        var elements = new float[checked(panels * depth * Width)];
        for (int k = 0; k < depth; k++)
        {
            for (int channel = 0; channel < channels; channel++)
            {
                elements[(((channel / Width * depth) + k) * Width) + (channel % Width)] = weight(k, channel);
            }
        }

        return new PackedColumns(depth, channels, elements);
    }

    public float this[int k, int channel] => _elements[(((channel / Width * Depth) + k) * Width) + (channel % Width)];

    /// <summary>[depth, width], and <paramref name="panel"/>'s first channel is <paramref name="panel"/> · <see cref="Width"/>.</summary>
    public ReadOnlySpan<float> Panel(int panel) => _elements.AsSpan(panel * Depth * Width, Depth * Width);
}
