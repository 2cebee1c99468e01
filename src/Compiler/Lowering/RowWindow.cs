using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Lowering;

/// <summary>The rows of its input that a layer computes a row of.</summary>
/// <param name="Kernel">Rows.</param>
/// <param name="Stride">From one row of the result to the next.</param>
/// <param name="Pad">Rows above the input.</param>
internal readonly record struct RowWindow(int Kernel, int Stride, int Pad)
{
    /// <summary>Of a layer that computes a row of the same row.</summary>
    public static readonly RowWindow Row = new(1, 1, 0);

    /// <summary>
    /// Null for layers that would do more for some rows at a time: a dense convolution of several rows reads its weights once for them all.
    /// </summary>
    public static RowWindow? Of(Node node) => node.Op switch
    {
        Pool { Function: PoolKind.Max } pool when pool.Dilations[0] == 1 => new(pool.Kernel[0], pool.Strides[0], pool.PadsBegin[0]),
        Conv conv when conv.Strides.Count == 2 && conv.Dilations[0] == 1 && node.Input(1).Shape[2] is var kernel
            && (node.IsDepthwise() || (kernel == 1 && conv.Strides[0] == 1)) =>
            new(checked((int)kernel.Value), conv.Strides[0], conv.PadsBegin[0]),
        _ => null,
    };

    /// <summary>Rows of the input that two rows of the result beside each other are both computed of.</summary>
    public int Shared => Math.Max(0, Kernel - Stride);
}
