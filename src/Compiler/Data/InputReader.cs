using System.Globalization;
using MixPrec.Compiler.Data.Npy;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Data;

/// <summary>Reads the inputs of one run: tensors in the shapes that the model has, no samples.</summary>
internal static class InputReader
{
    private const string FileOfInput = "input_*.pb";

    /// <param name="path">An .npz file or a folder of .npy files whose names are the inputs', or a folder of <c>input_0.pb</c>,
    /// <c>input_1.pb</c> …</param>
    /// <param name="inFile">Every input of the model file in its order, by which a folder of .pb files numbers them.</param>
    /// <returns>In the order of the graph's inputs, in their element types.</returns>
    /// <exception cref="MixPrecException">MXP1001, MXP1005, MXP1006, MXP1007, MXP1012: missing, damaged or not fitting.</exception>
    public static IReadOnlyList<Tensor> Read(string path, Graph graph, IReadOnlyList<string> inFile)
    {
        var arrays = Directory.Exists(path) && Directory.EnumerateFiles(path, FileOfInput)
            .Any() ? Numbered(path, graph, inFile) : ArrayArchive.Read(path).Arrays;
        DataKeys.Require(path, graph, [.. graph.Inputs.Select(i => (i.Name, Shown(i)))], [], arrays, takesOthers: true);
        return Fitted(path, graph, [.. graph.Inputs.Select(i => arrays[i.Name])]);
    }

    /// <summary>The tensors in the types of the inputs, when their shapes fit them.</summary>
    /// <param name="tensors">In the order of the graph's inputs.</param>
    /// <inheritdoc cref="Read" path="/exception"/>
    public static IReadOnlyList<Tensor> Fitted(string path, Graph graph, IReadOnlyList<Tensor> tensors)
    {
        if (tensors.Count != graph.Inputs.Count)
        {
            throw new MixPrecException(DiagnosticCatalog.DataInvalid, path, path,
                string.Create(CultureInfo.InvariantCulture,
                $"it holds {Counted.Format(tensors.Count, "input")}, and the model has {graph.Inputs.Count}"));
        }

        var pairs = graph.Inputs.Zip(tensors).ToArray();
        foreach (var (input, tensor) in pairs.Where(p => !Fits(p.First, p.Second)))
        {
            throw new MixPrecException(DiagnosticCatalog.DataShapeMismatch, path, path, PrintableName.Format(input.Name),
                string.Create(CultureInfo.InvariantCulture, $"[{string.Join(",", tensor.Shape)}]"), $"[{string.Join(",", input.Shape)}]");
        }

        SizeAgreement.Require(path, graph, pairs.Select(p => (p.First, (IReadOnlyList<long>)p.Second.Shape)));
        return [.. pairs.Select(p => Converted(path, p.First, p.Second))];
    }

    /// <summary>Runtimes take any tensor of one element where a model declares a scalar, and data sets hold such.</summary>
    private static bool Fits(Value input, Tensor tensor) => input.Rank == 0 ? tensor.Length == 1
        : tensor.Rank == input.Rank && input.Shape.Zip(tensor.Shape).All(d => !d.First.IsConstant || d.First.Value == d.Second);

    private static Tensor Converted(string path, Value input, Tensor tensor)
    {
        try
        {
            return ArrayConversion.Convert(input.Rank == 0 ? tensor.Reshape([]) : tensor, input.Type.Element);
        }
        catch (InvalidDataException exception)
        {
            throw new MixPrecException(DiagnosticCatalog.DataInvalid, path, path,
                $"array '{PrintableName.Format(input.Name)}': {exception.Message}");
        }
    }

    private static Dictionary<string, Tensor> Numbered(string folder, Graph graph, IReadOnlyList<string> inFile)
    {
        var files = inFile.Select((name, i) =>
            (name, file: Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"input_{i}.pb"))));
        return files.Where(f => graph.Inputs.Any(i => i.Name == f.name) && File.Exists(f.file))
            .ToDictionary(f => f.name, f => OnnxTestCase.ReadTensor(f.file));
    }

    private static string Shown(Value input) => $"{PrintableName.Format(input.Name)} [{string.Join(",", input.Shape)}]";
}
