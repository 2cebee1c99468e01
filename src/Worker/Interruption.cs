using System.Runtime.InteropServices;
using MixPrec.Jobs;

namespace MixPrec.Worker;

/// <summary>
/// Ctrl+C and SIGTERM as a cancellation token. The first one asks; if the work has not ended after a grace period (native code cannot be
/// asked), or a second one comes, the process ends. Results are renamed into place whole, so nothing half-written can be left under a final
/// name.
/// </summary>
internal sealed class Interruption : IDisposable
{
    /// <summary>What a cancelled command says.</summary>
    public const string Said = "mixprec: cancelled; nothing was written";

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] signals;
    private Timer? end;

    public Interruption()
    {
        signals = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt)];
    }

    public CancellationToken Token => source.Token;

    public void Dispose()
    {
        foreach (var signal in signals)
        {
            signal.Dispose();
        }

        end?.Dispose();
        source.Dispose();
    }

    private void Interrupt(PosixSignalContext context)
    {
        context.Cancel = true;
        if (source.IsCancellationRequested)
        {
            End();
        }

        end = new Timer(_ => End(), null, Grace, Timeout.InfiniteTimeSpan);
        source.Cancel();
    }

    /// <summary>Of work that does not end by itself: nobody else would say why the program did.</summary>
    private static void End()
    {
        // A bar of progress may stand in the line.
        Console.Error.WriteLine((Console.IsErrorRedirected ? "" : Environment.NewLine) + Said);
        ProcessEnd.Now(WorkerExitCode.Cancelled);
    }
}
