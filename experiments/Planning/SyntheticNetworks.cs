using System.Globalization;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Compiler.Options;
using MixPrec.Plan;

namespace MixPrec.Experiments.Planning;

/// <summary>Networks of any size whose values keep their size through any number of layers.</summary>
internal static class SyntheticNetworks
{
    private const int StackSamples = 96;

    /// <summary>Sentences of a decoder, and their tokens.</summary>
    private const int Sentences = 16, Tokens = 32, Vocabulary = 512;

    private const int HeadSize = 64;

    /// <summary>Equal products with ReLU between them.</summary>
    public static SyntheticModel Stack(int layers, int width)
    {
        var model = new SyntheticModel(layers);
        string size = width.ToString(CultureInfo.InvariantCulture);
        model.Input("x", ElementType.F32, "batch", size);
        string x = "x";
        for (int i = 0; i < layers; i++)
        {
            // He's variance.
            string product = model.Node($"product{i}", "MatMul", [x, model.Weight($"w{i}", Math.Sqrt(2.0 / width), width, width)]);
            x = model.Node($"relu{i}", "Relu", [product]);
        }

        model.Finish(x);
        model.Samples("x", "<f4", model.Normal(StackSamples * width, 1), StackSamples, width);
        return model;
    }

    /// <summary>A language model of blocks of attention and perceptron with norms before them: 12 · width² parameters a block.</summary>
    public static SyntheticModel Decoder(int blocks, int width)
    {
        var model = new SyntheticModel(blocks);
        var axes = new Builder(model, width);
        model.Input("ids", ElementType.I64, "batch", $"{Tokens}");
        string x = model.Node("embedded", "Gather", [model.Weight("embedding", 1, Vocabulary, width), "ids"]);
        for (int i = 0; i < blocks; i++)
        {
            x = axes.Perceptron(i, axes.Attention(i, x));
        }

        model.Finish(model.Node("logits", "MatMul",
            [axes.Norm("last", x), model.Weight("head", 2 / Math.Sqrt(width), width, Vocabulary)]));
        model.Samples("ids", "<i8", [.. Enumerable.Range(0, Sentences * Tokens).Select(_ => model.Random.NextInt64(Vocabulary))],
            Sentences, Tokens);
        return model;
    }

    private sealed class Builder
    {
        private readonly SyntheticModel _model;
        private readonly int _width;
        private readonly string _heads, _joined, _scale, _mask, _gain, _shift;

        public Builder(SyntheticModel model, int width)
        {
            (_model, _width) = (model, width);
            _heads = model.Constant("heads", Tensor.Create([0L, 0, width / HeadSize, HeadSize], 4));
            _joined = model.Constant("joined", Tensor.Create([0L, 0, width], 3));
            _scale = model.Constant("scale", Tensor.Create([(float)(1 / Math.Sqrt(HeadSize))], 1));
            float[] mask = [.. Enumerable.Range(0, Tokens * Tokens).Select(i => i % Tokens > i / Tokens ? -1e9f : 0)];
            _mask = model.Constant("mask", Tensor.Create(mask, Tokens, Tokens));
            _gain = model.Constant("gain", Tensor.Create([.. Enumerable.Repeat(1f, width)], width));
            _shift = model.Constant("shift", Tensor.Create(new float[width], width));
        }

        public string Norm(string name, string x) => _model.Node($"norm_{name}", "LayerNormalization", [x, _gain, _shift]);

        public string Attention(int block, string x)
        {
            string own = Norm($"a{block}", x);
            string Part(string name, params long[] order) => _model.Node($"{name}t{block}", "Transpose",
                [_model.Node($"{name}h{block}", "Reshape", [Product($"{name}{block}", own, _width, _width, 1), _heads])], Order(order));
            string scores = _model.Node($"qk{block}", "MatMul", [Part("q", 0, 2, 1, 3), Part("k", 0, 2, 3, 1)]);
            string scaled = _model.Node($"scaled{block}", "Mul", [scores, _scale]);
            string softmax = _model.Node($"softmax{block}", "Softmax", [_model.Node($"masked{block}", "Add", [scaled, _mask])]);
            string mixed = _model.Node($"av{block}", "MatMul", [softmax, Part("v", 0, 2, 1, 3)]);
            string joined = _model.Node($"joined{block}", "Reshape",
                [_model.Node($"back{block}", "Transpose", [mixed], Order([0, 2, 1, 3])), _joined]);
            return _model.Node($"attended{block}", "Add", [x, Product($"o{block}", joined, _width, _width, 0.5)]);
        }

        public string Perceptron(int block, string x)
        {
            string wide = _model.Node($"relu{block}", "Relu", [Product($"up{block}", Norm($"p{block}", x), _width, 4 * _width, 1)]);
            return _model.Node($"added{block}", "Add", [x, Product($"down{block}", wide, 4 * _width, _width, 0.5)]);
        }

        private string Product(string name, string x, int depth, int width, double gain) =>
            _model.Node(name, "MatMul", [x, _model.Weight($"w_{name}", gain / Math.Sqrt(depth), depth, width)]);

        private static AttributeProto Order(long[] order)
        {
            var attribute = new AttributeProto { Name = "perm", Type = 7 };
            attribute.Ints.Add(order);
            return attribute;
        }
    }
}
