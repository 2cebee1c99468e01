namespace MixPrec.Runtime.Kernels;

/// <summary>The windows of a pooling over one to three spatial axes, always seen as three.</summary>
internal readonly record struct PoolWindows(int Batch, int Channels, PoolAxis Depth, PoolAxis Height, PoolAxis Width)
{
    /// <summary>Rows of windows along the last axis.</summary>
    public int Rows => Batch * Depth.Output * Height.Output;

    /// <summary>Elements that the windows of a row cover, a channel for a channel.</summary>
    public long RowTaps => (long)Width.Output * Channels * Depth.Kernel * Height.Kernel * Width.Kernel;

    /// <exception cref="ArgumentException">No, or more than three, spatial axes, or lists of different lengths.</exception>
    public static PoolWindows Create(
        int batch, int channels, ReadOnlySpan<int> input, ReadOnlySpan<int> output, ReadOnlySpan<int> kernel,
        ReadOnlySpan<int> strides, ReadOnlySpan<int> padsBegin, ReadOnlySpan<int> padsEnd, ReadOnlySpan<int> dilations)
    {
        int rank = input.Length;
        if (rank is < 1 or > 3 || output.Length != rank || kernel.Length != rank || strides.Length != rank
            || padsBegin.Length != rank || padsEnd.Length != rank || dilations.Length != rank)
        {
            throw new ArgumentException("A pooling has one to three spatial axes, and every list one entry for each of them.",
                nameof(input));
        }

        Span<PoolAxis> axes = [PoolAxis.One, PoolAxis.One, PoolAxis.One];
        for (int i = 0; i < rank; i++)
        {
            axes[3 - rank + i] = new(input[i], output[i], kernel[i], strides[i], padsBegin[i], padsEnd[i], dilations[i]);
        }

        return new(batch, channels, axes[0], axes[1], axes[2]);
    }

    /// <summary>Runs <paramref name="code"/> for the windows of rows begin … end - 1, in row-major order.</summary>
    public void ForEach<TCode>(int begin, int end, in TCode code)
        where TCode : struct, IWindowCode
    {
        nint output = (nint)begin * Width.Output;
        var inside = Width.Inside();
        for (int row = begin; row < end; row++, output += Width.Output)
        {
            var (plane, h) = Math.DivRem(row, Height.Output);
            var (n, d) = Math.DivRem(plane, Depth.Output);
            int planes = Depth.TapAt(d, 0), rows = Height.TapAt(h, 0);
            int padded = Depth.PaddedTaps(d) * Height.PaddedTaps(h);
            nint first = ((((nint)n * Depth.Input) + Depth.Position(d, planes)) * Height.Input) + Height.Position(h, rows);
            var taps = new PoolTaps(Depth.TapAt(d, Depth.Input) - planes, Height.TapAt(h, Height.Input) - rows, Width.Kernel,
                (nint)Depth.Dilation * Height.Input * Width.Input, (nint)Height.Dilation * Width.Input, Width.Dilation);
            for (int w = 0; w < Width.Output;)
            {
                int column = Width.TapAt(w, 0), count = w == inside.Begin && inside.End > w ? inside.End - w : 1;
                code.Run(
                    new((first * Width.Input) + Width.Position(w, column), Width.Stride, output + w, count),
                    taps with { Columns = Width.TapAt(w, Width.Input) - column },
                    padded * Width.PaddedTaps(w));
                w += count;
            }
        }
    }
}
