namespace MixPrec.Runtime.Kernels;

/// <summary>One spatial axis of a sliding window.</summary>
/// <param name="Input">Positions of x.</param>
/// <param name="Output">Positions of y.</param>
/// <param name="Kernel">Taps of the window.</param>
/// <param name="Stride">From window to window.</param>
/// <param name="Begin">Padding before the input.</param>
/// <param name="End">Padding after it.</param>
/// <param name="Dilation">From tap to tap.</param>
internal readonly record struct PoolAxis(int Input, int Output, int Kernel, int Stride, int Begin, int End, int Dilation)
{
    /// <summary>An axis that is not there.</summary>
    public static PoolAxis One => new(1, 1, 1, 1, 0, 0, 1);

    /// <summary>The input position of a tap of window <paramref name="output"/>; negative in the padding.</summary>
    public int Position(int output, int tap) => (output * Stride) - Begin + (tap * Dilation);

    /// <summary>
    /// The first tap of window <paramref name="output"/> at or after <paramref name="position"/> of the input, at most Kernel.
    /// </summary>
    public int TapAt(int output, int position)
    {
        int distance = position - Position(output, 0);
        return distance <= 0 ? 0 : Math.Min(Kernel, Dilation == 1 ? distance : (int)(((long)distance + Dilation - 1) / Dilation));
    }

    /// <summary>
    /// The windows begin … end - 1 whose taps all lie in the input; none where begin = end.
    /// </summary>
    public (int Begin, int End) Inside()
    {
        long room = Input + (long)Begin - ((Kernel - 1) * (long)Dilation) - 1;
        int begin = (int)Math.Min(Output, ((long)Begin + Stride - 1) / Stride);
        return (begin, room < 0 ? begin : (int)Math.Max(begin, Math.Min(Output, (room / Stride) + 1)));
    }

    /// <summary>
    /// Taps of a window that lie in the input or in its padding; those beyond (a window that ceil mode let in) never count.
    /// </summary>
    public int PaddedTaps(int output) => TapAt(output, Input + End) - TapAt(output, -Begin);
}
