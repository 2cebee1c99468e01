using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Foundation;

/// <summary>
/// A native library that a package brings. Loading it here first turns the loader's own words into one line; left to itself, TorchSharp
/// answers a failed load by copying half a gigabyte inside the package folder and then speaks of a missing package reference.
/// </summary>
/// <param name="Name">What users know it as.</param>
/// <param name="Libraries">File names without prefix and ending, each after those it needs.</param>
internal sealed partial record NativeDependency(string Name, params IReadOnlyList<string> Libraries)
{
    public static readonly NativeDependency Torch = new("libtorch", "torch_cpu", "torch", "LibTorchSharp");
    public static readonly NativeDependency OrTools = new("OR-Tools", "google-ortools-native");

    /// <summary>Loads the libraries; does nothing more when they are loaded already.</summary>
    /// <exception cref="MixPrecException">MXP5002: one cannot be loaded; the message says why and what to install.</exception>
    public void Require()
    {
        foreach (string library in Libraries)
        {
            try
            {
                NativeLibrary.Load(library, Assembly.GetExecutingAssembly(),
                    DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory);
            }
            catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
            {
                throw Unusable(library, exception.Message, InstalledVersion);
            }
        }
    }

    /// <summary>The diagnostic for a message of the system's loader.</summary>
    /// <param name="library">The library that was asked for.</param>
    /// <param name="installedVersion">Newest version with a prefix (<c>GLIBCXX</c>) that a library file defines, or null.</param>
    internal MixPrecException Unusable(string library, string loaderMessage, Func<string, string, string?> installedVersion)
    {
        var missing = MissingVersion().Match(loaderMessage);
        if (missing.Success)
        {
            string system = missing.Groups["library"].Value, needed = missing.Groups["version"].Value;
            string found = installedVersion(system, needed[..needed.IndexOf('_', StringComparison.Ordinal)]) ?? "an older one";
            return Error($"{system} offers {found}, needed is {needed}", needed.StartsWith("GLIBCXX", StringComparison.Ordinal)
                || needed.StartsWith("CXXABI", StringComparison.Ordinal)
                ? "Install libstdc++6 of GCC 13 or newer (Debian 13, Ubuntu 24.04)."
                : "Build on a newer release of the operating system.");
        }

        string reason = loaderMessage.Split('\n').Skip(1).Select(line => line.Trim())
            .FirstOrDefault(line => line.Length > 0 && !IsAnotherSpelling(library, line)) ?? $"no file of the name {library} is found";
        return Error(reason,
            $"Supported are Linux x64, Windows x64 and macOS arm64; this is {RuntimeInformation.RuntimeIdentifier}. "
            + "On these, restore the project again.");
    }

    private MixPrecException Error(string reason, string remedy) =>
        new(DiagnosticCatalog.NativeLibraryUnusable, null, Name, reason, remedy);

    /// <summary>The loader tries several folders and spellings; only the attempt that found a file tells why it failed.</summary>
    private static bool IsAnotherSpelling(string library, string line) =>
        line.EndsWith("No such file or directory", StringComparison.Ordinal)
            && Path.GetFileName(line.Split(": ")[0]).Contains(library, StringComparison.Ordinal);

    [GeneratedRegex(@"(?<library>[^\s:]+): version [`'](?<version>[A-Z]+_[0-9.]+)' not found")]
    private static partial Regex MissingVersion();

    private static string? InstalledVersion(string library, string prefix)
    {
        if (!File.Exists(library))
        {
            return null;
        }

        return Regex.Matches(Encoding.Latin1.GetString(File.ReadAllBytes(library)), prefix + @"_(\d+(?:\.\d+)+)(?=\0)")
            .Select(match => Version.Parse(match.Groups[1].Value)).Max() is { } newest ? $"{prefix}_{newest}" : null;
    }
}
