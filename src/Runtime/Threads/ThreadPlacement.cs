using System.Runtime.InteropServices;

namespace MixPrec.Runtime.Threads;

/// <summary>
/// Where the system may run one thread: anywhere, or anywhere but on one processor. Linux wakes a thread on the processor that it slept on
/// and looks for an idle one only among those that share a cache; in a virtual machine that names no such caches a worker then waits for
/// its own caller to stop (decision 0632).
/// </summary>
internal sealed unsafe partial class ThreadPlacement
{
    /// <summary>Processors that a mask has bits for: what the C library's own masks have.</summary>
    private const int MostProcessors = 1024;

    private const int Bytes = MostProcessors / 8;

    private readonly nint _thread;
    private readonly byte[] _anywhere;

    private ThreadPlacement(nint thread, byte[] anywhere)
    {
        _thread = thread;
        _anywhere = anywhere;
    }

    /// <summary>Of the thread that calls; null where the system chooses well by itself, or leaves no choice.</summary>
    public static ThreadPlacement? OfThisThread()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        byte[] anywhere = new byte[Bytes];
        try
        {
            nint thread = Self();
            fixed (byte* mask = anywhere)
            {
                return GetAffinity(thread, Bytes, mask) == 0 && Processor() >= 0 ? new(thread, anywhere) : null;
            }
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Keeps the thread off the processor that the caller runs on, where it may run on another.</summary>
    /// <returns>Whether it does.</returns>
    public bool AvoidCaller()
    {
        int processor = Processor();
        byte* mask = stackalloc byte[Bytes];
        _anywhere.CopyTo(new Span<byte>(mask, Bytes));
        if ((uint)processor >= MostProcessors)
        {
            return false;
        }

        mask[processor / 8] &= (byte)~(1 << (processor % 8));

        // A mask without a processor that the process may use is refused, and nothing changes.
        return SetAffinity(_thread, Bytes, mask) == 0;
    }

    /// <summary>Lets the thread run anywhere again.</summary>
    public void AllowAll()
    {
        fixed (byte* mask = _anywhere)
        {
            _ = SetAffinity(_thread, Bytes, mask);
        }
    }

    [LibraryImport("libc", EntryPoint = "pthread_self")]
    [SuppressGCTransition]
    private static partial nint Self();

    [LibraryImport("libc", EntryPoint = "pthread_getaffinity_np")]
    private static partial int GetAffinity(nint thread, nuint bytes, byte* mask);

    [LibraryImport("libc", EntryPoint = "pthread_setaffinity_np")]
    private static partial int SetAffinity(nint thread, nuint bytes, byte* mask);

    [LibraryImport("libc", EntryPoint = "sched_getcpu")]
    [SuppressGCTransition]
    private static partial int Processor();
}
