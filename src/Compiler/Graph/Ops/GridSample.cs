using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs.Ops;

internal enum GridMode
{
    Nearest, Linear, Cubic,
}

internal enum GridPadding
{
    Zeros, Border, Reflection,
}

/// <summary>
/// x [N, C, D1…] (input 0) at the positions of a grid [N, P1…, axes] (input 1) of coordinates from -1 to 1, the last axis first.
/// </summary>
internal sealed record GridSample(GridMode Mode, GridPadding Padding, bool AlignCorners) : Op
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        var (x, grid) = (inputs[0]!, inputs[1]!);
        return x.Rank is >= 3 and <= 5 && grid.Rank == x.Rank
            ? [x.WithShape([x.Shape[0], x.Shape[1], .. grid.Shape.Skip(1).SkipLast(1)])]
            : throw new ShapeException($"a grid {grid} does not fit {x}");
    }

    public override IEnumerable<(IntExpr Left, IntExpr Right)> EqualSizes(IReadOnlyList<TensorType?> inputs,
        IReadOnlyList<TensorType> outputs) =>
        [(inputs[0]!.Shape[0], inputs[1]!.Shape[0]), (inputs[1]!.Shape[^1], inputs[0]!.Rank - 2)];
}
