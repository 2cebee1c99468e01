using MixPrec.Runtime.Tests.Sessions;
using MixPrec.Runtime.Threads;
using Xunit;

namespace MixPrec.Runtime.Tests.Threads;

/// <summary>Sessions that run on several threads: many at once, disposed, failing, and how many threads they take.</summary>
public sealed class SessionThreadTests
{
    [Fact]
    public void Sessions_within_a_parallel_loop_all_give_the_result_of_one_thread()
    {
        const int Rows = 50_000;
        float[] x = [.. Enumerable.Range(0, 4 * Rows).Select(i => i * 0.25f)];
        var expected = new float[x.Length];
        using var weights = AddSession.Weights();
        using (var alone = new AddSession(weights))
        {
            alone.Run(x, expected);
        }

        Parallel.For(0, 32, i =>
        {
            using var session = new AddSession(weights, threads: 2 + (i % 3));
            var y = new float[x.Length];
            for (int repetition = 0; repetition < 5; repetition++)
            {
                Array.Clear(y);
                session.Run(x, y);
                Assert.True(expected.AsSpan().SequenceEqual(y));
            }
        });
    }

    [Fact]
    public void A_session_is_disposed_while_it_and_others_run()
    {
        float[] x = new float[400_000], y = new float[x.Length];
        using var weights = AddSession.Weights();
        using var other = new AddSession(weights, threads: 2);
        var session = new AddSession(weights, threads: 2);
        session.Between = () =>
        {
            session.Dispose();
            other.Run(x, new float[x.Length]);
        };
        session.Run(x, y);
        Assert.Equal([1f, 2f, 3f, 4f], y[^4..]);
        Assert.Throws<ObjectDisposedException>(() => session.Run(x, y));
        other.Run(x, y);
    }

    [Fact]
    public void Runs_of_a_session_with_threads_allocate_nothing()
    {
        float[] x = new float[400_000], y = new float[x.Length];
        using var weights = AddSession.Weights();
        using var session = new AddSession(weights, threads: 3);
        session.Run(x, y);

        // A run may start a worker in place of one that the session of another test holds: some twenty have all they need.
        Assert.Contains(0, Enumerable.Range(0, 20).Select(_ =>
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 20; i++)
            {
                session.Run(x, y);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }));
    }

    [Fact]
    public void A_run_that_fails_leaves_no_team_behind()
    {
        using var weights = AddSession.Weights();
        using var session = new AddSession(weights, threads: 2) { Between = () => throw new InvalidOperationException() };
        Assert.Throws<InvalidOperationException>(() => session.Run(new float[400_000], new float[400_000]));
        Assert.Null(ThreadTeam.Current);
        session.Between = () => Assert.NotNull(ThreadTeam.Current);
        session.Run(new float[400_000], new float[400_000]);
        Assert.Null(ThreadTeam.Current);
    }

    [Fact]
    public void Numbers_of_threads_are_checked()
    {
        using var weights = AddSession.Weights();
        Assert.Throws<ArgumentOutOfRangeException>(() => new AddSession(weights, threads: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AddSession(weights, threads: 1025));
        using var session = new AddSession(weights, threads: 1024);
        Assert.Equal(1024, session.Threads);
        Assert.InRange(WorkerPool.Shared.Count, 0, Environment.ProcessorCount - 1);
        var y = new float[400_000];
        session.Run(new float[y.Length], y);
        Assert.Equal([1f, 2f, 3f, 4f], y[^4..]);
    }
}
