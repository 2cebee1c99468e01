using Xunit;

namespace MixPrec.Compiler.Tests.Foundation;

/// <summary>What a process leaves in the temporary folder is removed by it, or by the next one when it was killed.</summary>
public sealed class ScratchTests : IDisposable
{
    private readonly DirectoryInfo _temporary = Directory.CreateTempSubdirectory("mixprec-scratch-tests");

    public void Dispose() => _temporary.Delete(recursive: true);

    [Fact]
    public void PathsAreInAFolderThatNobodyElseMayEnterAndThatOthersLeaveAlone()
    {
        string first = Scratch.NewPath(".a"), second = Scratch.NewPath(".a");
        Assert.NotEqual(first, second);
        string folder = Path.GetDirectoryName(first)!;
        Assert.Equal(folder, Path.GetDirectoryName(second));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        }

        Scratch.RemoveAbandoned();
        Assert.True(Directory.Exists(folder));
    }

    [Fact]
    public void TheFolderOfAProcessThatIsGoneIsRemoved()
    {
        string gone = Make("gone", "x");
        File.WriteAllText(Path.Combine(gone, "net.weights"), "large");
        Scratch.RemoveAbandoned(_temporary.FullName);
        Assert.False(Directory.Exists(gone));
    }

    [Fact]
    public void AFolderThatIsHeldStays()
    {
        string alive = Make("alive", "x");
        using var held = new FileStream(Path.Combine(alive, "held"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Scratch.RemoveAbandoned(_temporary.FullName);
        Assert.True(Directory.Exists(alive));
    }

    [Fact]
    public void WhatOnlyLooksLikeOneStays()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links and modes");
        string open = Make("open", "x"), young = Make("young", null), elsewhere = _temporary.CreateSubdirectory("elsewhere").FullName;

        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(open, File.GetUnixFileMode(open) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        }
        File.WriteAllText(Path.Combine(elsewhere, "held"), "x");
        File.WriteAllText(Path.Combine(elsewhere, "precious"), "");
        Directory.CreateSymbolicLink(Path.Combine(_temporary.FullName, "mixprec-scratch-link"), elsewhere);
        string pipe = Make("pipe", null);
        SpecialFile.MakePipe(Path.Combine(pipe, "held"));

        Scratch.RemoveAbandoned(_temporary.FullName);

        Assert.True(Directory.Exists(open));
        Assert.True(Directory.Exists(young));
        Assert.True(Directory.Exists(pipe));
        Assert.True(File.Exists(Path.Combine(elsewhere, "precious")));
    }

    private string Make(string name, string? held)
    {
        string folder = Path.Combine(_temporary.FullName, "mixprec-scratch-" + name);
        _ = OperatingSystem.IsWindows() ? Directory.CreateDirectory(folder)
            : Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (held is not null)
        {
            File.WriteAllText(Path.Combine(folder, "held"), held);
        }

        return folder;
    }
}
