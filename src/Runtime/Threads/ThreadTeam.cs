using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace MixPrec.Runtime.Threads;

/// <summary>
/// The threads of one session: the one that calls, and workers that help it with one step at a time as long as there are seats
/// (<see cref="WorkerPool"/>).
/// </summary>
/// <remarks>
/// A step is open while its word is odd in the upper half; the lower half counts the workers inside. A worker enters only an open step, and
/// the caller waits only for those that entered: one that sleeps, or that the system has put aside, holds nobody up.
/// Parts that lie together are the share of one thread, the same from step to step: what it wrote is in the cache of its processor when
/// it reads it. Whoever has finished takes parts of the others (decision 0631).
/// </remarks>
/// <param name="threads">At least 2.</param>
/// <param name="pool">Where workers come from.</param>
internal sealed unsafe class ThreadTeam(int threads, WorkerPool pool)
{
    /// <summary>
    /// Parts for each thread. The last part is what others wait for, and a thread that the system interrupts leaves its share to them.
    /// </summary>
    private const int PartsPerThread = 4;

    /// <summary>
    /// Parts worth of work that a run does without workers that sleep before it wakes them: waking takes the caller some
    /// 10 µs, and the worker as much again to come (decision 0630). Never waking would cost long runs their gain, and waking at once
    /// would cost short ones more than they take.
    /// </summary>
    private const int WakingParts = 8;

    private const ulong Step = 1UL << 32;

    [ThreadStatic]
    private static ThreadTeam? current;

    private readonly Worker?[] _helpers = new Worker?[threads - 1];
    private ThreadTeam? _outer;
    private int _helping;
    private bool _seated;
    private long _alone;

    private delegate*<void*, int, int, void> _code;
    private void* _argument;
    private int _items;
    private int _parts;
    private readonly Line[] _next = new Line[threads];
    private int _shares;
    private Exception? _failure;
    private Line _open;

    /// <summary>The team of the session that runs on this thread; null without one, and within a part.</summary>
    public static ThreadTeam? Current => current;

    /// <summary>Threads at most, the caller among them.</summary>
    public int Threads => threads;

    /// <summary>Steps that were offered to workers so far.</summary>
    internal uint Steps => (uint)(Volatile.Read(ref _open.Word) >> 33);

    /// <summary>
    /// Parts that are worth cutting a step into, so that each has at least the least work; 1 for a step that is better left alone.
    /// </summary>
    /// <param name="items">At most as many parts.</param>
    /// <param name="work">Of one item.</param>
    public int Parts(int items, long work) => Math.Min(items, Parts(items * Math.Max(work, 1)));

    /// <summary>The same for a step whose items are not counted yet.</summary>
    /// <param name="work">Of the whole step.</param>
    public int Parts(long work) => work < 2 * pool.LeastWork ? 1 : (int)Math.Min(PartsPerThread * threads, work / pool.LeastWork);

    /// <summary>A run begins on this thread.</summary>
    public void Begin()
    {
        _outer = current;
        _alone = 0;
        current = this;
    }

    /// <summary>The run has ended: others may have the workers.</summary>
    public void End()
    {
        current = _outer;
        _outer = null;
        while (_helping > 0)
        {
            ReleaseHelper();
        }

        if (_seated)
        {
            _seated = false;
            pool.LeaveSeat();
        }
    }

    /// <summary>Items 0 … <paramref name="items"/> - 1, in about so many parts.</summary>
    /// <param name="code">Takes the argument, the first item and the one after the last.</param>
    /// <param name="argument">Whatever code needs, for as long as this runs.</param>
    /// <param name="items">Items.</param>
    /// <param name="parts">From 2 on.</param>
    /// <param name="work">Of all items.</param>
    public void Run(delegate*<void*, int, int, void> code, void* argument, int items, int parts, long work)
    {
        Recruit();
        if (!HasHelp(work))
        {
            code(argument, 0, items);
            return;
        }

        _code = code;
        _argument = argument;
        _items = items;
        _parts = parts;
        _shares = _helping + 1;
        for (int share = 0; share < _shares; share++)
        {
            _next[share].Word = (ulong)FirstPart(share);
        }

        // What a part calls is not split again, and what it calls after a failure neither.
        current = null;
        Interlocked.Add(ref _open.Word, Step);
        for (int i = 0; i < _helping; i++)
        {
            _helpers[i]!.Wake();
        }

        _alone = 0;
        RunParts(0);
        Interlocked.Add(ref _open.Word, Step);
        SpinWait wait = default;
        while ((uint)Volatile.Read(ref _open.Word) != 0)
        {
            // Never sleeps: what is awaited are microseconds, or a worker that needs this processor.
            wait.SpinOnce(sleep1Threshold: -1);
        }

        current = this;
        if (_failure is { } failure)
        {
            _failure = null;
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    /// <summary>Runs parts of the open step, unless it is <paramref name="seen"/>; false if there was none.</summary>
    internal bool Help(Worker worker, ref uint seen)
    {
        ulong word = Volatile.Read(ref _open.Word);
        uint step = (uint)(word >> 32);
        if ((step & 1) == 0 || step == seen || Interlocked.CompareExchange(ref _open.Word, word + 1, word) != word)
        {
            return false;
        }

        seen = step;
        RunParts(Array.IndexOf(_helpers, worker) + 1);
        Interlocked.Decrement(ref _open.Word);
        return true;
    }

    /// <summary>Whether a step waits for help, other than <paramref name="seen"/>.</summary>
    internal bool WaitsForHelp(uint seen)
    {
        uint step = (uint)(Volatile.Read(ref _open.Word) >> 32);
        return (step & 1) != 0 && step != seen;
    }

    /// <summary>The parts of one share and then those that other threads have left.</summary>
    private void RunParts(int share)
    {
        try
        {
            for (int i = 0; i < _shares; i++)
            {
                int from = (share + i) % _shares;
                ulong last = (ulong)FirstPart(from + 1);
                for (ulong part; (part = Interlocked.Increment(ref _next[from].Word) - 1) < last;)
                {
                    _code(_argument, FirstItem((int)part), FirstItem((int)part + 1));
                }
            }
        }
        catch (Exception failure)
        {
            Interlocked.CompareExchange(ref _failure, failure, null);
            for (int i = 0; i < _shares; i++)
            {
                Volatile.Write(ref _next[i].Word, (ulong)_parts);
            }
        }
    }

    private int FirstPart(int share) => (int)((long)_parts * share / _shares);

    private int FirstItem(int part) => (int)((long)_items * part / _parts);

    /// <summary>Takes as many workers as there are seats for, and gives back what others need by now.</summary>
    private void Recruit()
    {
        if (!_seated)
        {
            _seated = true;
            pool.TakeSeat();
        }

        while (_helping > 0 && pool.IsCrowded)
        {
            ReleaseHelper();
        }

        while (_helping < _helpers.Length && pool.TryHire(this) is { } worker)
        {
            _helpers[_helping++] = worker;
        }
    }

    /// <summary>Whether some worker is awake, or worth waking after all the work that was done alone.</summary>
    private bool HasHelp(long work)
    {
        for (int i = 0; i < _helping; i++)
        {
            if (!_helpers[i]!.IsAsleep)
            {
                return true;
            }
        }

        _alone += work;
        return _helping > 0 && _alone >= WakingParts * pool.LeastWork;
    }

    private void ReleaseHelper()
    {
        ref Worker? helper = ref _helpers[--_helping];
        pool.Dismiss(helper!);
        helper = null;
    }

    /// <summary>A number that several threads write, in a cache line of its own.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Line
    {
        [FieldOffset(128)]
        public ulong Word;
    }
}
