using System.Globalization;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using Xunit;

namespace MixPrec.Compiler.Tests.Onnx;

/// <summary>
/// Imports of the ONNX conformance cases and of real networks: the inferred types are those of the expected outputs, or the refusal is
/// clean.
/// </summary>
public sealed class ConformanceImportTests(ITestOutputHelper log)
{
    [Fact]
    public void EveryConformanceCaseImportsWithTheExpectedTypesOrIsRefused()
    {
        SharedMaterial.SkipWhenAbsent(SharedMaterial.ConformanceCases);
        var wrong = new List<string>();
        var refusals = new SortedDictionary<string, int>(StringComparer.Ordinal);
        int imported = 0;
        foreach (string folder in Cases(SharedMaterial.ConformanceCases))
        {
            string name = Path.GetRelativePath(SharedMaterial.ConformanceCases, folder);
            try
            {
                var graph = OnnxModelReader.Read(OnnxTestCase.ModelPath(folder), DimensionBindings.None).Graph;
                imported++;
                wrong.AddRange(Differences(graph, folder).Select(d => $"{name}: {d}"));
            }
            catch (MixPrecException e) when (e.Description.Id.StartsWith("MXP3", StringComparison.Ordinal) && !e.Message.Contains('\n'))
            {
                string key = $"{e.Description.Id} {(e.Description.Id == "MXP3001" ? e.Message.Split("operator ")[1].Split(" (opset")[0] : "")}";
                refusals[key] = refusals.GetValueOrDefault(key) + 1;
                log.WriteLine($"{name}: {e.Description.Id} {e.Message}");
            }
            catch (Exception e)
            {
                wrong.Add($"{name}: {e}");
            }
        }

        log.WriteLine($"imported {imported}, refused {refusals.Values.Sum()}: {string.Join(", ", refusals.Select(r => $"{r.Key.Trim()} {r.Value}"))}");
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Assert.True(imported > 200, $"only {imported} cases were imported");
    }

    /// <summary>The networks whose operators are all supported.</summary>
    [Theory]
    [InlineData("fashion-mnist-mlp3-relu")]
    [InlineData("fashion-mnist-mlp3-tanh")]
    [InlineData("fashion-mnist-mlp5-relu")]
    [InlineData("fashion-mnist-mlp5-tanh")]
    [InlineData("fashion-mnist-cnn")]
    [InlineData("mnist-mlp3-relu")]
    [InlineData("mnist-mlp3-tanh")]
    [InlineData("mnist-mlp5-relu")]
    [InlineData("mnist-mlp5-tanh")]
    [InlineData("mnist-8")]
    [InlineData("resnet20-cifar10")]
    [InlineData("squeezenet1.1")]
    [InlineData("ultraface-rfb-320")]
    public void NetworkImports(string name)
    {
        string folder = Path.Combine(SharedMaterial.Models, name);
        SharedMaterial.SkipWhenAbsent(folder);
        var graph = OnnxModelReader.Read(OnnxTestCase.ModelPath(folder), DimensionBindings.None).Graph;
        Assert.Empty(Differences(graph, folder));
        Assert.NotEmpty(graph.QuantizableNodes);
    }

    [Fact]
    public void EveryOtherNetworkIsRefusedInOneLine()
    {
        SharedMaterial.SkipWhenAbsent(SharedMaterial.Models);
        foreach (string folder in Cases(SharedMaterial.Models))
        {
            try
            {
                OnnxModelReader.Read(OnnxTestCase.ModelPath(folder), DimensionBindings.None);
            }
            catch (MixPrecException e)
            {
                log.WriteLine($"{Path.GetFileName(folder)}: {e.Description.Id} {e.Message}");
                Assert.StartsWith("MXP3", e.Description.Id, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', e.Message);
            }
        }
    }

    private static IEnumerable<string> Cases(string root) =>
        Directory.EnumerateFiles(root, "model.onnx", SearchOption.AllDirectories).Select(f => Path.GetDirectoryName(f)!)
            .Order(StringComparer.Ordinal);

    /// <summary>Binds the symbols to the sizes of each data set and compares the types of the outputs.</summary>
    private static IEnumerable<string> Differences(Graph graph, string folder)
    {
        foreach (var set in OnnxTestCase.ReadSets(folder))
        {
            var symbols = new Dictionary<string, long>();
            for (int i = 0; i < graph.Inputs.Count; i++)
            {
                for (int d = 0; d < graph.Inputs[i].Rank; d++)
                {
                    foreach (string symbol in graph.Inputs[i].Shape[d].Symbols)
                    {
                        symbols[symbol] = set.Inputs[i].Shape[d];
                    }
                }
            }

            for (int o = 0; o < set.Outputs.Count; o++)
            {
                var (actual, expected) = (graph.Outputs[o].Type, set.Outputs[o]);
                if (actual.Element != expected.Type || !ExpectedShape.Fits(graph, actual, symbols, expected.Shape))
                {
                    yield return string.Create(CultureInfo.InvariantCulture,
                        $"{set.Name} output {o} is {actual}, expected {expected.Type}[{string.Join(", ", expected.Shape)}]");
                }
            }
        }
    }
}
