using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Rewrites;

namespace MixPrec.Compiler.Tests.Onnx;

/// <summary>A model file as the class that would ship, in fp32.</summary>
internal static class EmittedModel
{
    public static IReadOnlyList<Tensor> Run(TinyModel model, params IReadOnlyList<Tensor> inputs)
    {
        using var compiled = CompiledModel.Compile(Lowerer.Lower(GraphRewrites.Apply(model.Graph()), PrecisionAssignment.AllFloat,
            RangeTable.Empty, new LoweringOptions("Tiny")));
        return compiled.Run(inputs);
    }

    public static Tensor Random(Random random, params long[] shape) =>
        Tensor.Create([.. Enumerable.Range(0, (int)Tensor.Count(shape)).Select(_ => (float)((random.NextDouble() * 2) - 1))], shape);

    /// <summary>Equal shapes, and elements that differ by no more than <paramref name="tolerance"/>.</summary>
    public static void AssertClose(Tensor expected, Tensor actual, double tolerance)
    {
        Xunit.Assert.Equal(expected.Shape, actual.Shape);
        for (int i = 0; i < expected.Length; i++)
        {
            Xunit.Assert.Equal(expected.Span<float>()[i], actual.Span<float>()[i], tolerance);
        }
    }
}
