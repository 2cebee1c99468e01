using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Onnx;

/// <summary>
/// Operators of <c>ai.onnx.ml</c>: forms that ONNX Runtime lacks or gets wrong, and files that are broken. The rest is compared with it in
/// Models.Tests.
/// </summary>
public sealed class TabularOperatorTests
{
    private static AttributeProto Of(string name, params long[] values) => TinyModel.Attribute(name, values);

    private static AttributeProto Of(string name, params float[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = 6 };
        attribute.Floats.AddRange(values);
        return attribute;
    }

    private static AttributeProto Strings(string name, params string[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = 8 };
        attribute.Strings.AddRange(values.Select(Google.Protobuf.ByteString.CopyFromUtf8));
        return attribute;
    }

    private static TinyModel Table(int version = 3) => new TinyModel().Domain("ai.onnx.ml", version).Input("x", "rows", 2);

    private static MixPrecException Refusal(TinyModel model) => Assert.ThrowsAny<MixPrecException>(() => model.Graph());

    [Fact]
    public void TableAndClassesAgree()
    {
        var classes = typeof(TabularOperators).Assembly.GetTypes()
            .Where(t => t.Namespace == "MixPrec.Compiler.Onnx.Ops.Tabular" && !t.IsNested).Select(t => t.Name);
        Assert.Equal(TabularOperators.Names, classes.Order(StringComparer.Ordinal));
        Assert.All(TabularOperators.Names, name => Assert.Equal(name, TabularOperators.Find(name)!.Import.Method.DeclaringType!.Name));
    }

    [Fact]
    public void ScoresPassThroughZipMap()
    {
        using var model = Table().Node("y z = ai.onnx.ml:LinearClassifier x", Of("coefficients", 1f, 0, 0, 1), Of("intercepts", 0f, 0),
            Of("classlabels_ints", 4, 6))
            .Node("m = ai.onnx.ml:ZipMap z", Of("classlabels_int64s", 4, 6)).Output("y").Output("m");
        var results = EmittedModel.Run(model, Tensor.Create([1, 3, 5, 2f], 2, 2));
        Assert.Equal([6L, 4], results[0].ToInt64());
        Assert.Equal([1, 3, 5, 2f], results[1].Span<float>().ToArray());
    }

    /// <summary>The product of a linear model is a layer like that of a Gemm.</summary>
    [Fact]
    public void LinearModelsAreLayers()
    {
        using var model = Table().Node("y = ai.onnx.ml:LinearRegressor x", Of("coefficients", 1f, 2)).Output("y");
        Assert.Equal("LinearRegressor_y/product", Assert.Single(model.Graph().QuantizableNodes).Name);
    }

    /// <summary>A model of this domain alone names no version of the standard operators.</summary>
    [Fact]
    public void TheStandardDomainNeedsNoVersionWhereNothingIsOfIt()
    {
        using var model = Table().Node("y = ai.onnx.ml:Scaler x", Of("offset", [1f]), Of("scale", [2f])).Output("y");
        model.Proto.OpsetImport.RemoveAt(0);
        Assert.Equal([0f, 2], EmittedModel.Run(model, Tensor.Create([1, 2f], 1, 2))[0].Span<float>().ToArray());
        model.Node("z = Abs x").Output("z");
        Assert.Equal("MXP3006", Refusal(model).Description.Id);
    }

    [Fact]
    public void AVersionThatIsNotKnownIsRefused()
    {
        using var model = Table(99).Node("y = ai.onnx.ml:Scaler x", Of("offset", [1f]), Of("scale", [2f])).Output("y");
        Assert.Equal("The model uses opset 99 of domain 'ai.onnx.ml'; supported are opsets 1…5.", Refusal(model).Message);
    }

    [Fact]
    public void AVectorIsOneRow()
    {
        using var model = new TinyModel().Domain("ai.onnx.ml", 3).Input("x", 2)
            .Node("y = ai.onnx.ml:LinearRegressor x", Of("coefficients", 1f, 2)).Output("y")
            .Node("z = ai.onnx.ml:FeatureVectorizer x", Of("inputdimensions", [3])).Output("z");
        var results = EmittedModel.Run(model, Tensor.Create([1, 2f], 2));
        Assert.Equal([1L, 1], results[0].Shape);
        Assert.Equal([5f], results[0].Span<float>().ToArray());
        Assert.Equal([1, 2, 0f], results[1].Span<float>().ToArray());
    }

