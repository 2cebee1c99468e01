using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Tabular;

/// <summary>Keys in ascending order, each once, and where they stood in the list.</summary>
internal sealed class KeyTable
{
    private readonly OnnxNode _node;
    private readonly Value _keys;

    private KeyTable(OnnxNode node, Tensor keys, int[] order, int[] places)
    {
        (_node, Places) = (node, places);
        var sorted = Tensor.Zeros(keys.Type, order.Length);
        int size = keys.Type.Size();
        for (int i = 0; i < order.Length; i++)
        {
            keys.Bytes.Slice(order[i] * size, size).CopyTo(sorted.Writable<byte>()[(i * size)..]);
        }

        _keys = node.Constant("keys", sorted);
        Order = node.Constant("order", Tensor.Create([.. order.Select(o => (long)o), keys.Length], order.Length + 1));
    }

    /// <summary>
    /// The places in the list, in the order of the keys, and its length for what is no key: what to gather a list of values and a default
    /// by.
    /// </summary>
    public Value Order { get; }

    /// <param name="findsNaN">Whether a NaN among the keys is found by NaNs; else by nothing.</param>
    /// <exception cref="MixPrecException">MXP3007: keys of this type have no order.</exception>
    public static KeyTable Create(OnnxNode node, Tensor keys, bool findsNaN) => keys.Type switch
    {
        ElementType.F32 => Create<float>(node, keys, findsNaN),
        ElementType.F64 => Create<double>(node, keys, findsNaN),
        ElementType.I64 => Create<long>(node, keys, findsNaN),
        ElementType.I32 => Create<int>(node, keys, findsNaN),
        ElementType.I16 => Create<short>(node, keys, findsNaN),
        _ => throw node.NotSupported($"keys of {keys.Type}"),
    };

    /// <summary>Where each element of the list stands among the sorted keys; equal ones have one place.</summary>
    public IReadOnlyList<int> Places { get; }

    /// <summary>The places of elements; the number of keys for those that are none.</summary>
    public Value Find(Value x, bool required) => _node.AddPart("position", new Graphs.Ops.KeySearch(required), x, _keys);

    private static KeyTable Create<T>(OnnxNode node, Tensor keys, bool findsNaN) where T : unmanaged, System.Numerics.INumber<T>
    {
        T[] elements = keys.Span<T>().ToArray();
        int[] order = [.. Enumerable.Range(0, elements.Length).Where(i => findsNaN || !T.IsNaN(elements[i])).DistinctBy(i => elements[i])
            .OrderBy(i => elements[i])];
        var places = order.Index().ToDictionary(o => elements[o.Item], o => o.Index);
        return new KeyTable(node, keys, order, [.. elements.Select(e => places.GetValueOrDefault(e, -1))]);
    }
}
