using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using TorchSharp;
using static TorchSharp.torch;
using TorchTensor = TorchSharp.torch.Tensor;

namespace MixPrec.Compiler.Calibration.Torch;

/// <summary>Elements and slices picked and written by indices.</summary>
internal static class Indexing
{
    /// <summary>The output, or null when the node is of another kind.</summary>
    public static TorchTensor? Evaluate(Node node, Func<int, TorchTensor?> input, IReadOnlyDictionary<string, long> symbols) =>
        node.Op switch
    {
        GatherElements gather => torch.gather(input(0)!, gather.Axis, Counted(input(1)!, input(0)!.shape[gather.Axis])),
        GatherND gather => Pick(gather, input(0)!, input(1)!, node.Output.Type.ShapeAt(symbols)),
        // TorchSharp joins by sums only.
        ScatterElements { Join: not (null or BinaryKind.Add) } or ScatterND { Join: not (null or BinaryKind.Add) } =>
            throw NotCalibrated.Error(node),
        ScatterElements scatter =>
            Write(scatter.Join, input(0)!, scatter.Axis, Counted(input(1)!, input(0)!.shape[scatter.Axis]), input(2)!),
        ScatterND scatter => Write(scatter, input(0)!, input(1)!, input(2)!),
        _ => null,
    };

    private static TorchTensor Counted(TorchTensor indices, long length)
    {
        var wide = indices.to(ScalarType.Int64);
        return where(wide < 0, wide + length, wide);
    }

    /// <summary>The flat index of each tuple into the dimensions it counts.</summary>
    private static TorchTensor Flat(TorchTensor tuples, ReadOnlySpan<long> lengths)
    {
        var flat = zeros(tuples.shape[..^1], ScalarType.Int64);
        for (int i = 0; i < lengths.Length; i++)
        {
            flat = (flat * lengths[i]) + Counted(tuples.select(-1, i), lengths[i]);
        }

        return flat;
    }

    private static TorchTensor Pick(GatherND op, TorchTensor x, TorchTensor indices, long[] shape)
    {
        int length = (int)indices.shape[^1];
        long[] lengths = x.shape[op.BatchAxes..(op.BatchAxes + length)];
        long batch = x.shape.Take(op.BatchAxes).Aggregate(1L, (a, b) => a * b), positions = lengths.Aggregate(1L, (a, b) => a * b);
        var flat = Flat(indices.reshape(batch, -1, length), lengths) + (arange(batch, dtype: ScalarType.Int64) * positions).reshape(-1, 1);
        long inner = x.shape.Skip(op.BatchAxes + length).Aggregate(1L, (a, b) => a * b);
        return x.reshape(batch * positions, inner).index_select(0, flat.reshape(-1)).reshape(shape);
    }

    private static TorchTensor Write(BinaryKind? join, TorchTensor x, int axis, TorchTensor indices, TorchTensor updates) => join switch
    {
        null => x.scatter(axis, indices, updates),
        _ => x.scatter_add(axis, indices, updates),
    };

    private static TorchTensor Write(ScatterND op, TorchTensor x, TorchTensor indices, TorchTensor updates)
    {
        int length = (int)indices.shape[^1];
        long[] lengths = x.shape[..length];
        long inner = x.shape.Skip(length).Aggregate(1L, (a, b) => a * b);
        var flat = Flat(indices, lengths).reshape(-1, 1).expand(-1, inner);
        return Write(op.Join, x.reshape(-1, inner), 0, flat, updates.reshape(-1, inner)).reshape(x.shape);
    }
}
