using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;
using static MixPrec.Compiler.ErrorReduction.ScaleVariables;

namespace MixPrec.Compiler.ErrorReduction;

/// <summary>The labels of values whose elements are those of others in other places.</summary>
internal static class MovedLabels
{
    /// <summary>Null where what varies is cut at places that only a run knows.</summary>
    public static ChannelLabels? Sliced(ChannelLabels labels, Slice slice)
    {
        int[] varying = [.. Enumerable.Range(0, labels.Rank).Where(labels.Varies)];
        if (varying.Any(d => !slice.Starts[d].IsConstant || !slice.Sizes[d].IsConstant))
        {
            return null;
        }

        int[] index = new int[labels.Rank];
        return ChannelLabels.Create([.. labels.Shape.Select((s, d) => s == 1 ? 1 : (int)slice.Sizes[d].Value)], at =>
        {
            foreach (int d in varying)
            {
                index[d] = (int)slice.Starts[d].Value + (at[d] * slice.Steps[d]);
            }

            return labels.At(index);
        });
    }

    /// <summary>Of the inputs of a node one behind the other; null where one is a constant, or there are too many.</summary>
    public static ChannelLabels? Joined(ChannelLabels[] parts, Node node, int axis)
    {
        if (!node.Inputs.All(i => i!.Constant is null && i.Shape[axis].IsConstant)
            || node.Output.Shape[axis].Value > ChannelAnalysis.MostLabels)
        {
            return null;
        }

        int[] sizes = [.. node.Inputs.Select(i => (int)i!.Shape[axis].Value)];
        int[] shape = [.. Enumerable.Range(0, node.Output.Rank).Select(d => d == axis ? sizes.Sum() : parts.Max(p => p.Shape[d]))];
        return shape.Aggregate(1L, (p, d) => p * d) > ChannelAnalysis.MostLabels ? null : ChannelLabels.Create(shape, at =>
        {
            int[] index = [.. at];
            int part = 0;
            for (; index[axis] >= sizes[part]; part++)
            {
                index[axis] -= sizes[part];
            }

            return parts[part].At(index);
        });
    }

    /// <summary>Dimensions whose products agree are reshaped among themselves.</summary>
    public static ChannelLabels? Reshaped(ChannelLabels labels, IReadOnlyList<IntExpr> from, IReadOnlyList<IntExpr> to)
    {
        var groups = new List<(int First, int End, int ToFirst, int ToEnd)>();
        for (int i = 0, j = 0; i < from.Count || j < to.Count;)
        {
            var (first, toFirst) = (i, j);
            var (left, right) = (i < from.Count ? from[i++] : IntExpr.One, j < to.Count ? to[j++] : IntExpr.One);
            while (left != right)
            {
                bool takesLeft = j == to.Count || (i < from.Count && (left.IsConstant && right.IsConstant ? left.Value < right.Value
                    : right.DivideExactly(left) is not null));
                if (takesLeft ? i == from.Count : j == to.Count)
                {
                    return labels.Literals.Length == 1 && labels.Literals[0] == One ? ChannelLabels.One(to.Count) : null;
                }

                _ = takesLeft ? left *= from[i++] : right *= to[j++];
            }

            groups.Add((first, i, toFirst, j));
        }

        var shape = new int[to.Count];
        Array.Fill(shape, 1);
        foreach (var (first, end, toFirst, toEnd) in groups.Where(g => Enumerable.Range(g.First, g.End - g.First).Any(labels.Varies)))
        {
            for (int d = toFirst; d < toEnd; d++)
            {
                if (!to[d].IsConstant || to[d].Value > ChannelAnalysis.MostLabels)
                {
                    return null;
                }

                shape[d] = (int)to[d].Value;
            }

            if (!Enumerable.Range(first, end - first).All(d => from[d].IsConstant))
            {
                return null;
            }
        }

        if (shape.Aggregate(1L, (p, d) => p * d) > ChannelAnalysis.MostLabels)
        {
            return null;
        }

        var index = new int[from.Count];
        return ChannelLabels.Create(shape, at =>
        {
            foreach (var (first, end, toFirst, toEnd) in groups)
            {
                long place = 0;
                for (int d = toFirst; d < toEnd; d++)
                {
                    place = (place * (shape[d] == 1 ? 1 : to[d].Value)) + at[d];
                }

                for (int d = end - 1; d >= first; d--)
                {
                    index[d] = labels.Varies(d) ? (int)(place % from[d].Value) : 0;
                    place = from[d].IsConstant ? place / from[d].Value : 0;
                }
            }

            return labels.At(index);
        });
    }
}
