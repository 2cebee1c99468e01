using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Threads;

/// <summary>Runs code in parts, on the threads of the session that runs on this thread.</summary>
internal static unsafe class Part
{
    /// <summary>
    /// Least work of a part, in multiply-adds of single precision or bytes moved, some forty of which take a nanosecond: 3 µs. Handing a
    /// part to a thread that waits takes a tenth of it (decision 0630).
    /// </summary>
    public const long LeastWork = 128 * 1024;

    /// <summary>What an exponential and the sums around it weigh.</summary>
    public const int Exponential = 40;

    /// <summary>Items 0 … <paramref name="items"/> - 1 of <paramref name="code"/>.</summary>
    /// <param name="code">What is run.</param>
    /// <param name="items">May be 0.</param>
    /// <param name="work">Of one item, see <see cref="LeastWork"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TCode, V>(scoped in TCode code, int items, long work)
        where TCode : struct, ISplitCode
        where V : struct, IVectorF32<V>
    {
        if (ThreadTeam.Current is { } team && team.Parts(items, work) is > 1 and var parts)
        {
            Split<TCode, V>(team, code, items, parts, items * work);
        }
        else
        {
            code.Run<V>(0, items);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Split<TCode, V>(ThreadTeam team, scoped in TCode code, int items, int parts, long work)
        where TCode : struct, ISplitCode
        where V : struct, IVectorF32<V>
    {
        // A copy has an address that stays: this frame lasts until the last part has ended.
        var copy = code;
#pragma warning disable CS8500 // The code holds addresses and numbers only.
        team.Run(&Invoke<TCode, V>, &copy, items, parts, work);
#pragma warning restore CS8500
    }

    private static void Invoke<TCode, V>(void* code, int begin, int end)
        where TCode : struct, ISplitCode
        where V : struct, IVectorF32<V> => Unsafe.AsRef<TCode>(code).Run<V>(begin, end);
}
