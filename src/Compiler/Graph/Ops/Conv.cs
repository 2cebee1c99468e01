using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs.Ops;

/// <summary>
/// y = φ(conv(x, w) + bias): x [N, C, D1…], w [O, C/groups, K1…], optional bias [O]; all attribute lists have one entry per spatial
/// dimension.
/// </summary>
internal sealed record Conv(
    IReadOnlyList<int> Strides, IReadOnlyList<int> PadsBegin, IReadOnlyList<int> PadsEnd, IReadOnlyList<int> Dilations, int Groups,
        UnaryFunction? Activation = null) : Op
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        var (x, w) = (inputs[0]!, inputs[1]!);
        int spatial = Strides.Count;
        if (x.Rank != spatial + 2 || w.Rank != spatial + 2 || !w.IsStatic || w.Shape[0].Value % Groups != 0)
        {
            throw new ShapeException($"input {x} and weights {w} with {Groups} groups do not fit");
        }

        if (inputs.Count > 2 && inputs[2] is { } bias && bias.Rank != 1)
        {
            throw new ShapeException($"bias {bias} does not fit {w.Shape[0]} output channels");
        }

        var output = Enumerable.Range(0, spatial).Select(i =>
            Windows.OutputSize(x.Shape[i + 2], checked((int)w.Shape[i + 2].Value), Strides[i], PadsBegin[i], PadsEnd[i], Dilations[i],
                ceilMode: false));
        return [x.WithShape([x.Shape[0], w.Shape[0], .. output])];
    }

    public override IEnumerable<(IntExpr Left, IntExpr Right)> EqualSizes(IReadOnlyList<TensorType?> inputs,
        IReadOnlyList<TensorType> outputs)
    {
        var (x, w) = (inputs[0]!, inputs[1]!);
        (IntExpr, IntExpr)[] bias = inputs.Count > 2 && inputs[2] is { } given ? [(given.Shape[0], w.Shape[0])] : [];
        return [(x.Shape[1], w.Shape[1] * Groups), .. bias];
    }

    public bool Equals(Conv? other) => other is not null && Groups == other.Groups && Activation == other.Activation
        && Strides.SequenceEqual(other.Strides)
        && PadsBegin.SequenceEqual(other.PadsBegin) && PadsEnd.SequenceEqual(other.PadsEnd) && Dilations.SequenceEqual(other.Dilations);

    public override int GetHashCode() => HashCode.Combine(Groups, Activation, Strides.Count);
}
