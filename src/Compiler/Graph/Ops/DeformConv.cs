using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs.Ops;

/// <summary>
/// A convolution whose taps are moved by offsets: x [N, C, H, W], w [O, C/groups, kH, kW], offsets [N, offsetGroups · taps · 2, oH, oW],
/// bias [O] or null, mask [N, offsetGroups · taps, oH, oW] or null.
/// </summary>
internal sealed record DeformConv(
    IReadOnlyList<int> Strides, IReadOnlyList<int> PadsBegin, IReadOnlyList<int> PadsEnd, IReadOnlyList<int> Dilations, int Groups,
        int OffsetGroups) : Op
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        var (x, w, offsets, bias, mask) = (inputs[0]!, inputs[1]!, inputs[2]!, inputs[3], inputs[4]);
        var y = new Conv(Strides, PadsBegin, PadsEnd, Dilations, Groups).Infer([x, w, bias])[0];
        bool fits = x.Rank == 4 && (w.Shape[1].Value * Groups) % OffsetGroups == 0 && offsets.Rank == 4 && (mask is null || mask.Rank == 4);
        return fits ? [y] : throw new ShapeException(
            $"offsets {offsets} and mask {mask} in {OffsetGroups} groups do not fit {x} and weights {w}");
    }

    public override IEnumerable<(IntExpr Left, IntExpr Right)> EqualSizes(IReadOnlyList<TensorType?> inputs,
        IReadOnlyList<TensorType> outputs)
    {
        var (x, w, y) = (inputs[0]!, inputs[1]!, outputs[0]);
        long taps = w.Shape[2].Value * w.Shape[3].Value;
        return new Conv(Strides, PadsBegin, PadsEnd, Dilations, Groups).EqualSizes([x, w, inputs[3]], outputs)
            .Concat(inputs[2]!.Shape.Zip(Like(2 * taps))).Concat(inputs[4]?.Shape.Zip(Like(taps)) ?? []);

        IntExpr[] Like(long numbers) => [x.Shape[0], OffsetGroups * numbers, y.Shape[2], y.Shape[3]];
    }

    public bool Equals(DeformConv? other) => other is not null && Groups == other.Groups && OffsetGroups == other.OffsetGroups
        && Strides.SequenceEqual(other.Strides)
        && PadsBegin.SequenceEqual(other.PadsBegin) && PadsEnd.SequenceEqual(other.PadsEnd) && Dilations.SequenceEqual(other.Dilations);

    public override int GetHashCode() => HashCode.Combine(Groups, OffsetGroups, Strides.Count);
}
