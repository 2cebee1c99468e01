using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using TorchSharp;
using TorchTensor = TorchSharp.torch.Tensor;
using static TorchSharp.torch;

namespace MixPrec.Compiler.Calibration.Torch;

/// <summary>Operations that move elements.</summary>
internal static class Movement
{
    public static TorchTensor Evaluate(Node node, Func<int, TorchTensor?> input, IReadOnlyDictionary<string, long> symbols)
    {
        long[] shape = node.Output.Type.ShapeAt(symbols);
        return node.Op switch
        {
            Reshape => input(0)!.reshape(shape),
            Transpose transpose => input(0)!.permute([.. transpose.Permutation.Select(p => (long)p)]),
            Expand => input(0)!.expand(shape),
            Concat concat => torch.cat([.. Enumerable.Range(0, node.Inputs.Count).Select(i => input(i)!)], concat.Axis),
            Slice slice => Part(slice, input(0)!, symbols),
            Gather gather => Pick(gather.Axis, input(0)!, input(1)!, shape),
            Repeat repeat => input(0)!.repeat_interleave(repeat.Times, repeat.Axis),
            Resample resample => Resampled(resample.Axis, input(0)!, input(1)!, input(2)!),
            Pad pad => Padded(pad, input(0)!, node.Inputs.Count > 1 ? input(1) : null),
            _ => throw NotCalibrated.Error(node),
        };
    }

    private static TorchTensor Part(Slice slice, TorchTensor x, IReadOnlyDictionary<string, long> symbols)
    {
        for (int d = 0; d < slice.Starts.Count; d++)
        {
            long start = slice.Starts[d].Evaluate(symbols), size = slice.Sizes[d].Evaluate(symbols), step = slice.Steps[d];
            var indices = torch.arange(size) * step + start;
            x = x.index_select(d, indices);
        }

        return x;
    }

    private static TorchTensor Pick(int axis, TorchTensor x, TorchTensor indices, long[] shape)
    {
        var flat = indices.reshape(-1).to(ScalarType.Int64);
        return x.index_select(axis, torch.where(flat < 0, flat + x.shape[axis], flat)).reshape(shape);
    }

    /// <summary>A product with the matrix that holds each window's weights in a row.</summary>
    private static TorchTensor Resampled(int axis, TorchTensor x, TorchTensor starts, TorchTensor weights)
    {
        var positions = starts.to(ScalarType.Int64).reshape(-1, 1) + torch.arange(weights.shape[1], dtype: ScalarType.Int64);
        var matrix = torch.zeros(weights.shape[0], x.shape[axis]).scatter(1, positions, weights);
        return x.movedim([axis], [-1]).matmul(matrix.t()).movedim([-1], [axis]);
    }

    private static TorchTensor Padded(Pad pad, TorchTensor x, TorchTensor? value)
    {
        if (pad.Mode == PadMode.Constant)
        {
            long[] ends = [.. Enumerable.Range(0, pad.Before.Count).Reverse().SelectMany(d => new[] { (long)pad.Before[d], pad.After[d] })];
            var padded = torch.nn.functional.pad(x, ends, PaddingModes.Constant, 0);
            return value is null ? padded
                : torch.where(torch.nn.functional.pad(torch.ones_like(x, dtype: ScalarType.Int32), ends, PaddingModes.Constant, 0) > 0,
                padded, value);
        }

        for (int d = 0; d < pad.Before.Count; d++)
        {
            long size = x.shape[d];
            x = x.index_select(d, torch.tensor(Enumerable.Range(0, checked((int)(size + pad.Before[d] + pad.After[d])))
                .Select(i => Source(i - pad.Before[d], size, pad.Mode)).ToArray()));
        }

        return x;
    }

    private static long Source(long position, long size, PadMode mode) => mode switch
    {
        PadMode.Edge => Math.Clamp(position, 0, size - 1),
        PadMode.Wrap => ((position % size) + size) % size,
        _ => size == 1 ? 0 : Mirrored(((position % (2 * (size - 1))) + (2 * (size - 1))) % (2 * (size - 1)), size),
    };

    private static long Mirrored(long position, long size) => position < size ? position : (2 * (size - 1)) - position;
}
