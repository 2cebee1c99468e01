using MixPrec.Jobs;
using MixPrec.Metadata;

namespace MixPrec.Tasks.Models;

/// <summary>What the project, not the item, decides.</summary>
internal sealed record ModelSettings(string OutputDirectory, string Mode, bool IsContinuousIntegration, bool IsLibrary,
    string MaxThreads, string TimingSeconds)
{
    /// <summary>
    /// Weights above this size go beside an application instead of into its assembly (a resource is read in whole before it is copied).
    /// </summary>
    private const long LargestEmbedded = 32L << 20;

    /// <summary>
    /// The job of one model: every metadatum of the item, with paths in full and what the item leaves to the project decided, and the
    /// properties that the worker reads.
    /// </summary>
    public IEnumerable<(string Name, string Value)> Job(ModelItem model, string lockFile) =>
    [
        (JobFile.Model, model.Model),
        .. ModelMetadata.Rows.Select(row => (row.Name, row.Name switch
        {
            "WeightsMode" => WeightsMode(model),
            "LockFile" => lockFile,
            _ => row.Rule.IsPath ? model.PathOf(row.Name) : model[row.Name],
        })),
        (BuildProperty.Mode.JobName, ModeFor(lockFile)),
        (BuildProperty.MaxThreads.JobName, MaxThreads),
        (BuildProperty.TimingSeconds.JobName, TimingSeconds),
        (JobFile.OutputDirectory, OutputDirectory),
    ];

    /// <summary>Locked on a build server that has a lock file, unless the project says otherwise.</summary>
    public string ModeFor(string lockFile) => Mode.Length > 0 ? Mode : IsContinuousIntegration && File.Exists(lockFile) ? "Locked" : "Auto";

    /// <summary>
    /// Libraries embed, so that their packages carry the weights; applications embed up to 32 MiB of model, counted with its external data
    /// (files named after it).
    /// </summary>
    public string WeightsMode(ModelItem model)
    {
        var mode = model["WeightsMode"];
        if (mode.Length > 0 && mode != "Auto")
        {
            return mode;
        }

        return IsLibrary || !File.Exists(model.Model) || SizeOf(model.Model) <= LargestEmbedded ? "Embedded" : "File";
    }

    private static long SizeOf(string model) =>
        Directory.GetFiles(Path.GetDirectoryName(model)!)
            .Where(file => Path.GetFileName(file).StartsWith(Path.GetFileName(model), StringComparison.Ordinal))
            .Sum(file => new FileInfo(file).Length);
}
