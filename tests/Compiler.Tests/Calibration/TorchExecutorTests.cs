using System.Globalization;
using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Calibration;

/// <summary>The executor against the expected outputs of the ONNX conformance cases and of real networks (ONNX Runtime's).</summary>
public sealed class TorchExecutorTests(ITestOutputHelper log)
{
    [Fact]
    public void ConformanceCasesHaveTheExpectedOutputs()
    {
        SharedMaterial.SkipWhenAbsent(SharedMaterial.ConformanceCases);
        Check(SharedMaterial.ConformanceCases, cases: 646, rewrite: false);
    }

    [Theory]
    [InlineData("fashion-mnist-mlp3-relu")]
    [InlineData("fashion-mnist-mlp3-tanh")]
    [InlineData("fashion-mnist-cnn")]
    [InlineData("mnist-8")]
    [InlineData("resnet20-cifar10")]
    [InlineData("squeezenet1.1")]
    public void NetworksHaveTheExpectedOutputs(string model)
    {
        string folder = Path.Combine(SharedMaterial.Models, model);
        SharedMaterial.SkipWhenAbsent(folder);
        Check(folder, cases: 2, rewrite: true);
    }

    /// <summary>
    /// The setting is one of libtorch's own, whose name a new version could change: then the warnings of thousands of convolutions would be
    /// back.
    /// </summary>
    [Fact]
    public void LibtorchDoesWithoutNnpack()
    {
        NativeDependency.Torch.Require();
        Assert.Equal(!OperatingSystem.IsWindows(), TorchNnpack.Disable());
    }

    /// <summary>
    /// A tokenizer with a larger vocabulary than the network's is the user's to mend: no internal error, and none of libtorch's stack.
    /// </summary>
    [Theory]
    [InlineData(3)]
    [InlineData(-4)]
    public void ATokenOutsideTheVocabularyIsRefused(long token)
    {
        using var model = new TinyModel().Input("x", ElementType.I64, "batch", 2).Initializer("table", Tensor.Create([1f, 2, 3, 4, 5, 6], 3, 2))
            .Node("y = Gather table x").Output("y");
        var executor = new TorchExecutor(model.Graph());
        Assert.Equal([5f, 6, 1, 2], executor.Outputs([Tensor.Create([2L, 0], 1, 2)])[0].Span<float>().ToArray());
        var error = Assert.Throws<MixPrecException>(() => executor.Outputs([Tensor.Create([0L, token], 1, 2)]));
        Assert.Equal("MXP3027", error.Description.Id);
        Assert.Contains("(Gather) gets an index from the calibration data", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", error.Message, StringComparison.Ordinal);
    }

    private void Check(string root, int cases, bool rewrite)
    {
        var wrong = new List<string>();
        int checkedCases = 0;
        foreach (string file in Directory.EnumerateFiles(root, "model.onnx", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            string folder = Path.GetDirectoryName(file)!, name = Path.GetRelativePath(root, folder);
            try
            {
                var graph = OnnxModelReader.Read(file, DimensionBindings.None).Graph;
                graph = rewrite ? GraphRewrites.Apply(graph) : graph;
                var executor = new TorchExecutor(graph);
                foreach (var set in OnnxTestCase.ReadSets(folder))
                {
                    var actual = executor.Outputs(set.Inputs);
                    wrong.AddRange(actual.Zip(set.Outputs).SelectMany(p => Differences(p.First, p.Second)).Take(1)
                        .Select(d => $"{name}: {d}"));
                    checkedCases++;
                }
            }
            catch (Exception e) when (e is MixPrecException or NotSupportedException)
            {
                log.WriteLine($"{name}: {e.Message}");
            }
            catch (Exception e)
            {
                wrong.Add($"{name}: {e.GetType().Name} {e.Message.Split('\n')[0]}");
            }
        }

        log.WriteLine($"checked {checkedCases}");
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Assert.Equal(cases, checkedCases);
    }

    /// <summary>Floats may differ by a thousandth of themselves, as the conformance suite has it.</summary>
    private static IEnumerable<string> Differences(Tensor actual, Tensor expected)
    {
        if (!actual.Shape.SequenceEqual(expected.Shape))
        {
            yield return $"shape [{string.Join(",", actual.Shape)}], expected [{string.Join(",", expected.Shape)}]";
            yield break;
        }

        var (left, right) = (Tensor.Zeros(ElementType.F64, actual.Length), Tensor.Zeros(ElementType.F64, actual.Length));
        for (int i = 0; i < actual.Length; i++)
        {
            if (!ElementConversion.TryConvert(actual, left, i) || !ElementConversion.TryConvert(expected, right, i))
            {
                yield break;
            }

            double a = left.Span<double>()[i], e = right.Span<double>()[i];
            if (!a.Equals(e) && !(Math.Abs(a - e) <= 1e-4 + (1e-3 * Math.Abs(e))))
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"element {i} is {a}, expected {e}");
            }
        }
    }
}
