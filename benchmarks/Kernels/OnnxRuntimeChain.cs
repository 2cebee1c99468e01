using Microsoft.ML.OnnxRuntime;

namespace MixPrec.Benchmarks.Kernels;

/// <summary>The same chain in ONNX Runtime: fp32, one thread, all graph optimisations, operands bound once.</summary>
internal sealed class OnnxRuntimeChain : IDisposable
{
    private readonly InferenceSession session;
    private readonly RunOptions run = new();
    private readonly OrtValue[] inputs, outputs;

    public OnnxRuntimeChain(IReadOnlyList<Layer> layers)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        session = new InferenceSession(OnnxModel.Of(layers), options);
        var x = new float[layers[0].InputLength];
        for (int i = 0; i < x.Length; i++)
        {
            x[i] = (i % 17) / 17f;
        }

        inputs = [OrtValue.CreateTensorValueFromMemory(x, OnnxModel.InputShape(layers[0]))];
        outputs = [OrtValue.CreateTensorValueFromMemory(new float[layers[^1].OutputLength], OnnxModel.OutputShape(layers[^1]))];
    }

    public void Run() => session.Run(run, ["x"], inputs, ["y"], outputs);

    public void Dispose()
    {
        inputs[0].Dispose();
        outputs[0].Dispose();
        run.Dispose();
        session.Dispose();
    }
}
