using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.ErrorReduction;
using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Options;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.ErrorReduction;

/// <summary>
/// Layers that read shifted channels compute what they did, padding included; and images of 256 levels, which lie apart and are stretched
/// differently in each channel, lose their error.
/// </summary>
public sealed class ShiftedInputsTests
{
    private const int Images = 32;

    private readonly Random _random = new(7);

    public static TheoryData<string> Networks => ["conv", "grouped", "line", "product", "normalized", "preprocessed"];

    [Theory]
    [MemberData(nameof(Networks))]
    public void ShiftedNetworksComputeTheSame(string name)
    {
        var graph = Build(name);
        int channels = (int)graph.QuantizableNodes.Single().Input(0).Shape[ShiftedInputs.Axis(graph.QuantizableNodes.Single())].Value;
        var shift = new ChannelShift([.. Enumerable.Range(0, channels).Select(c => 3f + (7 * c))],
            [.. Enumerable.Range(0, channels).Select(c => 5f - (4 * c))]);
        var shifted = ShiftedInputs.Apply(graph, new Dictionary<string, ChannelShift> { ["layer"] = shift })!;
        float[] exact = Run(graph), own = Run(shifted);
        Assert.NotEqual(exact, own);
        float largest = exact.Max(MathF.Abs);
        Assert.All(exact.Zip(own), p => Assert.Equal(p.First, p.Second, 1e-4f * largest));
        Assert.Equal(graph.QuantizableNodes.Select(n => n.Name), shifted.QuantizableNodes.Select(n => n.Name));
    }

    [Theory]
    [InlineData("conv", "layer", 4)]
    [InlineData("conv", "other", 3)]
    [InlineData("hidden", "layer", 3)]
    public void ShiftsThatDoNotFitAreRefused(string network, string layer, int count) =>
        Assert.Null(ShiftedInputs.Apply(Build(network), new Dictionary<string, ChannelShift>
        {
            [layer] = new([.. Enumerable.Repeat(2f, count)], new float[count]),
        }));

    [Theory]
    [InlineData(0f, 1f)]
    [InlineData(-1f, 1f)]
    [InlineData(float.NaN, 1f)]
    [InlineData(1e-42f, 1f)]
    [InlineData(1f, float.PositiveInfinity)]
    public void OddNumbersAreNoShift(float factor, float term)
    {
        Assert.False(ChannelShift.AreValid([1, factor], [0, term]));
        Assert.Throws<ArgumentException>(() => new ChannelShift([factor], [term]));
    }

    [Fact]
    public void TheErrorOfImagesFalls()
    {
        var graph = Build("levels");
        var (executor, batches) = (new TorchExecutor(graph), Batches(graph));
        IReadOnlyDictionary<string, ChannelShift> Find() =>
            new InputShifter(executor, graph, batches, LossKind.Output, Candidates.ForNode, default).Find();
        var found = Find();
        Assert.Equal(["layer"], found.Keys);
        Assert.Equal(found["layer"], Find()["layer"]);
        var shifted = ShiftedInputs.Apply(graph, found)!;

        // Levels and weights are whole numbers then, and all products exact.
        double before = Error(graph, graph), after = Error(shifted, graph);
        Assert.True(after < before / 1000, $"{before} became {after}");
    }

    /// <summary>Errors are compared on the first samples; where the values of a channel end, all samples say.</summary>
    [Fact]
    public void EndsThatOnlyTheLastSamplesReachCount()
    {
        const int Channels = 12, Samples = 2 * Equalizer.MostSamples;
        var graph = Build("product");
        float[] x = [.. Enumerable.Range(0, Samples * Channels).Select(i => (float)(
            _random.Next(i < (Samples - 8) * Channels ? 64 : 256) * Step(i % Channels % 4) * (1 + (i % Channels))))];
        var batches = Batch.Split(graph,
            new SampleSet(new Dictionary<string, Tensor> { ["x"] = Tensor.Create(x, Samples, Channels) }, null, null, Samples), 8).ToArray();
        var found = new InputShifter(new TorchExecutor(graph), graph, batches, LossKind.Output, Candidates.ForNode, default).Find();
        var shift = Assert.Single(found).Value;
        Assert.All(x.Index(), v => Assert.InRange(
            (v.Item * shift.Factors[v.Index % Channels]) + shift.Terms[v.Index % Channels], -0.01f, byte.MaxValue + 0.01f));
    }

