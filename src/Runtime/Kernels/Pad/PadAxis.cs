namespace MixPrec.Runtime.Kernels;

/// <summary>Where the positions of one padded axis come from. Negative pads cut the input first; what is left is then padded.</summary>
internal readonly record struct PadAxis
{
    /// <summary>No position of the input: the constant.</summary>
    public const int Nowhere = -1;

    private readonly PadMode mode;
    private readonly int shift;

    /// <exception cref="ArgumentException">A mode other than the constant would have to continue an axis of which nothing is
    /// left.</exception>
    public PadAxis(int size, int before, int after, PadMode mode)
    {
        this.mode = mode;
        shift = before;
        First = Math.Max(0, -before);
        End = Math.Max(First, size + Math.Min(after, 0));
        Output = size + before + after;
        if (mode != PadMode.Constant && End == First && Output > 0)
        {
            throw new ArgumentException($"An axis without elements cannot be continued by {mode}.", nameof(size));
        }
    }

    /// <summary>Positions of the result; nothing when ≤ 0.</summary>
    public int Output { get; }

    /// <summary>Whether all that is added is the constant.</summary>
    public bool IsConstant => mode == PadMode.Constant;

    /// <summary>First position of the input that is kept.</summary>
    public int First { get; }

    /// <summary>The position after the last one that is kept.</summary>
    public int End { get; }

    /// <summary>
    /// Position of the result where the kept part of the input begins; it may lie outside the result when nothing is kept.
    /// </summary>
    public int Begin => First + shift;

    /// <summary>The position of the input that position <paramref name="output"/> of the result shows, or <see cref="Nowhere"/>.</summary>
    public int Source(int output)
    {
        int i = output - shift;
        if (i >= First && i < End)
        {
            return i;
        }

        int size = End - First;
        switch (mode)
        {
            case PadMode.Edge:
                return i < First ? First : End - 1;
            case PadMode.Wrap:
                return First + Modulo(i - First, size);
            case PadMode.Reflect:
                int step = Modulo(i - First, Math.Max(1, 2 * (size - 1)));
                return First + Math.Min(step, (2 * (size - 1)) - step);
            default:
                return Nowhere;
        }
    }

    private static int Modulo(int value, int size)
    {
        int rest = value % size;
        return rest < 0 ? rest + size : rest;
    }
}
