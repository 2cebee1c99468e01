using MixPrec.Runtime.Kernels;

namespace MixPrec.Runtime.Tests.Kernels;

/// <summary>
/// Seeded operands of a product in two passes, and what each pass makes of them. Weights of the second pass are floats that bfloat16 holds.
/// </summary>
internal sealed unsafe class TwoPassOperands : IDisposable
{
    private const int ZeroPoint = 3;
    private readonly TwoPassTests.Size size;
    private readonly byte[] quantized;
    private readonly sbyte[] bytes;
    private readonly float[] weights, scales;
    private readonly GuardedBuffer<float> x, rows, norms, scale, bias;
    private readonly GuardedBuffer<ushort> halves;
    private readonly GuardedBuffer<byte> lhs;
    private readonly GuardedBuffer<sbyte> rhs;
    private readonly GuardedBuffer<int> compensation;

    public TwoPassOperands(TwoPassTests.Size size, int seed, int highest = 255)
    {
        this.size = size;
        X = Numbers.Floats(size.M * size.K, seed);
        weights = Numbers.BFloats(size.K * size.N, seed + 1);
        quantized = Numbers.Bytes(size.M * size.K, highest, seed + 2);
        bytes = Numbers.Weights(size.K * size.N, seed + 3);
        Bias = Numbers.Floats(size.N, seed + 4);
        scales = [.. Numbers.Floats(size.N, seed + 5).Select(s => (Math.Abs(s) + 0.1f) / (highest * 127 * MathF.Sqrt(size.K)))];
        int pitch = (size.K + 31) / 32 * 32;
        var padded = new float[size.N * pitch];
        var narrow = new ushort[padded.Length];
        var compensations = new int[size.N];
        for (int i = 0; i < weights.Length; i++)
        {
            int column = i % size.N, k = i / size.N;
            padded[(column * pitch) + k] = weights[i];
            narrow[(column * pitch) + (k / 32 * 32) + (k % 16 * 2) + (k / 16 % 2)] =
                (ushort)(BitConverter.SingleToUInt32Bits(weights[i]) >> 16);
            compensations[i % size.N] -= ZeroPoint * bytes[i];
        }

        x = GuardedBuffer<float>.From(X);
        rows = GuardedBuffer<float>.From(padded);
        halves = GuardedBuffer<ushort>.From(narrow);
        norms = GuardedBuffer<float>.From(Packing.Padded(Enumerable.Range(0, size.N).Select(n => (float)Norm(k => Weight(k, n)))
            .ToArray()));
        scale = GuardedBuffer<float>.From(Packing.Padded(scales));
        bias = GuardedBuffer<float>.From(Packing.Padded(Bias));
        lhs = GuardedBuffer<byte>.From(Packing.Rows(quantized, size.K));
        rhs = GuardedBuffer<sbyte>.From(Packing.S8(bytes, 1, size.K, size.N));
        compensation = GuardedBuffer<int>.From(Packing.Padded(compensations));
    }

    public float[] X { get; }

    public float[] Bias { get; }

    public float Weight(int k, int column) => weights[(k * size.N) + column];

    /// <summary>v of the first pass, whose arithmetic is fixed to the bit.</summary>
    public float Low(int i)
    {
        int sum = Enumerable.Range(0, size.K)
            .Sum(k => (quantized[(i / size.N * size.K) + k] - ZeroPoint) * bytes[(k * size.N) + (i % size.N)]);
        return MathF.FusedMultiplyAdd(sum, scales[i % size.N], Bias[i % size.N]);
    }

    /// <summary>v of the second pass, exactly.</summary>
    public double High(int i) => Products(i).Sum() + Bias[i % size.N];

    /// <summary>(⌈K/16⌉ + 4 + 1)·u·(Σ|x·w| + |bias|): the longest chain of roundings, the bias's among them.</summary>
    public double HighError(int i) => ((size.K + 15) / 16 + 5) * Math.ScaleB(Products(i).Sum(Math.Abs) + Math.Abs(Bias[i % size.N]), -24);

    public double Numerator(int i) =>
        (Norm(k => Weight(k, i % size.N)) * Norm(k => X[(i / size.N * size.K) + k])) + Math.Abs(Bias[i % size.N]);

    /// <param name="kernel">Row of the first pass; its epilogue's registers are those of the second.</param>
    /// <param name="known">See the kernel, as for the next three.</param>
    /// <param name="tolerance">Of condition numbers.</param>
    /// <param name="guard">Below zero.</param>
    /// <param name="activation">Function.</param>
    /// <param name="flagged">Components of the second pass.</param>
    /// <param name="narrow">Whether its weights lie in bfloat16.</param>
    public float[] Run<TActivation>(string kernel, Exactness known, float tolerance, float guard, TActivation activation, out long flagged,
        bool narrow = false)
        where TActivation : struct, IDifferentiable
    {
        using var y = new GuardedBuffer<float>(size.M * size.N);
        flagged = Run(kernel, known, tolerance, guard, activation, new StoreF32(y.Pointer, size.N), narrow);
        y.Check();
        return y.Span.ToArray();
    }

    /// <summary>The product in rows of ceil4(N) bytes.</summary>
    public byte[] RunBytes<TActivation>(string kernel, float tolerance, TActivation activation)
        where TActivation : struct, IDifferentiable
    {
        int pitch = (size.N + 3) / 4 * 4;
        using var y = new GuardedBuffer<byte>(size.M * pitch);
        Run(kernel, Exactness.SevenBit, tolerance, 0.01f, activation, new StoreU8(y.Pointer, pitch, 0.02f, 11, 255), false);
        y.Check();
        return y.Span.ToArray();
    }

    public void Dispose()
    {
        foreach (IDisposable buffer in new IDisposable[] { x, rows, halves, norms, scale, bias, lhs, rhs, compensation })
        {
            buffer.Dispose();
        }
    }

    private long Run<TActivation, TStore>(string kernel, Exactness known, float tolerance, float guard, TActivation activation,
        TStore store, bool narrow)
        where TActivation : struct, IDifferentiable
        where TStore : struct, IStore => narrow
        ? Gemm.TwoPass<PanelBF16, TwoPassTests.Size, TActivation, TStore>(
            Rows.Tile(kernel), known, size, tolerance, guard, x.Pointer, lhs.Pointer, rhs.Pointer, compensation.Pointer, scale.Pointer,
                bias.Pointer, norms.Pointer, halves.Pointer.At<byte>(0), activation, store)
        : Gemm.TwoPass<PanelF32, TwoPassTests.Size, TActivation, TStore>(
            Rows.Tile(kernel), known, size, tolerance, guard, x.Pointer, lhs.Pointer, rhs.Pointer, compensation.Pointer, scale.Pointer,
                bias.Pointer, norms.Pointer, rows.Pointer.At<byte>(0), activation, store);

    private IEnumerable<double> Products(int i) => Enumerable.Range(0, size.K)
        .Select(k => (double)X[(i / size.N * size.K) + k] * Weight(k, i % size.N));

    private double Norm(Func<int, float> element) => Math.Sqrt(Enumerable.Range(0, size.K).Sum(k => (double)element(k) * element(k)));
}
