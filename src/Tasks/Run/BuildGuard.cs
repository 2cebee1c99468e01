namespace MixPrec.Tasks.Run;

/// <summary>
/// Lets one build at a time run the worker for a model, across processes (an editor and a command line, two command lines).
/// </summary>
internal sealed class BuildGuard : IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);
    private readonly FileStream file;

    private BuildGuard(FileStream file, bool waited)
    {
        this.file = file;
        HadToWait = waited;
    }

    /// <summary>Whether another build held the guard: it may have done the work.</summary>
    public bool HadToWait { get; }

    /// <summary>
    /// Waits until no other build holds <paramref name="path"/>; null when <paramref name="patience"/> ran out or the build was cancelled.
    /// </summary>
    /// <exception cref="IOException">The system refuses the file for another reason than that it is held.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static BuildGuard? Enter(string path, TimeSpan patience, CancellationToken cancellation)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        for (var waited = false; clock.Elapsed < patience; waited = true)
        {
            try
            {
                return new BuildGuard(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None), waited);
            }
            catch (IOException held) when (IsHeld(held))
            {
                if (cancellation.WaitHandle.WaitOne(Poll))
                {
                    return null;
                }
            }
        }

        return null;
    }

    public void Dispose() => file.Dispose();

    /// <summary>
    /// ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION as results of Windows; EWOULDBLOCK of <c>flock</c> on Linux and on macOS. A folder
    /// that cannot be written, or a full disk, is an IOException too, and waiting for it mends nothing.
    /// </summary>
    private static bool IsHeld(IOException exception) => exception.HResult is unchecked((int)0x80070020) or unchecked((int)0x80070021)
        or 11 or 35;
}
