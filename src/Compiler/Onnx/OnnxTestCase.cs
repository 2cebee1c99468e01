using System.Globalization;
using Google.Protobuf;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Onnx;

/// <summary>One set of inputs and expected outputs of a test case, in the order of the model's inputs and outputs.</summary>
/// <param name="Name">The folder's name, <c>test_data_set_N</c>.</param>
internal sealed record OnnxTestSet(string Name, IReadOnlyList<Tensor> Inputs, IReadOnlyList<Tensor> Outputs);

/// <summary>
/// A case in the layout of the ONNX conformance tests: <c>model.onnx</c> beside folders <c>test_data_set_N</c> that hold
/// <c>input_I.pb</c> and <c>output_I.pb</c>, one TensorProto each.
/// </summary>
internal static class OnnxTestCase
{
    private const string Sets = "test_data_set_*", InputsOfSet = "input_*.pb";

    public static string ModelPath(string folder) => Path.Combine(folder, "model.onnx");

    /// <summary>True when the folder holds data sets.</summary>
    public static bool HasSets(string folder) => Directory.EnumerateDirectories(folder, Sets).Any();

    /// <summary>The files with inputs of all sets.</summary>
    public static IReadOnlyList<string> InputFiles(string folder) =>
        [.. Directory.GetDirectories(folder, Sets).OrderBy(Number).SelectMany(set => Directory.GetFiles(set, InputsOfSet).OrderBy(Number))];

    /// <summary>The data sets in order of their numbers.</summary>
    /// <exception cref="MixPrecException">MXP3002 or MXP3007: a file holds no tensor that the graph could have.</exception>
    public static IReadOnlyList<OnnxTestSet> ReadSets(string folder) => [.. Directory.GetDirectories(folder, Sets)
        .OrderBy(Number).Select(set => new OnnxTestSet(Path.GetFileName(set), ReadAll(set, InputsOfSet), ReadAll(set, "output_*.pb")))];

    /// <summary>The tensor of one file.</summary>
    /// <exception cref="MixPrecException">MXP3002 or MXP3007: the file holds no tensor that the graph could have.</exception>
    public static Tensor ReadTensor(string path)
    {
        try
        {
            return new TensorReader(path, new ExternalData(path)).Read(TensorProto.Parser.ParseFrom(InputPath.ReadAllBytes(path)));
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or IOException or UnauthorizedAccessException)
        {
            throw new MixPrecException(DiagnosticCatalog.NotOnnx, path, Path.GetFileName(path), e.Message.TrimEnd('.'));
        }
    }

    private static Tensor[] ReadAll(string set, string pattern) => [.. Directory.GetFiles(set, pattern).OrderBy(Number).Select(ReadTensor)];

    private static int Number(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        return int.TryParse(name.AsSpan(name.LastIndexOf('_') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number : int.MaxValue;
    }
}
