using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Plan;
using TensorElementType = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace MixPrec.Fuzz.Networks;

/// <summary>A network in ONNX Runtime, without graph optimisations: the operators as the file states them.</summary>
internal static class NetworkReference
{
    private const long MostIterations = 1 << 20;

    /// <summary>Whether a loop may run so often that nobody waits for its end, neither here nor there.</summary>
    public static bool IsEndless(ModelProto model)
    {
        NodeProto[] nodes = [.. MissingReference.NodesOf(model)];
        var constants = nodes.SelectMany(n => n.Attribute).Where(a => a.G is not null).SelectMany(a => a.G.Initializer)
            .Concat(model.Graph.Initializer).Where(t => t.DataType == (int)TensorElementType.Int64);
        return nodes.Any(n => n.OpType == "Loop" && n.Input.FirstOrDefault("").Length == 0)
            || (nodes.Any(n => n.OpType == "Loop") && constants.Any(t => t.Int64Data.Any(v => v > MostIterations)
            || (t.RawData.Length == sizeof(long) && BitConverter.ToInt64(t.RawData.Span) > MostIterations)));
    }

    /// <summary>The outputs; null where ONNX Runtime refuses the model or its inputs.</summary>
    public static IReadOnlyList<Tensor>? Run(byte[] model, Graph graph, IReadOnlyList<Tensor> inputs)
    {
        try
        {
            using var settings = Settings();
            using var session = new InferenceSession(model, settings);
            var values = graph.Inputs.Zip(inputs).Where(p => session.InputMetadata.ContainsKey(p.First.Name))
                .ToDictionary(p => p.First.Name, p => Value(p.Second));
            using var options = new RunOptions();
            using var outputs = session.Run(options, values, session.OutputNames);
            Tensor[] results = [.. outputs.Select(Result)];
            foreach (var value in values.Values)
            {
                value.Dispose();
            }

            return results.Length == graph.Outputs.Count ? results : null;
        }
        catch (Exception e) when (e is OnnxRuntimeException or NotSupportedException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The outputs by name, whatever their number; none where ONNX Runtime refuses.</summary>
    public static IEnumerable<(string Name, Tensor Value)> RunAll(ModelProto model, Graph graph, IReadOnlyList<Tensor> inputs)
    {
        try
        {
            using var settings = Settings();
            using var session = new InferenceSession(model.ToByteArray(), settings);
            using var options = new RunOptions();
            using var outputs = session.Run(options, graph.Inputs.Zip(inputs).Where(p => session.InputMetadata.ContainsKey(p.First.Name))
                .ToDictionary(p => p.First.Name, p => Value(p.Second)), session.OutputNames);
            return [.. session.OutputNames.Zip(outputs, (name, value) => (name, Result(value)))];
        }
        catch (Exception e) when (e is OnnxRuntimeException or NotSupportedException or InvalidOperationException)
        {
            return [];
        }
    }

    private static SessionOptions Settings() => new()
    {
        IntraOpNumThreads = 1, GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL,
        LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
    };

    private static OrtValue Value(Tensor tensor)
    {
        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, (TensorElementType)tensor.Type.ToCode(),
            [.. tensor.Shape]);
        tensor.Bytes.CopyTo(value.GetTensorMutableRawData());
        return value;
    }

    private static Tensor Result(OrtValue value)
    {
        var info = value.GetTensorTypeAndShape();
        if (info.ElementCount * sizeof(double) > int.MaxValue)
        {
            throw new NotSupportedException("an output too large to be compared");
        }

        return new Tensor(
            OnnxElementType.FromCode((long)info.ElementDataType) ?? throw new NotSupportedException("an output of another type"),
            info.Shape, value.GetTensorMutableRawData().ToArray());
    }
}
