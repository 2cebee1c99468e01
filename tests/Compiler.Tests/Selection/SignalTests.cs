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

    [Fact]
    public void SolvingLeavesCtrlCToThisProcess()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells which signals a process catches.");
        using var registration = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        Assert.True(IsCaught());
        Assert.Equal(SelectionStatus.Optimal, IntegerProgram.Solve(Problems.Of([Problems.Config(0, 0), Problems.Config(3, 1)])).Status);
        Assert.True(IsCaught());
    }

    private static bool IsCaught()
    {
        const string Field = "SigCgt:";
        string mask = File.ReadLines("/proc/self/status").First(line => line.StartsWith(Field, StringComparison.Ordinal))[Field.Length..];
        return (ulong.Parse(mask.Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> (Interrupt - 1) & 1) == 1;
    }
}
