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

    /// <summary>
    /// Whether a node of the model has no reference there: integers divided by zero end the process, norms of integers are of squares that
    /// overflow, the ends of a Blackman window are 0 up to rounding, whose sign decides what a root or a logarithm is, and rounding decides
    /// which number is hot where positions are computed.
    /// </summary>
    public static bool Lacks(ModelProto model) => AllNodes(model.Graph.Node).Concat(model.Functions.SelectMany(f => AllNodes(f.Node)))
        .Any(n => n.OpType is "Div" or "Mod" or "Normalizer" or "BlackmanWindow" or "OneHot");

    /// <summary>Whether a loop may run so often that nobody waits for its end, neither here nor there.</summary>
    public static bool IsEndless(ModelProto model)
    {
        NodeProto[] nodes = [.. AllNodes(model.Graph.Node)];
        var constants = nodes.SelectMany(n => n.Attribute).Where(a => a.G is not null).SelectMany(a => a.G.Initializer)
            .Concat(model.Graph.Initializer).Where(t => t.DataType == (int)TensorElementType.Int64);
        return nodes.Any(n => n.OpType == "Loop" && n.Input.FirstOrDefault("").Length == 0)
            || (nodes.Any(n => n.OpType == "Loop") && constants.Any(t => t.Int64Data.Any(v => v > MostIterations)
            || (t.RawData.Length == sizeof(long) && BitConverter.ToInt64(t.RawData.Span) > MostIterations)));
    }

    private static IEnumerable<NodeProto> AllNodes(IEnumerable<NodeProto> nodes) => nodes.SelectMany(n =>
        n.Attribute.Where(a => a.G is not null).SelectMany(a => AllNodes(a.G.Node)).Prepend(n));

    /// <summary>The outputs; null where ONNX Runtime refuses the model or its inputs.</summary>
    public static IReadOnlyList<Tensor>? Run(byte[] model, Graph graph, IReadOnlyList<Tensor> inputs)
    {
        try
        {
            using var settings = new SessionOptions { IntraOpNumThreads = 1,
                GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL,
                LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
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

    /// <summary>The elements of every value of floats, inputs among them, by its name; none where ONNX Runtime refuses.</summary>
    public static IReadOnlyDictionary<string, double[]> RunAll(ModelProto model, Graph graph, IReadOnlyList<Tensor> inputs)
    {
        var all = model.Clone();
        all.Graph.Output.Clear();
        all.Graph.Output.AddRange(model.Graph.Node.SelectMany(n => n.Output).Where(o => o.Length > 0).Distinct()
            .Select(o => new ValueInfoProto { Name = o }));
        var values = graph.Inputs.Zip(inputs).ToDictionary(p => p.First.Name, p => Doubles(p.Second));
        try
        {
            using var settings = new SessionOptions { IntraOpNumThreads = 1,
                GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL,
                LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
            using var session = new InferenceSession(all.ToByteArray(), settings);
            using var options = new RunOptions();
            using var outputs = session.Run(options, graph.Inputs.Zip(inputs).Where(p => session.InputMetadata.ContainsKey(p.First.Name))
                .ToDictionary(p => p.First.Name, p => Value(p.Second)), session.OutputNames);
            foreach (var (name, value) in session.OutputNames.Zip(outputs))
            {
                values[name] = Doubles(Result(value));
            }
        }
        catch (Exception e) when (e is OnnxRuntimeException or NotSupportedException or InvalidOperationException)
        {
            // What is known then are the inputs.
        }

        foreach (var constant in model.Graph.Initializer.Where(t => t.DataType == (int)TensorElementType.Float && t.RawData.Length > 0))
        {
            values[constant.Name] = [.. System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(constant.RawData.Span).ToArray()
                .Select(x => (double)x)];
        }

        return values;
    }

    private static double[] Doubles(Tensor tensor)
    {
        if (!tensor.Type.IsFloat())
        {
            return [];
        }

        var exact = Tensor.Zeros(ElementType.F64, [.. tensor.Shape]);
        for (int i = 0; i < exact.Length; i++)
        {
            ElementConversion.TryConvert(tensor, exact, i);
        }

        return exact.Span<double>().ToArray();
    }

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
        return new Tensor(
            OnnxElementType.FromCode((long)info.ElementDataType) ?? throw new NotSupportedException("an output of another type"),
            info.Shape, value.GetTensorMutableRawData().ToArray());
    }
}
