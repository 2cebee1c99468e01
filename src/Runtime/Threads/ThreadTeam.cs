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
/// </remarks>
/// <param name="threads">At least 2.</param>
/// <param name="pool">Where workers come from.</param>
internal sealed unsafe class ThreadTeam(int threads, WorkerPool pool)
{
    /// <summary>
    /// Parts for each thread. The last part is what others wait for, and a thread that the system interrupts leaves its share to them.
    /// </summary>
    private const int PartsPerThread = 4;

    private const ulong Step = 1UL << 32;

    [ThreadStatic]
    private static ThreadTeam? current;

    private readonly Worker?[] _helpers = new Worker?[threads - 1];
    private ThreadTeam? _outer;
    private int _helping;
    private bool _seated;

    private delegate*<void*, int, int, void> _code;
    private void* _argument;
    private int _items;
    private int _size;
    private Exception? _failure;
    private Counters _counters;

    /// <summary>The team of the session that runs on this thread; null without one, and within a part.</summary>
    public static ThreadTeam? Current => current;

    /// <summary>Threads at most, the caller among them.</summary>
    public int Threads => threads;

    /// <summary>Steps that were offered to workers so far.</summary>
    internal uint Steps => (uint)(Volatile.Read(ref _counters.Word) >> 33);

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
    public void Run(delegate*<void*, int, int, void> code, void* argument, int items, int parts)
    {
        Recruit();
        if (_helping == 0)
        {
            code(argument, 0, items);
            return;
        }

        _code = code;
        _argument = argument;
        _items = items;
        _size = (items + parts - 1) / parts;
        _counters.Next = 0;

        // What a part calls is not split again, and what it calls after a failure neither.
        current = null;
        Interlocked.Add(ref _counters.Word, Step);
        for (int i = 0; i < _helping; i++)
        {
            _helpers[i]!.Wake();
        }

        RunParts();
        Interlocked.Add(ref _counters.Word, Step);
        SpinWait wait = default;
        while ((uint)Volatile.Read(ref _counters.Word) != 0)
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
    internal bool Help(ref uint seen)
    {
        ulong word = Volatile.Read(ref _counters.Word);
        uint step = (uint)(word >> 32);
        if ((step & 1) == 0 || step == seen || Interlocked.CompareExchange(ref _counters.Word, word + 1, word) != word)
        {
            return false;
        }

        seen = step;
        RunParts();
        Interlocked.Decrement(ref _counters.Word);
        return true;
    }

    /// <summary>Whether a step waits for help, other than <paramref name="seen"/>.</summary>
    internal bool WaitsForHelp(uint seen)
    {
        uint step = (uint)(Volatile.Read(ref _counters.Word) >> 32);
        return (step & 1) != 0 && step != seen;
    }

    private void RunParts()
    {
        try
        {
            int size = _size, items = _items;
            while (true)
            {
                // As unsigned numbers: after a failure the counter stands beyond every part.
                ulong begin = (uint)(Interlocked.Increment(ref _counters.Next) - 1) * (ulong)(uint)size;
                if (begin >= (uint)items)
                {
                    return;
                }

                _code(_argument, (int)begin, (int)Math.Min(begin + (uint)size, (uint)items));
            }
        }
        catch (Exception failure)
        {
            Interlocked.CompareExchange(ref _failure, failure, null);
            Volatile.Write(ref _counters.Next, int.MaxValue / 2);
        }
    }

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

    private void ReleaseHelper()
    {
        ref Worker? helper = ref _helpers[--_helping];
        pool.Dismiss(helper!);
        helper = null;
    }

    /// <summary>What several threads write, in cache lines of its own.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 384)]
    private struct Counters
    {
        [FieldOffset(128)]
        public ulong Word;

        [FieldOffset(256)]
        public int Next;
    }
}
