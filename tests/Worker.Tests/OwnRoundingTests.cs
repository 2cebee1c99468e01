using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering;
using MixPrec.Plan;
using MixPrec.Worker.Verify;

namespace MixPrec.Worker.Tests;

/// <summary>
/// Networks that answer a last bit with a whole step, against a computation of their own in double precision: what rounding alone explains
/// is right, another operator or weight is wrong all the same.
/// </summary>
public sealed class OwnRoundingTests
{
    private const int Width = 16, Layers = 12;

    private readonly float[][] weights;

    public OwnRoundingTests()
    {
        var random = new Random(4);
        weights = [.. Enumerable.Range(0, Layers)
            .Select(_ => Enumerable.Range(0, Width * Width).Select(_ => (float)((random.NextDouble() - 0.5) * 0.9)).ToArray())];
    }

    private enum Between
    {
        Nothing, HalfStorage, DynamicBytes,
    }

    [Theory]
    [InlineData((int)Between.HalfStorage)]
    [InlineData((int)Between.DynamicBytes)]
    public void StepsOfTheNetworkItselfAreExplained(int between)
    {
        var graph = Network((Between)between, UnaryKind.Tanh);
        using var model = Compiled(graph);
        var random = new Random(9);

        // A sum of rounding errors reaches the middle between two codes about once in a thousand inputs.
        for (int i = 0; i < 40000; i++)
        {
            var input = Input(random);
            var (own, expected) = (model.Run([input])[0], Reference(input, (Between)between, Math.Tanh, weights));
            if (TensorComparison.Difference(own, expected, Roundoff.Estimate(graph)) is not null)
            {
                var measured = Measured(graph, input, own);
                Assert.True(measured.Explanation(0, expected) is not null,
                    $"off by {TensorDistance.Measure(own, expected)}, {measured.Moves(0)}");
                return;
            }
        }

        Assert.Fail("no input was found that shows a step");
    }

    [Theory]
    [InlineData((int)Between.Nothing)]
    [InlineData((int)Between.HalfStorage)]
    [InlineData((int)Between.DynamicBytes)]
    public void AnotherOperatorStaysWrong(int between)
    {
        var (graph, input) = (Network((Between)between, UnaryKind.Erf), Input(new Random(9)));
        Assert.Null(Measured(graph, input, Output(graph, input)).Explanation(0, Reference(input, (Between)between, Math.Tanh, weights)));
    }

    /// <summary>One layer of twelve is transposed: its product is of the right size and of other numbers.</summary>
    [Theory]
    [InlineData((int)Between.Nothing)]
    [InlineData((int)Between.HalfStorage)]
    [InlineData((int)Between.DynamicBytes)]
    public void AWrongProductStaysWrong(int between)
    {
        var (graph, input) = (Network((Between)between, UnaryKind.Tanh), Input(new Random(9)));
        float[][] others = [.. weights.Select((w, l) =>
            l == Layers - 2 ? [.. w.Select((_, i) => w[(i % Width * Width) + (i / Width)])] : w)];
        Assert.Null(Measured(graph, input, Output(graph, input)).Explanation(0, Reference(input, (Between)between, Math.Tanh, others)));
    }

    /// <summary>A network without steps moves by rounding errors alone, and one part in ten thousand is not among them.</summary>
    [Fact]
    public void ANetworkWithoutStepsGainsNothing()
    {
        var (graph, input) = (Network(Between.Nothing, UnaryKind.Tanh), Input(new Random(9)));
        var own = Output(graph, input);
        var measured = Measured(graph, input, own);
        var expected = Tensor.Create([.. own.Span<float>().ToArray().Select(x => x * 1.0001f)], own.Shape);
        Assert.Null(measured.Explanation(0, expected));
        Assert.NotNull(measured.Explanation(0, Tensor.Create([.. own.Span<float>().ToArray().Select(float.BitIncrement)], own.Shape)));
    }

    /// <summary>
    /// Two columns of equal weights in another order: which of them is the largest is a matter of rounding, and the mask has one bit at
    /// another place.
    /// </summary>
    [Fact]
    public void ATieBehindEqualMayFallTheOtherWay()
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", new TensorType(ElementType.F32, [1, 64]));
        var random = new Random(1);
        float[] column = [.. Enumerable.Range(0, 64).Select(_ => (float)random.NextDouble())];
        float[] values = [.. Enumerable.Range(0, 64).Select(_ => (float)random.NextDouble())];

