using MixPrec.Compiler.Graphs.Ops;
using TorchSharp;
using TorchTensor = TorchSharp.torch.Tensor;
using static TorchSharp.torch;

namespace MixPrec.Compiler.Calibration.Torch;

/// <summary>Sliding maxima and means of any rank: the taps of the window as shifted, strided views.</summary>
internal static class Pooling
{
    public static TorchTensor Apply(Pool pool, TorchTensor x, long[] outputShape)
    {
        int rank = pool.Kernel.Count;
        bool isMax = pool.Function == PoolKind.Max;
        var padded = Pad(pool, x, outputShape, isMax ? double.NegativeInfinity : 0);
        TorchTensor? result = null, count = null;
        // Positions inside the padded input that a mean counts: the input, or the input with its padding (a ceil-mode overhang never).
        var counted = isMax ? null : Pad(pool, pool.CountPadding ? Pad(pool, torch.ones_like(x), null, 1) : torch.ones_like(x), outputShape,
            0, pool.CountPadding);
        foreach (int[] tap in Taps(pool.Kernel))
        {
            var view = View(pool, padded, tap, outputShape, rank);
            result = result is null ? view : isMax ? torch.maximum(result, view) : result + view;
            if (counted is not null)
            {
                var ones = View(pool, counted, tap, outputShape, rank);
                count = count is null ? ones : count + ones;
            }
        }

        return count is null ? result! : result! / count;
    }

    private static TorchTensor View(Pool pool, TorchTensor x, int[] tap, long[] outputShape, int rank)
    {
        for (int d = 0; d < rank; d++)
        {
            long start = (long)tap[d] * pool.Dilations[d];
            x = x.slice(d + 2, start, start + ((outputShape[d + 2] - 1) * pool.Strides[d]) + 1, pool.Strides[d]);
        }

        return x;
    }

    /// <summary>Pads so far that every window fits; without an output shape only by the pads of the attributes.</summary>
    private static TorchTensor Pad(Pool pool, TorchTensor x, long[]? outputShape, double value, bool alreadyPadded = false)
    {
        var pads = new List<long>();
        for (int d = pool.Kernel.Count - 1; d >= 0; d--)
        {
            long before = alreadyPadded ? 0 : pool.PadsBegin[d];
            long needed = outputShape is null ? x.shape[d + 2] + before + pool.PadsEnd[d]
                : ((outputShape[d + 2] - 1) * pool.Strides[d]) + ((long)pool.Dilations[d] * (pool.Kernel[d] - 1)) + 1;
            pads.AddRange([before, Math.Max(0, needed - x.shape[d + 2] - before)]);
        }

        return torch.nn.functional.pad(x, [.. pads], PaddingModes.Constant, value);
    }

    private static IEnumerable<int[]> Taps(IReadOnlyList<int> kernel)
    {
        IEnumerable<int[]> taps = [[]];
        foreach (int size in kernel)
        {
            taps = taps.SelectMany(_ => Enumerable.Range(0, size), (head, i) => (int[])[.. head, i]);
        }

        return taps;
    }
}
