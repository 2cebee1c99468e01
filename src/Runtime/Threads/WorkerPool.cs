namespace MixPrec.Runtime.Threads;

/// <summary>
/// Workers, and the seats: one for each processor. A session that splits its steps takes one, and each worker that helps
/// it another. A session always gets a seat, a worker only a free one, so that many sessions at once use each processor once.
/// </summary>
/// <param name="seats">Threads at once, callers and workers together.</param>
/// <param name="leastWork">Least work of a part, see <see cref="Part.LeastWork"/>.</param>
/// <remarks>Seats are counted by sessions of two or more threads, from their first step that is split to the end of the run.</remarks>
internal sealed class WorkerPool(int seats, long leastWork = Part.LeastWork)
{
    private readonly Lock _growth = new();
    private Worker[] _workers = [];
    private int _taken;

    /// <summary>The pool of the process.</summary>
    public static WorkerPool Shared { get; internal set; } = new(Environment.ProcessorCount);

    /// <summary>Least work of a part.</summary>
    public long LeastWork => leastWork;

    /// <summary>Workers that were started so far.</summary>
    internal int Count => Volatile.Read(ref _workers).Length;

    /// <summary>Whether more threads run than there are processors.</summary>
    public bool IsCrowded => Volatile.Read(ref _taken) > seats;

    /// <summary>Starts what a session of <paramref name="threads"/> needs, so that its first run need not.</summary>
    public void Prepare(int threads)
    {
        while (Count < Math.Min(threads, seats) - 1 && Grow())
        {
        }
    }

    public void TakeSeat() => Interlocked.Increment(ref _taken);

    public void LeaveSeat() => Interlocked.Decrement(ref _taken);

    /// <summary>A worker for <paramref name="team"/>; null when no seat is free.</summary>
    public Worker? TryHire(ThreadTeam team)
    {
        int now = Volatile.Read(ref _taken);
        do
        {
            if (now >= seats)
            {
                return null;
            }
        }
        while (now != (now = Interlocked.CompareExchange(ref _taken, now + 1, now)));

        do
        {
            foreach (var worker in Volatile.Read(ref _workers))
            {
                if (worker.TryBind(team))
                {
                    return worker;
                }
            }
        }
        while (Grow());

        LeaveSeat();
        return null;
    }

    public void Dismiss(Worker worker)
    {
        worker.Unbind();
        LeaveSeat();
    }

    /// <summary>One worker more, up to one for each seat but a caller's.</summary>
    private bool Grow()
    {
        lock (_growth)
        {
            if (_workers.Length >= seats - 1 || Worker.Start() is not { } worker)
            {
                return false;
            }

            Volatile.Write(ref _workers, [.. _workers, worker]);
            return true;
        }
    }
}
