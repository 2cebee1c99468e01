using Microsoft.ML.OnnxRuntime;

namespace ModelBenchmarks;

/// <summary>
/// ONNX Runtime with one thread, all graph optimisations, and inputs and outputs bound once: its least possible overhead from .NET.
/// </summary>
internal sealed class OnnxRuntimeNetwork : IDisposable
{
    private readonly InferenceSession session;
    private readonly RunOptions options = new();
    private readonly OrtValue input;
    private readonly OrtValue output;
    private readonly string[] inputNames;
    private readonly string[] outputNames;

    public OnnxRuntimeNetwork(string path, float[] inputs, long[] inputShape)
    {
        using var settings = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
        };
        session = new InferenceSession(path, settings);
        inputNames = [session.InputNames[0]];
        outputNames = [session.OutputNames[0]];
        long[] outputShape = [inputShape[0], .. session.OutputMetadata[outputNames[0]].Dimensions[1..].Select(size => (long)size)];
        Outputs = new float[outputShape.Aggregate(1L, (product, size) => product * size)];
        input = OrtValue.CreateTensorValueFromMemory(inputs, inputShape);
        output = OrtValue.CreateTensorValueFromMemory(Outputs, outputShape);
    }

    /// <summary>What <see cref="Run"/> writes.</summary>
    public float[] Outputs { get; }

    public void Run() => session.Run(options, inputNames, [input], outputNames, [output]);

    public void Dispose()
    {
        input.Dispose();
        output.Dispose();
        options.Dispose();
        session.Dispose();
    }
}
