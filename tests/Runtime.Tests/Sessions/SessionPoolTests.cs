using Xunit;

namespace MixPrec.Runtime.Tests.Sessions;

public sealed class SessionPoolTests
{
    [Fact]
    public void Threads_never_share_a_session()
    {
        using var weights = AddSession.Weights();
        int created = 0;
        using var pool = new SessionPool<AddSession>(() =>
        {
            Interlocked.Increment(ref created);
            return new AddSession(weights);
        });
        const int Threads = 6;
        Parallel.For(0, Threads, new ParallelOptions { MaxDegreeOfParallelism = Threads }, _ =>
        {
            for (int i = 0; i < 500; i++)
            {
                // A session that two threads held at once would refuse the second run.
                AddSession session = pool.Rent();
                ModelSessionTests.Check(session, 1 + (i % 5));
                pool.Return(session);
            }
        });
        Assert.InRange(created, 1, Threads);
    }

    [Fact]
    public void Renting_and_returning_allocates_nothing()
    {
        using var weights = AddSession.Weights();
        using var pool = new SessionPool<AddSession>(() => new AddSession(weights));
        pool.Return(pool.Rent());
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            pool.Return(pool.Rent());
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void A_disposed_pool_disposes_what_comes_back()
    {
        using var weights = AddSession.Weights();
        var pool = new SessionPool<AddSession>(() => new AddSession(weights));
        AddSession rented = pool.Rent(), idle = pool.Rent();
        pool.Return(idle);
        pool.Dispose();
        pool.Dispose();
        Assert.Throws<ObjectDisposedException>(() => ModelSessionTests.Check(idle, 1));
        ModelSessionTests.Check(rented, 1);
        pool.Return(rented);
        Assert.Throws<ObjectDisposedException>(() => ModelSessionTests.Check(rented, 1));
        Assert.Throws<ObjectDisposedException>(pool.Rent);
    }

    [Fact]
    public void A_full_pool_disposes_the_surplus()
    {
        using var weights = AddSession.Weights();
        using var pool = new SessionPool<AddSession>(() => new AddSession(weights));
        AddSession[] rented = [.. Enumerable.Range(0, Math.Clamp(2 * Environment.ProcessorCount, 4, 256) + 1).Select(_ => pool.Rent())];
        Array.ForEach(rented, pool.Return);
        Assert.Throws<ObjectDisposedException>(() => ModelSessionTests.Check(rented[^1], 1));
        ModelSessionTests.Check(rented[0], 1);
    }
}
