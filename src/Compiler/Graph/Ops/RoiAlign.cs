using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs.Ops;

/// <summary>Cells of regions of images x [N, C, H, W] (input 0): regions [R, 4] (input 1), the image of each (input 2, I64 [R]).</summary>
/// <param name="Sampling">Points along one side of a cell; 0 for as many as it has pixels.</param>
internal sealed record RoiAlign(int OutputHeight, int OutputWidth, int Sampling, float Scale, bool Largest, bool HalfPixel) : Op
{
    public override bool MayFail(IReadOnlyList<Value?> inputs) => true;

    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        var (x, regions, images) = (inputs[0]!, inputs[1]!, inputs[2]!);
        return x.Rank == 4 && regions.Rank == 2 && images.Rank == 1 && images.Element == ElementType.I64
            ? [x.WithShape(regions.Shape[0], x.Shape[1], OutputHeight, OutputWidth)]
            : throw new ShapeException($"regions {regions} of images {images} do not fit {x}");
    }

    public override IEnumerable<(IntExpr Left, IntExpr Right)> EqualSizes(IReadOnlyList<TensorType?> inputs,
        IReadOnlyList<TensorType> outputs) =>
        [(inputs[1]!.Shape[1], 4), (inputs[1]!.Shape[0], inputs[2]!.Shape[0])];
}
