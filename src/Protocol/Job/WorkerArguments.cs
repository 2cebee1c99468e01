namespace MixPrec.Jobs;

/// <summary>How a build starts the worker: the command <c>build</c> and its options.</summary>
internal static class WorkerArguments
{
    public const string Command = "build";

    /// <summary>Full path of the job file.</summary>
    public const string Job = "--job";

    /// <summary>Folders separated by semicolons.</summary>
    public const string PackageFolders = "--package-folders";

    /// <summary>One property <c>NAME=VALUE</c>; may be repeated.</summary>
    public const string Restore = "--restore";

    /// <summary>Without a value.</summary>
    public const string EndWithInput = "--end-with-input";
}
