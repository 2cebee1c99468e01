using System.Reflection;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Tensor = MixPrec.Compiler.Graphs.Tensor;
using MixPrec.Compiler.Onnx;
using MixPrec.Plan;

namespace MixPrec.Benchmarks.Published;

/// <summary>A row of the table: where the network lies and what it is run with.</summary>
internal sealed record PublishedNetwork(string Name, string Package, string Version, string File, IReadOnlyList<InputRecipe> Inputs)
{
    public static PublishedNetwork Parse(string line) =>
        line.Split('\t') is [string name, _, string package, string version, string file, string inputs]
        ? new(name, package, version, file, [.. inputs.Split(' ').Select(InputRecipe.Parse)])
        : throw new FormatException($"six columns are expected: {line}");

    /// <summary>Writes <c>OUTPUT/NAME/model.onnx</c> and one data set beside it.</summary>
    /// <param name="packages">A folder with the files of each package under <c>PACKAGE/VERSION</c>, in lower case.</param>
    public void WriteCase(string packages, string output)
    {
        string folder = Path.Combine(output, Name), set = Path.Combine(folder, "test_data_set_0");
        Directory.CreateDirectory(set);
        string model = OnnxTestCase.ModelPath(folder);
        CopyModel(Path.Combine(packages, Package.ToLowerInvariant(), Version), model);
        using var settings = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(model, settings);
        var inputs = Inputs.ToDictionary(i => i.Name, i => i.Create(session.InputMetadata[i.Name].ElementDataType));
        int index = 0;
        foreach (string name in OnnxModelReader.InputNames(model))
        {
            TensorWriter.Write(Path.Combine(set, $"input_{index++}.pb"), name, inputs[name]);
        }

        using var run = new RunOptions();
        using var results = session.Run(run, [.. inputs.Keys], [.. inputs.Values.Select(ToOrt)], session.OutputNames);
        index = 0;
        foreach (var (name, result) in session.OutputNames.Zip(results))
        {
            TensorWriter.Write(Path.Combine(set, $"output_{index++}.pb"), name, FromOrt(result));
        }
    }

    private void CopyModel(string package, string destination)
    {
        if (File.Split('!') is not [string assembly, string resource])
        {
            System.IO.File.Copy(Path.Combine(package, File), destination, overwrite: true);
            return;
        }

        // Only the resource is read; the context is never asked for anything else.
        using var stream = Assembly.LoadFrom(Path.Combine(package, assembly)).GetManifestResourceStream(resource)
            ?? throw new FileNotFoundException($"'{assembly}' has no resource '{resource}'");
        using var file = System.IO.File.Create(destination);
        stream.CopyTo(file);
    }

    private static OrtValue ToOrt(Tensor tensor) => tensor.Type switch
    {
        ElementType.F32 => OrtValue.CreateTensorValueFromMemory(tensor.Span<float>().ToArray(), tensor.Shape),
        ElementType.I64 => OrtValue.CreateTensorValueFromMemory(tensor.Span<long>().ToArray(), tensor.Shape),
        _ => throw new NotSupportedException($"{tensor.Type} is no input of these networks"),
    };

    private static Tensor FromOrt(OrtValue value)
    {
        var info = value.GetTensorTypeAndShape();
        return info.ElementDataType switch
        {
            TensorElementType.Float => Tensor.Create(value.GetTensorDataAsSpan<float>(), info.Shape),
            TensorElementType.Int64 => Tensor.Create(value.GetTensorDataAsSpan<long>(), info.Shape),
            _ => throw new NotSupportedException($"{info.ElementDataType} is no output of these networks"),
        };
    }
}
