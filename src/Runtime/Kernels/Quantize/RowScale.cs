namespace MixPrec.Runtime.Kernels;

/// <summary>What lies behind the bytes of a row that has a scale of its own.</summary>
internal readonly struct RowScale(ByteRange range)
{
    /// <summary>The zero point that compensations take out of the sums of all rows.</summary>
    public const int ZeroPoint = 128;

    /// <summary>Of the row.</summary>
    public readonly float Scale = range.Scale;

    /// <summary>What is left of the zero point, in units of what compensations take out: an exact number.</summary>
    public readonly float Rest = (range.ZeroPoint - ZeroPoint) / (float)ZeroPoint;
}
