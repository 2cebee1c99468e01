using System.Globalization;
using MixPrec.Compiler;
using MixPrec.Compiler.Options;
using MixPrec.Diagnostics;
using MixPrec.Jobs;
using MixPrec.Metadata;

namespace MixPrec.Worker.Jobs;

/// <summary>The words of a job as the compiler's options.</summary>
internal static class JobOptions
{
    /// <exception cref="MixPrecException">MXP1002: a value is not allowed; the message lists what is.</exception>
    public static CompilerOptions From(JobFile job)
    {
        string model = job.Required(JobFile.Model);
        var defaults = new CompilerOptions { Model = model, ClassName = job.Required("ClassName"),
            LockFile = Path.ChangeExtension(model, ".mixprec.lock.json") };
        return OptionBinding.ReadAll(defaults, name => job[name]) with
        {
            Mode = Value(job, BuildProperty.Mode) is { } mode ? Enum.Parse<BuildMode>(mode) : defaults.Mode,
            MaxThreads = Value(job, BuildProperty.MaxThreads) is { } threads
                ? int.Parse(threads, NumberStyles.None, CultureInfo.InvariantCulture) : null,
            TimingBudget = Value(job, BuildProperty.TimingSeconds) is { } seconds
                ? TimeSpan.FromSeconds(double.Parse(seconds, NumberStyles.Float, CultureInfo.InvariantCulture)) : defaults.TimingBudget,
            OutputDirectory = job[JobFile.OutputDirectory],
        };
    }

    private static string? Value(JobFile job, BuildProperty property) => job[property.JobName] is not { } value ? null
        : property.Rule.Parse(value)
            ?? throw new MixPrecException(DiagnosticCatalog.InvalidMetadata, job[JobFile.Model], property.JobName, value,
            property.Rule.Expected);
}
