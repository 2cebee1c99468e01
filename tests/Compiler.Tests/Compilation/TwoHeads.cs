using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Tests.Data;
using MixPrec.Compiler.Tests.Onnx;

namespace MixPrec.Compiler.Tests.Compilation;

/// <summary>
/// A network of two tasks: 16 → 24, ReLU, and behind it a number, <c>box</c>, and four <c>logits</c>; besides them the <c>label</c> and
/// <c>never</c>, which is 0. <see cref="Run"/> computes it in double precision, apart from all code of the compiler.
/// </summary>
internal sealed class TwoHeads : IDisposable
{
    public const int Inputs = 16, Hidden = 24, Classes = 4;

    private readonly TinyModel _model = new();
    private readonly float[] _body, _box, _logits;

    public TwoHeads()
    {
        var random = new Random(11);
        float[] Weights(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() - 0.5) * 1.2))];
        (_body, _box, _logits) = (Weights(Inputs * Hidden), Weights(Hidden), Weights(Hidden * Classes));
        _model.Initializer("w0", Tensor.Create(_body, Inputs, Hidden)).Initializer("w1", Tensor.Create(_box, Hidden, 1))
            .Initializer("w2", Tensor.Create(_logits, Hidden, Classes)).Initializer("zero", Tensor.Create([0f], 1))
            .Input("x", "batch", Inputs).Node("a = MatMul x w0").Node("ar = Relu a").Node("box = MatMul ar w1")
            .Node("logits = MatMul ar w2").Node("label = ArgMax logits").Node("never = Mul box zero")
            .Output("box").Output("logits").Output("label").Output("never").Save();
        Samples = SmallNetwork.Samples(new Random(3), 300, 1);
        Options = new()
        {
            Model = _model.FilePath, ClassName = "Net", CalibrationData = Write("calibration", SmallNetwork.Samples(random, 200, 1)),
            ValidationData = Write("validation", Samples), LockFile = Path.Combine(_model.Folder, "net.lock.json"),
            ErrorBudget = 1000, Objective = Objective.Memory, Mode = BuildMode.Update,
        };
    }

    /// <summary>Those of the validation.</summary>
    public float[][] Samples { get; }

    public CompilerOptions Options { get; }

    public (double Box, double[] Logits) Run(float[] x)
    {
        double[] hidden = [.. Enumerable.Range(0, Hidden).Select(h =>
            Math.Max(0, Enumerable.Range(0, Inputs).Sum(i => (double)x[i] * _body[(i * Hidden) + h])))];
        return (hidden.Select((v, h) => v * _box[h]).Sum(), [.. Enumerable.Range(0, Classes).Select(c =>
            hidden.Select((v, h) => v * _logits[(h * Classes) + c]).Sum())]);
    }

    public void Dispose() => _model.Dispose();

    private string Write(string name, float[][] x)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_model.Folder, name)).FullName;
        File.WriteAllBytes(Path.Combine(folder, "x.npy"), NpyFile.Bytes("<f4", x.SelectMany(row => row).ToArray(), x.Length, Inputs));
        return folder;
    }
}
