using System.Globalization;
using Google.Protobuf;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Onnx;

/// <summary>
/// The conformance cases once more with their inputs made constants: shapes and axes that were data are known then, whatever folds must
/// have the expected elements, and everything else the expected type.
/// </summary>
public sealed class ConformanceFoldingTests(ITestOutputHelper log)
{
    [Fact]
    public void FoldedConstantsAreTheExpectedOutputs()
    {
        SharedMaterial.SkipWhenAbsent(SharedMaterial.ConformanceCases);
        using var scratch = new TinyModel();
        var wrong = new List<string>();
        int imported = 0, folded = 0;
        foreach (string file in Directory.EnumerateFiles(SharedMaterial.ConformanceCases, "model.onnx", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal))
        {
            string folder = Path.GetDirectoryName(file)!, name = Path.GetRelativePath(SharedMaterial.ConformanceCases, folder);
            try
            {
                var set = OnnxTestCase.ReadSets(folder)[0];
                File.WriteAllBytes(scratch.FilePath, WithConstants(ModelProto.Parser.ParseFrom(File.ReadAllBytes(file)), set)
                    .ToByteArray());
                var graph = OnnxModelReader.Read(scratch.FilePath, DimensionBindings.None).Graph;
                imported++;
                for (int o = 0; o < set.Outputs.Count; o++)
                {
                    var (actual, expected) = (graph.Outputs[o], set.Outputs[o]);
                    if (actual.Type.Element != expected.Type
                        || !ExpectedShape.Fits(graph, actual.Type, new Dictionary<string, long>(), expected.Shape))
                    {
                        wrong.Add($"{name}: output {o} is {actual.Type}, expected {expected.Type}[{string.Join(", ", expected.Shape)}]");
                    }
                    else if (actual.Constant is { } constant)
                    {
                        folded++;
                        wrong.AddRange(Differences(constant, expected).Take(1).Select(d => $"{name}: output {o}: {d}"));
                    }
                }
            }
            catch (MixPrecException e) when (e.Description.Id.StartsWith("MXP3", StringComparison.Ordinal))
            {
                log.WriteLine($"{name}: {e.Description.Id} {e.Message}");
            }
            catch (Exception e)
            {
                wrong.Add($"{name}: {e}");
            }
        }

        log.WriteLine($"imported {imported}, folded {folded}");
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Assert.True(folded > 100, $"only {folded} outputs were folded");
    }

    private static ModelProto WithConstants(ModelProto model, OnnxTestSet set)
    {
        var initializers = model.Graph.Initializer.Select(i => i.Name).ToHashSet();
        ValueInfoProto[] inputs = [.. model.Graph.Input.Where(i => !initializers.Contains(i.Name))];
        for (int i = 0; i < Math.Min(inputs.Length, set.Inputs.Count); i++)
        {
            model.Graph.Initializer.Add(TensorWriter.ToProto(inputs[i].Name, set.Inputs[i]));
            model.Graph.Input.Remove(inputs[i]);
        }

        return model;
    }

    /// <summary>Floats may differ by a thousandth of themselves, as the conformance suite has it; everything else is equal.</summary>
    private static IEnumerable<string> Differences(Tensor actual, Tensor expected)
    {
        var (left, right) = (Tensor.Zeros(ElementType.F64, actual.Length), Tensor.Zeros(ElementType.F64, actual.Length));
        for (int i = 0; i < actual.Length; i++)
        {
            if (!ElementConversion.TryConvert(actual, left, i) || !ElementConversion.TryConvert(expected, right, i))
            {
                if (!actual.Bytes.SequenceEqual(expected.Bytes))
                {
                    yield return "bytes differ";
                }

                yield break;
            }

            double a = left.Span<double>()[i], e = right.Span<double>()[i];
            if (!a.Equals(e) && !(actual.Type.IsFloat() && Math.Abs(a - e) <= 1e-7 + (1e-3 * Math.Abs(e))))
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"element {i} is {a}, expected {e}");
            }
        }
    }
}
