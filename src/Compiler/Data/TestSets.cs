using MixPrec.Compiler.Data.Npy;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Data;

/// <summary>Samples from the test data of a model: folders <c>test_data_set_N</c>, each with the inputs of one run.</summary>
internal static class TestSets
{
    public static bool AreIn(string folder) => Directory.Exists(folder) && OnnxTestCase.HasSets(folder);

    /// <summary>For each input of the graph its tensors of all sets, stacked.</summary>
    /// <exception cref="MixPrecException">MXP1007: inputs are missing or differ in shape or type; MXP3002, MXP3007: a file holds no
    /// tensor.</exception>
    public static ArrayArchive Read(string folder, Graph graph, DataInputs wanted)
    {
        RequireSize(folder);
        var sets = OnnxTestCase.ReadSets(folder);
        if (sets.FirstOrDefault(s => s.Inputs.Count != wanted.InFile.Count) is { } other)
        {
            throw Invalid(folder, $"{other.Name} holds {other.Inputs.Count} inputs, and the model has {wanted.InFile.Count}");
        }

        var places = wanted.InFile.Select((name, place) => (name, place)).Where(p => graph.Inputs.Any(i => i.Name == p.name));
        return new ArrayArchive(places.ToDictionary(p => p.name, p => Stacked(folder, [.. sets.Select(s => (s.Name, s.Inputs[p.place]))])),
            [.. OnnxTestCase.InputFiles(folder).Select(Path.GetFullPath)]);
    }

    private static Tensor Stacked(string folder, IReadOnlyList<(string Set, Tensor Tensor)> parts)
    {
        var (first, shape) = (parts[0].Tensor, parts[0].Tensor.Shape);
        if (parts.FirstOrDefault(p => p.Tensor.Type != first.Type || !p.Tensor.Shape.SequenceEqual(shape)) is { Set: not null } other)
        {
            throw Invalid(folder, $"{other.Set} has inputs of other shapes than {parts[0].Set}");
        }

        return new Tensor(first.Type, [parts.Count, .. shape], [.. parts.SelectMany(p => p.Tensor.Bytes.ToArray())]);
    }

    private static void RequireSize(string folder)
    {
        if (OnnxTestCase.InputFiles(folder).Sum(f => new FileInfo(f).Length) > Array.MaxLength)
        {
            throw Invalid(folder, $"it holds more than {Array.MaxLength} bytes of inputs");
        }
    }

    private static MixPrecException Invalid(string folder, string reason) => new(DiagnosticCatalog.DataInvalid, folder, folder, reason);
}
