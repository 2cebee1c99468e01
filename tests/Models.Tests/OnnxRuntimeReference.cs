using Microsoft.ML.OnnxRuntime;
using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Models.Tests;

/// <summary>A network in ONNX Runtime, without graph optimisations: the operators as the file states them.</summary>
internal sealed class OnnxRuntimeReference(string path) : IDisposable
{
    private readonly InferenceSession _session =
        new(path, new SessionOptions { IntraOpNumThreads = 1, GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL,
        LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR });

    /// <summary>The float outputs, flat, in the order of the graph's outputs; an output of another type is null.</summary>
    public IReadOnlyList<float[]?> Run(IReadOnlyList<Tensor> inputs)
    {
        var values = inputs.Select(Value).ToArray();
        using var options = new RunOptions();
        using var outputs = _session.Run(options, _session.InputNames, values, _session.OutputNames);
        var result = outputs.Select(o =>
            o.GetTensorTypeAndShape().ElementDataType == Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float
            ? o.GetTensorDataAsSpan<float>().ToArray() : null).ToArray();
        foreach (var value in values)
        {
            value.Dispose();
        }

        return result;
    }

    /// <summary>The outputs as doubles, which hold floats and small integers exactly, in the order of the graph's outputs.</summary>
    public IReadOnlyList<(long[] Shape, double[] Elements)> RunAll(IReadOnlyList<Tensor> inputs)
    {
        var values = inputs.Select(Value).ToArray();
        using var options = new RunOptions();
        using var outputs = _session.Run(options, _session.InputNames, values, _session.OutputNames);
        var result = outputs.Select(o => (o.GetTensorTypeAndShape().Shape, Elements(o))).ToArray();
        foreach (var value in values)
        {
            value.Dispose();
        }

        return result;
    }

    public void Dispose() => _session.Dispose();

    private static double[] Elements(OrtValue value) => value.GetTensorTypeAndShape().ElementDataType switch
    {
        Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float =>
            [.. value.GetTensorDataAsSpan<float>().ToArray().Select(e => (double)e)],
        Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Double => value.GetTensorDataAsSpan<double>().ToArray(),
        Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Int64 => [.. value.GetTensorDataAsSpan<long>().ToArray().Select(e => (double)e)],
        var type => throw new NotSupportedException($"{type} is no output of these networks"),
    };

    private static OrtValue Value(Tensor tensor) => tensor.Type switch
    {
        ElementType.F32 => OrtValue.CreateTensorValueFromMemory(tensor.Span<float>().ToArray(), tensor.Shape),
        ElementType.F64 => OrtValue.CreateTensorValueFromMemory(tensor.Span<double>().ToArray(), tensor.Shape),
        ElementType.I64 => OrtValue.CreateTensorValueFromMemory(tensor.Span<long>().ToArray(), tensor.Shape),
        ElementType.I32 => OrtValue.CreateTensorValueFromMemory(tensor.Span<int>().ToArray(), tensor.Shape),
        _ => throw new NotSupportedException($"{tensor.Type} is no input of these networks"),
    };
}
