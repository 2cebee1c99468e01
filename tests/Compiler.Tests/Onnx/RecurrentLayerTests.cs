using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Onnx;

/// <summary>LSTM, GRU and RNN in every form, emitted and in calibration, against the specification's formulas.</summary>
public sealed class RecurrentLayerTests
{
    private static readonly (string Name, bool HasAlpha, bool HasBeta, Func<double, double, double, double> Value)[] Activations =
    [
        ("Sigmoid", false, false, (x, _, _) => 1 / (1 + Math.Exp(-x))), ("Tanh", false, false, (x, _, _) => Math.Tanh(x)),
            ("Relu", false, false, (x, _, _) => Math.Max(x, 0)),
        ("Softsign", false, false, (x, _, _) => x / (1 + Math.Abs(x))), ("Softplus", false, false, (x, _, _) => Math.Log(1 + Math.Exp(x))),
        ("LeakyRelu", true, false, (x, a, _) => x < 0 ? a * x : x), ("ThresholdedRelu", true, false, (x, a, _) => x > a ? x : 0),
            ("Elu", true, false, (x, a, _) => x < 0 ? a * (Math.Exp(x) - 1) : x),
        ("HardSigmoid", true, true, (x, a, b) => Math.Clamp((a * x) + b, 0, 1)), ("Affine", true, true, (x, a, b) => (a * x) + b),
            ("ScaledTanh", true, true, (x, a, b) => a * Math.Tanh(b * x)),
    ];

    private static readonly int[] HiddenSizes = [1, 3, 16, 17, 40];

    [Theory]
    [InlineData("LSTM")]
    [InlineData("GRU")]
    [InlineData("RNN")]
    public void EveryFormAgreesWithTheSpecification(string op)
    {
        for (int seed = 0; seed < 12; seed++)
        {
            Check(op, seed);
        }
    }

    [Fact]
    public void WrongFormsAreRefused()
    {
        using var activation = Layer("LSTM", [Strings("activations", ["Sigmoid", "Sine", "Tanh"])]);
        using var few = Layer("LSTM", [Strings("activations", ["Sigmoid"])]);
        using var directions = Layer("LSTM", [TinyModel.Attribute("direction", "bidirectional")]);
        using var gates = Layer("GRU", []);
        Assert.Equal(["MXP3001", "MXP3004", "MXP3004", "MXP3004"],
            new[] { activation, few, directions, gates }.Select(m => Assert.Throws<MixPrecException>(() => m.Graph()).Description.Id));
    }

    private static TinyModel Layer(string op, AttributeProto[] attributes) => new TinyModel().Input("x", 2, 1, 3)
        .Initializer("w", Tensor.Zeros(ElementType.F32, 1, 20, 3)).Initializer("r", Tensor.Zeros(ElementType.F32, 1, 20, 5))
            .Node($"y = {op} x w r", attributes).Output("y");

