using System.ComponentModel;

namespace MixPrec.Runtime.Kernels;

/// <summary>A float of at most 8 bits: the conversion of its code to and from single precision.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IFloatCode
{
    /// <summary>The number, exactly.</summary>
    static abstract float Decode(byte code);

    /// <summary>The code of the nearest number.</summary>
    /// <param name="value">Any float, NaN and infinities included.</param>
    /// <param name="saturate">What is too large becomes the largest number; otherwise infinity, or NaN where the format has no
    /// infinity.</param>
    /// <param name="rounding">For powers of two only; formats with a fraction round to nearest, ties to even.</param>
    static abstract byte Encode(float value, bool saturate, CodeRounding rounding);
}

/// <summary>How a number between two powers of two becomes one of them.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum CodeRounding
{
    /// <summary>To the greater.</summary>
    Up,

    /// <summary>To the smaller.</summary>
    Down,

    /// <summary>To the one of the nearer size; the middle goes to the greater.</summary>
    Nearest,
}
