using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Tests.Data;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Plan;

namespace MixPrec.Compiler.Tests.Compilation;

/// <summary>
/// A network that was quantized before it came: x [batch, 8] → Gemm 8 → 12 with a step for each row of its transposed weights → Relu →
/// MatMul 12 → 5 with one step, all activations unsigned codes. <see cref="Outputs"/> computes it from the codes as integers, apart from
/// all code of the compiler.
/// </summary>
internal sealed class QuantizedNetwork : IDisposable
{
    public const int Inputs = 8, Hidden = 12, Classes = 5;

    private readonly TinyModel _model = new();
    private readonly float[] _steps = [.. Enumerable.Range(0, Hidden).Select(c => 1 / (float)(1 << (5 + (c % 3))))];
    private readonly sbyte[] _first, _last;
    private readonly float[] _bias;
    private readonly float _scale, _hiddenScale, _lastStep;

    /// <param name="scale">Of the input's codes; a power of two makes every product and sum exact in single precision too.</param>
    public QuantizedNetwork(float scale = 0.0625f, float hiddenScale = 0.125f, float lastStep = 0.015625f)
    {
        var random = new Random(3);
        (_scale, _hiddenScale, _lastStep) = (scale, hiddenScale, lastStep);
        // The largest codes are no 127, so that steps taken from the weights would differ from the model's.
        (_first, _last) = (Codes(random, Hidden * Inputs), Codes(random, Hidden * Classes));
        _bias = [.. Enumerable.Range(0, Hidden).Select(_ => random.Next(-16, 16) / 8f)];
        _model.Input("x", "batch", Inputs).Initializer("s0", Tensor.Create([scale])).Initializer("z0", Tensor.Create<byte>(ElementType.U8, [Zero]))
            .Initializer("s1", Tensor.Create([hiddenScale])).Initializer("z1", Tensor.Create<byte>(ElementType.U8, [0]))
            .Initializer("w0", Tensor.Create<sbyte>(ElementType.I8, _first, Hidden, Inputs)).Initializer("t0", Tensor.Create(_steps, Hidden))
                .Initializer("b0", Tensor.Create(_bias, Hidden))
            .Initializer("w1", Tensor.Create<sbyte>(ElementType.I8, _last, Hidden, Classes)).Initializer("t1", Tensor.Create([lastStep]))
                .Initializer("n1", Tensor.Create<sbyte>(ElementType.I8, [0]))
            .Node("xq = QuantizeLinear x s0 z0").Node("xd = DequantizeLinear xq s0 z0")
                .Node("w0d = DequantizeLinear w0 t0", TinyModel.Attribute("axis", 0L))
            .Node("a = Gemm xd w0d b0", TinyModel.Attribute("transB", 1L)).Node("ar = Relu a")
            .Node("aq = QuantizeLinear ar s1 z1").Node("ad = DequantizeLinear aq s1 z1").Node("w1d = DequantizeLinear w1 t1 n1")
                .Node("y = MatMul ad w1d").Output("y").Save();
    }

    public static IReadOnlyList<string> Layers { get; } = ["Gemm_a", "MatMul_y"];

    private static byte Zero => 100;

    public string Path => _model.FilePath;

    public string LockFile => System.IO.Path.Combine(_model.Folder, "net.lock.json");

    public CompilerOptions Options =>
        new() { Model = Path, ClassName = "Net", LockFile = LockFile, ErrorBudget = 0.05, Objective = Objective.Memory };

    public string WriteSamples(Random random, int samples)
    {
        string folder = Directory.CreateDirectory(System.IO.Path.Combine(_model.Folder, "samples")).FullName;
        File.WriteAllBytes(System.IO.Path.Combine(folder, "x.npy"), NpyFile.Bytes("<f4", Samples(random, samples), samples, Inputs));
        return folder;
    }

    /// <summary>Some beyond the range of the codes.</summary>
    public float[] Samples(Random random, int samples) =>
        [.. Enumerable.Range(0, samples * Inputs).Select(_ => (float)((random.NextDouble() * 300) - 125) * _scale)];

    /// <summary>
    /// [samples, classes] in double precision, all sums of codes as integers, and the largest sum of |terms| of an output.
    /// </summary>
    public (double[] Values, double Magnitude) Outputs(float[] x)
    {
        var values = new List<double>();
        double magnitude = 0;
        foreach (float[] row in x.Chunk(Inputs))
        {
            int[] codes = [.. row.Select(v => Code(v, _scale, Zero) - Zero)];
            int[] hidden = new int[Hidden];
            for (int h = 0; h < Hidden; h++)
            {
                int sum = Enumerable.Range(0, Inputs).Sum(k => codes[k] * _first[(h * Inputs) + k]);
                hidden[h] = Code((float)Math.Max(((double)sum * _scale * _steps[h]) + _bias[h], 0), _hiddenScale, 0);
            }

            for (int c = 0; c < Classes; c++)
            {
                values.Add((double)Enumerable.Range(0, Hidden).Sum(h => hidden[h] * _last[(h * Classes) + c]) * _hiddenScale * _lastStep);
                magnitude = Math.Max(magnitude, (double)Enumerable.Range(0, Hidden)
                    .Sum(h => hidden[h] * Math.Abs((int)_last[(h * Classes) + c])) * _hiddenScale * _lastStep);
            }
        }

        return ([.. values], magnitude);
    }

    public void Dispose() => _model.Dispose();

    private static int Code(float x, float scale, int zero) =>
        (int)Math.Clamp(MathF.Round(x / scale, MidpointRounding.ToEven) + zero, 0, 255);

    private static sbyte[] Codes(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (sbyte)random.Next(-99, 100))];
}
