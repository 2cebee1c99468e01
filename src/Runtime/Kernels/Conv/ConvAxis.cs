namespace MixPrec.Runtime.Kernels;

/// <summary>One spatial axis of a convolution.</summary>
internal readonly record struct ConvAxis(int In, int Out, int Kernel, int Stride, int Pad, int Dilation)
{
    /// <summary>The longest run of outputs from <paramref name="begin"/> on whose taps inside the input are the same.</summary>
    public ConvSpan Span(int begin)
    {
        var (first, end) = Taps(begin);
        int last = begin;
        if (end - first == Kernel)
        {
            // All taps are inside up to the last output whose last tap is.
            last = Math.Max(begin, Math.Min(Out - 1, (In - 1 + Pad - ((Kernel - 1) * Dilation)) / Stride));
        }
        else
        {
            while (last + 1 < Out && Taps(last + 1) == (first, end))
            {
                last++;
            }
        }

        return new(begin, last + 1, first, end);
    }

    /// <summary>The taps first … end - 1 of output <paramref name="output"/> that fall inside the input; none when end = first.</summary>
    private (int First, int End) Taps(int output)
    {
        int start = (output * Stride) - Pad;
        int first = start >= 0 ? 0 : Math.Min(Kernel, (Dilation - 1 - start) / Dilation);
        int end = start >= In ? 0 : Math.Min(Kernel, ((In - 1 - start) / Dilation) + 1);
        return end <= first ? (0, 0) : (first, end);
    }
}

/// <summary>Outputs Begin … End - 1 that all see taps First … Last - 1 and no others.</summary>
internal readonly record struct ConvSpan(int Begin, int End, int First, int Last)
{
    public int Length => End - Begin;

    public int Taps => Last - First;
}
