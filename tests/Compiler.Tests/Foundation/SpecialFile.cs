using System.Diagnostics;
using Xunit;

namespace MixPrec.Compiler.Tests.Foundation;

/// <summary>Files that are no ordinary ones.</summary>
internal static class SpecialFile
{
    /// <summary>A pipe that nobody writes to: whoever opens it to read waits for ever.</summary>
    public static void MakePipe(string path)
    {
        using var make = Process.Start("mkfifo", [path]);
        make.WaitForExit();
        Assert.Equal(0, make.ExitCode);
    }
}