        // Both columns multiply the same pairs: the second one reads them in another order, and so does its operand.
        float[] first = [.. Enumerable.Range(0, 64 * 64).Select(i => i / 64 == i % 64 ? 1f : 0)];
        var identity = builder.Add("same", new MatMul(), x, GraphBuilder.Constant("identity", first, 64, 64));
        float[] both = [.. Enumerable.Range(0, 128).Select(i => column[i / 2])];
        var scores = builder.Add("scores", new MatMul(), identity, GraphBuilder.Constant("columns", both, 64, 2));
        var largest = builder.Add("largest", new Reduce(ReduceKind.Max, [1], true), scores);
        var mask = builder.Add("mask", new Compare(CompareKind.Equal), scores, largest);
        var graph = builder.Build([mask], []);
        var input = Tensor.Create(values, 1, 64);
        var own = Output(graph, input);
        Assert.Equal([true, true], own.Span<bool>().ToArray());
        var measured = Measured(graph, input, own);
        Assert.NotNull(measured.Explanation(0, Tensor.Create<bool>(ElementType.Bool, [true, false], 1, 2)));
        Assert.Null(measured.Explanation(0, Tensor.Create<bool>(ElementType.Bool, [false, false], 1, 2)));
    }

    private static OwnRounding Measured(Graph graph, Tensor input, Tensor own) =>
        OwnRounding.Measure(graph, [input], [own], TestContext.Current.CancellationToken);

    private static Tensor Input(Random random) =>
        Tensor.Create([.. Enumerable.Range(0, Width).Select(_ => (float)random.NextDouble() - 0.5f)], 1, Width);

    private static Tensor Output(Graph graph, Tensor input)
    {
        using var model = Compiled(graph);
        return model.Run([input])[0];
    }

    private Graph Network(Between between, UnaryKind function)
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", new TensorType(ElementType.F32, [1, Width]));
        for (int l = 0; l < Layers; l++)
        {
            x = builder.Add($"step{l}", new Unary(new UnaryFunction(function)),
                builder.Add($"product{l}", new MatMul(), x, GraphBuilder.Constant($"w{l}", weights[l], Width, Width)));
            x = between switch
            {
                Between.HalfStorage => builder.Add($"single{l}", new Cast(ElementType.F32),
                    builder.Add($"half{l}", new Cast(ElementType.F16), x)),
                Between.DynamicBytes => Bytes(builder, x, l),
                _ => x,
            };
        }

        return builder.Build([builder.Add("y", new Unary(new UnaryFunction(UnaryKind.Neg)), x)], []);
    }

    /// <summary>round(x / (max |x| / 127)) · (max |x| / 127): 255 levels, of which one is several times the tolerance.</summary>
    private static Value Bytes(GraphBuilder builder, Value x, int l)
    {
        var largest = builder.Add($"max{l}", new Reduce(ReduceKind.Max, [1], true),
            builder.Add($"abs{l}", new Unary(new UnaryFunction(UnaryKind.Abs)), x));
        var scale = builder.Add($"scale{l}", new Binary(BinaryKind.Mul), largest, GraphBuilder.Constant($"part{l}", [1f / 127], 1));
        var code = builder.Add($"code{l}", new Unary(new UnaryFunction(UnaryKind.Round)),
            builder.Add($"ratio{l}", new Binary(BinaryKind.Div), x, scale));
        return builder.Add($"value{l}", new Binary(BinaryKind.Mul), code, scale);
    }

    /// <summary>As a runtime that keeps all it can in doubles, and halves nowhere.</summary>
    private static Tensor Reference(Tensor input, Between between, Func<double, double> function, float[][] weights)
    {
        double[] x = [.. input.Span<float>().ToArray().Select(v => (double)v)];
        foreach (float[] w in weights)
        {
            x = [.. Enumerable.Range(0, Width).Select(n => function(Enumerable.Range(0, Width).Sum(k => x[k] * w[(k * Width) + n])))];
            if (between == Between.DynamicBytes)
            {
                double scale = x.Max(Math.Abs) / 127;
                x = [.. x.Select(v => Math.Round(v / scale) * scale)];
            }
        }

        return Tensor.Create([.. x.Select(v => (float)-v)], 1, Width);
    }

    private static CompiledModel Compiled(Graph graph) =>
        CompiledModel.Compile(Lowerer.Lower(graph, PrecisionAssignment.AllFloat, RangeTable.Empty, new LoweringOptions("Network")));
}
