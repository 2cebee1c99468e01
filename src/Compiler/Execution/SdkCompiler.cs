using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Execution;

/// <summary>
/// The C# compiler of the .NET SDK beside this process's runtime. It is compiled ahead of time, unlike the one of the package
/// Microsoft.CodeAnalysis, whose first class costs six seconds of just-in-time compilation; and whoever builds has it already.
/// </summary>
internal static class SdkCompiler
{
    private static readonly string[] s_assemblies = ["Microsoft.CodeAnalysis", "Microsoft.CodeAnalysis.CSharp"];
    private static readonly Lazy<string?> s_folder = new(() => Find(RuntimeEnvironment.GetRuntimeDirectory(), Environment.Version.Major));

    static SdkCompiler() => AssemblyLoadContext.Default.Resolving += Resolve;

    /// <summary>Has to be called before a method that names a type of the compiler is.</summary>
    /// <exception cref="MixPrecException">MXP1112: there is no SDK beside the runtime.</exception>
    public static void Require()
    {
        if (s_folder.Value is null)
        {
            throw new MixPrecException(DiagnosticCatalog.SdkCompilerMissing, null, RuntimeEnvironment.GetRuntimeDirectory());
        }
    }

    /// <summary>The folder of the newest SDK's compiler that runs on the runtime, or null.</summary>
    /// <param name="runtime">ROOT/shared/Microsoft.NETCore.App/VERSION.</param>
    /// <param name="major">Of the runtime: an SDK's compiler needs the one that it came with or a newer one.</param>
    internal static string? Find(string runtime, int major)
    {
        var sdks = new DirectoryInfo(Path.Combine(runtime, "..", "..", "..", "sdk"));
        return !sdks.Exists ? null : sdks.GetDirectories()
            .Select(sdk => (Version: Version.TryParse(sdk.Name.Split('-')[0], out var version) ? version : new Version(0, 0),
                IsPreview: sdk.Name.Contains('-', StringComparison.Ordinal), Folder: Path.Combine(sdk.FullName, "Roslyn", "bincore")))
            .Where(sdk => sdk.Version.Major >= 10 && sdk.Version.Major <= major
                && s_assemblies.All(name => File.Exists(Path.Combine(sdk.Folder, name + ".dll"))))
            .OrderBy(sdk => sdk.Version).ThenByDescending(sdk => sdk.IsPreview).Select(sdk => sdk.Folder).LastOrDefault();
    }

    private static Assembly? Resolve(AssemblyLoadContext context, AssemblyName name) =>
        s_assemblies.Contains(name.Name) && s_folder.Value is { } folder
            ? context.LoadFromAssemblyPath(Path.Combine(folder, name.Name + ".dll")) : null;
}
