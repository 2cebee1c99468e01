using System.Runtime.InteropServices;
using System.Text.Json;

namespace MixPrec.Worker.Libraries;

/// <summary>
/// Which packages calibration needs, read from the dependency manifest that the compiler wrote for this program. The package ships it under
/// another name: the host would refuse to start the program as long as one of the libraries is missing, and most runs need none of them.
/// </summary>
internal static class LibraryManifest
{
    /// <summary>The manifest's name beside the program. Absent where the host resolves libraries itself, in the repository.</summary>
    public const string FileName = "mixprec.libraries.json";

    private static readonly JsonSerializerOptions Web = JsonSerializerOptions.Web;

    public static IReadOnlyList<WorkerLibrary> Read(string directory)
    {
        string file = Path.Combine(directory, FileName);
        return File.Exists(file) ? Parse(File.ReadAllText(file), Platform, assembly => File.Exists(Path.Combine(directory, assembly))) : [];
    }

    /// <summary>
    /// The packages that have something for <paramref name="platform"/> that is not <paramref name="shipped"/> beside the program, in the
    /// manifest's order.
    /// </summary>
    /// <param name="platform">Such as <c>linux-x64</c>.</param>
    /// <param name="shipped">Whether an assembly of a file name lies beside the program.</param>
    public static IReadOnlyList<WorkerLibrary> Parse(string json, string platform, Func<string, bool> shipped)
    {
        var manifest = JsonSerializer.Deserialize<Manifest>(json, Web)!;
        return
        [
            .. manifest.Targets[manifest.RuntimeTarget.Name].Where(target => manifest.Libraries[target.Key].Type == "package")
                .Select(target =>
            {
                int slash = target.Key.IndexOf('/', StringComparison.Ordinal);
                return new WorkerLibrary(
                    target.Key[..slash], target.Key[(slash + 1)..],
                    [.. target.Value.Runtime.Keys.Where(path => !shipped(Path.GetFileName(path)))],
                    [.. target.Value.RuntimeTargets.Where(asset => asset.Value.Rid == platform && asset.Value.AssetType == "native")
                        .Select(asset => asset.Key)]);
            }).Where(library => library.Managed.Count + library.Native.Count > 0),
        ];
    }

    private static string Platform =>
        (OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux") + "-"
            + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    private sealed record Manifest(RuntimeTarget RuntimeTarget, Dictionary<string, Dictionary<string, Target>> Targets,
        Dictionary<string, Library> Libraries);

    private sealed record RuntimeTarget(string Name);

    private sealed record Library(string Type);

    private sealed record Asset(string? Rid, string? AssetType);

    private sealed record Target
    {
        public Dictionary<string, Asset> Runtime { get; init; } = [];

        public Dictionary<string, Asset> RuntimeTargets { get; init; } = [];
    }
}
