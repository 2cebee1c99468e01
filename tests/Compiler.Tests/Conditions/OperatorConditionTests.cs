using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Tests.Onnx;
using Xunit;

namespace MixPrec.Compiler.Tests.Conditions;

/// <summary>
/// Every operator that combines sizes of two inputs: with two names it runs and gives what it gives for fixed sizes, other sizes are
/// refused with both values and names, and sizes that can never be equal are refused by the import.
/// </summary>
public sealed class OperatorConditionTests
{
    public static TheoryData<string> Names => new(Forms.Keys);

    /// <summary>
    /// A model whose input a has the dimension <c>p</c> and whose input b has q in its place; sizes that fit are 3 and 3.
    /// </summary>
    private static readonly Dictionary<string, Func<object, object, TinyModel>> Forms = new()
    {
        ["Concat"] = (p, q) => Two(p, q).Node("y = Concat a b", TinyModel.Attribute("axis", 0)),
        ["Add"] = (p, q) => Two(p, q).Node("y = Add a b"),
        ["Max"] = (p, q) => Two(p, q).Node("y = Max a b"),
        ["Where"] = (p, q) => Two(p, q).Node("c = Greater a b").Node("y = Where c a b"),
        ["PRelu"] = (p, q) => Two(p, q).Node("y = PRelu a b"),
        ["MatMul"] = (p, q) => new TinyModel(17).Input("a", 2, p).Input("b", q, 2).Output("y").Node("y = MatMul a b"),
        ["MatMulBatch"] = (p, q) => new TinyModel(17).Input("a", p, 2, 2).Input("b", q, 2, 2).Output("y").Node("y = MatMul a b"),
        ["Gemm"] = (p, q) => new TinyModel(17).Input("a", 2, p).Input("b", q, 2).Output("y").Node("y = Gemm a b"),
        ["GemmAddend"] = (p, q) => new TinyModel(17).Input("a", p, 2).Input("b", q, 2).Output("y").Initializer("w", Matrix(2, 2))
            .Node("y = Gemm a w b"),
        ["Einsum"] = (p, q) => new TinyModel(17).Input("a", 2, p).Input("b", q, 2).Output("y")
            .Node("y = Einsum a b", TinyModel.Attribute("equation", "ij,jk->ik")),
        ["GridSample"] = (p, q) => new TinyModel(17).Input("a", p, 1, 3, 3).Input("b", q, 2, 2, 2).Output("y").Node("y = GridSample a b"),
        ["ScatterElements"] = (p, q) => Two(p, q).Node("i = Cast a", TinyModel.Attribute("to", 7))
            .Node("y = ScatterElements a i b", TinyModel.Attribute("axis", 1)),
        ["LSTM"] = (p, q) => Recurrent(p, q, 4).Node("_ y = LSTM x w r _ _ h", TinyModel.Attribute("hidden_size", 2)),
        ["GRU"] = (p, q) => Recurrent(p, q, 3).Node("_ y = GRU x w r _ _ h", TinyModel.Attribute("hidden_size", 2)),
        ["RNN"] = (p, q) => Recurrent(p, q, 1).Node("_ y = RNN x w r _ _ h", TinyModel.Attribute("hidden_size", 2)),
        ["BatchNormalization"] = (p, q) => new TinyModel(17).Input("a", 1, p, 2).Input("b", q).Output("y").Node("s = Abs b")
            .Node("y = BatchNormalization a b b b s"),
        ["Expand"] = (p, q) => Two(p, q).Node("s = Shape b").Node("e = Expand a s").Node("y = Relu e"),
        ["Reshape"] = (p, q) => Two(p, q).Node("s = Shape b").Node("e = Reshape a s").Node("y = Relu e"),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void TwoNamesAreOneSize(string name)
    {
        var make = Forms[name];
        using TinyModel open = make("p", "q"), closed = make(3, 3);
        var graph = open.Graph();
        Assert.Empty(EqualSizes.Find(graph));
        var inputs = Inputs(closed.Graph());
        var lowered = Lower(open);
        Assert.Equal(["p", "q"], lowered.Plan.Dimensions.Select(d => d.Identifier).Order(StringComparer.Ordinal));
        using var model = CompiledModel.Compile(lowered);
        var expected = EmittedModel.Run(closed, inputs);
        EmittedModel.AssertClose(expected[0], model.Run(inputs)[0], 1e-6);

        // One of the two is longer.
        string message = Assert.Throws<MixPrecException>(() => model.Run(Inputs(make(3, 4).Proto))).Message;
        Assert.All((string[])["p", "q", "3", "4"], part => Assert.Contains(part, message, StringComparison.Ordinal));
        EmittedModel.AssertClose(expected[0], model.Run(inputs)[0], 1e-6);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void AConstantIsACondition(string name)
    {
        var make = Forms[name];
        using TinyModel open = make(3, "q"), closed = make(3, 3);
        var inputs = Inputs(closed.Graph());
        using var model = CompiledModel.Compile(Lower(open));
        EmittedModel.AssertClose(EmittedModel.Run(closed, inputs)[0], model.Run(inputs)[0], 1e-6);
        string message = Assert.Throws<MixPrecException>(() => model.Run(Inputs(make(3, 4).Proto))).Message;
        Assert.All((string[])["q", "3", "4"], part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void SizesThatAreNeverEqualAreRefused(string name)
    {
        using var model = Forms[name](3, 4);
        Assert.Equal("MXP3004", Assert.Throws<MixPrecException>(() => model.Graph()).Description.Id);
    }

    /// <summary>Each fits the open channels by itself, but they do not fit each other.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void StatisticsOfTwoLengthsAreRefused(int shorter)
    {
        using var model = new TinyModel(17).Input("a", 1, "p", 2).Output("y");
        for (int i = 0; i < 4; i++)
        {
            model.Initializer($"s{i}", Matrix(i == shorter ? 2 : 3));
        }

        model.Node("y = BatchNormalization a s0 s1 s2 s3");
        Assert.Equal("MXP3004", Assert.Throws<MixPrecException>(() => model.Graph()).Description.Id);
    }

    private static TinyModel Two(object p, object q) => new TinyModel(17).Input("a", 2, p).Input("b", 2, q).Output("y");

    private static TinyModel Recurrent(object p, object q, int gates) =>
        new TinyModel(17).Input("x", 2, p, 2).Input("h", 1, q, 2).Output("y")
        .Initializer("w", Matrix(1, gates * 2, 2)).Initializer("r", Matrix(1, gates * 2, 2));

    private static Tensor Matrix(params long[] shape) => EmittedModel.Random(new Random(3), shape);

    private static IReadOnlyList<Tensor> Inputs(Graph graph) =>
        [.. graph.Inputs.Select((input, i) => EmittedModel.Random(new Random(i), [.. input.Shape.Select(d => d.Value)]))];

    private static IReadOnlyList<Tensor> Inputs(ModelProto model) =>
        [.. model.Graph.Input.Select((input, i) =>
            EmittedModel.Random(new Random(i), [.. input.Type.TensorType.Shape.Dim.Select(d => d.DimValue)]))];

    private static LoweredModel Lower(TinyModel model) =>
        Lowerer.Lower(GraphRewrites.Apply(model.Graph()), PrecisionAssignment.AllFloat, RangeTable.Empty, new LoweringOptions("Net"));
}
