namespace MixPrec.Jobs;

/// <summary>What the worker's process returns. A build takes every other code for a crash.</summary>
internal static class WorkerExitCode
{
    public const int Done = 0;

    /// <summary>The command ran to its end and what it checked does not hold (<c>verify</c>: a case is wrong or refused; <c>diff</c>: plans
    /// differ).</summary>
    public const int NotVerified = 1;

    /// <summary>
    /// An error with a code was found; <c>build</c> has written it to the diagnostics file, other commands to standard error.
    /// </summary>
    public const int Error = 2;

    public const int Cancelled = 3;

    /// <summary>The command line was not understood; the number is <c>EX_USAGE</c> of sysexits.h.</summary>
    public const int Usage = 64;
}
