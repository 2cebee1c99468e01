using System.Diagnostics;

namespace MixPrec.Runtime.Threads;

/// <summary>A background thread that helps one team at a time. It ends with the process and keeps none alive.</summary>
internal sealed class Worker
{
    /// <summary>
    /// How long a worker looks for the next step before it sleeps: longer than the small steps between two large ones take, short enough
    /// that an idle service burns nothing.
    /// </summary>
    private static readonly long Patience = Stopwatch.Frequency / 10_000;

    private const int LooksPerClock = 16;

    private readonly SemaphoreSlim _wake = new(0);
    private ThreadTeam? _team;
    private ThreadPlacement? _placement;
    private int _asleep = 1;

    private Worker()
    {
    }

    /// <summary>A worker that sleeps; null where the system has no more threads.</summary>
    public static Worker? Start()
    {
        var worker = new Worker();
        try
        {
            new Thread(worker.Loop) { IsBackground = true, Name = "MixPrec worker" }.UnsafeStart();
            return worker;
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            return null;
        }
    }

    /// <summary>Whether it takes a <see cref="Wake"/> to make it look for steps.</summary>
    public bool IsAsleep => Volatile.Read(ref _asleep) != 0;

    /// <summary>Binds an idle worker to <paramref name="team"/>.</summary>
    public bool TryBind(ThreadTeam team) =>
        Volatile.Read(ref _team) is null && Interlocked.CompareExchange(ref _team, team, null) is null;

    /// <summary>Between two steps of the team, which then waits for it no more.</summary>
    public void Unbind() => Volatile.Write(ref _team, null);

    /// <summary>After a step was opened.</summary>
    public void Wake()
    {
        if (Volatile.Read(ref _asleep) != 0 && Interlocked.Exchange(ref _asleep, 0) != 0)
        {
            _ = Volatile.Read(ref _placement)?.AvoidCaller();
            _wake.Release();
        }
    }

    private void Loop()
    {
        Volatile.Write(ref _placement, ThreadPlacement.OfThisThread());
        WaitForWake();
        ThreadTeam? known = null;
        uint seen = 0;
        long since = Stopwatch.GetTimestamp();
        for (int looks = 1; ; looks++)
        {
            var team = Volatile.Read(ref _team);
            if (team != known)
            {
                known = team;
                seen = 0;
            }

            if (team is not null && team.Help(this, ref seen))
            {
                since = Stopwatch.GetTimestamp();
                looks = 0;
                continue;
            }

            Thread.SpinWait(1);
            if (looks % LooksPerClock == 0 && Stopwatch.GetTimestamp() - since > Patience)
            {
                known = null;
                Sleep(seen);
                since = Stopwatch.GetTimestamp();
            }
        }
    }

    /// <summary>
    /// Says so first and looks again then, while <see cref="Wake"/> comes after the step: one of the two sees the other.
    /// </summary>
    private void Sleep(uint seen)
    {
        Interlocked.Exchange(ref _asleep, 1);
        if (Volatile.Read(ref _team) is { } team && team.WaitsForHelp(seen) && Interlocked.Exchange(ref _asleep, 0) != 0)
        {
            return;
        }

        WaitForWake();
    }

    private void WaitForWake()
    {
        _wake.Wait();

        // It runs beside its caller now, and stays where it is unless one of both has to move.
        _placement?.AllowAll();
    }
}
