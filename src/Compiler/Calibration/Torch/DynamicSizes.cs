using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Runtime;
using TorchSharp;
using static TorchSharp.torch;
using Kernels = MixPrec.Runtime.Kernels;
using Node = MixPrec.Compiler.Graphs.Node;
using TorchTensor = TorchSharp.torch.Tensor;

namespace MixPrec.Compiler.Calibration.Torch;

/// <summary>
/// Operations that find out sizes, without a gradient: positions do not change with small changes of what they are found in. The kernels of
/// the runtime give them meaning here too; gradients pass through whatever the positions pick.
/// </summary>
internal static class DynamicSizes
{
    /// <summary>The outputs, whose counts are added to <paramref name="symbols"/>; null when the node is of another kind.</summary>
    public static TorchTensor[]? Evaluate(Node node, Func<int, TorchTensor?> input, Dictionary<string, long> symbols)
    {
        TorchTensor[]? outputs = node.Op switch
        {
            NonZero => [input(0)!.nonzero().t()],
            Unique unique => Different(unique, input(0)!),
            NonMaxSuppression suppression => [Boxes(suppression, input)],
            DataSize => [input(0)!.alias()],
            _ => null,
        };
        if (outputs is not null)
        {
            symbols[node.Op.Counts[0]] = node.Op switch { NonZero => outputs[0].shape[1], DataSize => outputs[0].item<long>(), _ =>
                outputs[0].shape[0] };
        }

        return outputs;
    }

    private static unsafe TorchTensor[] Different(Unique op, TorchTensor x)
    {
        int length = (int)x.shape[op.Axis];
        double[] elements = Elements<double>(x, ScalarType.Float64);
        long[] first = new long[length], inverse = new long[length], repeats = new long[length];
        int[] order = new int[length];
        int outer = (int)x.shape.Take(op.Axis).Aggregate(1L, (a, b) => a * b),
            inner = (int)x.shape.Skip(op.Axis + 1).Aggregate(1L, (a, b) => a * b);
        fixed (double* from = elements)
        fixed (long* f = first, i = inverse, r = repeats)
        fixed (int* o = order)
        {
            int count = Kernels.Unique.Run(new Pointer<double>(from), new Pointer<long>(f), new Pointer<long>(i), new Pointer<long>(r),
                new Pointer<int>(o), outer, length, inner, op.Sorted);
            return [tensor(first[..count]), tensor(inverse), tensor(repeats[..count])];
        }
    }

    private static unsafe TorchTensor Boxes(NonMaxSuppression op, Func<int, TorchTensor?> input)
    {
        long[] shape = input(1)!.shape;
        float[] boxes = Elements<float>(input(0)!, ScalarType.Float32), scores = Elements<float>(input(1)!, ScalarType.Float32);
        long most = input(2)!.item<long>();
        float overlap = input(3)!.item<float>(), threshold = input(4)?.item<float>() ?? 0;
        long[] rows = new long[checked(scores.Length * 3)];
        int[] order = new int[shape[2]];
        fixed (float* b = boxes, s = scores)
        fixed (long* y = rows)
        fixed (int* o = order)
        {
            int count = Kernels.NonMaxSuppression.Run(new Pointer<float>(b), new Pointer<float>(s), new Pointer<long>(&most),
                new Pointer<float>(&overlap), new Pointer<float>(&threshold),
                new Pointer<long>(y), new Pointer<int>(o), (int)shape[0], (int)shape[1], (int)shape[2], op.Centered, input(4) is not null);
            return tensor(rows[..(count * 3)]).reshape(count, 3);
        }
    }

    private static T[] Elements<T>(TorchTensor x, ScalarType type) where T : unmanaged
    {
        using var dense = x.detach().to(type).contiguous();
        return dense.data<T>().ToArray();
    }
}
