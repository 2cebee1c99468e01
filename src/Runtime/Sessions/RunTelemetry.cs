using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;

namespace MixPrec.Runtime;

/// <summary>
/// What a run tells those who listen: a histogram of durations, and an activity. Where nobody listens a run asks two fields; an application
/// that is compiled ahead of time with <c>MixPrecTelemetry=false</c> has nothing of it.
/// </summary>
internal readonly struct RunTelemetry
{
    public const string Name = "MixPrec.Runtime";

    private const string DurationName = "mixprec.run.duration", ModelTag = "mixprec.model", ErrorTag = "error.type";

    private readonly long _start;
    private readonly Activity? _activity;

    private RunTelemetry(long start, Activity? activity) => (_start, _activity) = (start, activity);

    [FeatureSwitchDefinition(Name + ".Telemetry")]
    internal static bool IsSupported { get; } = !AppContext.TryGetSwitch(Name + ".Telemetry", out bool isOn) || isOn;

    /// <summary>The beginning of a run; the default where nobody listens.</summary>
    public static RunTelemetry Begin(ModelSession session) =>
        !IsSupported || !(Instruments.Duration.Enabled || Instruments.Source.HasListeners()) ? default
            : new(Stopwatch.GetTimestamp(), Instruments.Source.StartActivity("run")?.SetTag(ModelTag, session.ModelName));

    /// <summary>The regular end.</summary>
    public void End(ModelSession session)
    {
        if (IsSupported && _start != 0)
        {
            Instruments.Duration.Record(Seconds, new KeyValuePair<string, object?>(ModelTag, session.ModelName));
            _activity?.Dispose();
        }
    }

    /// <summary>The end with an exception, which goes on: a filter that lets it pass.</summary>
    public bool Fails(ModelSession session, Exception failure)
    {
        if (IsSupported && _start != 0)
        {
            string kind = failure.GetType().Name;
            Instruments.Duration.Record(Seconds, new(ModelTag, session.ModelName), new(ErrorTag, kind));
            _activity?.SetTag(ErrorTag, kind).SetStatus(ActivityStatusCode.Error, failure.Message).Dispose();
        }

        return false;
    }

    private double Seconds => Stopwatch.GetElapsedTime(_start).TotalSeconds;

    /// <summary>Made at the first run of the process.</summary>
    private static class Instruments
    {
        public static readonly ActivitySource Source = new(Name);
        public static readonly Histogram<double> Duration =
            new Meter(Name).CreateHistogram<double>(DurationName, "s", "Duration of a run.");
    }
}
