using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MixPrec.Runtime.Simd;
using MixPrec.Runtime.Threads;

namespace MixPrec.Runtime.Kernels;

/// <summary>The largest byte of each channel of a window; 0 where it sees nothing.</summary>
internal readonly unsafe struct LargestBytes(byte* x, byte* y, PoolWindows windows) : ISplitCode, IWindowCode
{
    public void Run<V>(int begin, int end)
        where V : struct, IVectorF32<V> => windows.ForEach(begin, end, this);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(in PoolRun run, in PoolTaps taps, int padded)
    {
        int channels = windows.Channels;
        byte* source = x + (run.First * channels), target = y + (run.Output * channels);
        nint next = run.Step * channels;
        var steps = new Steps(taps, channels);
        for (int window = 0; window < run.Count; window++, source += next, target += channels)
        {
            int c = 0;
            for (; c <= channels - (4 * Vector128<byte>.Count); c += 4 * Vector128<byte>.Count)
            {
                Columns<Four>(source + c, target + c, steps);
            }

            for (; c <= channels - Vector128<byte>.Count; c += Vector128<byte>.Count)
            {
                Columns<One>(source + c, target + c, steps);
            }

            for (; c < channels; c += PanelLayout.ByteGroup)
            {
                Columns<Group>(source + c, target + c, steps);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Columns<TBytes>(byte* source, byte* target, in Steps steps)
        where TBytes : struct, IBytes<TBytes>
    {
        TBytes largest = default;
        for (int i = 0; i < steps.Planes; i++)
        {
            for (int j = 0; j < steps.Rows; j++)
            {
                byte* tap = source + (i * steps.Plane) + (j * steps.Row);
                for (int k = 0; k < steps.Columns; k++, tap += steps.Column)
                {
                    largest = TBytes.Max(largest, tap);
                }
            }
        }

        TBytes.Store(largest, target);
    }

    /// <summary>The taps of a window, their steps in bytes.</summary>
    private readonly struct Steps(in PoolTaps taps, int channels)
    {
        public readonly int Planes = taps.Planes, Rows = taps.Rows, Columns = taps.Columns;
        public readonly nint Plane = taps.PlaneStep * channels, Row = taps.RowStep * channels, Column = taps.ColumnStep * channels;
    }

    /// <summary>So many bytes in registers.</summary>
    private interface IBytes<TSelf>
        where TSelf : struct, IBytes<TSelf>
    {
        static abstract TSelf Max(TSelf left, byte* right);

        static abstract void Store(TSelf value, byte* target);
    }

    private readonly struct Four(Vector128<byte> a, Vector128<byte> b, Vector128<byte> c, Vector128<byte> d) : IBytes<Four>
    {
        private readonly Vector128<byte> a = a, b = b, c = c, d = d;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Four Max(Four left, byte* right) => new(
            Vector128.Max(left.a, Vector128.Load(right)), Vector128.Max(left.b, Vector128.Load(right + 16)),
            Vector128.Max(left.c, Vector128.Load(right + 32)), Vector128.Max(left.d, Vector128.Load(right + 48)));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Store(Four value, byte* target)
        {
            value.a.Store(target);
            value.b.Store(target + 16);
            value.c.Store(target + 32);
            value.d.Store(target + 48);
        }
    }

    private readonly struct One(Vector128<byte> bytes) : IBytes<One>
    {
        private readonly Vector128<byte> bytes = bytes;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static One Max(One left, byte* right) => new(Vector128.Max(left.bytes, Vector128.Load(right)));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Store(One value, byte* target) => value.bytes.Store(target);
    }

    private readonly struct Group(Vector128<byte> bytes) : IBytes<Group>
    {
        private readonly Vector128<byte> bytes = bytes;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Group Max(Group left, byte* right) =>
            new(Vector128.Max(left.bytes, Vector128.CreateScalar(Unsafe.ReadUnaligned<uint>(right)).AsByte()));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Store(Group value, byte* target) => Unsafe.WriteUnaligned(target, value.bytes.AsUInt32().ToScalar());
    }
}