    /// <summary>ONNX Runtime 1.31.1 returns label 1 here whatever the first score is.</summary>
    [Fact]
    public void OfTwoClassesThatLeavesKnowBothTheHigherScoreWins()
    {
        using var model = Table().Node("y z = ai.onnx.ml:TreeEnsembleClassifier x",
            [.. Stump, Of("class_treeids", 0, 0, 0, 0), Of("class_nodeids", 1, 1, 2, 2), Of("class_ids", 0, 1, 0, 1),
            Of("class_weights", 0.9f, 0.1f, 0.3f, 0.7f), Of("classlabels_int64s", 5, 7)]).Output("y").Output("z");
        Assert.Equal([5L, 7], EmittedModel.Run(model, Tensor.Create([0, 0, 1, 0f], 2, 2))[0].ToInt64());
    }

    /// <summary>The codes of the standard; ONNX Runtime 1.31.1 has 1 and 2 the other way round.</summary>
    [Fact]
    public void TransformsOfTreeEnsembleHaveTheCodesOfTheStandard()
    {
        using var model = Table(5);
        for (long code = 0; code < 3; code++)
        {
            model.Node($"y{code} = ai.onnx.ml:TreeEnsemble x", TinyModel.Attribute("n_targets", 2L),
                TinyModel.Attribute("post_transform", code), Of("tree_roots", [0]), Of("nodes_featureids", [0]),
                TinyModel.Attribute("nodes_modes", Tensor.Create<byte>(ElementType.U8, [0], 1)),
                    TinyModel.Attribute("nodes_splits", Tensor.Create([0.5f], 1)), Of("nodes_truenodeids", [0]), Of("nodes_trueleafs", [1]),
                Of("nodes_falsenodeids", [1]), Of("nodes_falseleafs", [1]), Of("leaf_targetids", 0, 1),
                    TinyModel.Attribute("leaf_weights", Tensor.Create([2, -1f], 2))).Output($"y{code}");
        }

        var results = EmittedModel.Run(model, Tensor.Create([0, 0f], 1, 2));
        Assert.Equal([2f, 0], results[0].Span<float>().ToArray());
        Assert.Equal(1 / (1 + Math.Exp(-2)), results[1].Span<float>()[0], 1e-6);
        Assert.Equal([0.880797f, 0.5f], results[2].Span<float>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal([0.880797f, 0.119203f], results[1].Span<float>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Theory]
    [InlineData(0L, false)]
    [InlineData(9L, true)]
    public void AnUnknownCategoryIsAnErrorWhereTheModelSaysSo(long element, bool fails)
    {
        using var model = new TinyModel().Domain("ai.onnx.ml", 1).Input("x", ElementType.I64, 1)
            .Node("y = ai.onnx.ml:OneHotEncoder x", Of("cats_int64s", 3, 0), TinyModel.Attribute("zeros", 0L)).Output("y");
        var x = Tensor.Create([element], 1);
        if (fails)
        {
            Assert.Contains("9 is none of the 2 categories", Assert.ThrowsAny<Exception>(() => EmittedModel.Run(model, x)).ToString(),
                StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal([0f, 1], EmittedModel.Run(model, x)[0].Span<float>().ToArray());
        }
    }

    /// <summary>
    /// Text that is an output, that a body reads, that becomes no number, or keys that no number is: all that is text stays refused by
    /// name.
    /// </summary>
    [Fact]
    public void TextThatIsMoreThanAKeyStaysRefused()
    {
        var keys = Strings("keys_strings", "1", "2");
        TinyModel Encoded() => Table().Node("t = Cast x", TinyModel.Attribute("to", 8L))
            .Node("y = ai.onnx.ml:LabelEncoder t", keys.Clone(), Of("values_int64s", 1L, 2)).Output("y");
        using var plain = Encoded();
        Assert.Single(plain.Graph().Outputs);
        using var shown = Encoded().Output("t");
        Assert.Contains("STRING", Refusal(shown).Message, StringComparison.Ordinal);
        using var words = Table().Node("k = Cast x", TinyModel.Attribute("to", 7L))
            .Node("t = ai.onnx.ml:LabelEncoder k", Of("keys_int64s", 1L, 2), Strings("values_strings", "yes", "no"))
            .Node("y = Cast t", TinyModel.Attribute("to", 1L)).Output("y");
        Assert.Contains("strings (values_strings)", Refusal(words).Message, StringComparison.Ordinal);
        using var none = Table().Node("t = Cast x", TinyModel.Attribute("to", 8L))
            .Node("y = ai.onnx.ml:LabelEncoder t", Strings("keys_strings", "a", "b"), Of("values_int64s", 1L, 2)).Output("y");
        Assert.Contains("keys of text that are no numbers", Refusal(none).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LabelsThatAreStringsAreRefusedWhereTheyAreRead()
    {
        using var model = Table().Node("y z = ai.onnx.ml:LinearClassifier x", Of("coefficients", 1f, 0, 0, 1), Of("intercepts", 0f, 0),
            Strings("classlabels_strings", "no", "yes")).Output("z");
        Assert.Single(model.Graph().Outputs);
        model.Output("y");
        var refusal = Refusal(model);
        Assert.Equal("MXP3001", refusal.Description.Id);
        Assert.Contains("labels that are strings (classlabels_strings)", refusal.Message, StringComparison.Ordinal);
    }

    private static AttributeProto[] Stump => Nodes([0, 0, 0], [0, 1, 2], [0, 0, 0], ["BRANCH_LEQ", "LEAF", "LEAF"], [1, 0, 0], [2, 0, 0]);

    private static AttributeProto[] Nodes(long[] trees, long[] ids, long[] features, string[] modes, long[] whenTrue, long[] whenFalse) =>
        [Of("nodes_treeids", trees), Of("nodes_nodeids", ids), Of("nodes_featureids", features), Strings("nodes_modes", modes),
            Of("nodes_truenodeids", whenTrue), Of("nodes_falsenodeids", whenFalse), Of("nodes_values", [.. trees.Select(_ => 0.5f)])];

    private static TinyModel Regressor(AttributeProto[] nodes, long leaf = 1, long target = 0, float weight = 1) =>
        Table().Node("y = ai.onnx.ml:TreeEnsembleRegressor x",
            [.. nodes, Of("target_treeids", [0]), Of("target_nodeids", [leaf]), Of("target_ids", [target]), Of("target_weights", [weight])])
            .Output("y");

    public static TheoryData<string> Broken =>
        new("feature", "negative feature", "circle", "itself", "no node", "twice", "mode", "length", "target", "leaf", "weight", "no tree");

    [Theory]
    [MemberData(nameof(Broken))]
    public void BrokenTreesAreRefused(string what)
    {
        string[] modes = ["BRANCH_LEQ", "LEAF", "LEAF"];
        using var model = what switch
        {
            "feature" => Regressor(Nodes([0, 0, 0], [0, 1, 2], [2, 0, 0], modes, [1, 0, 0], [2, 0, 0])),
            "negative feature" => Regressor(Nodes([0, 0, 0], [0, 1, 2], [-1, 0, 0], modes, [1, 0, 0], [2, 0, 0])),
            "circle" => Regressor(Nodes([0, 0, 0], [0, 1, 2], [0, 0, 0], ["BRANCH_LEQ", "LEAF", "BRANCH_LEQ"], [1, 0, 1], [2, 0, 0])),
            "itself" => Regressor(Nodes([0, 0, 0], [0, 1, 2], [0, 0, 0], modes, [1, 0, 0], [0, 0, 0])),
            "no node" => Regressor(Nodes([0, 0, 0], [0, 1, 2], [0, 0, 0], modes, [1, 0, 0], [7, 0, 0])),
            "twice" => Regressor(Nodes([0, 0, 0], [0, 1, 1], [0, 0, 0], modes, [1, 0, 0], [1, 0, 0])),
            "mode" => Regressor(Nodes([0, 0, 0], [0, 1, 2], [0, 0, 0], ["BRANCH_WHAT", "LEAF", "LEAF"], [1, 0, 0], [2, 0, 0])),
            "length" => Regressor(Nodes([0, 0, 0], [0, 1, 2], [0, 0], modes, [1, 0, 0], [2, 0, 0])),
            "target" => Regressor(Stump, target: 1),
            "leaf" => Regressor(Stump, leaf: 9),
            "weight" => Regressor(Stump, weight: float.NaN),
            _ => Regressor(Nodes([], [], [], [], [], [])),
        };
        var refusal = Refusal(model);
        Assert.True(refusal.Description.Id == "MXP3004", refusal.Message);
    }

    /// <summary>Some exporters write a set of numbers as branches that all lead to one node.</summary>
    [Fact]
    public void BranchesMayShareANode()
    {
        using var model = Regressor(Nodes([0, 0, 0, 0], [0, 1, 2, 3], [0, 0, 0, 1], ["BRANCH_EQ", "LEAF", "LEAF", "BRANCH_LEQ"],
            [1, 0, 0, 1], [3, 0, 0, 2]));
        Assert.Equal([1f, 1, 0], EmittedModel.Run(model, Tensor.Create([0.5f, 9, 0, 0, 0, 9], 3, 2))[0].Span<float>().ToArray());
    }

    /// <summary>A branch of each kind can go on to the next: a walk of as many steps as there are nodes.</summary>
    [Fact]
    public void ADeepTreeIsWalked()
    {
        const int Depth = 100_000;
        long[] ids = [.. Enumerable.Range(0, Depth + 1).Select(i => (long)i)];
        using var model = Regressor(Nodes(new long[Depth + 1], ids, new long[Depth + 1],
            [.. Enumerable.Repeat("BRANCH_LEQ", Depth), "LEAF"], [.. ids.Select(i => (long)Depth)],
            [.. ids.Select(i => Math.Min(i + 1, Depth))]), leaf: Depth, weight: 3);
        Assert.Equal([3f], EmittedModel.Run(model, Tensor.Create([1, 1f], 1, 2))[0].Span<float>().ToArray());
    }

    [Theory]
    [InlineData("n_targets", 0L, "MXP3004")]
    [InlineData("n_targets", 1L << 40, "MXP3001")]
    public void TargetsAreBounded(string attribute, long value, string id)
    {
        using var model = Regressor([.. Stump, TinyModel.Attribute(attribute, value)]);
        Assert.Equal(id, Refusal(model).Description.Id);
    }

    /// <summary>The label comes first; what a plan is measured by are the scores, of which the network takes the argmax.</summary>
    [Fact]
    public void TheErrorOfAClassifierIsThatOfItsScores()
    {
        using var model = Table().Node("y z = ai.onnx.ml:LinearClassifier x", Of("coefficients", 1f, 0, 0, 1), Of("intercepts", 0f, 0),
            Of("classlabels_ints", 4, 6)).Output("y").Output("z");
        var graph = model.Graph();
        Assert.Equal("z", graph.Answer.Name);
        Assert.Equal("the network takes its argmax", MixPrec.Compiler.Losses.ClassEvidence.Find(graph, graph.Answer));
    }

    /// <summary>A file of a few thousand numbers must not become gigabytes: columns are as many as pairs of classes.</summary>
    [Fact]
    public void ManyClassesOfSupportVectorsAreRefused()
    {
        const int Classes = 200;
        using var model = Table().Node("y z = ai.onnx.ml:SVMClassifier x", Of("vectors_per_class", [1L, .. new long[Classes - 1]]),
            Of("support_vectors", 1f, 2), Of("coefficients", new float[Classes - 1]),
            Of("rho", new float[Classes * (Classes - 1) / 2]),
                Of("classlabels_ints", [.. Enumerable.Range(0, Classes).Select(c => (long)c)])).Output("y");
        var refusal = Refusal(model);
        Assert.Equal("MXP3001", refusal.Description.Id);
        Assert.Contains("200 classes and 1 support vector", refusal.Message, StringComparison.Ordinal);
    }
}
