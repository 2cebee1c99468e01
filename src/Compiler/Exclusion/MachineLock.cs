using System.Security.Cryptography;
using System.Text;

namespace MixPrec.Compiler.Exclusion;

/// <summary>
/// A lock that one process of the machine holds at a time: an open file that nobody else may open (<c>flock</c>, or the share mode of
/// Windows). The system ends it with the process, however that ends, so that no crash leaves it locked; whoever is done deletes the file.
/// A named mutex belongs to a thread, which a compilation may leave.
/// </summary>
/// <remarks>Where no such file can be had (a read-only system, a file of another user that may not be read), everybody gets in: a lock that
/// only protects measurements stops no build.</remarks>
internal sealed class MachineLock : IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Mode of a file that its holder has deleted: somebody who opened it before that gets the lock of a file that has no name any more,
    /// while the next one makes a new file.
    /// </summary>
    private const UnixFileMode Deleted = UnixFileMode.UserRead;

    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly string _path;
    private readonly FileStream? _file;

    private MachineLock(string path, FileStream? file, bool waited)
    {
        _path = path;
        _file = file;
        HadToWait = waited;
    }

    /// <summary>Whether another process held the lock: it may have done the work.</summary>
    public bool HadToWait { get; }

    /// <summary>Waits until no other process holds the lock.</summary>
    /// <param name="name">What it is for: letters and dashes.</param>
    /// <param name="subject">Any text; other subjects are other locks.</param>
    /// <param name="waiting">Called once when it has to wait.</param>
    /// <exception cref="OperationCanceledException">The build was cancelled.</exception>
    public static MachineLock Enter(string name, string subject, Action waiting, CancellationToken cancellation)
    {
        string path = PathOf(name, subject);
        for (bool waited = false; ; waited = true)
        {
            cancellation.ThrowIfCancellationRequested();
            switch (TryOpen(path, out var file))
            {
                case Attempt.Opened:
                    return new(path, file, waited);
                case Attempt.Impossible:
                    return new(path, null, waited);
                case Attempt.Taken when !waited:
                    waiting();
                    break;
            }

            cancellation.WaitHandle.WaitOne(Poll);
        }
    }

    public void Dispose()
    {
        if (_file is null || !_file.CanRead)
        {
            return;
        }

        // Windows deletes no file that is open, and so none that the next one has already.
        if (OperatingSystem.IsWindows())
        {
            _file.Dispose();
            _ = TryDelete();
            return;
        }

        if (TryDelete())
        {
            File.SetUnixFileMode(_file.SafeFileHandle, Deleted);
        }

        _file.Dispose();
    }

    /// <summary>False for the file of another user, which stays.</summary>
    private bool TryDelete()
    {
        try
        {
            File.Delete(_path);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>The same path for every process of the machine, whatever its own temporary folder is.</summary>
    internal static string PathOf(string name, string subject)
    {
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(subject)).AsSpan(0, 8));
        string folder = OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData)
            : Directory.Exists("/tmp") ? "/tmp" : Path.GetTempPath();
        return Path.Combine(folder, subject.Length == 0 ? $"mixprec-{name}.lock" : $"mixprec-{name}-{hash}.lock");
    }

    private enum Attempt
    {
        Opened, Taken, Impossible,
    }

    /// <summary>
    /// Opens for reading only, which is enough for the lock: the file may be another user's, and nothing that a link in its place points to
    /// is ever changed.
    /// </summary>
    private static Attempt TryOpen(string path, out FileStream? file)
    {
        file = null;
        if (new FileInfo(path).LinkTarget is not null || !Exists(path))
        {
            return Attempt.Impossible;
        }

        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None);
            if (OperatingSystem.IsWindows() || File.GetUnixFileMode(file.SafeFileHandle) != Deleted)
            {
                return Attempt.Opened;
            }

            file.Dispose();
            file = null;
            return Attempt.Taken;
        }
        catch (IOException)
        {
            // Held, or deleted by its holder meanwhile.
            return Attempt.Taken;
        }
        catch (UnauthorizedAccessException)
        {
            return Attempt.Impossible;
        }
    }

    /// <summary>
    /// Creates the file where there is none. Others create and delete it at the same time: one look may miss it, not three.
    /// </summary>
    private static bool Exists(string path)
    {
        for (int look = 0; look < 3; look++)
        {
            if (File.Exists(path) || TryCreate(path))
            {
                return true;
            }
        }

        return false;
    }

    private static bool TryCreate(string path)
    {
        try
        {
            using var created = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(created.SafeFileHandle, Readable);
            }

            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
