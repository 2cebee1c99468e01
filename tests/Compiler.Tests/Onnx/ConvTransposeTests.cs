using MixPrec.Compiler.Graphs;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Onnx;

/// <summary>
/// Transposed convolutions, emitted as convolutions of their phases, against the definition. (TorchSharp 0.107 is no truth here: for one
/// input channel, two dimensions and a stride it leaves products out.)
/// </summary>
public sealed class ConvTransposeTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 24)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void EqualsTheDefinition(int seed)
    {
        var random = new Random(seed);
        int rank = 1 + (seed % 3), groups = random.Next(1, 3), channels = groups * random.Next(1, 4), outputs = random.Next(1, 4);
        bool constant = seed % 4 != 0, withBias = random.Next(2) == 0;
        long[] List(int low, int high) => [.. Enumerable.Range(0, rank).Select(_ => (long)random.Next(low, high))];
        long[] size = List(1, 6), kernel = List(1, 5), strides = List(1, 4), dilations = List(1, 3), pads = List(0, 2),
            extra = [.. strides.Zip(dilations, (s, d) => (long)random.Next((int)Math.Max(s, d)))];
        pads = [.. pads.Select((p, i) => ((size[i] - 1) * strides[i]) + ((kernel[i] - 1) * dilations[i]) + 1 - (2 * p) < 1 ? 0 : p)];
        var x = EmittedModel.Random(random, [2, channels, .. size]);
        var w = EmittedModel.Random(random, [channels, outputs, .. kernel]);
        var bias = EmittedModel.Random(random, outputs * groups);

        using var model = new TinyModel().Input("x", [.. x.Shape.Select(s => (object)(int)s)]);
        if (constant)
        {
            model.Initializer("w", w).Initializer("b", bias);
        }
        else
        {
            model.Input("w", [.. w.Shape.Select(s => (object)(int)s)]);
            if (withBias)
            {
                model.Input("b", outputs * groups);
            }
        }

        model.Node(withBias ? "y = ConvTranspose x w b" : "y = ConvTranspose x w", TinyModel.Attribute("strides", strides),
            TinyModel.Attribute("dilations", dilations),
            TinyModel.Attribute("pads", [.. pads, .. pads]), TinyModel.Attribute("output_padding", extra),
                TinyModel.Attribute("group", (long)groups)).Output("y");
        Tensor[] inputs = constant ? [x] : withBias ? [x, w, bias] : [x, w];
        var actual = Assert.Single(EmittedModel.Run(model, inputs));
        Assert.Equal(constant, model.Graph().QuantizableNodes.Any());

        AssertSums(Sum(x, w, withBias ? bias : null, groups, strides, dilations, pads, extra), actual, channels * Tensor.Count(kernel));
    }

    /// <summary>Every product is added where it belongs.</summary>
    private static Tensor Sum(Tensor x, Tensor w, Tensor? bias, int groups, long[] strides, long[] dilations, long[] pads, long[] extra)
    {
        long channels = x.Shape[1], outputs = w.Shape[1] * groups;
        long[] size = x.Shape[2..], kernel = w.Shape[2..];
        var y = Tensor.Zeros(ElementType.F32,
            [x.Shape[0], outputs, .. size.Select((s, i) =>
            ((s - 1) * strides[i]) + ((kernel[i] - 1) * dilations[i]) + 1 + extra[i] - (2 * pads[i]))]);
        double[] sums = [.. Positions(y.Shape).Select(at => bias is null ? 0.0 : bias.Span<float>()[(int)at[1]])];
        foreach (long[] from in Positions(x.Shape))
        {
            foreach (long[] tap in Positions([w.Shape[1], .. kernel]))
            {
                long[] to = [from[0], (from[1] / (channels / groups) * w.Shape[1]) + tap[0],
                    .. size.Select((_, i) => (from[i + 2] * strides[i]) + (tap[i + 1] * dilations[i]) - pads[i])];
                if (to.Zip(y.Shape, (p, length) => p >= 0 && p < length).All(inside => inside))
                {
                    sums[Flat(to, y.Shape)] += (double)x.Span<float>()[Flat(from, x.Shape)]
                        * w.Span<float>()[Flat([from[1], .. tap], w.Shape)];
                }
            }
        }

        return Tensor.Create([.. sums.Select(sum => (float)sum)], y.Shape);
    }

    private static int Flat(long[] at, long[] shape) => (int)at.Zip(shape).Aggregate(0L, (flat, d) => (flat * d.Second) + d.First);

    private static IEnumerable<long[]> Positions(long[] shape) =>
        shape.Aggregate((IEnumerable<long[]>)[[]], (heads, length) =>
            heads.SelectMany(_ => Enumerable.Range(0, (int)length), (head, i) => (long[])[.. head, i]));

    /// <summary>Products of numbers below 1: a sum of n is rounded by less than n²/2 units of 2⁻²³.</summary>
    private static void AssertSums(Tensor expected, Tensor actual, long terms) =>
        EmittedModel.AssertClose(expected, actual, (terms + 1) * (terms + 1) * Math.Pow(2, -24));
}
