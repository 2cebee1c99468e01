using System.Runtime.InteropServices;

namespace MixPrec.Compiler.Calibration;

/// <summary>How many threads libtorch has and how they wait for each other.</summary>
internal static partial class TorchThreads
{
    private const int KeepExisting = 0;

    /// <summary>
    /// Has them sleep; to be called before libtorch is loaded, whose OpenMP library reads the setting then. Spinning, its default, holds
    /// the core that the thread waited for needs: with three other busy processes on two cores, calibrating and estimating SqueezeNet 1.1
    /// took more than 194 s, and 30 s asleep.
    /// </summary>
    /// <remarks>A policy that the user has set stays.</remarks>
    public static void WaitAsleep()
    {
        // Environment.SetEnvironmentVariable does not reach native code on Unix; the OpenMP library of Windows stops spinning by itself.
        if (!OperatingSystem.IsWindows())
        {
            _ = SetVariable("OMP_WAIT_POLICY", "PASSIVE", KeepExisting);
        }
    }

    /// <summary>
    /// At most <paramref name="count"/> threads for the operations of libtorch, 1 or more; never more than there are processors.
    /// </summary>
    public static void Limit(int count) => TorchSharp.torch.set_num_threads(Math.Min(count, Environment.ProcessorCount));

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
