namespace MixPrec.Scripts.Tests;

/// <summary>
/// What <c>prerequisites.sh</c> does on a system whose libstdc++ is too old, on such a system made of a few files: <c>ldconfig</c> names a
/// library without the symbol, <c>apt-get</c> writes down what it is asked for, and <c>/etc</c> is a temporary folder.
/// </summary>
public sealed class UpgradeTests : IDisposable
{
    private readonly DirectoryInfo system = Directory.CreateTempSubdirectory("mixprec-system");

    public UpgradeTests()
    {
        Assert.SkipWhen(!OperatingSystem.IsLinux(), "Debian's package manager");
        Write("libstdc++.so.6", "GLIBCXX_3.4.30");
        Program("ldconfig", $"for i in $(seq 2000); do echo \"\tlibother$i.so (libc6,x86-64) => /lib/libother$i.so\"; done; echo \"\tlibstdc++.so.6 (libc6,x86-64) => {PathTo("libstdc++.so.6")}\"");
        Program("uname", "echo Linux x86_64");
        Program("id", "echo 0");
        Program("dotnet", "echo built >> " + PathTo("dotnet.log"));
        Program("apt-get", $"echo \"$*\" >> {PathTo("apt.log")}; exit ${{APT_EXIT:-0}}");
        Write("etc/os-release", "ID=debian\nVERSION_ID=12\n");
        Write("etc/apt/sources.list", "# deb http://commented.example/debian bookworm main\ndeb http://mirror.example/debian bookworm main\ndeb http://second.example/debian bookworm main\n");
        Directory.CreateDirectory(PathTo("etc/apt/sources.list.d"));
        Directory.CreateDirectory(PathTo("etc/apt/preferences.d"));
    }

    [Fact]
    public void WithoutAYesNothingChangesAndWhatItWouldPullInIsSaid()
    {
        var (code, output) = Run("prerequisites.sh", null);
        Assert.Equal(1, code);
        Assert.All(["libc6", "dpkg", "base-files", "MIXPREC_YES=1", "Debian 13", "Ubuntu 24.04", "container"], word =>
            Assert.Contains(word, output, StringComparison.Ordinal));
        AssertUntouched();
    }

    [Fact]
    public void AYesInstallsFromTheMachinesOwnMirror()
    {
        var (code, output) = Run("prerequisites.sh", "1");
        Assert.True(code == 0, output);
        Assert.Equal(["update -q", "install -y -q -t trixie libstdc++6"], File.ReadAllLines(PathTo("apt.log")));
        Assert.Equal("deb http://mirror.example/debian trixie main\n",
            File.ReadAllText(PathTo("etc/apt/sources.list.d/mixprec-trixie.list")));
        Assert.Contains("Pin-Priority: 100", File.ReadAllText(PathTo("etc/apt/preferences.d/mixprec-trixie")), StringComparison.Ordinal);
        Assert.True(output.IndexOf("base-files", StringComparison.Ordinal) < output.IndexOf("== ", StringComparison.Ordinal),
            "it is said before the first step");
    }

    [Fact]
    public void ContinuousIntegrationSaysYesAndStopsWithAReason()
    {
        var (code, output) = Repository.Run(".ci/run", Environment(null, "100"));
        Assert.Equal(1, code);
        Assert.Equal(["update -q"], File.ReadAllLines(PathTo("apt.log")));
        Assert.Contains("could not be installed from http://mirror.example/debian", output, StringComparison.Ordinal);
        Assert.Contains("test.sh stopped with exit code 1 while", output, StringComparison.Ordinal);
        Assert.False(File.Exists(PathTo("dotnet.log")));
        Assert.False(File.Exists(PathTo("etc/apt/sources.list.d/mixprec-trixie.list")));
    }

    [Fact]
    public void CheckingNeverInstalls()
    {
        Assert.Equal(1, Repository.Run("demo.sh", Environment("1", "0"), "--check").Code);
        AssertUntouched();
    }

    [Fact]
    public void OtherSystemsAreToldWhatTheyNeed()
    {
        Write("etc/os-release", "ID=ubuntu\nVERSION_ID=\"22.04\"\n");
        var (code, output) = Run("prerequisites.sh", "1");
        Assert.Equal(1, code);
        Assert.Contains("GLIBCXX_3.4.32", output, StringComparison.Ordinal);
        Assert.Contains("Ubuntu 24.04", output, StringComparison.Ordinal);
        AssertUntouched();
    }

    public void Dispose() => system.Delete(recursive: true);

    private void AssertUntouched()
    {
        Assert.False(File.Exists(PathTo("apt.log")));
        Assert.Empty(Directory.GetFiles(PathTo("etc/apt/sources.list.d")));
    }

    private (int Code, string Output) Run(string script, string? yes) => Repository.Run(script, Environment(yes, "0"));

    private Dictionary<string, string?> Environment(string? yes, string aptExit) => new()
    {
        ["PATH"] = PathTo("bin") + ":" + System.Environment.GetEnvironmentVariable("PATH"),
        ["MIXPREC_ETC"] = PathTo("etc"),
        ["MIXPREC_YES"] = yes,
        ["APT_EXIT"] = aptExit,
    };

    private string PathTo(string relative) => Path.Combine(system.FullName, relative);

    private void Write(string relative, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathTo(relative))!);
        File.WriteAllText(PathTo(relative), text);
    }

    private void Program(string name, string body)
    {
        Write("bin/" + name, "#!/bin/sh\n" + body + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(PathTo("bin/" + name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
