using System.Runtime.InteropServices;
using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Machine;
using MixPrec.Runtime.Tests.Kernels;
using MixPrec.Runtime.Tests.Machine.Interpreter;

namespace MixPrec.Runtime.Tests.Machine;

/// <summary>A whole product with a ReLU behind it, into bytes.</summary>
internal sealed unsafe class FinishedProductCase : IMachineOperands, IDisposable
{
    private const float Step = 0.02f;
    private const int ZeroPoint = 3;

    private const int CacheLine = 64;

    private readonly HashSet<nint> announced = [];
    private readonly Size size;
    private readonly bool hasByteSums;
    private readonly GuardedBuffer<byte> x, w, y;
    private readonly GuardedBuffer<int> compensation;
    private readonly GuardedBuffer<float> scale, bias;

    /// <param name="m">Rows.</param>
    /// <param name="n">Columns.</param>
    /// <param name="k">Depth.</param>
    /// <param name="hasByteSums">Whether operands are bytes.</param>
    /// <param name="known">Of bytes.</param>
    public FinishedProductCase(int m, int n, int k, bool hasByteSums, Exactness known)
    {
        (size, this.hasByteSums) = (new(m, n, k), hasByteSums);
        int largest = known == Exactness.Any ? 255 : 127;
        x = GuardedBuffer<byte>.From(
            hasByteSums ? Packing.Rows(Numbers.Bytes(m * k, largest, m), k) : Raw(Numbers.Floats(m * k, m)));
        w = GuardedBuffer<byte>.From(hasByteSums
            ? Raw(Packing.S8(Numbers.Weights(k * n, n), 1, k, n))
            : Raw(Packing.F32(Numbers.Floats(k * n, n), k, n)));
        compensation = GuardedBuffer<int>.From(Packing.Padded(Enumerable.Range(0, n).ToArray()));
        scale = GuardedBuffer<float>.From(Packing.Padded(Enumerable.Repeat(1e-4f / Step, n).ToArray()));
        bias = GuardedBuffer<float>.From(
            Packing.Padded(Numbers.Floats(n, 3).Select(b => hasByteSums ? (b / Step) + ZeroPoint : b).ToArray()));
        y = new(m * n);
    }

    /// <summary>Of the interpreter: it may hold any rows of a call.</summary>
    public int Rows => size.M;

    /// <summary>Cache lines of weights, other than those of the first columns, that no tile has fetched before they were needed.</summary>
    /// <param name="columns">Of a tile.</param>
    public int MissedLines(int columns)
    {
        int panels = PanelLayout.Panels(size.N), first = Math.Min(panels, columns / PanelLayout.Columns);
        int panelBytes = w.Length / panels;
        return Enumerable.Range(0, (panels - first) * panelBytes / CacheLine)
            .Count(line => !announced.Contains((((nint)w.Address + (first * panelBytes)) / CacheLine) + line));
    }

    public byte[] Run(TileKernel kernel)
    {
        announced.Clear();
        y.Span.Clear();
        InterpretedCall.Use(this, null, () =>
        {
            if (hasByteSums)
            {
                Gemm.Bytes(kernel, kernel.Needs, size, x.Pointer, new((sbyte*)w.Address), compensation.Pointer, scale.Pointer, bias.Pointer,
                    default(Identity), new StoreRoundedU8(y.Pointer, size.N, ZeroPoint, 255));
            }
            else
            {
                Gemm.F32(kernel, size, new((float*)x.Address), new((float*)w.Address), bias.Pointer, default(Relu),
                    new StoreU8(y.Pointer, size.N, Step, ZeroPoint, 255));
            }
        });
        y.Check();
        return y.Span.ToArray();
    }

    public void Allow(MemoryMap memory, void* argument)
    {
        var call = (TileCall*)argument;
        memory.AllowTiles(call, Rows);
        int groups = hasByteSums ? PanelLayout.ByteGroups(size.K) : size.K;
        memory.ExpectFetches(call, groups * (int)call->Tiles);
        for (int group = 0; group < groups * (int)call->Tiles; group++)
        {
            announced.Add((nint)(call->Upcoming + (group * call->UpcomingStep)) / CacheLine);
        }
        memory.AllowReading(x.Address, x.Length);
        memory.AllowReading(w.Address, w.Length);
        memory.AllowReading(compensation.Address, compensation.Length * sizeof(int));
        memory.AllowReading(scale.Address, scale.Length * sizeof(float));
        memory.AllowReading(bias.Address, bias.Length * sizeof(float));
        memory.AllowWriting(y.Address, y.Length);
    }

    public void Dispose()
    {
        x.Dispose();
        w.Dispose();
        y.Dispose();
        compensation.Dispose();
        scale.Dispose();
        bias.Dispose();
    }

    private static byte[] Raw<T>(T[] values)
        where T : unmanaged => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

    private readonly record struct Size(int M, int N, int K) : IGemmShape;
}
