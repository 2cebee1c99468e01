using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Fuzz.Targets;

namespace MixPrec.Fuzz.Names;

/// <summary>Networks with names in every place: layers in bytes, an open batch, a count, a function, a body.</summary>
internal static class NamedSeeds
{
    /// <summary>How often each stands among the operators.</summary>
    private const int Share = 25;

    public static IReadOnlyList<ModelProto> Create() =>
        [.. new[] { Layers(), Counts(), Functions() }.SelectMany(m => Enumerable.Repeat(m, Share)), .. SeedModels.Typical()];

    private static ModelProto Layers()
    {
        using var model = new TinyModel().Input("x", "batch", 3, 8, 8)
            .Initializer("w1", Weights(4, 3, 3, 3)).Initializer("b1", Weights(4)).Initializer("w2", Weights(4, 4, 1, 1))
            .Initializer("w3", Weights(4, 5)).Initializer("b3", Weights(5))
            .Node("a = Conv x w1 b1").Node("b = Relu a").Node("c = Conv b w2").Node("d = GlobalAveragePool c").Node("e = Flatten d")
            .Node("f = MatMul e w3").Node("g = Add f b3").Node("y = Softmax g").Output("y").Output("e");
        return model.Proto;
    }

    private static ModelProto Counts()
    {
        using var model = new TinyModel().Input("x", "rows", 4).Initializer("w", Weights(4, 4))
            .Node("a = MatMul x w").Node("b = Relu a").Node("n = NonZero b").Node("t = Transpose n").Node("y = GatherND b t")
            .Output("n").Output("y");
        return model.Proto;
    }

    private static ModelProto Functions()
    {
        using var model = new TinyModel().Domain("local", 1).Input("x", 2, 4).Initializer("w", Weights(4, 4))
            .Function("o = local:Block i v", b => b.Node("h = MatMul i v").Node("o = Tanh h"))
            .Node("a = local:Block x w").Node("y = local:Block a w").Output("y");
        return model.Proto;
    }

    private static Tensor Weights(params long[] shape) => Tensor.Create(
        [.. Enumerable.Range(0, (int)shape.Aggregate((a, b) => a * b)).Select(i => MathF.Sin(i) / 2)], shape);
}
