using System.Runtime.InteropServices;

namespace MixPrec.Worker;

/// <summary>
/// The end of a process that computes in native code. <see cref="Environment.Exit"/> runs the exit handlers of native libraries, which
/// destroy what their own threads are still using: the process then ends by a signal instead of with its exit code. <see cref="Now"/> runs
/// ours and leaves theirs out.
/// </summary>
internal static partial class ProcessEnd
{
    static ProcessEnd() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Ending?.Invoke();

    /// <summary>Before either kind of end: what else would be left behind is removed or stopped.</summary>
    public static event Action? Ending;

    /// <summary>Ends the process with an exit code whatever its threads are doing. Does not return.</summary>
    public static void Now(int code)
    {
        Ending?.Invoke();
        if (OperatingSystem.IsWindows())
        {
            _ = TerminateProcess(CurrentProcess, code);
        }
        else
        {
            ExitAtOnce(code);
        }
    }

    /// <summary>The constant that GetCurrentProcess returns.</summary>
    private const nint CurrentProcess = -1;

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void ExitAtOnce(int code);

    [LibraryImport("kernel32")]
    private static partial int TerminateProcess(nint process, int code);
}
