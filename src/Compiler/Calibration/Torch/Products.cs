using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using TorchTensor = TorchSharp.torch.Tensor;
using static TorchSharp.torch.nn;

namespace MixPrec.Compiler.Calibration.Torch;

/// <summary>MatMul and Conv without their activations.</summary>
/// <remarks>
/// Channels come to libtorch in whole blocks. oneDNN 3.7.1, the convolution of libtorch 2.10, stores weights in blocks of 16 × 16 channels
/// and on a busy machine sometimes leaves what fills a block up unwritten: with NaN in that memory a whole output channel of a 24 × 24
/// convolution was NaN.
/// </remarks>
internal static class Products
{
    private const long ChannelBlock = 16;

    /// <summary>Images of up to so many channels are read as they are.</summary>
    private const long PlainChannels = 4;

    public static TorchTensor Evaluate(Node node, TorchTensor x, TorchTensor weights, TorchTensor? bias)
    {
        if (node.Op is MatMul)
        {
            var product = x.matmul(weights);
            return bias is null ? product : product + bias;
        }

        return Convolve((Conv)node.Op, x, weights, bias) ?? throw NotCalibrated.Error(node);
    }

    /// <summary>The convolution without its activation, or null over more dimensions than TorchSharp has.</summary>
    public static TorchTensor? Convolve(Conv conv, TorchTensor x, TorchTensor weights, TorchTensor? bias)
    {
        long[] strides = [.. conv.Strides.Select(s => (long)s)], dilations = [.. conv.Dilations.Select(d => (long)d)];
        // Torch pads from the last dimension backwards, before and after.
        long[] pads = [.. Enumerable.Range(0, conv.Strides.Count).Reverse()
            .SelectMany(d => new[] { (long)conv.PadsBegin[d], conv.PadsEnd[d] })];
        var padded = pads.All(p => p == 0) ? x : functional.pad(x, pads);
        long inputs = weights.shape[1], outputs = weights.shape[0];
        if (conv.Groups == 1 && inputs > PlainChannels)
        {
            long moreInputs = Missing(inputs), moreOutputs = Missing(outputs);
            padded = MoreChannels(padded, 1, moreInputs);
            weights = MoreChannels(MoreChannels(weights, 1, moreInputs), 0, moreOutputs);
            bias = bias is null ? null : MoreChannels(bias, 0, moreOutputs);
        }

        var result = conv.Strides.Count switch
        {
            1 => functional.conv1d(padded, weights, bias, stride: strides[0], dilation: dilations[0], groups: conv.Groups),
            2 => functional.conv2d(padded, weights, bias, strides: strides, dilation: dilations, groups: conv.Groups),
            3 => functional.conv3d(padded, weights, bias, strides: strides, dilation: dilations, groups: conv.Groups),
            _ => null,
        };
        return result is null || result.shape[1] == outputs ? result : result.narrow(1, 0, outputs);
    }

    private static long Missing(long channels) => (ChannelBlock - (channels % ChannelBlock)) % ChannelBlock;

    private static TorchTensor MoreChannels(TorchTensor x, int dimension, long count) =>
        count == 0 ? x : functional.pad(x,
            [.. Enumerable.Range(dimension, (int)x.dim() - dimension).Reverse().SelectMany(d => new[] { 0, d == dimension ? count : 0 })]);
}
