using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Lowering.Storage;

/// <summary>In which order the elements of a value [N, C, D1…] lie in memory.</summary>
internal abstract record Layout
{
    /// <summary>As the shape says.</summary>
    public static readonly Layout RowMajor = new Rows();

    /// <summary>N, D1…, C: the order of Conv and Pool. Rank ≥ 3.</summary>
    public static readonly Layout ChannelsLast = new Channels();

    /// <summary>
    /// The order of a flattened channels-last value: the last dimension of the shape holds <paramref name="positions"/> ×
    /// <paramref name="channels"/>, the model's order being the opposite.
    /// </summary>
    public static Layout Flattened(IntExpr channels, IntExpr positions) =>
        channels == IntExpr.One || positions == IntExpr.One ? RowMajor : new Flat(channels, positions);

    /// <summary>The layout that means the same and compares equal: row-major where the two orders of a value coincide.</summary>
    public Layout For(Value value) =>
        this is Channels && (value.Rank < 3 || value.Shape[1] == IntExpr.One || IntExpr.Product(value.Shape.Skip(2)) == IntExpr.One)
        ? RowMajor : this;

    /// <summary>The dimensions of a value of <paramref name="rank"/> in memory order.</summary>
    public IReadOnlyList<int> Order(int rank) =>
        this is Channels ? [0, .. Enumerable.Range(2, rank - 2), 1] : [.. Enumerable.Range(0, rank)];

    /// <summary>A constant with its elements in this order.</summary>
    public Tensor Arrange(Tensor constant)
    {
        var order = Order(constant.Rank);
        var strides = StridedView.RowMajor(constant.Shape);
        return this == RowMajor ? constant : StridedView.Copy(constant, [.. order.Select(d => constant.Shape[d])], 0,
            [.. order.Select(d => strides[d])]);
    }

    /// <summary>Element stride of each dimension of <paramref name="shape"/>.</summary>
    public IReadOnlyList<IntExpr> Strides(IReadOnlyList<IntExpr> shape)
    {
        var order = Order(shape.Count);
        var inMemory = StridedView.RowMajor([.. order.Select(d =>
            this is Growing growing && growing.Axis == d ? growing.Capacity : shape[d])]);
        var strides = new IntExpr[shape.Count];
        for (int i = 0; i < order.Count; i++)
        {
            strides[order[i]] = inMemory[i];
        }

        return strides;
    }

    public sealed record Flat(IntExpr ChannelCount, IntExpr PositionCount) : Layout;

    /// <summary>
    /// As the shape says, in a buffer with room for <paramref name="Capacity"/> positions along <paramref name="Axis"/>, so that more can
    /// be appended.
    /// </summary>
    public sealed record Growing(int Axis, IntExpr Capacity) : Layout;

    private sealed record Rows : Layout;

    private sealed record Channels : Layout;
}
