using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Compiler.Tests.Operators;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Onnx;

/// <summary>Nodes whose inputs are missing, too many or of another form end in one diagnostic that names the node.</summary>
public sealed class OperandTests
{
    public static TheoryData<string> Operators => [.. OperatorTable.Names];

    [Fact]
    public void EveryOperatorHasALine() => Assert.Equal(OperatorTable.Names, OperandTable.Names);

    /// <summary>
    /// Each input of the typical node in turn: absent, no element, two elements, a scalar, data instead of a constant; and one input more.
    /// </summary>
    [Theory]
    [MemberData(nameof(Operators))]
    public void NoFormOfAnOperandIsAFault(string name)
    {
        var sample = OperatorSamples.Typical[name];
        foreach (var type in (ElementType[])[ElementType.F32, ElementType.I64])
        {
            Read(sample, type, node => node.Input.Add(node.Input.FirstOrDefault() ?? "added"));
            for (int i = 0; i < Node(sample.Model(type, [])).Input.Count; i++)
            {
                Read(sample, type, node => node.Input[i] = "");
                foreach (long[] shape in (long[][])[[0], [2], [], [1, 1, 1, 1, 1, 1]])
                {
                    Read(sample, type, node => node.Input[i] = "changed", shape, constant: true);
                    Read(sample, type, node => node.Input[i] = "changed", shape, constant: false);
                }
            }
        }
    }

    [Theory]
    [InlineData("y = Range start#1 limit#3")]
    [InlineData("y = Range start#1 limit#3 step(1,2)")]
    [InlineData("y = Range start#1 limit#3 step:F32{0}")]
    [InlineData("y = Trilu x[2,3] k(1,2)")]
    [InlineData("y = CumSum x[2,3]")]
    [InlineData("y = CumSum x[2,3] axis(0,1)")]
    [InlineData("y = STFT x[2,16,1] step(1,2) window{8}")]
    [InlineData("y = Mean")]
    [InlineData("y = Max")]
    [InlineData("y = Concat axis=0")]
    [InlineData("y = Einsum equation=ij")]
    [InlineData("y = HannWindow size(4,5)")]
    [InlineData("y = OneHot indices:I64[2] depth#-1 values[2]")]
    [InlineData("y = GroupNormalization x[2,4,3] scale{} bias{4} num_groups=2")]
    [InlineData("y = RNN x[5,2,4] w{1,3,4} r{1,3,3} b{0,6} hidden_size=3")]
    [InlineData("y = RNN x[5,2,4] w{1,3,4} r{1,3,3} b{1,5} hidden_size=3")]
    [InlineData("y = RNN x[5,2,4] w{2,3,4} r{2,3,3} b{1,6} hidden_size=3 direction=bidirectional")]
    [InlineData("y = Relu x[2] z[2]")]
    public void WhatTheDefinitionDoesNotAllowIsInvalid(string line)
    {
        var error = Assert.Throws<MixPrecException>(() => new OperatorSample(line, OnnxModelReader.NewestOpset)
            .Import(ElementType.F32, []));
        Assert.Equal("MXP3004", error.Description.Id);
        Assert.Contains($"({line.Split(' ')[2]})", error.Message, StringComparison.Ordinal);
    }

    /// <summary>What is too large is refused with its number before memory is taken for it.</summary>
    [Theory]
    [InlineData("y = Range start:F32{} limit:F32{} step:F32{}", "MXP3026", 4e8f)]
    [InlineData("y = HannWindow size#400000000", "MXP3026", 1)]
    [InlineData("y = AffineGrid theta[1,2,3] size(1,1,20000,20000)", "MXP3026", 1)]
    [InlineData("y = DFT x[1,100000,1]", "MXP3026", 1)]
    [InlineData("y = Expand x[1] shape(65536,65536)", "MXP3025", 1)]
    [InlineData("y = ConstantOfShape shape(65536,65536,65536,65536,65536)", "MXP3025", 1)]
    [InlineData("y = Relu x[65536,32768]", "MXP3025", 1)]
    [InlineData("y = Tile x[2] repeats(4000000000)", "MXP3025", 1)]
    public void WhatIsTooLargeIsRefusedBeforeItIsAllocated(string line, string id, float limit)
    {
        using var model = new OperatorSample(line, OnnxModelReader.NewestOpset).Model(ElementType.F32, []);
        if (model.Proto.Graph.Initializer.FirstOrDefault(i => i.Name == "limit") is { } tensor)
        {
            tensor.RawData = Google.Protobuf.ByteString.CopyFrom(BitConverter.GetBytes(limit));
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<MixPrecException>(() => model.Graph());
        Assert.Equal(id, error.Description.Id);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 16 << 20);
    }

