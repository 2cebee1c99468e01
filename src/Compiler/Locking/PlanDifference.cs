using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;

namespace MixPrec.Compiler.Locking;

/// <summary>What became of a plan from one lock file to another, and why.</summary>
/// <param name="Was">Null for a plan that was added.</param>
/// <param name="Is">Null for a plan that was removed.</param>
internal sealed record PlanDifference(LockedPlan? Was, LockedPlan? Is)
{
    private static readonly char[] s_separators = [';', ','];

    private LockedPlan Some => Is ?? Was!;

    public string Key => Some.Subject.Key;

    public string Model => Some.Subject.ModelName;

    /// <summary>Whether code and weights of both are the same, as far as the plans decide them.</summary>
    public bool DecidesTheSame => Was is not null && Is is not null && Layers.Count == 0 && Moved.Count == 0
        && Adjusted.Count == 0;

    /// <summary>
    /// What the decisions were taken from that is another now, each in words; empty where only measurements differ.
    /// </summary>
    public IReadOnlyList<string> Causes => Was is null || Is is null ? []
        : [.. Is.EditedFrom is null ? Array.Empty<string>() : ["the new file was edited since it was planned, and no build takes it"],
            .. Was.Subject.DifferencesTo(Is.Subject), .. NotStated(Was.Subject, Is.Subject),
            .. Was.Loss == Is.Loss ? Array.Empty<string>()
                : [$"the loss was {PrintableName.Format(Was.Loss)} and is {PrintableName.Format(Is.Loss)}"],
            .. Was.Numbers.Machine == Is.Numbers.Machine || Is.Subject.TimingHash is not null ? Array.Empty<string>()
                : [$"times were measured on {PrintableName.Format(Was.Numbers.Machine)} "
                    + $"and are on {PrintableName.Format(Is.Numbers.Machine)}"]];

    /// <summary>Layers whose precision changed, and those that only one of both has, in the order they run.</summary>
    public IReadOnlyList<LayerDifference> Layers => Was is null || Is is null ? []
        : [.. Paired().Where(p => p.Was?.Precision != p.Is?.Precision).Select(p => new LayerDifference(p.Was, p.Is, Reason(p.Was, p.Is)))];

    /// <summary>Layers of the same precision whose range is another, with how far it moved as a share of its width.</summary>
    public IReadOnlyList<(string Name, double Share)> Moved => Was is null || Is is null ? []
        : [.. Paired().Where(p => p.Was is not null && p.Is is not null && p.Was.Precision == p.Is.Precision)
            .Select(p => (p.Is!.Name, Share: Math.Max(Distance(p.Was!.Range, p.Is.Range), Distance(p.Was.RhsRange, p.Is.RhsRange))))
            .Where(p => p.Share > 0)];

    /// <summary>Layers of the same precision whose channels are scaled, weights rounded or biases corrected otherwise.</summary>
    public IReadOnlyList<string> Adjusted => Was is null || Is is null ? []
        : [.. Paired().Where(p => p.Was is not null && p.Is is not null && p.Was.Precision == p.Is.Precision
                && !(Equals(p.Was.Rounding, p.Is.Rounding) && Equals(p.Was.BiasCorrection, p.Is.BiasCorrection)
                    && Equals(p.Was.Channels, p.Is.Channels) && Equals(p.Was.Shift, p.Is.Shift)))
            .Select(p => p.Is!.Name)];

    /// <summary>
    /// Plans are paired by what they are for. Where each file holds one, that one is compared with the other whatever its options: a change
    /// of options is what is asked about then.
    /// </summary>
    public static IReadOnlyList<PlanDifference> Between(LockFile was, LockFile now) =>
        was.Plans.Count == 1 && now.Plans.Count == 1 ? [new(was.Plans[0], now.Plans[0])]
        : [.. was.Plans.Concat(now.Plans).Select(p => p.Subject.Key).Distinct().Order(StringComparer.Ordinal)
            .Select(key => new PlanDifference(Find(was, key), Find(now, key)))];

    private static LockedPlan? Find(LockFile file, string key) => file.Plans.FirstOrDefault(p => p.Subject.Key == key);

