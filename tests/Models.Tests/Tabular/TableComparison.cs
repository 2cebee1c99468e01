using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Models.Tests.Tabular;

/// <summary>A model beside ONNX Runtime: the emitted class, and the forward computation of calibration.</summary>
internal static class TableComparison
{
    /// <summary>
    /// PROBIT takes y² = 2·(√(v² − …) − v) with v ≤ 2/(0.147·π) = 4.33 in fp32: five roundings of numbers of the sizes of v and y², on both
    /// sides, stay in y².
    /// </summary>
    private static double ProbitSquares(double y) => 2 * 2 * 5 * (4.33 + (y * y)) / (1 << 24);

    /// <summary>Labels and counts are equal; floats agree to <paramref name="tolerance"/> of the largest of their output.</summary>
    public static void Check(TinyModel model, double tolerance, bool torch, params Tensor[] inputs)
    {
        string path = model.Save();
        var graph = GraphRewrites.Apply(model.Graph());
        using var reference = new OnnxRuntimeReference(path);
        var expected = reference.RunAll(inputs);
        using var emitted = CompiledModel.Compile(Lowerer.Lower(graph, PrecisionAssignment.AllFloat, RangeTable.Empty,
            new LoweringOptions("Table")));
        Compare(model, expected, emitted.Run(inputs), tolerance, "emitted");
        if (torch)
        {
            Compare(model, expected, new TorchExecutor(graph).Outputs(inputs), tolerance, "calibration");
        }
    }

    private static void Compare(TinyModel model, IReadOnlyList<(long[] Shape, double[] Elements)> expected, IReadOnlyList<Tensor> actual,
        double tolerance, string who)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (int o = 0; o < expected.Count; o++)
        {
            string name = $"{who} {model.Proto.Graph.Output[o].Name}";
            double[] y = Elements(actual[o]);
            Assert.True(expected[o].Shape.SequenceEqual(actual[o].Shape),
                $"{name}: [{string.Join(",", actual[o].Shape)}] instead of [{string.Join(",", expected[o].Shape)}]");
            double largest = expected[o].Elements.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max(),
                allowed = actual[o].Type.IsFloat() ? tolerance * largest : 0;
            for (int i = 0; i < y.Length; i++)
            {
                double wanted = expected[o].Elements[i];
                bool agree = !double.IsFinite(wanted) ? y[i].Equals(wanted)
                    : name.Contains("PROBIT", StringComparison.Ordinal)
                        && !name.EndsWith("label", StringComparison.Ordinal)
                        ? Math.Abs((y[i] * y[i]) - (wanted * wanted)) <= ProbitSquares(wanted) && y[i] * wanted >= -ProbitSquares(0)
                    : Math.Abs(y[i] - wanted) <= allowed;
                Assert.True(agree, $"{name}, element {i}: {y[i]:G9} instead of {wanted:G9} ({allowed:G3} is allowed)");
            }
        }
    }

    private static double[] Elements(Tensor tensor) => tensor.Type switch
    {
        ElementType.F32 => [.. tensor.Span<float>().ToArray().Select(e => (double)e)],
        ElementType.F64 => tensor.Span<double>().ToArray(),
        _ => [.. tensor.ToInt64().Select(e => (double)e)],
    };
}