    /// <summary>Many results of a constant, each within its bound, stay nodes when all together exceed theirs.</summary>
    [Fact]
    public void FoldingHasABoundForTheWholeModel()
    {
        using var model = new TinyModel().Initializer("x", Tensor.Create([1f])).Integers("shape", 4096, 4096);
        for (int i = 0; i < 20; i++)
        {
            model.Node($"y{i} = Expand x shape").Output($"y{i}");
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        var graph = model.Graph();
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < FoldingBudget.Total + (64 << 20));
        Assert.Equal(4, graph.Outputs.Count(o => o.Constant is not null));
        Assert.Equal(16, graph.Nodes.Count(n => n.Op is Expand));
    }

    private static NodeProto Node(TinyModel model)
    {
        using (model)
        {
            return model.Proto.Graph.Node[0];
        }
    }

    /// <param name="shape">Of an operand called "changed"; null for none.</param>
    private static void Read(OperatorSample sample, ElementType type, Action<NodeProto> change, long[]? shape = null, bool constant = false)
    {
        using var model = sample.Model(type, []);
        string changed = string.Join(' ', model.Proto.Graph.Node[0].Input);
        change(model.Proto.Graph.Node[0]);
        if (shape is not null)
        {
            var element = changed.Contains("indices", StringComparison.Ordinal) ? ElementType.I64 : type;
            _ = constant ? model.Initializer("changed", Tensor.Zeros(element, shape))
                : model.Input("changed", element, [.. shape.Select(d => (object)(int)d)]);
        }

        try
        {
            model.Graph();
        }
        catch (MixPrecException e)
        {
            Assert.StartsWith("MXP3", e.Description.Id, StringComparison.Ordinal);
        }
    }

    /// <summary>Exporters that squeeze write a list of one element as a scalar, and a scalar as such a list.</summary>
    [Theory]
    [InlineData("y = Expand x[1] shape#3", "F32[3]")]
    [InlineData("y = ConstantOfShape shape#3", "F32[3]")]
    [InlineData("y = Reshape x[2,3] shape#6", "F32[6]")]
    [InlineData("y = Squeeze x[1,3] axes#0", "F32[3]")]
    [InlineData("y = Unsqueeze x[3] axes#0", "F32[1, 3]")]
    [InlineData("y = ReduceSum x[2,3] axes#1", "F32[2, 1]")]
    [InlineData("y = Tile x[2] repeats#3", "F32[6]")]
    [InlineData("y = Slice x[5] starts#1 ends#3", "F32[2]")]
    [InlineData("y = TopK x[5] k#2", "F32[2]")]
    [InlineData("y = TopK x[5] k(2)", "F32[2]")]
    [InlineData("y = Trilu x[3,3] k(1)", "F32[3, 3]")]
    [InlineData("y = CumSum x[3] axis(0)", "F32[3]")]
    [InlineData("y = OneHot x[3] depth(4) values{2}", "F32[3, 4]")]
    [InlineData("y = Clip x[3] low{1} high{1}", "F32[3]")]
    [InlineData("y = Pad x[3] pads(1,1) value{1}", "F32[5]")]
    public void AListOfOneElementAndAScalarAreTheSame(string line, string type) =>
        Assert.Equal(type, new OperatorSample(line, OnnxModelReader.NewestOpset).Import(ElementType.F32, []).Outputs[0].Type.ToString());
}