    private IEnumerable<(LockedLayer? Was, LockedLayer? Is)> Paired()
    {
        var before = Was!.Layers.ToDictionary(l => l.Name);
        var after = Is!.Layers.Select(l => l.Name).ToHashSet(StringComparer.Ordinal);
        return Is.Layers.Select(l => (before.GetValueOrDefault(l.Name), (LockedLayer?)l))
            .Concat(Was.Layers.Where(l => !after.Contains(l.Name)).Select(l => ((LockedLayer?)l, (LockedLayer?)null)));
    }

    /// <summary>What the newer plan alone could tell, where it does not.</summary>
    private static IEnumerable<string> NotStated(LockSubject was, LockSubject now) =>
        new[] { ("calibration data", was.CalibrationHash, now.CalibrationHash), ("validation data", was.ValidationHash, now.ValidationHash),
            ("timing table", was.TimingHash, now.TimingHash) }
            .Where(h => h.Item2 is not null && h.Item3 is null).Select(h => $"it was made with {h.Item1}, and is without");

    /// <summary>In words that stand alone: an option that decides the layer, else what the solver weighed.</summary>
    private string Reason(LockedLayer? was, LockedLayer? now)
    {
        if (was is null || now is null)
        {
            return was is null ? "the model has it now" : "the model had it";
        }

        return Pinned(Is!, now.Name) is { } pin && pin != Pinned(Was!, now.Name) ? $"Pin=\"{PrintableName.Format(pin)}\""
            : Pinned(Was!, now.Name) is { } old && Pinned(Is!, now.Name) is null ? $"no more pinned by \"{PrintableName.Format(old)}\""
            : Kept(Is!, now.Name) is { } kept && Kept(Was!, now.Name) is null ? $"KeepFloat=\"{PrintableName.Format(kept)}\""
            : Kept(Was!, now.Name) is { } free && Kept(Is!, now.Name) is null
                ? $"no more kept by KeepFloat=\"{PrintableName.Format(free)}\""
            : !Allows(Is!, was.Precision) ? $"Precisions leaves {was.Precision} out"
            : !Allows(Was!, now.Precision) ? $"Precisions left {now.Precision} out"
            : Is!.EditedFrom is not null ? "edited"
            : Causes.Count == 0 ? "other measured times" : Weighed(was, now);
    }

    private static string Weighed(LockedLayer was, LockedLayer now) =>
        now.Precision == PrecisionConfig.F32 ? "its gain is no more worth its error"
        : was.Precision == PrecisionConfig.F32 ? "its gain is worth its error now"
        : now.LossError < was.LossError ? "less error"
        : now.GainMicroseconds > was.GainMicroseconds ? "more error for more gain"
        : "the error budget is spent otherwise";

    private static string? Kept(LockedPlan plan, string layer) =>
        Entries(plan, "KeepFloat").FirstOrDefault(pattern => LayerPattern.Matches(pattern, layer));

    private static string? Pinned(LockedPlan plan, string layer) => Entries(plan, "Pin").FirstOrDefault(pin =>
        pin.LastIndexOf('=') is > 0 and var at && LayerPattern.Matches(pin[..at].Trim(), layer));

    private static bool Allows(LockedPlan plan, PrecisionConfig precision) =>
        precision == PrecisionConfig.F32 || Entries(plan, "Precisions") is not { Length: > 0 } allowed || allowed.Contains(precision.Id);

    private static string[] Entries(LockedPlan plan, string option) =>
        plan.Subject.Options.FirstOrDefault(o => o.Key == option).Value is { } text
            ? text.Split(s_separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : [];

    private static double Distance(ActivationRange? was, ActivationRange? now)
    {
        if (was == now)
        {
            return 0;
        }

        if (was is not { } one || now is not { } other)
        {
            return 1;
        }

        double width = Math.Max((double)one.Highest - one.Lowest, (double)other.Highest - other.Lowest);
        return Math.Max(Math.Abs((double)one.Lowest - other.Lowest), Math.Abs((double)one.Highest - other.Highest)) / width;
    }
}

/// <summary>A layer that changed.</summary>
/// <param name="Was">Null where the model has it only now.</param>
/// <param name="Is">Null where the model had it.</param>
/// <param name="Reason">Why, in a few words.</param>
internal sealed record LayerDifference(LockedLayer? Was, LockedLayer? Is, string Reason)
{
    public string Name => (Is ?? Was!).Name;
}
