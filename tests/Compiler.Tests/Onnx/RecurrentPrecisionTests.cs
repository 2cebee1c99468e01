using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Rewrites;
using Xunit;

namespace MixPrec.Compiler.Tests.Onnx;

/// <summary>
/// Recurrent layers whose weights R are stored in few bits, emitted, against the specification's formulas in double precision with R, and
/// the states it multiplies, rounded one by one. Each step of the reference begins with the state that the emitted one returned, so that
/// both round the same numbers.
/// </summary>
public sealed class RecurrentPrecisionTests
{
    private const int Steps = 5, Batch = 3, Inputs = 4;

    private static readonly ActivationRange Range = new(-0.8f, 0.6f);

    public static TheoryData<string, bool, string> Cases =>
        [.. from layer in new[] { ("LSTM", false), ("GRU", false), ("GRU", true), ("RNN", false) }
                                                                from id in new[] { "bf16", "f16", "i8", "i8a7" }
                                                                select (layer.Item1, layer.Item2, id)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void StatesAreMultipliedByRoundedWeights(string op, bool linear, string id)
    {
        foreach (int hidden in new[] { 1, 3, 16, 17, 40 })
        {
            Check(op, linear, PrecisionConfig.Find(id)!, hidden);
        }
    }

    [Fact]
    public void AStateOfTheModelHasTheseCandidates()
    {
        using var model = Layer("LSTM", false, 3, new Random(1), out _, out _, out _);
        var node = GraphRewrites.Apply(model.Graph()).QuantizableNodes.Single(n => n.Op is Recurrence);
        Assert.Equal(["f32", "bf16", "f16", "i8", "i8a7"], Candidates.ForNode(node).Select(p => p.Id));
    }

    private static void Check(string op, bool linear, PrecisionConfig precision, int hidden)
    {
        var random = new Random(hidden);
        using var model = Layer(op, linear, hidden, random, out float[] w, out float[] r, out float[] b);
        var x = EmittedModel.Random(random, Steps, Batch, Inputs);
        var graph = GraphRewrites.Apply(model.Graph());
        string state = graph.QuantizableNodes.Single(n => n.Op is Recurrence).Name;
        var ranges = new RangeTable(new Dictionary<string, ActivationRange> { [state] = Range }, new Dictionary<string, ActivationRange>());
        using var emitted = CompiledModel.Compile(Lowerer.Lower(graph, new(new Dictionary<string, PrecisionConfig> { [state] = precision }),
            ranges, new LoweringOptions("Tiny")));
        var y = emitted.Run([x])[0];

        Func<double, double> sigmoid = v => 1 / (1 + Math.Exp(-v)), tanh = Math.Tanh;
        var grid = Range.Unsigned(Math.Max(1, precision.Activations.Maximum));
        var reference = new RecurrentReference(op, hidden, op switch { "LSTM" => [sigmoid, tanh, tanh], "GRU" => [sigmoid, tanh], _ =>
            [tanh] }, double.PositiveInfinity, false, linear)
        {
            W = w,
            R = Rounded(r, hidden, precision),
            B = b,
            Stored = v => precision.QuantizesActivations ? grid.Dequantize(grid.Quantize((float)v)) : v,
        };
        for (int n = 0; n < Batch; n++)
        {
            double[] h = new double[hidden], c = new double[hidden];
            for (int t = 0; t < Steps; t++)
            {
                int row = (t * Batch) + n;
                double[] expected = reference.Run([x.Span<float>().Slice(row * Inputs, Inputs).ToArray()], ref h, ref c).Single();
                h = [.. y.Span<float>().Slice(row * hidden, hidden).ToArray()];
                for (int j = 0; j < hidden; j++)
                {
                    // Some hundred roundings of numbers below 4 a step, of the cell state five steps of them.
                    Assert.Equal(expected[j], h[j], 2e-5);
                }
            }
        }
    }

    /// <summary>As the definition has it: to the nearest bf16 or fp16, or to a multiple of the row's largest element over 127.</summary>
    private static float[] Rounded(float[] r, int hidden, PrecisionConfig precision)
    {
        if (!precision.QuantizesActivations)
        {
            int bits = precision == PrecisionConfig.BF16 ? 7 : 10;
            double Step(float v) => Math.ScaleB(1, Math.Max(Math.ILogB(v), -14) - bits);
            return [.. r.Select(v => (float)(Math.Round(v / Step(v)) * Step(v)))];
        }

        return [.. r.Select((v, i) =>
        {
            float step = r.Skip(i / hidden * hidden).Take(hidden).Max(Math.Abs) / 127;
            return MathF.Round(v / step) * step;
        })];
    }

    private static TinyModel Layer(string op, bool linear, int hidden, Random random, out float[] w, out float[] r, out float[] b)
    {
        int gates = op switch { "LSTM" => 4, "GRU" => 3, _ => 1 };
        var (input, state, bias) = (EmittedModel.Random(random, 1, gates * hidden, Inputs),
            EmittedModel.Random(random, 1, gates * hidden, hidden), EmittedModel.Random(random, 1, 2 * gates * hidden));
        (w, r, b) = (input.Span<float>().ToArray(), state.Span<float>().ToArray(), bias.Span<float>().ToArray());
        return new TinyModel(14).Input("x", Steps, Batch, Inputs).Initializer("w", input).Initializer("r", state).Initializer("b", bias)
            .Node($"y = {op} x w r b", [.. op == "GRU" ? new[] { TinyModel.Attribute("linear_before_reset", linear ? 1L : 0L) } : []])
                .Output("y");
    }
}
