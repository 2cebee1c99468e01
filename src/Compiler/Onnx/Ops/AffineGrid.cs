using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// The positions that affine maps theta [N, 2, 3] or [N, 3, 4] give the pixels of an image or a volume: theta · (x, y, …, 1). Opset 20.
/// </summary>
internal static class AffineGrid
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var (formula, theta) = (new Formula(node), node.Input(0, ElementType.F32));
        long[] size = [.. node.ConstantIntegers(1) ?? throw node.Invalid("the size is missing")];
        int rank = size.Length - 2;
        if (rank is not (2 or 3) || theta.Rank != 3 || theta.Shape[1] != rank || theta.Shape[2] != rank + 1
            || (theta.Shape[0].IsConstant && theta.Shape[0] != size[0]) || size.Any(s => s < 1))
        {
            throw node.Invalid($"theta {theta.Type} does not fit a size of [{string.Join(", ", size)}]");
        }

        bool corners = node.Attributes.Flag("align_corners");
        long[] spatial = size[2..];
        node.RequireFoldable(spatial.Aggregate((Int128)(rank + 1), (product, s) => product > int.MaxValue ? product : product * s),
            ElementType.F32);
        long count = Tensor.Count(spatial);
        var pixels = Tensor.Zeros(ElementType.F32, 1, count, rank + 1);
        for (long p = 0; p < count; p++)
        {
            long rest = p;
            for (int d = rank - 1; d >= 0; rest /= spatial[d], d--)
            {
                // The last dimension is x, the first coordinate.
                pixels.Writable<float>()[(int)((p * (rank + 1)) + rank - 1 - d)] =
                    (float)Coordinate(rest % spatial[d], spatial[d], corners);
            }

            pixels.Writable<float>()[(int)((p * (rank + 1)) + rank)] = 1;
        }

        var grid = formula.MatMul(node.Constant("pixels", pixels), formula.Transpose(theta, 0, 2, 1));
        return [formula.Result(formula.Reshape(grid, [theta.Shape[0], .. spatial.Select(IntExpr.Constant), rank]))];
    }

    /// <summary>-1 … 1 from the centre of the first to that of the last pixel, or from edge to edge.</summary>
    private static double Coordinate(long position, long size, bool corners) =>
        !corners ? (((2.0 * position) + 1) / size) - 1 : size > 1 ? (2.0 * position / (size - 1)) - 1 : 0;
}
