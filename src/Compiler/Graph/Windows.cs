using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs;

/// <summary>Geometry of sliding windows (ONNX Conv, MaxPool, AveragePool).</summary>
internal static class Windows
{
    /// <summary>
    /// Output positions of a window along one dimension: ⌊(size + pads − extent) / stride⌋ + 1 with extent = dilation·(kernel − 1) + 1;
    /// in ceil mode ⌈…⌉ + 1, without a window that would start in the end padding.
    /// </summary>
    /// <exception cref="ShapeException">The window is larger than the padded input.</exception>
    public static IntExpr OutputSize(IntExpr size, int kernel, int stride, int padBegin, int padEnd, int dilation, bool ceilMode)
    {
        if (kernel < 1 || stride < 1 || dilation < 1 || padBegin < 0 || padEnd < 0)
        {
            throw new ShapeException(
                $"kernel {kernel}, stride {stride}, dilation {dilation} and pads {padBegin}, {padEnd} are no valid window");
        }

        var room = size + padBegin + padEnd - (((long)dilation * (kernel - 1)) + 1);
        if (room.IsConstant && room.Value < 0)
        {
            throw new ShapeException(
                $"a window of {kernel} (dilation {dilation}) does not fit a padded size of {size + padBegin + padEnd}");
        }

        if (!ceilMode)
        {
            return IntExpr.FloorDiv(room, stride) + 1;
        }

        var windows = IntExpr.CeilDiv(room, stride) + 1;
        return IntExpr.Min(windows, IntExpr.FloorDiv(size + padBegin - 1, stride) + 1);
    }
}
