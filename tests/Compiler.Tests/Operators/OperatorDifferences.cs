namespace MixPrec.Compiler.Tests.Operators;

/// <summary>
/// The end of docs/operators.md: whom the product follows where implementations of an operator differ. CornerTests and
/// CoordinateOperatorTests hold it.
/// </summary>
internal static class OperatorDifferences
{
    public const string Text = """
        ## Where implementations differ

        Tests compare Resize, GridSample, RoiAlign and DeformConv with their definitions, ONNX Runtime 1.31.1 and, where it has the function, PyTorch. Followed is:

        - `GridSample`, cubic beside an edge with `border`: pixels outside are moved one by one, as in ONNX Runtime and PyTorch. The standard's reference implementation moves the centre first.
        - `RoiAlign`, `max`: the largest of the weighted pixels, as in the standard's reference implementation and ONNX Runtime, not of the interpolated values.
        - `ArgMax`, `ArgMin`: the position of what `ReduceMax` and `ReduceMin` return, so of a NaN where there is one, as in numpy and PyTorch. `TopK` counts NaN as the largest, as PyTorch does.
        - `DynamicQuantizeLinear` of nothing but zeros: scale 1, as in ONNX Runtime; the definition's scale of 0 would make NaN of every code.
        - `ReduceLogSumExp` of infinities: the limit, -∞ for nothing but -∞ and ∞ beside an ∞, as in PyTorch.
        - `Pad`, `wrap` beyond the size of the axis: goes round as often as needed, as in numpy.
        - Indices beyond an axis (`Gather`, `GatherND`, `GatherElements`, `ScatterElements`, `ScatterND`, lengths of `ReverseSequence`): the run throws, nothing outside of the buffers is read.
        """;
}
