using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Tests.Data;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Plan;

namespace MixPrec.Compiler.Tests.Compilation;

/// <summary>
/// A multilayer perceptron 16 → 24 → 24 → 4 with fixed random weights, in a folder with calibration and validation data: everything a
/// compilation reads. <see cref="Logits"/> computes it in double precision, apart from all code of the compiler.
/// </summary>
internal sealed class SmallNetwork : IDisposable
{
    public const int Inputs = 16, Hidden = 24, Classes = 4;
    private static readonly (int Rows, int Columns)[] s_layers = [(Inputs, Hidden), (Hidden, Hidden), (Hidden, Classes)];

    private readonly TinyModel _model = new();
    private readonly float[][] _weights;

    /// <param name="classes">Whether the output is a matrix of class scores; otherwise its columns are summed up.</param>
    public SmallNetwork(int samples = 200, bool classes = true)
    {
        var random = new Random(7);
        _weights = [.. s_layers.Select(l => Enumerable.Range(0, l.Rows * l.Columns)
            .Select(_ => (float)(Normal(random) * Math.Sqrt(2.0 / l.Rows))).ToArray())];
        for (int i = 0; i < s_layers.Length; i++)
        {
            _model.Initializer($"w{i}", Tensor.Create(_weights[i], s_layers[i].Rows, s_layers[i].Columns));
        }

        _model.Input("x", "batch", Inputs).Node("a = MatMul x w0").Node("ar = Relu a").Node("b = MatMul ar w1").Node("br = Relu b")
            .Node("y = MatMul br w2");
        if (classes)
        {
            _model.Output("y");
        }
        else
        {
            _model.Integers("axis", 1).Node("z = ReduceSum y axis").Output("z");
        }

        _model.Save();
        Calibration = WriteSamples("calibration", Samples(random, samples, 1));
    }

    /// <summary>Names of the three layers.</summary>
    public static IReadOnlyList<string> Layers { get; } = ["MatMul_a", "MatMul_b", "MatMul_y"];

    public string Calibration { get; }

    public string LockFile => Path.Combine(_model.Folder, "net.lock.json");

    /// <summary>Memory as objective: the answer depends on no clock.</summary>
    public CompilerOptions Options => new()
    {
        Model = _model.FilePath, ClassName = "Net", CalibrationData = Calibration, LockFile = LockFile, ErrorBudget = 0.05,
            Objective = Objective.Memory, TimingBudget = TimeSpan.FromSeconds(1),
    };

    /// <summary>Writes a folder with <c>x.npy</c> and the <c>labels.npy</c> that the network itself gives to noisy samples.</summary>
    public string WriteSamples(string name, float[][] x)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_model.Folder, name)).FullName;
        File.WriteAllBytes(Path.Combine(folder, "x.npy"), NpyFile.Bytes("<f4", x.SelectMany(row => row).ToArray(), x.Length, Inputs));
        if (_model.Proto.Graph.Output[0].Name == "y")
        {
            File.WriteAllBytes(Path.Combine(folder, "labels.npy"),
                NpyFile.Bytes("<i8", x.Select((row, i) => (long)(i % 5 == 0 ? i % Classes : ArgMax(Logits(row)))).ToArray(), x.Length));
        }

        return folder;
    }

    /// <summary>Normal samples; <paramref name="scale"/> 1 is what the network is calibrated on.</summary>
    public static float[][] Samples(Random random, int count, double scale) =>
        [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, Inputs).Select(_ => (float)(scale * Normal(random))).ToArray())];

    public double[] Logits(float[] x)
    {
        double[] values = [.. x.Select(v => (double)v)];
        for (int i = 0; i < s_layers.Length; i++)
        {
            var (rows, columns) = s_layers[i];
            double[] next = [.. Enumerable.Range(0, columns).Select(c =>
                Enumerable.Range(0, rows).Sum(r => values[r] * _weights[i][(r * columns) + c]))];
            values = i < s_layers.Length - 1 ? [.. next.Select(v => Math.Max(v, 0))] : next;
        }

        return values;
    }

    /// <summary>Changes one weight of the model file.</summary>
    public void Retrain()
    {
        _weights[0][0] += 0.5f;
        _model.Proto.Graph.Initializer[0] = MixPrec.Compiler.Onnx.TensorWriter.ToProto("w0", Tensor.Create(_weights[0], Inputs, Hidden));
        _model.Save();
    }

    public void Dispose() => _model.Dispose();

    private static int ArgMax(double[] row) => Array.IndexOf(row, row.Max());

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
