namespace MixPrec.Metadata;

/// <summary>A property of a project that the build reads, not of one item.</summary>
/// <param name="Name">As written in a project.</param>
/// <param name="JobName">Its name in the job file; empty where the worker does not hear of it.</param>
/// <param name="Rule">What it may hold.</param>
/// <param name="Help">What it is, in one phrase without a final point.</param>
/// <param name="Example">An allowed value that is not the default.</param>
internal sealed record BuildProperty(string Name, string JobName, MetadataRule Rule, string Help, string Example)
{
    public string OptionName => Metadatum.NameOfOption(JobName);

    public static readonly BuildProperty Mode = new(
        "MixPrecMode", "Mode", MetadataRule.Choice("Auto", "Locked", "Update", "Skip"), "how a build treats the lock file", "Locked");

    public static readonly BuildProperty MaxThreads = new(
        "MixPrecMaxThreads", "MaxThreads", MetadataRule.Count("a whole number of threads above 0", int.MaxValue),
        "threads of the worker", "3");

    public static readonly BuildProperty TimingSeconds = new(
        "MixPrecTimingSeconds", "TimingSeconds", MetadataRule.Number("a number of seconds above 0", value => value is > 0 and < 1e6),
        "how long timing every configuration may take", "30.5");

    /// <summary>Milliseconds of a wait fit 32 bits.</summary>
    public static readonly BuildProperty TimeoutSeconds = new(
        "MixPrecTimeoutSeconds", "", MetadataRule.Count($"a whole number from 1 to {int.MaxValue / 1000}", int.MaxValue / 1000),
        "when a build worker is stopped", "60");

    public static readonly BuildProperty MaxMemory = new(
        "MixPrecMaxMemory", "", MetadataRule.Count("a whole number of MiB above 0", int.MaxValue), "memory that a build worker may hold",
        "4096");

    public static IReadOnlyList<BuildProperty> All { get; } = [Mode, MaxThreads, TimingSeconds, TimeoutSeconds, MaxMemory];
}
