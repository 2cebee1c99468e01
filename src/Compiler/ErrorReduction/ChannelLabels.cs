namespace MixPrec.Compiler.ErrorReduction;

/// <summary>
/// By which factor (a literal of <see cref="ScaleVariables"/>) each element of a value is divided. A dimension along which all elements
/// have the same is 1.
/// </summary>
/// <param name="Literals">Row-major.</param>
internal sealed record ChannelLabels(IReadOnlyList<int> Shape, int[] Literals)
{
    public static ChannelLabels One(int rank) => new([.. Enumerable.Repeat(1, rank)], [ScaleVariables.One]);

    /// <summary>One for each place along an axis.</summary>
    public static ChannelLabels Along(int rank, int axis, int[] literals) =>
        new([.. Enumerable.Range(0, rank).Select(d => d == axis ? literals.Length : 1)], literals);

    public int Rank => Shape.Count;

    /// <summary>Whether elements along the axis may differ.</summary>
    public bool Varies(int axis) => Shape[axis] != 1;

    public int At(IReadOnlyList<int> index)
    {
        int at = 0;
        for (int d = 0; d < Rank; d++)
        {
            at = (at * Shape[d]) + (Shape[d] == 1 ? 0 : index[d]);
        }

        return Literals[at];
    }

    /// <summary>Labels of another shape, each from its place.</summary>
    public static ChannelLabels Create(IReadOnlyList<int> shape, Func<IReadOnlyList<int>, int> at)
    {
        var literals = new int[shape.Aggregate(1, (a, b) => checked(a * b))];
        int[] index = new int[shape.Count];
        for (int i = 0; i < literals.Length; i++)
        {
            for (int d = shape.Count - 1, rest = i; d >= 0; d--)
            {
                (rest, index[d]) = Math.DivRem(rest, shape[d]);
            }

            literals[i] = at(index);
        }

        return new(shape, literals);
    }

    /// <summary>The dimensions in another order.</summary>
    public ChannelLabels Transpose(IReadOnlyList<int> permutation)
    {
        var index = new int[Rank];
        return Create([.. permutation.Select(p => Shape[p])], at =>
        {
            for (int d = 0; d < Rank; d++)
            {
                index[permutation[d]] = at[d];
            }

            return At(index);
        });
    }
}
