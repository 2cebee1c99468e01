using Google.Protobuf;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Onnx;

/// <summary>Every damaged or hostile file gives one line with its own number.</summary>
public sealed class OnnxModelReaderTests
{
    private static TinyModel Small() => new TinyModel().Input("x", 2, 3).Initializer("w", Tensor.Of([1, 2, 3, 4, 5, 6f], 3, 2))
        .Node("y = MatMul x w").Output("y");

    private static MixPrecException Refused(TinyModel model, string id, string dimensions = "")
    {
        var exception = Assert.Throws<MixPrecException>(() => model.Read(dimensions));
        Assert.Equal(id, exception.Description.Id);
        Assert.DoesNotContain('\n', exception.Message);
        Assert.True(exception.Message.Length < 600, exception.Message);
        return exception;
    }

    [Fact]
    public void MissingFile() =>
        Assert.Equal("MXP1001", Assert.Throws<MixPrecException>(() =>
        OnnxModelReader.Read("/nowhere/model.onnx", DimensionBindings.None)).Description.Id);

    [Theory]
    [InlineData("")]
    [InlineData("this is a text file, not a network")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")]
    [InlineData("\0\0\0\0")]
    public void NotOnnx(string content)
    {
        using var model = Small();
        File.WriteAllText(model.FilePath, content);
        Assert.Equal("MXP3002", Assert.Throws<MixPrecException>(() =>
            OnnxModelReader.Read(model.FilePath, DimensionBindings.None)).Description.Id);
    }

    [Fact]
    public void TruncationsAndChangedBytesGiveAGraphOrOneLine()
    {
        using var model = new TinyModel().Input("x", "batch", 1, 6, 6).Initializer("w", Tensor.Zeros(ElementType.F32, 2, 1, 3, 3))
            .Integers("shape", 0, -1).Integers("starts", -3).Integers("ends", 100).Integers("axes", 1).Integers("sizes", 1, 2)
            .Node("c = Conv x w", TinyModel.Attribute("auto_pad", "SAME_UPPER"), TinyModel.Attribute("strides", 2L, 1L)).Node("r = Relu c")
            .Node("p = MaxPool r", TinyModel.Attribute("kernel_shape", 2L, 2L)).Node("f = Reshape p shape")
                .Node("s = Slice f starts ends axes")
            .Node("a b = Split s sizes", TinyModel.Attribute("axis", 1L)).Node("d = Concat a b", TinyModel.Attribute("axis", -1L))
                .Node("y = Softmax d").Output("y");
        byte[] good = model.Proto.ToByteArray();
        Assert.NotNull(model.Graph());
        var random = new Random(1);
        int refused = 0, changes = good.Length * 12;
        for (int i = 0; i < good.Length + changes; i++)
        {
            byte[] bytes = i < good.Length ? good[..i] : (byte[])good.Clone();
            for (int flips = i < good.Length ? 0 : 1 + (i % 3); flips > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            File.WriteAllBytes(model.FilePath, bytes);
            try
            {
                OnnxModelReader.Read(model.FilePath, DimensionBindings.None);
            }
            catch (MixPrecException e)
            {
                refused++;
                Assert.DoesNotContain('\n', e.Message);
            }
        }

        Assert.True(refused > good.Length, $"{refused} of {good.Length + changes} were refused");
    }

    [Theory]
    [InlineData(6)]
    [InlineData(26)]
    public void OpsetOutOfRange(int opset)
    {
        using var model = Small();
        model.Proto.OpsetImport[0].Version = opset;
        Assert.Contains(opset.ToString(System.Globalization.CultureInfo.InvariantCulture), Refused(model, "MXP3006").Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void UnknownOperatorNamesNodeOperatorAndOpset()
    {
        using var model = Small().Node("z = Frobnicate y").Output("z");
        Assert.Equal("Node 'Frobnicate_z': operator Frobnicate (opset 17) is not supported.", Refused(model, "MXP3001").Message);
    }

    [Fact]
    public void OperatorOfAnotherDomain()
    {
        using var model = Small();
        model.Proto.Graph.Node[0].Domain = "com.example";
        Assert.Contains("com.example.MatMul", Refused(model, "MXP3001").Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void WeightThatIsNotFinite(float element)
    {
        foreach (string node in new[] { "MatMul y bad", "Gemm y bad", "Gemm bad y", "LayerNormalization y row" })
        {
            using var model = Small().Initializer("bad", Tensor.Of([1, 0, element, 1], 2, 2)).Initializer("row", Tensor.Of([1, element], 2))
                .Node($"z = {node}").Output("z");
            string message = Refused(model, "MXP3005").Message;
            Assert.Contains($"'{node.Split(' ')[0]}_z'", message, StringComparison.Ordinal);
            Assert.Contains(node.Contains("bad", StringComparison.Ordinal) ? "'bad'" : "'row'", message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Add y bad")]
    [InlineData("Max y bad")]
    [InlineData("Where yes y bad")]
    public void ConstantThatIsNoWeight(string node)
    {
        foreach (float element in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            using var model = Small().Initializer("bad", Tensor.Of([1, element], 2))
                .Initializer("yes", Tensor.Of<bool>(ElementType.Bool, [true])).Node($"z = {node}").Output("z");
            Assert.NotNull(model.Graph());
        }
    }

    /// <summary>A column that never wins: added behind the product, so that nothing is scaled by it.</summary>
    [Fact]
    public void InfiniteAddendIsNoBias()
    {
        using var model = Small().Initializer("u", Tensor.Of([1, 2, 3, 4f], 2, 2))
            .Initializer("b", Tensor.Of([0.5f, float.NegativeInfinity], 2)).Node("z = Gemm y u b").Output("z");
        var graph = model.Graph();
        Assert.All(graph.Nodes.Where(n => n.Op is MixPrec.Compiler.Graphs.Ops.MatMul), n => Assert.Null(n.InputOrNull(2)));
        using var wrong = Small().Initializer("u", Tensor.Of([1, 2, 3, 4f], 2, 2)).Initializer("b", Tensor.Of([0.5f, float.NaN], 2))
            .Node("z = Gemm y u b").Output("z");
        Assert.Contains("'b'", Refused(wrong, "MXP3005").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void InfiniteBoundIsNoWeight()
    {
        using var model = Small().Initializer("high", Tensor.Of([float.PositiveInfinity])).Node("z = Clip y _ high").Output("z");
        Assert.NotNull(model.Graph());
    }

    [Fact]
    public void UnsortedNodesAreSorted()
    {
        using var model = Small().Node("z = Add later late").Node("later = Abs late").Node("late = Relu y").Output("z");
        var nodes = model.Graph().Nodes;
        Assert.Equal(["Relu_late", "Abs_later", "Add_z"], nodes.Select(n => n.Name).TakeLast(3));
        Assert.Equal([nodes[^2].Output, nodes[^3].Output], nodes[^1].Inputs);
    }

    /// <summary>More nodes than a stack of calls would hold, the last first.</summary>
    [Fact]
    public void LongChainTheLastFirst()
    {
        var model = Small();
        for (int i = 20000; i > 0; i--)
        {
            model.Node($"z{i} = Neg {(i == 1 ? "y" : $"z{i - 1}")}");
        }

        using (model.Output("z20000"))
        {
            Assert.Equal("Neg_z20000", model.Graph().Outputs[^1].Producer!.Name);
        }
    }

    [Fact]
    public void Cycle()
    {
        using var model = Small().Node("a = Add y b").Node("b = Relu a").Output("b");
        Assert.Contains("cycle", Refused(model, "MXP3004").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void InputOfNoNode()
    {
        using var model = Small().Node("z = Relu ghost").Output("z");
        Assert.Contains("'ghost'", Refused(model, "MXP3004").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MissingInput()
    {
        using var model = Small().Node("z = Add y").Output("z");
        Assert.Contains("input 1", Refused(model, "MXP3004").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ValueDefinedTwice()
    {
        using var model = Small().Node("y = Relu x");
        Assert.Contains("'y'", Refused(model, "MXP3002").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OutputOfNoNode()
    {
        using var model = Small().Output("ghost");
        Assert.Contains("'ghost'", Refused(model, "MXP3002").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void UnknownAttribute()
    {
        using var model = Small().Node("z = Relu y", TinyModel.Attribute("secret", 1L)).Output("z");
        Assert.Contains("'secret'", Refused(model, "MXP3004").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AttributeOfAnotherType()
    {
        using var model = Small().Node("z = Softmax y", TinyModel.Attribute("axis", 1.5f)).Output("z");
        Assert.Contains("'axis'", Refused(model, "MXP3004").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SparseWeightsAreRefused()
    {
        using var model = Small();
        model.Proto.Graph.SparseInitializer.Add(new SparseTensorProto { Values = new TensorProto { Name = "sparse" } });
        Refused(model, "MXP3002");
    }

    [Fact]
    public void ShapesThatDoNotFitAreBothNamed()
    {
        using var model = Small().Initializer("v", Tensor.Zeros(ElementType.F32, 5, 2)).Node("z = MatMul y v").Output("z");
        string message = Refused(model, "MXP3004").Message;
        Assert.Contains("F32[2, 2]", message, StringComparison.Ordinal);
        Assert.Contains("F32[5, 2]", message, StringComparison.Ordinal);
    }

    [Fact]
    public void WrongNumberOfBytes()
    {
        using var model = Small();
        model.Proto.Graph.Initializer[0].Dims[0] = 4;
        Assert.Contains("32", Refused(model, "MXP3002").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void HugeTensorIsRefusedWithoutMemory()
    {
        using var model = Small();
        model.Proto.Graph.Initializer[0].Dims.Add([long.MaxValue, long.MaxValue]);
        Refused(model, "MXP3002");
    }

    [Theory]
    [InlineData("\"; } evil(); //")]
    [InlineData("class")]
    [InlineData("a\nb\tc\u0000d\u202E")]
    [InlineData("10kB")]
    public void NamesAreDataOnly(string name)
    {
        name = name == "10kB" ? new string('n', 10_000) : name;
        using var model = new TinyModel().Input(name, name, 3).Output("y");
        model.Proto.Graph.Node.Add(new NodeProto { Name = name, OpType = "Relu", Input = { name }, Output = { "y" } });
        var graph = model.Graph();
        var symbol = Assert.Single(graph.Symbols);
        Assert.Equal(name, symbol.Name);
        Assert.Matches("^[A-Za-z_][A-Za-z0-9_]{0,50}$", symbol.Identifier);
        Assert.NotEqual("class", symbol.Identifier);

        model.Node("z = Frobnicate y").Output("z");
        model.Proto.Graph.Node[1].Name = name;
        Refused(model, "MXP3001");
    }

    [Fact]
    public void NamesAlikeAfterSanitisingStayApart()
    {
        using var model = new TinyModel().Input("x", "a-b", "a+b", "a b").Node("y = Relu x").Output("y");
        Assert.Equal(["a_b", "a_b_2", "a_b_3"], model.Graph().Symbols.Select(s => s.Identifier));
    }

    [Theory]
    [InlineData("batch=0")]
    [InlineData("batch")]
    [InlineData("batch=1;batch=2")]
    [InlineData("batch=1,5")]
    [InlineData("=1")]
    public void MalformedDimensions(string text) =>
        Assert.Equal("MXP1002", Assert.Throws<MixPrecException>(() => DimensionBindings.Parse(text)).Description.Id);

    [Fact]
    public void UnknownDimensionNamesTheKnownOnes()
    {
        using var model = new TinyModel().Input("x", "batch", 3).Node("y = Relu x").Output("y");
        Assert.Contains("batch", Refused(model, "MXP1002", "bach=1").Message, StringComparison.Ordinal);
        Assert.Equal("F32[4, 3]", model.Graph("batch=4").Outputs[0].Type.ToString());
        Assert.Empty(model.Graph("batch=4").Symbols);
        Assert.Equal("F32[batch, 3]", model.Graph().Outputs[0].Type.ToString());
    }

    [Fact]
    public void UnnamedDimensionGetsANameThatCanBeBound()
    {
        using var model = new TinyModel().Input("x", null, 3).Node("y = Relu x").Output("y");
        Assert.Equal("F32[x_0, 3]", model.Graph().Outputs[0].Type.ToString());
        Assert.Equal("F32[7, 3]", model.Graph("x_0=7").Outputs[0].Type.ToString());
    }

    [Fact]
    public void InitializerAmongTheInputsIsAConstant()
    {
        using var model = Small().Input("w", 3, 2);
        Assert.Equal("x", Assert.Single(model.Graph().Inputs).Name);
    }

    [Fact]
    public void OutputsKeepTheirNamesThroughCopies()
    {
        using var model = Small().Node("p = Relu y").Node("q = Identity p").Output("q").Node("r = Identity q").Output("r")
            .Node("s = Identity x").Output("s").Node("t = Identity w").Output("t");
        model.Proto.Graph.Output.RemoveAt(0);
        var outputs = model.Graph().Outputs;
        Assert.Equal(["q", "r", "s", "t"], outputs.Select(o => o.Name));
        Assert.Equal(4, outputs.Distinct().Count());
        Assert.DoesNotContain(model.Graph().Inputs[0], outputs);
    }
}
