using System.Diagnostics;
using System.Reflection;

namespace MixPrec.Tasks.Run;

/// <summary>
/// Ends a process and those it started. .NET Standard has no such call: .NET's is found by name, .NET Framework uses <c>taskkill</c>.
/// </summary>
internal static class ProcessTree
{
    private static readonly MethodInfo? KillEntireTree = typeof(Process).GetMethod("Kill", [typeof(bool)]);

    public static void Kill(Process process)
    {
        if (process.HasExited)
        {
            return;
        }

        if (KillEntireTree is not null)
        {
            KillEntireTree.Invoke(process, [true]);
            return;
        }

        var arguments = FormattableString.Invariant($"/T /F /PID {process.Id}");
        using var killer = Process.Start(new ProcessStartInfo("taskkill", arguments) { UseShellExecute = false, CreateNoWindow = true });
        killer?.WaitForExit();
    }
}
