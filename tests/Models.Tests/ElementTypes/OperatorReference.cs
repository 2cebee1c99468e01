using Microsoft.ML.OnnxRuntime;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Plan;
using TensorElementType = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace MixPrec.Models.Tests;

/// <summary>One run of a model of any element types in ONNX Runtime.</summary>
internal static class OperatorReference
{
    /// <summary>The outputs; null, with what it said, where ONNX Runtime has no kernel for the types.</summary>
    public static IReadOnlyList<Tensor>? Run(string path, IReadOnlyList<Tensor> inputs, out string refusal)
    {
        refusal = "";
        try
        {
            using var settings = new SessionOptions { IntraOpNumThreads = 1,
                GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL,
                LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
            using var session = new InferenceSession(path, settings);
            var values = inputs.Select(Value).ToArray();
            using var options = new RunOptions();
            using var outputs = session.Run(options, session.InputNames, values, session.OutputNames);
            Tensor[] results = [.. outputs.Select(Result)];
            foreach (var value in values)
            {
                value.Dispose();
            }

            return results;
        }
        catch (OnnxRuntimeException e)
        {
            refusal = e.Message;
            return null;
        }
    }

    private static OrtValue Value(Tensor tensor)
    {
        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, (TensorElementType)tensor.Type.ToCode(),
            tensor.Shape);
        tensor.Bytes.CopyTo(value.GetTensorMutableRawData());
        return value;
    }

    private static Tensor Result(OrtValue value)
    {
        var info = value.GetTensorTypeAndShape();
        return new Tensor(OnnxElementType.FromCode((long)info.ElementDataType)!.Value, info.Shape,
            value.GetTensorMutableRawData().ToArray());
    }
}
