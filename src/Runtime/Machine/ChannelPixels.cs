using MixPrec.Runtime.Kernels;

namespace MixPrec.Runtime.Machine;

/// <summary>
/// Where the pixels of a call are. Neighbours that fill a register as they lie are a run: it is read and written as a single pixel of as
/// many channels.
/// </summary>
/// <param name="pixels">Room for the addresses of <see cref="CallSize.BlockRows"/> pixels.</param>
/// <param name="outputs">Room for the rows of the target that are theirs.</param>
/// <param name="runPixels">Room for the addresses of as many runs.</param>
/// <param name="runOutputs">The same as for pixels.</param>
internal unsafe struct ChannelPixels(byte** pixels, nint* outputs, byte** runPixels, nint* runOutputs)
{
    public readonly byte** Pixels => pixels;

    public readonly nint* Outputs => outputs;

    public readonly byte** RunPixels => runPixels;

    public readonly nint* RunOutputs => runOutputs;

    /// <summary>Pixels that are in no run.</summary>
    public int Count { get; private set; }

    /// <summary>Runs; the last one of a row may have pixels of the one before.</summary>
    public int Runs { get; private set; }

    /// <param name="source">All pixels.</param>
    /// <param name="first">First pixel.</param>
    /// <param name="end">Pixel after the last.</param>
    /// <param name="ofRun">Pixels of a run, where there are runs; else 1.</param>
    /// <returns>The first pixel for which there was no room.</returns>
    public int Locate(in ConvPixels source, int first, int end, int ofRun)
    {
        (Count, Runs) = (0, 0);
        if (ofRun == 1)
        {
            Count = Math.Min(CallSize.BlockRows, end - first);
            source.Locate(first, Count, pixels, outputs);
            return first + Count;
        }

        while (first < end)
        {
            int length = Math.Min(source.Width - (first % source.Width), end - first);
            length = Math.Min(length, length < ofRun ? CallSize.BlockRows - Count : (CallSize.BlockRows - Runs) * ofRun);
            if (length == 0)
            {
                break;
            }

            if (length < ofRun)
            {
                source.Locate(first, length, pixels + Count, outputs + Count);
                Count += length;
            }
            else
            {
                AddRuns(source, first, length, ofRun);
            }

            first += length;
        }

        return first;
    }

    /// <summary>Fills up to whole steps of the code: the last pixel once more, which is written again.</summary>
    public readonly void FillUp()
    {
        for (int i = Count; i % ChannelCall.MostAtOnce != 0; i++)
        {
            pixels[i] = pixels[Count - 1];
            outputs[i] = outputs[Count - 1];
        }
    }

    /// <param name="source">All pixels.</param>
    /// <param name="first">First pixel.</param>
    /// <param name="length">Pixels of its row.</param>
    /// <param name="ofRun">No more.</param>
    private void AddRuns(in ConvPixels source, int first, int length, int ofRun)
    {
        byte* pixel;
        nint output;
        source.Locate(first, 1, &pixel, &output);
        for (int i = 0; i < length; i += ofRun, Runs++)
        {
            int begin = Math.Min(i, length - ofRun);
            runPixels[Runs] = pixel + (begin * source.PixelBytes);
            runOutputs[Runs] = output + begin;
        }
    }
}
