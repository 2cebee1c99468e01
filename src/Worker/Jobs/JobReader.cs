using MixPrec.Compiler;
using MixPrec.Diagnostics;
using MixPrec.Jobs;

namespace MixPrec.Worker.Jobs;

/// <summary>A job from its file, and what a worker cannot do without.</summary>
internal static class JobReader
{
    /// <exception cref="MixPrecException">MXP1001, MXP1041, MXP1139: the file does not exist, is a folder, or no task of this version
    /// wrote it.</exception>
    public static JobFile Read(string path)
    {
        InputPath.RequireFile("The job file", path, path);
        try
        {
            return JobFile.Parse(InputPath.ReadAllText(path));
        }
        catch (FormatException exception)
        {
            throw new MixPrecException(DiagnosticCatalog.JobUnreadable, path, path, exception.Message);
        }
    }

    /// <exception cref="MixPrecException">MXP1002: the value is absent.</exception>
    public static string Required(this JobFile job, string name) =>
        job[name] ?? throw new MixPrecException(DiagnosticCatalog.InvalidMetadata, job[JobFile.Model], name, "", "a value");
}
