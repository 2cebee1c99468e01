using System.Collections.Concurrent;
using System.Diagnostics;
using MixPrec.Runtime;

namespace MixPrec.Fuzz.Sessions;

/// <summary>
/// Many threads run the same networks: through the pool, in sessions that come and go, on several threads each, in sessions and models that
/// are disposed while they run, behind runs that were refused. Every output has the bits of a run on one thread.
/// </summary>
internal sealed class SessionStress : IDisposable
{
    private const int MostThreadsOfARun = 4, MostRuns = 6;

    private readonly IReadOnlyList<StressNetwork> _networks = StressNetwork.Create();
    private readonly IDisposable[] _shared;
    private readonly ConcurrentDictionary<string, int> _faults = new(StringComparer.Ordinal);
    private long _runs, _abandoned;

    public SessionStress() => _shared = [.. _networks.Select((n, i) => n.Load(1 + i))];

    public long Runs => _runs;

    /// <summary>Runs whose session or model was disposed under them.</summary>
    public long Abandoned => _abandoned;

    /// <summary>What went wrong, and how often.</summary>
    public IReadOnlyDictionary<string, int> Faults => _faults;

    /// <summary>Bytes of memory that the process holds, in the second quarter of the time at most and in the last one.</summary>
    public (long Early, long Late) Memory { get; private set; }

    public void Run(int threads, TimeSpan time, int seed)
    {
        var clock = Stopwatch.StartNew();
        Thread[] all = [.. Enumerable.Range(0, threads).Select(i => new Thread(() =>
        {
            var random = new Random(seed + i);
            while (clock.Elapsed < time)
            {
                Act(random);
            }
        }))];
        Array.ForEach(all, t => t.Start());
        while (clock.Elapsed < time)
        {
            Thread.Sleep(time / 40);
            long held = Environment.WorkingSet;
            double part = clock.Elapsed / time;
            Memory = part is > 0.25 and <= 0.5 ? (Math.Max(Memory.Early, held), 0)
                : part > 0.75 ? (Memory.Early, Math.Max(Memory.Late, held)) : Memory;
        }

        Array.ForEach(all, t => t.Join());
    }

    public void Dispose() => Array.ForEach(_shared, m => m.Dispose());

    private void Act(Random random)
    {
        int which = random.Next(_networks.Count);
        var network = _networks[which];
        try
        {
            switch (random.Next(10))
            {
                case 0:
                    using (var session = StressNetwork.CreateSession(_shared[which]))
                    {
                        RunSome(network, StressNetwork.RunnerOf(session), random);
                    }

                    break;
                case 1:
                    using (var model = network.Load(random.Next(1, MostThreadsOfARun + 1)))
                    {
                        RunSome(network, StressNetwork.RunnerOf(model), random);
                    }

                    break;
                case 2:
                    Abandon(network, StressNetwork.CreateSession(_shared[which]), random);
                    break;
                case 3:
                    Abandon(network, network.Load(random.Next(1, MostThreadsOfARun + 1)), random);
                    break;
                case 4:
                    Refused(StressNetwork.RunnerOf(_shared[which]));
                    break;
                default:
                    RunSome(network, StressNetwork.RunnerOf(_shared[which]), random);
                    break;
            }
        }
        catch (Exception e)
        {
            Count(e.ToString());
        }
    }

    private void RunSome(StressNetwork network, Runner run, Random random)
    {
        for (int left = random.Next(1, MostRuns + 1); left > 0; left--)
        {
            RunOne(network, run, random);
        }
    }

    private void RunOne(StressNetwork network, Runner run, Random random)
    {
        if (!network.Check(run, random))
        {
            Count($"{network.Name}: other bits");
        }

        Interlocked.Increment(ref _runs);
    }

    /// <summary>Another thread disposes what this one runs, at any moment; the run in progress ends well, the next is refused.</summary>
    private void Abandon(StressNetwork network, IDisposable target, Random random)
    {
        var run = StressNetwork.RunnerOf(target);
        int wait = random.Next(2000);
        var other = new Thread(() =>
        {
            Thread.SpinWait(wait);
            target.Dispose();
        });
        other.Start();
        try
        {
            while (true)
            {
                RunOne(network, run, random);
            }
        }
        catch (ObjectDisposedException)
        {
            Interlocked.Increment(ref _abandoned);
        }

        other.Join();
    }

    private void Refused(Runner run)
    {
        try
        {
            run(1, new float[1], new float[1]);
            Count("a wrong length was taken");
        }
        catch (ArgumentException)
        {
            // As it has to be.
        }
    }

    private void Count(string fault) => _faults.AddOrUpdate(fault, 1, (_, times) => times + 1);
}
