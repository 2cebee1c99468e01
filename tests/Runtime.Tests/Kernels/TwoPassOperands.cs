using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Tests.Kernels;

/// <summary>Seeded operands of a product in two passes, and what each pass makes of them.</summary>
internal sealed unsafe class TwoPassOperands : IDisposable
{
    private const int ZeroPoint = 3;
    private readonly TwoPassTests.Size size;
    private readonly byte[] codes;
    private readonly sbyte[] bytes;
    private readonly float[] weights, scales;
    private readonly GuardedBuffer<float> x, rows, norms, scale, bias;
    private readonly GuardedBuffer<byte> lhs;
    private readonly GuardedBuffer<sbyte> rhs;
    private readonly GuardedBuffer<int> correction;

    public TwoPassOperands(TwoPassTests.Size size, int seed, int highest = 255)
    {
        this.size = size;
        X = Numbers.Floats(size.M * size.K, seed);
        weights = Numbers.Floats(size.K * size.N, seed + 1);
        codes = Numbers.Bytes(size.M * size.K, highest, seed + 2);
        bytes = Numbers.Weights(size.K * size.N, seed + 3);
        Bias = Numbers.Floats(size.N, seed + 4);
        scales = [.. Numbers.Floats(size.N, seed + 5).Select(s => (Math.Abs(s) + 0.1f) / (highest * 127 * MathF.Sqrt(size.K)))];
        int pitch = (size.K + 15) / 16 * 16;
        var padded = new float[size.N * pitch];
        var corrections = new int[size.N];
        for (int i = 0; i < weights.Length; i++)
        {
            padded[(i % size.N * pitch) + (i / size.N)] = weights[i];
            corrections[i % size.N] -= ZeroPoint * bytes[i];
        }

        x = GuardedBuffer<float>.From(X);
        rows = GuardedBuffer<float>.From(padded);
        norms = GuardedBuffer<float>.From(Packing.Padded(Enumerable.Range(0, size.N).Select(n => (float)Norm(k => Weight(k, n))).ToArray()));
        scale = GuardedBuffer<float>.From(Packing.Padded(scales));
        bias = GuardedBuffer<float>.From(Packing.Padded(Bias));
        lhs = GuardedBuffer<byte>.From(Packing.Rows(codes, size.K));
        rhs = GuardedBuffer<sbyte>.From(Packing.S8(bytes, 1, size.K, size.N));
        correction = GuardedBuffer<int>.From(Packing.Padded(corrections));
    }

    public float[] X { get; }

    public float[] Bias { get; }

    public float Weight(int k, int column) => weights[(k * size.N) + column];

    /// <summary>v of the first pass, whose arithmetic is fixed to the bit.</summary>
    public float Low(int i)
    {
        int sum = Enumerable.Range(0, size.K).Sum(k => (codes[(i / size.N * size.K) + k] - ZeroPoint) * bytes[(k * size.N) + (i % size.N)]);
        return MathF.FusedMultiplyAdd(sum, scales[i % size.N], Bias[i % size.N]);
    }

    /// <summary>v of the second pass, exactly.</summary>
    public double High(int i) => Products(i).Sum() + Bias[i % size.N];

    /// <summary>(⌈K/16⌉ + 4 + 1)·u·(Σ|x·w| + |bias|): the longest chain of roundings, the bias's among them.</summary>
    public double HighError(int i) => ((size.K + 15) / 16 + 5) * Math.ScaleB(Products(i).Sum(Math.Abs) + Math.Abs(Bias[i % size.N]), -24);

    public double Numerator(int i) => (Norm(k => Weight(k, i % size.N)) * Norm(k => X[(i / size.N * size.K) + k])) + Math.Abs(Bias[i % size.N]);

    public float[] Run<TActivation>(InstructionSet set, int block, float tolerance, float guard, TActivation activation, out long flagged)
        where TActivation : struct, IDifferentiable
    {
        using var y = new GuardedBuffer<float>(size.M * size.N);
        flagged = Gemm.TwoPass(set, size, block, tolerance, guard, x.Pointer, lhs.Pointer, rhs.Pointer, correction.Pointer, scale.Pointer, bias.Pointer, norms.Pointer, rows.Pointer,
            activation, new StoreF32(y.Pointer, size.N));
        y.Check();
        return y.Span.ToArray();
    }

    /// <summary>The product in rows of ceil4(N) bytes.</summary>
    public byte[] RunBytes<TActivation>(InstructionSet set, float tolerance, TActivation activation)
        where TActivation : struct, IDifferentiable
    {
        int pitch = (size.N + 3) / 4 * 4;
        using var y = new GuardedBuffer<byte>(size.M * pitch);
        Gemm.TwoPass(set, size, 0, tolerance, 0.01f, x.Pointer, lhs.Pointer, rhs.Pointer, correction.Pointer, scale.Pointer, bias.Pointer, norms.Pointer, rows.Pointer,
            activation, new StoreU8(y.Pointer, pitch, 0.02f, 11, 255));
        y.Check();
        return y.Span.ToArray();
    }

    public void Dispose()
    {
        foreach (IDisposable buffer in new IDisposable[] { x, rows, norms, scale, bias, lhs, rhs, correction })
        {
            buffer.Dispose();
        }
    }

    private IEnumerable<double> Products(int i) => Enumerable.Range(0, size.K).Select(k => (double)X[(i / size.N * size.K) + k] * Weight(k, i % size.N));

    private double Norm(Func<int, float> element) => Math.Sqrt(Enumerable.Range(0, size.K).Sum(k => (double)element(k) * element(k)));
}
