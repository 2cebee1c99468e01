namespace MixPrec.Compiler.Tests.Onnx;

/// <summary>
/// One direction of LSTM, GRU and RNN for one sample, in double precision and element by element, as the ONNX specification writes them:
/// weights lie gate by gate as [gates·H, …], <see cref="B"/> holds the input's biases and then the state's. Absent parts are null.
/// </summary>
internal sealed record RecurrentReference(string Operator, int Hidden, Func<double, double>[] Functions, double Clip, bool Coupled,
    bool LinearBeforeReset)
{
    public required float[] W { get; init; }

    public required float[] R { get; init; }

    public float[]? B { get; init; }

    public float[]? P { get; init; }

    /// <summary>What becomes of an element of the state before it is multiplied by <see cref="R"/>.</summary>
    public Func<double, double> Stored { get; init; } = value => value;

    /// <param name="inputs">The steps that the sample has, in the order they run.</param>
    /// <param name="h">The state, replaced by the last one.</param>
    /// <param name="c">The cell state of an LSTM, likewise.</param>
    /// <returns>The state after each step.</returns>
    public List<double[]> Run(IEnumerable<float[]> inputs, ref double[] h, ref double[] c)
    {
        var states = new List<double[]>();
        foreach (float[] x in inputs)
        {
            (h, c) = Step(x, h, c);
            states.Add(h);
        }

        return states;
    }

    private (double[] H, double[] C) Step(float[] x, double[] h, double[] c) =>
        Operator switch { "LSTM" => Lstm(x, h, c), "GRU" => (Gru(x, h), c), _ => (Each(j => Apply(0, Sum(x, h, 0, j))), c) };

    private (double[] H, double[] C) Lstm(float[] x, double[] h, double[] c)
    {
        double[] i = Each(j => Apply(0, Sum(x, h, 0, j) + (Peephole(0, j) * c[j])));
        double[] f = Coupled ? Each(j => 1 - i[j]) : Each(j => Apply(0, Sum(x, h, 2, j) + (Peephole(2, j) * c[j])));
        double[] next = Each(j => (f[j] * c[j]) + (i[j] * Apply(1, Sum(x, h, 3, j))));
        return (Each(j => Apply(0, Sum(x, h, 1, j) + (Peephole(1, j) * next[j])) * Apply(2, next[j])), next);
    }

    private double[] Gru(float[] x, double[] h)
    {
        double[] z = Each(j => Apply(0, Sum(x, h, 0, j))), r = Each(j => Apply(0, Sum(x, h, 1, j)));
        double[] reset = Each(j => r[j] * h[j]);
        double[] n = Each(j => Apply(1, LinearBeforeReset ? Input(x, 2, j) + (r[j] * State(h, 2, j))
            : Input(x, 2, j) + State(reset, 2, j)));
        return Each(j => ((1 - z[j]) * n[j]) + (z[j] * h[j]));
    }

    private double[] Each(Func<int, double> element) => [.. Enumerable.Range(0, Hidden).Select(element)];

    private double Sum(float[] x, double[] h, int gate, int j) => Input(x, gate, j) + State(h, gate, j);

    private double Input(float[] x, int gate, int j)
    {
        int row = (gate * Hidden) + j;
        return x.Select((v, k) => (double)v * W[(row * x.Length) + k]).Sum() + (B?[row] ?? 0);
    }

    private double State(double[] h, int gate, int j)
    {
        int row = (gate * Hidden) + j;
        return h.Select((v, k) => Stored(v) * R[(row * Hidden) + k]).Sum() + (B?[(B.Length / 2) + row] ?? 0);
    }

    private double Peephole(int gate, int j) => P?[(gate * Hidden) + j] ?? 0;

    private double Apply(int function, double x) => Functions[function](Math.Clamp(x, -Clip, Clip));
}
