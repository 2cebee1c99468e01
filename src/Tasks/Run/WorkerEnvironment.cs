namespace MixPrec.Tasks.Run;

/// <summary>
/// The variables that a worker gets: those of the build, without the ones that load foreign code into a process or change how it computes.
/// Feeds may ask for variables of any name, so that not only known ones are passed.
/// </summary>
internal static class WorkerEnvironment
{
    /// <summary>
    /// Beginnings of names: hooks, profilers and settings of .NET; libraries that the system's loader puts into every process; settings of
    /// MSBuild, of libtorch and of what it computes with.
    /// </summary>
    private static readonly string[] Removed =
    [
        "DOTNET_", "COMPlus_", "CORECLR_", "COR_", "LD_PRELOAD", "LD_AUDIT", "DYLD_INSERT", "MSBUILD", "OMP_", "KMP_", "GOMP_", "MKL_",
        "ATEN_", "TORCH_", "PYTORCH_", "GLIBC_TUNABLES", "MALLOC_",
    ];

    /// <summary>
    /// Of .NET's those that say where it is and whose the machine is, those of systems without ICU or with little memory, and what
    /// switches instructions off, for which a plan is made then.
    /// </summary>
    private static readonly string[] Kept =
    [
        "DOTNET_ROOT", "DOTNET_HOST_PATH", "DOTNET_ROLL_FORWARD", "DOTNET_CLI_", "DOTNET_NOLOGO", "DOTNET_RUNNING_IN_CONTAINER",
        "DOTNET_SYSTEM_", "DOTNET_PROCESSOR_COUNT", "DOTNET_GCHeap", "DOTNET_Enable", "DOTNET_Tiered",
    ];

    /// <summary>
    /// The runtime offers each process to debuggers by a socket and two pipes in the temporary folder, which stay there when it is killed.
    /// </summary>
    private const string Diagnostics = "DOTNET_EnableDiagnostics";

    public static void Clean(IDictionary<string, string> variables)
    {
        foreach (var name in variables.Keys.Where(name => Begins(name, Removed) && !Begins(name, Kept)).ToArray())
        {
            variables.Remove(name);
        }

        if (!variables.ContainsKey(Diagnostics))
        {
            variables[Diagnostics] = "0";
        }
    }

    private static bool Begins(string name, string[] beginnings) =>
        beginnings.Any(beginning => name.StartsWith(beginning, StringComparison.OrdinalIgnoreCase));
}
