using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Rewrites;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Rewrites;

/// <summary>What every rewrite test needs: small graphs, and that a rewritten graph computes what the old one did.</summary>
public abstract class RewriteTests
{
    private protected GraphBuilder Builder { get; } = new();

    private protected static UnaryFunction Relu { get; } = new(UnaryKind.Relu);

    private protected Value Input(params long[] shape) =>
        Builder.AddInput("x", new TensorType(ElementType.F32, [.. shape.Select(IntExpr.Constant)]));

    private protected static Value Weights(string name, params long[] shape) => GraphBuilder.Constant(name, Random(name.Length, shape));

    private protected static Tensor Random(int seed, params long[] shape)
    {
        var random = new Random(seed);
        float[] elements = [.. Enumerable.Range(0, (int)Tensor.Count(shape)).Select(_ => (random.NextSingle() * 2) - 1)];
        return Tensor.Create(elements, shape);
    }

    private protected static Conv Conv3x3(int groups = 1) => new([1, 1], [1, 1], [1, 1], [1, 1], groups);

    private protected Value Unary(UnaryKind kind, Value x) => Builder.Add(kind.ToString(), new Unary(new UnaryFunction(kind)), x);

    private protected Value Binary(BinaryKind kind, Value a, Value b) => Builder.Add(kind.ToString(), new Binary(kind), a, b);

    private protected Value Reduced(ReduceKind kind, Value x, params int[] axes) =>
        Builder.Add("Reduce" + kind, new Reduce(kind, axes, true), x);

    private protected static Value Number(float value) => GraphBuilder.Constant("number", [value]);

    private protected Graph Build(params Value[] outputs) => Builder.Build(outputs, []);

    /// <summary>
    /// Runs both graphs; a sum of k products rounded once in float may differ by a few units in the last place of its magnitude.
    /// </summary>
    private protected static void AssertSameResult(Graph expected, Graph actual)
    {
        Tensor[] inputs = [.. expected.Inputs.Select((v, i) => Random(100 + i, [.. v.Shape.Select(d => d.Value)]))];
        var (before, after) = (ReferenceInterpreter.Run(expected, inputs), ReferenceInterpreter.Run(actual, inputs));
        Assert.Equal(expected.Outputs.Select(o => o.Name), actual.Outputs.Select(o => o.Name));
        for (int o = 0; o < before.Length; o++)
        {
            Assert.Equal(before[o].Shape, after[o].Shape);
            for (int i = 0; i < before[o].Length; i++)
            {
                Assert.Equal(before[o].Span<float>()[i], after[o].Span<float>()[i], 1e-5f);
            }
        }
    }
}
