using System.Globalization;
using System.Runtime.InteropServices;
using MixPrec.Compiler.Selection;
using Xunit;

namespace MixPrec.Compiler.Tests.Selection;

/// <summary>
/// A worker that is stopped with Ctrl-C leaves nothing half-written. The solver's library (Google.OrTools 9.15.6755) gives the signal back
/// to the system unless it is told not to catch it.
/// </summary>
public sealed class SignalTests
{
    private const int Interrupt = 2;

    /// <summary>Whether this process catches Ctrl-C, or ignores it as one in the background does.</summary>
    [Fact]
    public void SolvingLeavesCtrlCAsItIs()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells what a process does with signals.");
        using var registration = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        var (caught, ignored) = (Has("SigCgt:"), Has("SigIgn:"));
        Assert.True(caught != ignored);
        Assert.Equal(SelectionStatus.Optimal, IntegerProgram.Solve(Problems.Of([Problems.Config(0, 0), Problems.Config(3, 1)])).Status);
        Assert.Equal((caught, ignored), (Has("SigCgt:"), Has("SigIgn:")));
    }

    private static bool Has(string field)
    {
        string mask = File.ReadLines("/proc/self/status").First(line => line.StartsWith(field, StringComparison.Ordinal))[field.Length..];
        return (ulong.Parse(mask.Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> (Interrupt - 1) & 1) == 1;
    }
}
