using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using TorchTensor = TorchSharp.torch.Tensor;
using static TorchSharp.torch.nn;

namespace MixPrec.Compiler.Calibration.Torch;

/// <summary>MatMul and Conv without their activations.</summary>
internal static class Products
{
    public static TorchTensor Evaluate(Node node, TorchTensor x, TorchTensor weights, TorchTensor? bias)
    {
        if (node.Op is MatMul)
        {
            var product = x.matmul(weights);
            return bias is null ? product : product + bias;
        }

        var conv = (Conv)node.Op;
        long[] strides = [.. conv.Strides.Select(s => (long)s)], dilations = [.. conv.Dilations.Select(d => (long)d)];
        // Torch pads from the last dimension backwards, before and after.
        long[] pads = [.. Enumerable.Range(0, conv.Strides.Count).Reverse().SelectMany(d => new[] { (long)conv.PadsBegin[d], conv.PadsEnd[d] })];
        var padded = pads.All(p => p == 0) ? x : functional.pad(x, pads);
        return conv.Strides.Count switch
        {
            1 => functional.conv1d(padded, weights, bias, stride: strides[0], dilation: dilations[0], groups: conv.Groups),
            2 => functional.conv2d(padded, weights, bias, strides: strides, dilation: dilations, groups: conv.Groups),
            3 => functional.conv3d(padded, weights, bias, strides: strides, dilation: dilations, groups: conv.Groups),
            _ => throw new NotSupportedException($"a convolution over {conv.Strides.Count} dimensions"),
        };
    }
}
