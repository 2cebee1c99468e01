using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using MixPrec.Compiler;

namespace MixPrec.Worker.Libraries;

/// <summary>
/// Loads the libraries that calibration needs from the package folder, when the first of them is asked for; what is not there is fetched
/// then. A run that needs none of them (a build from a lock file, <c>inspect</c>) neither looks for them nor fetches anything.
/// </summary>
internal sealed class LibraryLoader
{
    private static readonly string[] Endings = OperatingSystem.IsWindows() ? [".dll"] : OperatingSystem.IsMacOS() ? [".dylib"] : [".so"];
    private readonly Dictionary<string, (WorkerLibrary Library, string Path)> managed;
    private readonly Dictionary<string, (WorkerLibrary Library, string Path)> native;
    private readonly Lazy<PackageFolders> folders;

    private LibraryLoader(IReadOnlyList<WorkerLibrary> libraries, RestoreSettings settings, Action<string> say)
    {
        managed = Files(libraries, library => library.Managed, path => Path.GetFileNameWithoutExtension(path));
        native = Files(libraries, library => library.Native, path => Path.GetFileName(path));

        // A failure is kept as well: whoever asks again for a library hears the same.
        folders = new(
            () => LibraryRestore.Run(libraries, settings, say),
            LazyThreadSafetyMode.ExecutionAndPublication);
    }

    /// <summary>Serves this process. Does nothing where the host finds all libraries itself.</summary>
    /// <param name="say">Told how fetching goes on.</param>
    public static void Install(RestoreSettings settings, Action<string> say)
    {
        if (LibraryManifest.Read(AppContext.BaseDirectory) is { Count: > 0 } libraries)
        {
            var loader = new LibraryLoader(libraries, settings, say);
            AssemblyLoadContext.Default.Resolving += (context, name) =>
                loader.managed.TryGetValue(name.Name!, out var file) ? context.LoadFromAssemblyPath(loader.PathOf(file)) : null;
            AssemblyLoadContext.Default.ResolvingUnmanagedDll += (_, name) => loader.LoadNative(name);
        }
    }

    private static Dictionary<string, (WorkerLibrary Library, string Path)> Files(
        IReadOnlyList<WorkerLibrary> libraries, Func<WorkerLibrary, IReadOnlyList<string>> paths, Func<string, string> name) =>
        libraries.SelectMany(library => paths(library).Select(path => (library, path)))
            .ToDictionary(file => name(file.path), StringComparer.OrdinalIgnoreCase);

    private string PathOf((WorkerLibrary Library, string Path) file) => Path.Combine(folders.Value.Find(file.Library)!, file.Path);

    /// <summary>
    /// By full path, which the loader of the system remembers under the library's own name: a library of another package that needs it
    /// finds it loaded. TorchSharp asks in that order, as does <see cref="NativeDependency"/>.
    /// </summary>
    private IntPtr LoadNative(string name)
    {
        var file = Endings.SelectMany(ending => new[] { name, name + ending, "lib" + name + ending, "lib" + name })
            .FirstOrDefault(native.ContainsKey);
        return file is null ? IntPtr.Zero : NativeLibrary.Load(PathOf(native[file]));
    }
}
