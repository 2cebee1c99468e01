using System.Runtime.InteropServices;

namespace MixPrec.Compiler.Timing;

/// <summary>
/// Leaves the caches to a part of a network as the network leaves them: between two runs of the part, the rest reads and writes memory of
/// its own. What fits beside it is still there when the part runs again, what does not has to be fetched; a part that is run alone over and
/// over finds everything.
/// </summary>
internal sealed unsafe class CachePressure : IDisposable
{
    /// <summary>Beyond this, nothing is left in any cache of one core: reading more only takes time.</summary>
    public const long MostBytes = 32L << 20;

    private const int Line = 64;

    private readonly byte* _memory;
    private readonly long _bytes;
    private long _sum;

    /// <param name="bytes">What the largest <see cref="Of"/> asks for.</param>
    public CachePressure(long bytes)
    {
        _bytes = Math.Clamp(bytes, 0, MostBytes);
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)Math.Max(_bytes, Line), Line);

        // Pages that were never written are one page of zeros, which stays in the cache.
        new Span<byte>(_memory, (int)Math.Max(_bytes, Line)).Fill(1);
    }

    /// <summary>Reads <paramref name="bytes"/> of memory; null where there is nothing to read.</summary>
    public Action? Of(long bytes)
    {
        long read = Math.Min(bytes, _bytes) / Line * Line;
        return read <= 0 ? null : () => Read(read);
    }

    public void Dispose() => NativeMemory.AlignedFree(_memory);

    private void Read(long bytes)
    {
        long sum = 0;
        for (long i = 0; i < bytes; i += Line)
        {
            sum += _memory[i];
        }

        // Read by nobody, and kept so that the loop is.
        _sum += sum;
    }
}
