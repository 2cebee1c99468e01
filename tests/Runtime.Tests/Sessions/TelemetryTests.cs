using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Xunit;

namespace MixPrec.Runtime.Tests.Sessions;

/// <summary>What those hear who listen to runs, and that it costs nothing where nobody does.</summary>
/// <remarks>By itself: whoever listens hears all runs of the process, and those of other tests would allocate for it.</remarks>
[Collection(nameof(TelemetryTests))]
[CollectionDefinition(nameof(TelemetryTests), DisableParallelization = true)]
public sealed class TelemetryTests
{
    [Fact]
    public void A_run_is_a_duration_with_the_name_of_its_model()
    {
        using var weights = AddSession.Weights();
        using var session = new AddSession(weights);
        var heard = new List<(double Seconds, string Tags)>();
        using var listener = Listen((_, seconds, tags, _) => heard.Add((seconds, Text(tags))));
        session.Run(new float[8], new float[8]);
        session.Execute(new nint[2], [0]);
        session.Between = () => throw new NotFiniteNumberException("no number");
        Assert.Throws<NotFiniteNumberException>(() => session.Run(new float[4], new float[4]));

        var own = heard.Where(h => h.Tags.Contains(nameof(AddSession), StringComparison.Ordinal)).ToArray();
        Assert.Equal(["mixprec.model=AddSession", "mixprec.model=AddSession", "mixprec.model=AddSession error.type=NotFiniteNumberException"],
            own.Select(h => h.Tags));
        Assert.All(own, h => Assert.InRange(h.Seconds, 0, 60));
        session.Between = null;
        session.Run(new float[4], new float[4]);
    }

    [Fact]
    public void A_run_is_an_activity_within_that_of_its_caller()
    {
        using var weights = AddSession.Weights();
        using var session = new AddSession(weights);
        var ended = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "MixPrec.Runtime", ActivityStopped = ended.Add,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        using var caller = new Activity("request").Start();
        session.Run(new float[4], new float[4]);
        session.Between = () => throw new NotFiniteNumberException("no number");
        Assert.Throws<NotFiniteNumberException>(() => session.Run(new float[4], new float[4]));
        Assert.Same(caller, Activity.Current);
        var own = ended.Where(a => a.TraceId == caller.TraceId).ToArray();
        Assert.Equal([ActivityStatusCode.Unset, ActivityStatusCode.Error], own.Select(a => a.Status));
        Assert.All(own, a => Assert.Equal(("run", caller.SpanId, "AddSession"),
            (a.OperationName, a.ParentSpanId, (string?)a.GetTagItem("mixprec.model"))));
    }

    /// <summary>Not even those who listen to durations make a run allocate.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Telling_allocates_nothing(bool isHeard)
    {
        using var weights = AddSession.Weights();
        using var session = new AddSession(weights);
        int count = 0;
        using var listener = isHeard ? Listen((_, _, _, _) => count++) : null;
        float[] x = new float[40], y = new float[40];
        for (int i = 0; i < 3; i++)
        {
            session.Run(x, y);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        session.Run(x, y);
        session.Run(x, y);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.True(count >= 5 == isHeard);
    }

    /// <summary>A serializer reads the same back.</summary>
    [Fact]
    public void Info_is_JSON()
    {
        var info = new ModelInfo
        {
            Name = "Net\"<", PlanHash = "ab", Loss = "Mse", ErrorBudget = 0.01, MeasuredLossError = 0.005, PredictedLossError = double.NaN,
            Float32Microseconds = 30, MeasuredMicroseconds = 20, Threads = 2, Machine = "CPU",
            Layers = [new() { Name = "/fc/Gemm", Operator = "MatMul", Precision = "i8", Accumulator = "I32", ShareOfLossError = 1 }],
        };
        using var json = JsonDocument.Parse(info.ToJson());
        var root = json.RootElement;
        Assert.Equal(typeof(ModelInfo).GetProperties().Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name)).Order(),
            root.EnumerateObject().Select(p => p.Name).Order());
        Assert.Equal(typeof(LayerInfo).GetProperties().Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name)).Order(),
            root.GetProperty("layers")[0].EnumerateObject().Select(p => p.Name).Order());
        Assert.Equal(("Net\"<", 1.5, 2), (root.GetProperty("name").GetString(), root.GetProperty("speedup").GetDouble(),
            root.GetProperty("threads").GetInt32()));
        Assert.Equal(JsonValueKind.Null, root.GetProperty("predictedLossError").ValueKind);
        Assert.Equal(JsonValueKind.Null, root.GetProperty("layers")[0].GetProperty("timeGainMicroseconds").ValueKind);
        Assert.Equal(1, root.GetProperty("layers")[0].GetProperty("shareOfLossError").GetDouble());
    }

    private static MeterListener Listen(MeasurementCallback<double> heard)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument is { Meter.Name: "MixPrec.Runtime", Name: "mixprec.run.duration", Unit: "s" })
                {
                    l.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback(heard);
        listener.Start();
        return listener;
    }

    private static string Text(ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        string.Join(' ', tags.ToArray().Select(t => $"{t.Key}={t.Value}"));
}
