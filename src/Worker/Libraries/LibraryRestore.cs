using System.Diagnostics;
using System.Security;
using System.Text.Json;
using System.Text.RegularExpressions;
using MixPrec.Compiler;
using MixPrec.Diagnostics;

namespace MixPrec.Worker.Libraries;

/// <summary>
/// Fetches packages as the project's own restore does: a project of nothing but exact versions, restored by the SDK with the same feeds,
/// credentials and package folder.
/// </summary>
internal static partial class LibraryRestore
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private const int KeptErrors = 6;

    /// <summary>Fetches what is missing; does nothing, and starts nothing, when everything is there.</summary>
    /// <param name="say">Told what is going on, in words.</param>
    /// <returns>The folders with those that a nuget.config names besides (globalPackagesFolder, fallbackPackageFolders).</returns>
    /// <exception cref="MixPrecException">MXP5010: some library cannot be had; all that are missing are named.</exception>
    public static PackageFolders Run(IReadOnlyList<WorkerLibrary> libraries, RestoreSettings settings, Action<string> say)
    {
        var wanted = Missing(libraries, settings.Folders);
        if (wanted.Count == 0)
        {
            return settings.Folders;
        }

        var directory = Directory.CreateDirectory(Scratch.NewPath(".restore"));
        try
        {
            string project = Path.Combine(directory.FullName, "mixprec.libraries.csproj");
            File.WriteAllText(project, Project(wanted));
            string said = "";
            var output = Restore(project, settings, () =>
            {
                string words = Progress(wanted, settings.Folders);
                if (words != said)
                {
                    say(said = words);
                }
            });
            var folders = settings.Folders.With(FoldersOf(Path.Combine(directory.FullName, "obj", "project.assets.json")));
            if (Missing(wanted, folders) is { Count: > 0 } missing)
            {
                throw new MixPrecException(DiagnosticCatalog.LibrariesMissing, null, string.Join(", ", missing), settings.Folders.First,
                    Reasons(output));
            }

            return folders;
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    /// <summary>
    /// The project, a stranger to all settings that may lie around it: exact versions, without anything that they depend on.
    /// </summary>
    internal static string Project(IEnumerable<WorkerLibrary> libraries) => $"""
        <Project>
          <PropertyGroup>
            <ImportDirectoryBuildProps>false</ImportDirectoryBuildProps>
            <ImportDirectoryBuildTargets>false</ImportDirectoryBuildTargets>
            <ImportDirectoryPackagesProps>false</ImportDirectoryPackagesProps>
          </PropertyGroup>
          <Import Project="Sdk.props" Sdk="Microsoft.NET.Sdk" />
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <NuGetAudit>false</NuGetAudit>
            <RestorePackagesWithLockFile>false</RestorePackagesWithLockFile>
          </PropertyGroup>
          <ItemGroup>
        {string.Concat(libraries.Select(library => $"    <PackageDownload Include=\"{SecurityElement.Escape(library.Id)}\" Version=\"[{SecurityElement.Escape(library.Version)}]\" />\n"))}  </ItemGroup>
          <Import Project="Sdk.targets" Sdk="Microsoft.NET.Sdk" />
        </Project>
        """;

    /// <summary>What NuGet says in its errors, without the project's name before and after; its last words when it has none.</summary>
    internal static string Reasons(IReadOnlyList<string> output)
    {
        var errors = output.Select(line => ErrorText().Match(line)).Where(match => match.Success).Select(match => match.Value.Trim())
            .Distinct().Take(KeptErrors).ToArray();
        return string.Join(" ", errors.Length > 0 ? errors : [.. output.Where(line => line.Trim().Length > 0).TakeLast(KeptErrors)]);
    }

    /// <summary>Where NuGet looked, as it wrote beside the project; nothing where it failed.</summary>
    private static string[] FoldersOf(string assets)
    {
        if (!File.Exists(assets))
        {
            return [];
        }

        using var written = JsonDocument.Parse(File.ReadAllBytes(assets));
        return [.. written.RootElement.GetProperty("packageFolders").EnumerateObject().Select(f => f.Name)];
    }

    private static List<WorkerLibrary> Missing(IEnumerable<WorkerLibrary> libraries, PackageFolders folders) =>
        [.. libraries.Where(library => folders.Find(library) is null)];

    private static string Progress(List<WorkerLibrary> wanted, PackageFolders folders)
    {
        var missing = Missing(wanted, folders);
        return $"fetching the libraries that calibrate, once for this machine: {wanted.Count - missing.Count} of {wanted.Count} there"
            + (missing.Count > 0 ? $", next {string.Join(", ", missing)}" : "");
    }

    private static List<string> Restore(string project, RestoreSettings settings, Action onPoll)
    {
        var start = new ProcessStartInfo(DotNetHost.Path, Arguments(project, settings))
        {
            WorkingDirectory = settings.Directory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DOTNET_CLI_UI_LANGUAGE"] = "en" },
        };

        // A build hands its own MSBuild on to its children by such variables; this one finds its own.
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase))
            .ToArray())
        {
            start.Environment.Remove(name);
        }

        var lines = new List<string>();
        void Keep(object sender, DataReceivedEventArgs line)
        {
            lock (lines)
            {
                lines.Add(line.Data ?? "");
            }
        }

        using var process = Process.Start(start)!;
        void End() => process.Kill(entireProcessTree: true);
        ProcessEnd.Ending += End;
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        onPoll();
        while (!process.WaitForExit(Poll))
        {
            onPoll();
        }

        process.WaitForExit();
        ProcessEnd.Ending -= End;
        return lines;
    }

    private static IEnumerable<string> Arguments(string project, RestoreSettings settings) =>
    [
        "restore", project, "--packages", settings.Folders.First, "--nologo", "-v", "minimal", "--disable-build-servers", "-noAutoResponse",
        .. settings.Properties.Append(new("RestoreRootConfigDirectory", settings.Directory))
            .Append(new("RestoreFallbackFolders", string.Join(';', settings.Folders.Paths.Skip(1))))
            .Where(property => property.Value.Length > 0).Select(property => $"-p:{property.Key}={Escaped(property.Value)}"),
    ];

    /// <summary>A semicolon in a property on the command line would end it.</summary>
    private static string Escaped(string value) =>
        value.Replace("%", "%25", StringComparison.Ordinal).Replace(";", "%3B", StringComparison.Ordinal);

    /// <summary>From "error NU1101: Unable to find …" to the project that MSBuild adds in brackets.</summary>
    [GeneratedRegex(@"(?<=error )[A-Z]+\d+: .*?(?=( \[[^\[\]]*\])?$)")]
    private static partial Regex ErrorText();
}
