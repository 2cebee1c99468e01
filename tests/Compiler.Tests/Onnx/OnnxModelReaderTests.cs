using Google.Protobuf;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Plan;
using Xunit;
using static MixPrec.Compiler.Tests.Onnx.RefusedModel;

namespace MixPrec.Compiler.Tests.Onnx;

/// <summary>Every damaged or hostile file gives one line with its own number.</summary>
public sealed class OnnxModelReaderTests
{
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
}
