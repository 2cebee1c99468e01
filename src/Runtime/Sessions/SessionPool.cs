using System.ComponentModel;

namespace MixPrec.Runtime;

/// <summary>
/// Idle sessions of one model, shared by all threads: what makes <c>Run</c> of a generated model thread-safe. Lock-free; allocates only
/// when more
/// runs overlap than ever before.
/// </summary>
/// <typeparam name="TSession">The generated session.</typeparam>
/// <param name="create">Makes a session when none is idle.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class SessionPool<TSession>(Func<TSession> create) : IDisposable
    where TSession : ModelSession
{
    // More sessions than this many per CPU are never useful at one time; those beyond are disposed on return.
    private readonly TSession?[] _idle = new TSession?[Math.Clamp(2 * Environment.ProcessorCount, 4, 256)];
    private volatile bool _disposed;

    /// <summary>An idle session, or a new one. Give it back with <see cref="Return"/>.</summary>
    /// <exception cref="ObjectDisposedException">The pool was disposed.</exception>
    public TSession Rent()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        TSession?[] idle = _idle;
        int start = FirstSlot(idle.Length);
        for (int i = 0; i < idle.Length; i++)
        {
            // Reading first keeps the cache line shared while the slot is empty.
            ref TSession? slot = ref idle[(start + i) % idle.Length];
            if (slot is not null && Interlocked.Exchange(ref slot, null) is { } session)
            {
                return session;
            }
        }
        return create();
    }

    /// <summary>Takes back a session that is not running. When the pool is full or disposed, the session is disposed.</summary>
    public void Return(TSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        TSession?[] idle = _idle;
        int start = FirstSlot(idle.Length);
        for (int i = 0; i < idle.Length && !_disposed; i++)
        {
            ref TSession? slot = ref idle[(start + i) % idle.Length];
            if (slot is null && Interlocked.CompareExchange(ref slot, session, null) is null)
            {
                if (_disposed)
                {
                    // Dispose may have passed this slot before the session came.
                    DisposeIdle();
                }
                return;
            }
        }
        session.Dispose();
    }

    /// <summary>Disposes idle sessions now and rented ones when they come back.</summary>
    public void Dispose()
    {
        _disposed = true;
        DisposeIdle();
    }

    /// <summary>
    /// Threads begin at the slot of their CPU, so they rarely meet and find the session whose workspace is in their cache.
    /// </summary>
    private static int FirstSlot(int count) => (int)((uint)Thread.GetCurrentProcessorId() % (uint)count);

    private void DisposeIdle()
    {
        for (int i = 0; i < _idle.Length; i++)
        {
            Interlocked.Exchange(ref _idle[i], null)?.Dispose();
        }
    }
}
