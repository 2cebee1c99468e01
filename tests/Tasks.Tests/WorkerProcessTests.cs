using MixPrec.Tasks.Models;
using MixPrec.Tasks.Run;

namespace MixPrec.Tasks.Tests;

/// <summary>How a worker is started, and what stops it.</summary>
public sealed class WorkerProcessTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    /// <summary>The shell keeps what it reads in a variable: memory of its own.</summary>
    [Fact]
    public void AWorkerThatTakesTooMuchMemoryIsStopped()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "a shell stands for the worker");
        const string TakeMemory = "x=$(head -c 100000000 /dev/zero | tr '\\0' x); while :; do sleep 1; done";
        var result = Run(new WorkerLimits(Long, 50 << 20), TakeMemory);
        Assert.Equal(WorkerEnd.OutOfMemory, result.End);
        using var directory = new TemporaryFolder();
        var outcome = WorkerOutcome.Create(new ModelFiles(directory.Path, "Net"), "net.onnx", result, "dotnet exec", 10, memory: 50);
        Assert.Equal("The build worker for 'Net' was stopped: it held more than 50 MiB (MixPrecMaxMemory). Reproduce: dotnet exec",
            outcome.Added!.Text);
        Assert.False(outcome.Succeeded || outcome.IsAnswer || outcome.IsCancelled);
    }

    [Fact]
    public void LimitsThatAreKeptStopNothing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "a shell stands for the worker");
        Assert.Equal((WorkerEnd.Exited, 3), Of(Run(new WorkerLimits(Long, 50 << 20), "sleep 0.5; exit 3")));
        Assert.Equal((WorkerEnd.Exited, 4), Of(Run(new WorkerLimits(Long), "exit 4")));
        Assert.Equal(WorkerEnd.TimedOut, Run(new WorkerLimits(TimeSpan.FromSeconds(0.1), 50 << 20), "sleep 60").End);
    }

    [Fact]
    public void VariablesThatLoadCodeOrChangeComputingAreNotPassed()
    {
        string[] removed =
        [
            "DOTNET_STARTUP_HOOKS", "DOTNET_ADDITIONAL_DEPS", "DOTNET_SHARED_STORE", "DOTNET_GCName", "DOTNET_GCPath", "DOTNET_gcServer",
            "dotnet_startup_hooks", "COMPlus_AltJit", "CORECLR_ENABLE_PROFILING", "CORECLR_PROFILER", "CORECLR_PROFILER_PATH_64",
            "COR_PROFILER", "LD_PRELOAD", "LD_AUDIT", "DYLD_INSERT_LIBRARIES", "MSBuildSDKsPath", "MSBUILD_EXE_PATH", "OMP_NUM_THREADS",
            "KMP_AFFINITY", "MKL_DEBUG_CPU_TYPE", "GLIBC_TUNABLES", "TORCH_LOGS",
        ];
        string[] kept =
        [
            "PATH", "HOME", "TMPDIR", "TEMP", "LANG", "USERPROFILE", "SystemRoot", "NUGET_PACKAGES", "NUGET_CREDENTIALPROVIDER_SESSIONTOKENCACHE_ENABLED",
            "HTTPS_PROXY", "no_proxy", "SSL_CERT_FILE", "MY_FEED_TOKEN", "LD_LIBRARY_PATH", "DOTNET_ROOT", "DOTNET_ROOT_X64", "DOTNET_HOST_PATH",
            "DOTNET_CLI_HOME", "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "DOTNET_EnableAVX512", "MIXPREC_KERNEL",
        ];
        var variables = removed.Concat(kept).ToDictionary(name => name, _ => "x");
        WorkerEnvironment.Clean(variables);
        Assert.Equal(kept.Append("DOTNET_EnableDiagnostics").Order(StringComparer.Ordinal), variables.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("0", variables["DOTNET_EnableDiagnostics"]);
        variables["DOTNET_EnableDiagnostics"] = "1";
        WorkerEnvironment.Clean(variables);
        Assert.Equal("1", variables["DOTNET_EnableDiagnostics"]);
    }

    /// <summary>A profiler that is not switched on harms none of the processes that tests beside this one start.</summary>
    [Fact]
    public void AWorkerIsStartedWithoutThem()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "a shell stands for the worker");
        Environment.SetEnvironmentVariable("CORECLR_PROFILER", "{00000000-0000-0000-0000-000000000000}");
        var lines = new List<string>();
        Assert.Equal((WorkerEnd.Exited, 0), Of(Run(new WorkerLimits(Long), "env", lines.Add)));
        Assert.Contains(lines, line => line.StartsWith("PATH=", StringComparison.Ordinal));
        Assert.Contains("DOTNET_EnableDiagnostics=0", lines);
        Assert.DoesNotContain(lines, line => line.StartsWith("CORECLR", StringComparison.Ordinal));
    }

    private static (WorkerEnd, int) Of(WorkerResult result) => (result.End, result.ExitCode);

    private static WorkerResult Run(WorkerLimits limits, string script, Action<string>? onLine = null) =>
        WorkerProcess.Run("/bin/sh", ["-c", script], Path.GetTempPath(), limits, onLine ?? (_ => { }), CancellationToken.None);

    private sealed class TemporaryFolder : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mixprec-worker");

        public string Path => _folder.FullName;

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
