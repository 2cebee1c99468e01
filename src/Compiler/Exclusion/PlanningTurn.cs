namespace MixPrec.Compiler.Exclusion;

/// <summary>
/// One build at a time plans one model with one set of options: of two projects of a solution that want the same, the second waits and
/// takes what the first has written. Otherwise two different plans would ship from one build, because times differ from run to run.
/// </summary>
internal static class PlanningTurn
{
    /// <param name="key">Of the plan in the lock file.</param>
    /// <returns>Says whether another build had its turn meanwhile: the plan may be there now.</returns>
    public static MachineLock Wait(string lockFile, string key, IProgress<BuildProgress> progress, CancellationToken cancellation) =>
        MachineLock.Enter("plan", $"{Path.GetFullPath(lockFile)}\n{key}", () =>
            progress.Report(new(2, "waiting for another build that plans the same model")), cancellation);
}
