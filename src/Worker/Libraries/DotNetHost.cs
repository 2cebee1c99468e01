using System.Runtime.InteropServices;

namespace MixPrec.Worker.Libraries;

/// <summary>
/// The program <c>dotnet</c> that this process runs under. Installed as a tool it is started by a program of its own name, and its path is
/// not that of <c>dotnet</c>.
/// </summary>
internal static class DotNetHost
{
    private static readonly string s_name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";

    public static string Path { get; } = Find(Environment.ProcessPath, Environment.GetEnvironmentVariable("DOTNET_HOST_PATH"),
        RuntimeEnvironment.GetRuntimeDirectory());

    /// <param name="process">Path of this process's program.</param>
    /// <param name="given">What the SDK says to programs that it starts.</param>
    /// <param name="runtime">ROOT/shared/Microsoft.NETCore.App/VERSION.</param>
    internal static string Find(string? process, string? given, string runtime) =>
        new[] { process, given, System.IO.Path.GetFullPath(System.IO.Path.Combine(runtime, "..", "..", "..", s_name)) }
            .FirstOrDefault(path => System.IO.Path.GetFileName(path) == s_name && File.Exists(path)) ?? s_name;
}
