namespace MixPrec.Compiler.Exclusion;

/// <summary>
/// One build of the machine measures at a time: two that measure at once disturb each other, and decide by the disturbance. Held from the
/// first measurement of a plan to its last.
/// </summary>
internal static class TimingTurn
{
    /// <param name="progress">Hears why nothing goes on while another build measures.</param>
    /// <param name="percent">How far the build is.</param>
    public static IDisposable Wait(IProgress<BuildProgress> progress, int percent, CancellationToken cancellation) =>
        MachineLock.Enter("timing", "", () => progress.Report(new(percent, "waiting for another build to finish its measurements")),
            cancellation);
}
