using MixPrec.Diagnostics;

namespace MixPrec.Compiler;

/// <summary>
/// Files that only this process needs, in a folder of its own below the system's temporary one. The folder goes when the process ends in
/// order; one that was killed leaves it, and the next process removes it: each holds a file of its folder open, and the system lets go of
/// that file with the process.
/// </summary>
internal static class Scratch
{
    private const string Prefix = "mixprec-scratch-", Held = "held";

    /// <summary>A folder without a held file may be one that is being made.</summary>
    private static readonly TimeSpan LongestBeginning = TimeSpan.FromHours(1);

    private static readonly Lock s_gate = new();
    private static string? s_folder;
    private static FileStream? s_held;

    static Scratch() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Discard();

    /// <summary>Full path of a file or folder that does not exist yet.</summary>
    /// <exception cref="MixPrecException">MXP1082: nothing can be made in the temporary folder.</exception>
    public static string NewPath(string ending)
    {
        lock (s_gate)
        {
            try
            {
                return Path.Combine(s_folder ?? Begin(), Path.GetRandomFileName() + ending);
            }
            catch (Exception refused) when (OutputPath.IsRefusal(refused))
            {
                throw NotWritten(refused);
            }
        }
    }

    /// <summary>The error for what the system refuses there.</summary>
    public static MixPrecException NotWritten(Exception refused) => new(DiagnosticCatalog.ScratchUnwritable, null, Path.GetTempPath(),
        refused.Message.ReplaceLineEndings(" ").TrimEnd('.'));

    /// <summary>
    /// Removes this process's folder with everything in it; a file that is mapped on Windows stays, for the next process.
    /// </summary>
    public static void Discard()
    {
        lock (s_gate)
        {
            if (s_folder is not null)
            {
                s_held!.Dispose();
                Remove(s_folder);
                s_folder = null;
            }
        }
    }

    /// <summary>Removes the folders of processes that were killed.</summary>
    public static void RemoveAbandoned() => RemoveAbandoned(Path.GetTempPath());

    internal static void RemoveAbandoned(string temporary)
    {
        if (LocksAreOff)
        {
            return;
        }

        try
        {
            foreach (string folder in Directory.GetDirectories(temporary, Prefix + "*"))
            {
                if (IsAbandoned(new DirectoryInfo(folder)))
                {
                    Remove(folder);
                }
            }
        }
        catch (Exception refused) when (OutputPath.IsRefusal(refused))
        {
            // Whoever may not list the folder cannot tidy it.
        }
    }

    /// <summary>.NET can be told not to lock files; then every folder would look abandoned.</summary>
    private static bool LocksAreOff =>
        (AppContext.TryGetSwitch("System.IO.DisableFileLocking", out bool off) && off)
        || Environment.GetEnvironmentVariable("DOTNET_SYSTEM_IO_DISABLEFILELOCKING") is "1" or "true";

    private static string Begin()
    {
        string folder = Directory.CreateTempSubdirectory(Prefix).FullName;
        var held = NewFile.Create(Path.Combine(folder, Held));
        held.WriteByte((byte)'x');
        held.Flush();
        (s_folder, s_held) = (folder, held);
        return folder;
    }

    /// <summary>
    /// Never of a folder that another user could have made to look so: it is no link, and only its owner may enter it. A pipe or device,
    /// which opening would wait for, has no length.
    /// </summary>
    private static bool IsAbandoned(DirectoryInfo folder)
    {
        try
        {
            if (folder.LinkTarget is not null || (!OperatingSystem.IsWindows() && folder.UnixFileMode
                != (UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute)))
            {
                return false;
            }

            var file = new FileInfo(Path.Combine(folder.FullName, Held));
            if (!file.Exists)
            {
                return DateTime.UtcNow - folder.LastWriteTimeUtc > LongestBeginning;
            }

            if (file.LinkTarget is not null || file.Length != 1)
            {
                return false;
            }

            using var taken = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.None);
            return true;
        }
        catch (Exception refused) when (OutputPath.IsRefusal(refused))
        {
            return false;
        }
    }

    private static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception refused) when (OutputPath.IsRefusal(refused))
        {
            // It is in use on Windows, or somebody else removes it at this moment.
        }
    }
}
