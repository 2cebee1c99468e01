using Microsoft.ML.OnnxRuntime;
using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Benchmarks.Networks;

/// <summary>ONNX Runtime with all graph optimisations, and inputs and outputs bound once.</summary>
internal sealed class OnnxRuntimeRun : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly OrtIoBinding _binding;

    public OnnxRuntimeRun(string path, IReadOnlyList<Tensor> inputs, int threads = 1)
    {
        using var settings = new SessionOptions { IntraOpNumThreads = threads, InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        _session = new InferenceSession(path, settings);
        _binding = _session.CreateIoBinding();
        foreach (var (name, input) in _session.InputNames.Zip(inputs))
        {
            _binding.BindInput(name, Value(input));
        }

        foreach (string name in _session.OutputNames)
        {
            _binding.BindOutputToDevice(name, OrtMemoryInfo.DefaultInstance);
        }
    }

    public void Invoke() => _session.RunWithBinding(_options, _binding);

    public void Dispose()
    {
        _binding.Dispose();
        _options.Dispose();
        _session.Dispose();
    }

    private static OrtValue Value(Tensor tensor) => tensor.Type switch
    {
        ElementType.F32 => OrtValue.CreateTensorValueFromMemory(tensor.Span<float>().ToArray(), tensor.Shape),
        ElementType.I64 => OrtValue.CreateTensorValueFromMemory(tensor.Span<long>().ToArray(), tensor.Shape),
        _ => throw new NotSupportedException($"{tensor.Type} is no input of these networks"),
    };
}