    private static double Error(Graph graph, Graph exact)
    {
        var ranges = RangeCalibration.Collect(ActivationRanges.MinMax, new TorchExecutor(graph), graph,
            Batches(graph).Select(b => b.Inputs));
        using var model = CompiledModel.Compile(Lowerer.Lower(graph, Candidates.AsFarAsOffered(graph, PrecisionConfig.I8), ranges,
            new LoweringOptions("Net")));
        return Difference(Run(exact), Batches(graph).SelectMany(b => model.Run(b.Inputs)[0].Span<float>().ToArray()));
    }

    private static double Difference(IEnumerable<float> exact, IEnumerable<float> inexact) =>
        exact.Zip(inexact).Average(p => Math.Pow((double)p.First - p.Second, 2));

    private static float[] Run(Graph graph)
    {
        using var model = CompiledModel.Compile(Lowerer.Lower(graph, PrecisionAssignment.AllFloat, RangeTable.Empty,
            new LoweringOptions("Net")));
        return [.. Batches(graph).SelectMany(b => model.Run(b.Inputs)[0].Span<float>().ToArray())];
    }

    private static double Step(int channel) => 0.004 + (0.0017 * (channel % 4));

    /// <summary>Whole numbers of −127…127 in units of a level of each input channel, both ends in each output channel.</summary>
    private Value Levels() => GraphBuilder.Constant("w", [.. Enumerable.Range(0, 6 * 27).Select(i =>
        (float)((i % 27 == 0 ? 127 : i % 27 == 20 ? -127 : _random.Next(-127, 128)) / 512.0 / Step(i / 9 % 3)))], 6, 3, 3, 3);

    /// <summary>256 levels in each channel, of another step and another middle; 0 is one of them, so that padding is too.</summary>
    private static Batch[] Batches(Graph graph)
    {
        var random = new Random(3);
        long[] shape = [Images, .. graph.Inputs[0].Shape.Skip(1).Select(d => d.Value)];
        int perChannel = (int)Tensor.Count(shape.Skip(2)), channels = (int)shape[1];
        float[] x = [.. Enumerable.Range(0, (int)Tensor.Count(shape)).Select(i =>
        {
            int channel = i / perChannel % channels;
            return (float)((random.Next(256) - 100 - (9 * (channel % 4))) * Step(channel));
        })];
        return [.. Batch.Split(graph, new SampleSet(new Dictionary<string, Tensor> { ["x"] = Tensor.Create(x, shape) }, null, null, Images), 8)];
    }

    private Graph Build(string name)
    {
        var builder = new GraphBuilder();
        IntExpr batch = IntExpr.Symbol("batch");
        Value Input(params IntExpr[] sizes) => builder.AddInput("x", new TensorType(ElementType.F32, [batch, .. sizes]));
        Value Layer(Value x, Op op, params long[] weights) =>
            builder.Add("layer", op, x, Constant("w", weights), Constant("b", weights[op is MatMul ? 1 : 0]));
        Value Positive(string called, params long[] shape) => GraphBuilder.Constant(called,
            [.. Enumerable.Range(0, (int)Tensor.Count(shape)).Select(_ => (float)(_random.NextDouble() + 0.2))], shape);
        Conv Same(int groups = 1) => new([1, 1], [1, 0], [1, 2], [1, 1], groups, new UnaryFunction(UnaryKind.Relu));
        var y = name switch
        {
            "conv" => Layer(Input(3, 8, 8), Same(), 6, 3, 3, 3),
            "levels" => builder.Add("layer", Same(), Input(3, 8, 8), Levels(), Constant("b", 6)),
            "grouped" => Layer(Input(4, 8, 8), Same(2), 6, 2, 3, 3),
            "line" => Layer(Input(3, 16), new Conv([2], [1], [2], [1], 1), 6, 3, 4),
            "product" => Layer(Input(12), new MatMul(), 12, 6),
            "normalized" => Layer(builder.Add("norm", new Normalize(2, 1e-5f, true), Input(5, 8), Constant("scale", 8), null),
                new MatMul(), 8, 6),
            "preprocessed" => Layer(builder.Add("divided", new Binary(BinaryKind.Div),
                builder.Add("less", new Binary(BinaryKind.Sub), Input(3, 8, 8), Constant("mean", 3, 1, 1)), Positive("std", 3, 1, 1)),
                Same(), 6, 3, 3, 3),
            "hidden" => Layer(builder.Add("before", new Unary(new UnaryFunction(UnaryKind.Sigmoid)), Input(3, 8, 8)), Same(), 6, 3, 3, 3),
            _ => throw new NotSupportedException(name),
        };
        return builder.Build([y], [new SymbolicDimension("batch", "batch")]);
    }

    private Value Constant(string name, params long[] shape) => GraphBuilder.Constant(name,
        [.. Enumerable.Range(0, (int)Tensor.Count(shape)).Select(_ => (float)(_random.NextDouble() - 0.4))], shape);
}