    private static void Check(string op, int seed)
    {
        var random = new Random(seed);
        int gates = op switch { "LSTM" => 4, "GRU" => 3, _ => 1 }, functions = op switch { "LSTM" => 3, "GRU" => 2, _ => 1 };
        int directions = random.Next(2) + 1, steps = random.Next(1, 6), batch = random.Next(1, 5), inputs = random.Next(1, 20),
            hidden = HiddenSizes[random.Next(HiddenSizes.Length)];
        bool batchFirst = random.Next(2) == 0, constant = random.Next(3) > 0, coupled = random.Next(3) == 0, linear = random.Next(2) == 0,
            symbolic = random.Next(2) == 0;
        string direction = directions == 2 ? "bidirectional" : random.Next(2) == 0 ? "forward" : "reverse";
        double clip = random.Next(2) == 0 ? double.PositiveInfinity : 0.5;
        Tensor Data(params long[] shape) => EmittedModel.Random(random, shape);
        Tensor? Perhaps(params long[] shape) => random.Next(2) == 0 ? Data(shape) : null;

        var x = Data(batchFirst ? [batch, steps, inputs] : [steps, batch, inputs]);
        // Weights whose rows sum to less than 1: states stay small also where an activation has no bound.
        var (w, r) = (Scaled(Data(directions, gates * hidden, inputs), inputs), Scaled(Data(directions, gates * hidden, hidden), hidden));
        var b = Perhaps(directions, 2 * gates * hidden);
        long[] stateShape = batchFirst ? [batch, directions, hidden] : [directions, batch, hidden];
        var (h0, c0, p) = (Perhaps(stateShape), op == "LSTM" ? Perhaps(stateShape) : null,
            op == "LSTM" ? Perhaps(directions, 3 * hidden) : null);
        var lengths = random.Next(2) == 0 ? Tensor.Create<int>(ElementType.I32,
            [.. Enumerable.Range(0, batch).Select(_ => random.Next(0, steps + 1))], batch) : null;
        var (names, chosen, alphas, betas) = Choose(random, functions * directions, defaults: seed % 3 == 0, op);

        List<AttributeProto> attributes = [TinyModel.Attribute("hidden_size", hidden), TinyModel.Attribute("direction", direction),
            TinyModel.Attribute("layout", batchFirst ? 1L : 0L)];
        attributes.AddRange(double.IsFinite(clip) ? [TinyModel.Attribute("clip", (float)clip)] : []);
        attributes.AddRange(names is null ? [] : [Strings("activations", names), Floats("activation_alpha", alphas),
            Floats("activation_beta", betas)]);
        attributes.AddRange(op == "LSTM" ? [TinyModel.Attribute("input_forget", coupled ? 1L : 0L)] : op == "GRU"
            ? [TinyModel.Attribute("linear_before_reset", linear ? 1L : 0L)] : []);

        using var model = new TinyModel(14);
        var given = new List<Tensor> { x };
        model.Input("x", symbolic ? (batchFirst ? [batch, "steps", inputs] : ["steps", batch, inputs])
            : [.. x.Shape.Select(d => (object?)(int)d)]);
        string Operand(string name, Tensor? tensor, bool fixedValue)
        {
            if (tensor is null)
            {
                return "_";
            }

            if (fixedValue)
            {
                model.Initializer(name, tensor);
            }
            else
            {
                model.Input(name, tensor.Type, [.. tensor.Shape.Select(d => (object?)(int)d)]);
                given.Add(tensor);
            }

            return name;
        }

        string operands = string.Join(" ", Operand("w", w, constant), Operand("r", r, constant), Operand("b", b, constant),
            Operand("lengths", lengths, false), Operand("h0", h0, false));
        operands += op == "LSTM" ? $" {Operand("c0", c0, false)} {Operand("p", p, constant)}" : "";
        model.Node($"y yh{(op == "LSTM" ? " yc" : "")} = {op} x {operands}", [.. attributes]).Output("y").Output("yh");
        _ = op == "LSTM" ? model.Output("yc") : model;

        var expected = Expected();
        var emitted = EmittedModel.Run(model, given);
        var calibrated = new TorchExecutor(model.Graph()).Outputs(given);
        for (int i = 0; i < expected.Length; i++)
        {
            // Five steps of states below 8, each step some dozen roundings of numbers below 8.
            EmittedModel.AssertClose(expected[i], emitted[i], 2e-5);
            EmittedModel.AssertClose(expected[i], calibrated[i], 2e-5);
        }

        Tensor[] Expected()
        {
            var all = Tensor.Zeros(ElementType.F32, batchFirst ? [batch, steps, directions, hidden] : [steps, directions, batch, hidden]);
            var (last, cells) = (Tensor.Zeros(ElementType.F32, stateShape), Tensor.Zeros(ElementType.F32, stateShape));
            for (int d = 0; d < directions; d++)
            {
                var cell = new RecurrentReference(op, hidden, [.. chosen.Skip(d * functions).Take(functions)], clip, coupled,
                    linear) { W = Row(w, d), R = Row(r, d), B = b is null ? null : Row(b, d), P = p is null ? null : Row(p, d) };
                for (int n = 0; n < batch; n++)
                {
                    int length = lengths?.Span<int>()[n] ?? steps, state = (batchFirst ? (n * directions) + d : (d * batch) + n) * hidden;
                    int[] order = [.. direction == "reverse" || d == 1 ? Enumerable.Range(0, length)
                        .Reverse() : Enumerable.Range(0, length)];
                    double[] h = Part(h0, state), c = Part(c0, state);
                    var states = cell.Run(order.Select(t => x.Span<float>()
                        .Slice(((batchFirst ? (n * steps) + t : (t * batch) + n)) * inputs, inputs).ToArray()), ref h, ref c);
                    for (int s = 0; s < order.Length; s++)
                    {
                        Put(all, (batchFirst ? (((n * steps) + order[s]) * directions) + d : (((order[s] * directions) + d) * batch) + n)
                            * hidden, states[s]);
                    }

                    Put(last, state, h);
                    Put(cells, state, c);
                }
            }

            return op == "LSTM" ? [all, last, cells] : [all, last];
        }

        double[] Part(Tensor? tensor, int at) =>
            [.. Enumerable.Range(0, hidden).Select(j => tensor is null ? 0 : (double)tensor.Span<float>()[at + j])];
    }

    private static (string[]? Names, Func<double, double>[] Functions, float[] Alphas, float[] Betas) Choose(Random random, int count,
        bool defaults, string op)
    {
        if (defaults)
        {
            int each = op switch { "LSTM" => 3, "GRU" => 2, _ => 1 };
            return (null, [.. Enumerable.Range(0, count).Select(i =>
                (Func<double, double>)(each > 1 && i % each == 0 ? x => 1 / (1 + Math.Exp(-x)) : Math.Tanh))], [], []);
        }

        var (names, functions, alphas, betas) = (new List<string>(), new List<Func<double, double>>(), new List<float>(),
            new List<float>());
        for (int i = 0; i < count; i++)
        {
            var (name, hasAlpha, hasBeta, value) = Activations[random.Next(Activations.Length)];
            float alpha = (float)random.NextDouble() * 0.5f, beta = (float)random.NextDouble() * 0.5f;
            names.Add(name);
            alphas.AddRange(hasAlpha ? [alpha] : []);
            betas.AddRange(hasBeta ? [beta] : []);
            functions.Add(x => value(x, alpha, beta));
        }

        return ([.. names], [.. functions], [.. alphas], [.. betas]);
    }

    private static Tensor Scaled(Tensor tensor, int depth) =>
        Tensor.Create([.. tensor.Span<float>().ToArray().Select(v => v / depth)], tensor.Shape);

    private static float[] Row(Tensor tensor, int row)
    {
        int length = (int)(tensor.Length / tensor.Shape[0]);
        return tensor.Span<float>().Slice(row * length, length).ToArray();
    }

    private static void Put(Tensor tensor, int at, double[] values)
    {
        for (int j = 0; j < values.Length; j++)
        {
            tensor.Writable<float>()[at + j] = (float)values[j];
        }
    }

    private static AttributeProto Strings(string name, string[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = 8 };
        attribute.Strings.AddRange(values.Select(Google.Protobuf.ByteString.CopyFromUtf8));
        return attribute;
    }

    private static AttributeProto Floats(string name, float[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = 6 };
        attribute.Floats.AddRange(values);
        return attribute;
    }
}
