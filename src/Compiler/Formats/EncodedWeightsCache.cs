using MixPrec.Compiler.Formats.Packing;

namespace MixPrec.Compiler.Formats;

/// <summary>
/// Weights in storage formats, made once for all who ask: candidates, the sub-graphs that are timed, whole networks. Those that nobody
/// asked for the longest go when all together, packed, would be larger than <paramref name="mostBytes"/>; larger ones are never kept.
/// </summary>
internal sealed class EncodedWeightsCache(long mostBytes = EncodedWeightsCache.DefaultBytes)
{
    public const long DefaultBytes = 256L << 20;

    private readonly Dictionary<object, LinkedListNode<(object Key, EncodedWeights Weights, long Bytes)>> _known = [];
    private readonly LinkedList<(object Key, EncodedWeights Weights, long Bytes)> _lastUsedFirst = [];
    private readonly Lock _lock = new();

    /// <summary>Bytes of all weights that are kept, when they are packed.</summary>
    public long Bytes { get; private set; }

    public EncodedWeights Of(WeightMatrix matrix, StorageFormat format)
    {
        lock (_lock)
        {
            var key = (matrix.Key, format);
            if (_known.TryGetValue(key, out var node))
            {
                _lastUsedFirst.Remove(node);
                _lastUsedFirst.AddFirst(node);
                return node.Value.Weights;
            }

            var weights = format.Encode(matrix);
            long bytes = format.PackedBytes(matrix);
            if (bytes <= mostBytes)
            {
                _known[key] = _lastUsedFirst.AddFirst((key, weights, bytes));
                Bytes += bytes;
                while (Bytes > mostBytes)
                {
                    Drop(_lastUsedFirst.Last!);
                }
            }

            return weights;
        }
    }

    private void Drop(LinkedListNode<(object Key, EncodedWeights Weights, long Bytes)> node)
    {
        _lastUsedFirst.Remove(node);
        _known.Remove(node.Value.Key);
        Bytes -= node.Value.Bytes;
    }
}
