using MixPrec.Runtime.Tests.Weights;
using Xunit;

namespace MixPrec.Runtime.Tests.Sessions;

public sealed class ModelSessionTests
{
    [Fact]
    public void A_run_grows_the_workspace_and_never_shrinks_it()
    {
        using var weights = AddSession.Weights();
        using var session = new AddSession(weights);
        Assert.Equal(0, session.WorkspaceLength);
        foreach (int n in new[] { 1, 0, 40, 3 })
        {
            Check(session, n);
        }

        Assert.Equal(40 * 16, session.WorkspaceLength);
    }

    [Fact]
    public void A_run_on_known_dimensions_allocates_nothing()
    {
        using var weights = AddSession.Weights();
        using var session = new AddSession(weights);
        float[] x = new float[40], y = new float[40];
        for (int i = 0; i < 3; i++)
        {
            session.Run(x, y);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        session.Run(x, y);
        session.Run(x, y);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Wrong_lengths_are_named()
    {
        using var weights = AddSession.Weights();
        using var session = new AddSession(weights);
        var input = Assert.Throws<ArgumentException>(() => session.Run(new float[5], new float[4]));
        Assert.Equal("x", input.ParamName);
        Assert.Contains("multiple of 4", input.Message);
        var output = Assert.Throws<ArgumentException>(() => session.Run(new float[8], new float[4]));
        Assert.Equal("y", output.ParamName);
        Assert.Contains("must have 8 elements", output.Message);
        Assert.Throws<ArgumentException>(() => session.Execute([0], [1]));
        Assert.Throws<ArgumentException>(() => session.Execute([0, 0], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => session.Execute([0, 0], [-1]));
        Assert.Throws<ArgumentException>(() => session.Execute([0, 0], [int.MaxValue]));
        Check(session, 2);
    }

    [Fact]
    public void Disposed_sessions_and_weights_refuse_to_run()
    {
        using var weights = AddSession.Weights();
        var first = new AddSession(weights);
        using var second = new AddSession(weights);
        first.Dispose();
        first.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Check(first, 1));
        Check(second, 1);
        weights.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Check(second, 1));
        Assert.Throws<ObjectDisposedException>(() => new AddSession(weights));
    }

    [Fact]
    public void Disposal_during_a_run_waits_for_its_end_and_a_second_run_is_refused()
    {
        using var weights = AddSession.Weights();
        var session = new AddSession(weights);
        session.Between = () =>
        {
            Assert.Throws<InvalidOperationException>(() => session.Run(new float[4], new float[4]));
            session.Dispose();
            weights.Dispose();
        };
        Check(session, 5);
        Assert.Equal(0, session.WorkspaceLength);
        Assert.Throws<ObjectDisposedException>(() => Check(session, 5));
    }

    [Fact]
    public void A_failed_run_leaves_the_session_usable()
    {
        using var weights = AddSession.Weights();
        using var session = new AddSession(weights);
        session.Between = () => throw new InvalidDataException();
        Assert.Throws<InvalidDataException>(() => Check(session, 1));
        session.Between = null;
        Check(session, 1);
    }

    [Fact]
    public void Weights_that_are_too_short_are_refused()
    {
        using var weights = AddSession.Weights();
        Assert.Contains("16 bytes", Assert.Throws<ModelWeightsException>(() => new AddSession(weights, 17)).Message);
    }

    [Fact]
    public void Pinned_spans_survive_a_compacting_collection()
    {
        using var weights = AddSession.Weights();
        using var session = new AddSession(weights);
        session.Between = () => GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
        for (int i = 0; i < 5; i++)
        {
            Check(session, 7);
        }
    }

    internal static void Check(AddSession session, int n)
    {
        float[] x = [.. Enumerable.Range(0, 4 * n).Select(i => (float)i)], y = new float[4 * n];
        session.Run(x, y);
        Assert.Equal(x.Select((v, i) => v + (i % 4) + 1), y);
    }
}
