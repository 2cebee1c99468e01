using System.Security.Cryptography;
using System.Text;
using MixPrec.Compiler.Exclusion;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Timing;

/// <summary>
/// A timing table: what networks take on one machine, measured once and used by builds that measure nothing. They give the same plan every
/// time, and plans for machines that they do not run on.
/// </summary>
/// <param name="Networks">By <see cref="NetworkTimes.KeyOf"/>.</param>
internal sealed record TimingFile(TimingMachine Machine, IReadOnlyDictionary<string, NetworkTimes> Networks)
{
    /// <summary>How the name of such a file ends.</summary>
    public const string Extension = ".mixprec-timings.json";

    /// <summary>Version of the format.</summary>
    public const int Version = 1;

    /// <summary>Largest file that is read, in bytes.</summary>
    public const long LargestFile = 64L << 20;

    /// <summary>The file of a machine where none is named: its CPU in letters, digits and hyphens.</summary>
    public static string NameFor(TimingMachine machine)
    {
        string[] words = [.. string.Concat(machine.Cpu.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : ' '))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        return (words.Length == 0 ? "cpu" : string.Join("-", words)) + Extension;
    }

    /// <exception cref="MixPrecException">MXP1001, MXP1041: there is no such file; MXP1090: it is no timing table.</exception>
    public static TimingFile Read(string path)
    {
        InputPath.RequireFile("The timing table", path, null);
        try
        {
            long length = InputPath.LengthOf(path);
            return length == 0 ? throw new FormatException("it is empty, or no ordinary file") : length > LargestFile
                ? throw new FormatException($"it has {Counted.Format(length, "byte")}, more than {LargestFile}")
                : TimingFileReader.Parse(File.ReadAllText(path));
        }
        catch (Exception exception) when (exception is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new MixPrecException(DiagnosticCatalog.TimingTableUnreadable, path, path, exception.Message.TrimEnd('.'));
        }
    }

    /// <summary>SHA-256 of all that it says of models with a file name, and of the machine.</summary>
    public string HashFor(string model) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        TimingFileWriter.Format(this with { Networks = Networks.Where(n => n.Value.Model == model).ToDictionary() }))));

    /// <summary>The file as something to write, not yet touched.</summary>
    public static OutputFile At(string path) => new("The timing table", path, DiagnosticCatalog.TimingTableUnwritable, null);

    /// <summary>
    /// Writes the times of one network, in place of those that the file has of the same one; other networks stay. In one step, and in turn
    /// with others that write the file.
    /// </summary>
    /// <exception cref="MixPrecException">MXP1090, MXP1091, MXP1092: the file is there and is no table, or one of another machine, which
    /// stays.</exception>
    public static void Put(string path, TimingMachine machine, string key, NetworkTimes times, CancellationToken cancellation)
    {
        using var turn = MachineLock.Enter("write", Path.GetFullPath(path), () => { }, cancellation);
        var known = File.Exists(path) ? Read(path).RequireSame(path, machine).Networks : new Dictionary<string, NetworkTimes>();
        var file = new TimingFile(machine, known.Where(n => n.Key != key).Append(KeyValuePair.Create(key, times)).ToDictionary());
        At(path).Write(stream => stream.Write(Encoding.UTF8.GetBytes(TimingFileWriter.Format(file))));
    }

    /// <summary>The times of one table are comparable: of one machine and one version.</summary>
    /// <exception cref="MixPrecException">MXP1092: the file is of another machine.</exception>
    public TimingFile RequireSame(string path, TimingMachine machine)
    {
        string[] differences = [.. Machine.Package == machine.Package ? Array.Empty<string>()
            : [$"the package is version {Machine.Package} there and {machine.Package} here"],
            .. Machine.DifferencesTo(machine),
            .. Machine.Threads == machine.Threads ? Array.Empty<string>()
            : [$"a run takes {Counted.Format(Machine.Threads, "thread")} there and {machine.Threads} here"]];
        return differences.Length == 0 ? this
            : throw new MixPrecException(DiagnosticCatalog.TimingTableOfAnother, null, path, string.Join("; ", differences));
    }
}
