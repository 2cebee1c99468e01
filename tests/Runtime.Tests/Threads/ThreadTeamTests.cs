using MixPrec.Runtime.Simd;
using MixPrec.Runtime.Threads;
using Xunit;

namespace MixPrec.Runtime.Tests.Threads;

/// <summary>Steps in parts: who runs them, and what happens when they fail.</summary>
public sealed class ThreadTeamTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly WorkerPool _pool = new(16);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void So_many_threads_work_at_once(int threads)
    {
        // Each part waits until as many are there: fewer threads would never end.
        var code = new Meeting(new Barrier(threads));
        InTeam(threads, () => Part.Run<Meeting, F32x1>(code, threads, 8 * Part.LeastWork));
        Assert.Equal(threads, code.Visitors.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(1000)]
    [InlineData(1_000_003)]
    public void Each_item_runs_once(int items)
    {
        var counts = new int[items];
        InTeam(3, () =>
        {
            for (int step = 1; step <= 20; step++)
            {
                Part.Run<Count, F32x1>(new Count(counts), items, Part.LeastWork);
                Assert.All(counts, count => Assert.Equal(step, count));
            }
        });
    }

    [Fact]
    public void Nothing_is_split_that_is_too_small_or_within_a_part()
    {
        InTeam(2, () =>
        {
            var small = new Threads([]);
            Part.Run<Threads, F32x1>(small, 1000, 1);
            Assert.Equal([(0, 1000)], small.Parts);
            var nested = new Nested([]);
            Part.Run<Nested, F32x1>(nested, 8, Part.LeastWork);
            Assert.Equal(8, nested.Calls.Count);
            Assert.All(nested.Calls, call => Assert.Equal((0, 100), call));
        });
        var outside = new Threads([]);
        Part.Run<Threads, F32x1>(outside, 1000, Part.LeastWork);
        Assert.Equal([(0, 1000)], outside.Parts);
    }

    [Fact]
    public void Sleeping_workers_are_left_alone_by_small_runs_and_woken_by_long_ones()
    {
        // Alone until the work of eight parts has come together, step by step.
        var asleep = new Threads([]);
        InTeam(2, () =>
        {
            for (int step = 0; step < 4; step++)
            {
                Part.Run<Threads, F32x1>(asleep, 2, Part.LeastWork);
            }
        });
        Assert.Equal([(0, 2), (0, 2), (0, 2)], asleep.Parts[..3]);
        Assert.Equal(5, asleep.Parts.Count);
    }

    [Fact]
    public void A_failure_of_any_part_reaches_the_caller_and_the_team_goes_on()
    {
        InTeam(3, () =>
        {
            for (int item = 0; item < 12; item++)
            {
                var failure = Assert.Throws<InvalidOperationException>(() =>
                    Part.Run<Failing, F32x1>(new Failing(item), 12, Part.LeastWork));
                Assert.Equal($"item {item}", failure.Message);
                Assert.Contains(nameof(Failing), failure.StackTrace, StringComparison.Ordinal);
                var counts = new int[12];
                Part.Run<Count, F32x1>(new Count(counts), 12, Part.LeastWork);
                Assert.All(counts, count => Assert.Equal(1, count));
            }
        });
    }

    [Fact]
    public void Steps_allocate_nothing()
    {
        var counts = new int[64];
        InTeam(3, () =>
        {
            Part.Run<Count, F32x1>(new Count(counts), 64, Part.LeastWork);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++)
            {
                Part.Run<Count, F32x1>(new Count(counts), 64, Part.LeastWork);
            }

            Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        });
    }

    [Fact]
    public void Teams_share_the_seats()
    {
        // Four teams of four on four seats: each caller has its seat, and no worker is left.
        var pool = new WorkerPool(4);
        using var barrier = new Barrier(4);
        var crowded = new Threads([]);
        var threads = Enumerable.Range(0, 4).Select(_ => new Thread(() => InTeam(pool, 4, () =>
        {
            Part.Run<Count, F32x1>(new Count(new int[100]), 100, Part.LeastWork);
            barrier.SignalAndWait(s_patience);
            Part.Run<Threads, F32x1>(crowded, 100, Part.LeastWork);
            barrier.SignalAndWait(s_patience);
        }))).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.Equal(Enumerable.Repeat((0, 100), 4), crowded.Parts);

        // All have left, and one team gets them all.
        var code = new Meeting(new Barrier(4));
        InTeam(pool, 8, () => Part.Run<Meeting, F32x1>(code, 4, 8 * Part.LeastWork));
        Assert.Equal(4, code.Visitors.Count);
        Assert.Equal(3, pool.Count);
    }

    private void InTeam(int threads, Action action) => InTeam(_pool, threads, action);

    private static void InTeam(WorkerPool pool, int threads, Action action)
    {
        var team = new ThreadTeam(threads, pool);
        team.Begin();
        try
        {
            action();
        }
        finally
        {
            team.End();
        }
    }

    private readonly struct Meeting(Barrier barrier) : ISplitCode
    {
        public HashSet<int> Visitors { get; } = [];

        public void Run<V>(int begin, int end)
            where V : struct, IVectorF32<V>
        {
            lock (Visitors)
            {
                Visitors.Add(Environment.CurrentManagedThreadId);
            }

            Assert.True(barrier.SignalAndWait(s_patience), "the other threads did not come");
        }
    }

    private readonly struct Count(int[] counts) : ISplitCode
    {
        public void Run<V>(int begin, int end)
            where V : struct, IVectorF32<V>
        {
            for (int i = begin; i < end; i++)
            {
                Interlocked.Increment(ref counts[i]);
            }
        }
    }

    private readonly struct Threads(List<(int Begin, int End)> parts) : ISplitCode
    {
        public List<(int Begin, int End)> Parts => parts;

        public void Run<V>(int begin, int end)
            where V : struct, IVectorF32<V>
        {
            lock (parts)
            {
                parts.Add((begin, end));
            }
        }
    }

    private readonly struct Nested(List<(int Begin, int End)> calls) : ISplitCode
    {
        public List<(int Begin, int End)> Calls => calls;

        public void Run<V>(int begin, int end)
            where V : struct, IVectorF32<V>
        {
            var inner = new Threads(calls);
            for (int i = begin; i < end; i++)
            {
                Part.Run<Threads, V>(inner, 100, Part.LeastWork);
            }
        }
    }

    private readonly struct Failing(int item) : ISplitCode
    {
        public void Run<V>(int begin, int end)
            where V : struct, IVectorF32<V>
        {
            for (int i = begin; i < end; i++)
            {
                if (i == item)
                {
                    throw new InvalidOperationException($"item {i}");
                }

                Thread.SpinWait(2000);
            }
        }
    }
}
