using Microsoft.ML.OnnxRuntime;
using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Plan;
using MixPrec.Worker.Verify;

namespace MixPrec.Worker.Tests;

/// <summary>
/// A chain of 119 dynamic quantizations to 255 levels (as a voice detector in int8 has it), with expected outputs by ONNX Runtime: of the
/// network itself, and of networks in which one thing is wrong.
/// </summary>
public sealed class DynamicQuantizationTests
{
    private const int Rows = 32, Width = 64, Layers = 119;

    /// <summary>
    /// With this input ONNX Runtime rounds one tie to the other code than we do; its output is 4e-4 away (relative RMS), and a fault in one
    /// layer makes it 8e-4 to 5e-3.
    /// </summary>
    [Fact]
    public void TiesThatFallTheOtherWayAreExplainedAndFaultsAreNot()
    {
        using var model = Network((_, scale) => scale, _ => 0);
        var x = Input();
        var graph = GraphRewrites.Apply(OnnxModelReader.Read(model.FilePath, DimensionBindings.None).Graph);
        using var compiled = CompiledModel.Compile(Lowerer.Lower(graph, PrecisionAssignment.AllFloat, RangeTable.Empty,
            new LoweringOptions("Net")));
        var own = compiled.Run([x])[0];
        var measured = OwnRounding.Measure(graph, [x], [own], TestContext.Current.CancellationToken);
        var expected = Expected(model, x);
        if (TensorComparison.Difference(own, expected, Roundoff.Estimate(graph)) is { } difference)
        {
            Assert.True(measured.Explanation(0, expected) is not null, $"{difference}; {measured.Moves(0)}");
        }

        foreach (int layer in (int[])[0, Layers / 2, Layers - 4])
        {
            using var scaled = Network((l, scale) => l == layer ? scale * 1.1f : scale, _ => 0);
            Assert.Null(measured.Explanation(0, Expected(scaled, x)));
            using var shifted = Network((_, scale) => scale, l => l == layer ? 1 : 0);
            Assert.Null(measured.Explanation(0, Expected(shifted, x)));
        }
    }

    private static Tensor Input()
    {
        var random = new Random(100);
        return Tensor.Create([.. Enumerable.Range(0, Rows * Width).Select(_ => (float)(random.NextDouble() - 0.5) * 2)], Rows, Width);
    }

    /// <summary>x + tanh(b + DynamicQuantizeLinear(x)·W) / 10, 119 times.</summary>
    /// <param name="scale">Of the weights of a layer, from the right one.</param>
    /// <param name="zeroPoint">How far that of the weights of a layer is off.</param>
    private static TinyModel Network(Func<int, float, float> scale, Func<int, int> zeroPoint)
    {
        var random = new Random(0);
        var model = new TinyModel().Input("x0", Rows, Width).Initializer("tenth", Tensor.Create([0.1f], 1)).Output("y");
        for (int l = 0; l < Layers; l++)
        {
            // The deviation of bytes is 73.6: products are half as large as their operands.
            byte[] weights = [.. Enumerable.Range(0, Width * Width).Select(_ => (byte)random.Next(1, 256))];
            float[] bias = [.. Enumerable.Range(0, Width).Select(_ => (float)(random.NextDouble() - 0.5) * 0.2f)];
            model.Initializer($"w{l}", Tensor.Create<byte>(ElementType.U8, weights, Width, Width)).Initializer($"b{l}", Tensor.Create(bias, Width))
                .Initializer($"ws{l}", Tensor.Create([scale(l, (float)(0.5 / Math.Sqrt(Width) / 73.6))], 1))
                    .Initializer($"wz{l}", Tensor.Create<byte>(ElementType.U8, [(byte)(128 + zeroPoint(l))]))
                .Node($"q{l} s{l} z{l} = DynamicQuantizeLinear x{l}").Node($"i{l} = MatMulInteger q{l} w{l} z{l} wz{l}")
                    .Node($"f{l} = Cast i{l}", TinyModel.Attribute("to", 1L))
                .Node($"ss{l} = Mul s{l} ws{l}").Node($"d{l} = Mul f{l} ss{l}").Node($"a{l} = Add d{l} b{l}").Node($"t{l} = Tanh a{l}")
                    .Node($"r{l} = Mul t{l} tenth").Node($"x{l + 1} = Add r{l} x{l}");
        }

        model.Node($"y = Neg x{Layers}").Save();
        return model;
    }

    private static Tensor Expected(TinyModel model, Tensor x)
    {
        using var settings = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(model.FilePath, settings);
        using var value = OrtValue.CreateTensorValueFromMemory(x.Span<float>().ToArray(), x.Shape);
        using var options = new RunOptions();
        using var outputs = session.Run(options, ["x0"], [value], ["y"]);
        return Tensor.Create(outputs[0].GetTensorDataAsSpan<float>(), x.Shape);
    }
}
