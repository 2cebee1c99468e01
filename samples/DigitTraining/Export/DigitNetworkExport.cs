using DigitTraining.Network;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DigitTraining.Export;

/// <summary>Writes a trained <see cref="DigitNetwork"/> as ONNX, operator by operator in the order of its forward pass.</summary>
internal static class DigitNetworkExport
{
    public static void Write(DigitNetwork network, string path)
    {
        var graph = new OnnxGraphWriter();
        string x = Relu("/stem", Norm("/stem", network.StemNorm, Conv("/stem", network.Stem, "image")));
        x = Relu("/depthwise", Norm("/depthwise", network.DepthwiseNorm, Conv("/depthwise", network.Depthwise, x)));
        x = Relu("/pointwise", Norm("/pointwise", network.PointwiseNorm, Conv("/pointwise", network.Pointwise, x)));
        x = Pool("/pool1", x);
        string branch = Relu("/residual/a", Norm("/residual/a", network.ResidualANorm, Conv("/residual/a", network.ResidualA, x)));
        branch = Norm("/residual/b", network.ResidualBNorm, Conv("/residual/b", network.ResidualB, branch));
        x = Relu("/residual", graph.Node("/residual/Add", "Add", [x, branch]));
        x = Relu("/widen", Norm("/widen", network.WidenNorm, Conv("/widen", network.Widen, x)));
        x = Pool("/pool2", x);
        x = graph.Node("/Flatten", "Flatten", [x], [("axis", 1L)]);
        x = Relu("/hidden", Gemm("/hidden", network.Hidden, x));
        x = Gemm("/classes", network.Classes, x, "logits");
        graph.Write(path, "digits", ("image", ["batch", 1, 28, 28]), (x, ["batch", 10]));

        string Relu(string layer, string input) => graph.Node(layer + "/Relu", "Relu", [input]);

        string Pool(string layer, string input) =>
            graph.Node(layer + "/MaxPool", "MaxPool", [input], [("kernel_shape", new[] { 2L, 2L }), ("strides", new[] { 2L, 2L })]);

        string Conv(string layer, Conv2d module, string input)
        {
            Tensor weight = module.weight!;
            long kernel = weight.shape[2];
            long[] pads = [kernel / 2, kernel / 2, kernel / 2, kernel / 2];
            return graph.Node(
                layer + "/Conv", "Conv", [input, Weights(layer + ".weight", weight)],
                [("group", (long)module.groups), ("kernel_shape", new[] { kernel, kernel }), ("pads", pads)]);
        }

        string Norm(string layer, BatchNorm2d module, string input) => graph.Node(
            layer + "/BatchNormalization", "BatchNormalization",
            [
                input,
                Weights(layer + ".norm.weight", module.weight!),
                Weights(layer + ".norm.bias", module.bias!),
                Weights(layer + ".norm.running_mean", module.running_mean!),
                Weights(layer + ".norm.running_var", module.running_var!),
            ],
            [("epsilon", 1e-5f)]);

        string Gemm(string layer, Linear module, string input, string? output = null) => graph.Node(
            layer + "/Gemm", "Gemm",
            [input, Weights(layer + ".weight", module.weight!), Weights(layer + ".bias", module.bias!)],
            [("transB", 1L)],
            output);

        string Weights(string name, Tensor tensor) =>
            graph.Initializer(name.TrimStart('/').Replace('/', '.'), tensor.detach().contiguous().data<float>().ToArray(), tensor.shape);
    }
}
