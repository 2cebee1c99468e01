using System.Globalization;
using MixPrec.Fuzz.Sessions;

namespace MixPrec.Fuzz.Running;

/// <summary>The command line.</summary>
/// <param name="From">Number of the first execution.</param>
/// <param name="To">Number after the last one.</param>
/// <param name="Corpus">A folder with models that are seeds besides.</param>
/// <param name="Output">Where inputs go that show a finding.</param>
/// <param name="Target">The name of the only reader; null for all.</param>
/// <param name="IsChild">True for the process that executes; the other one starts it again when an input ended it.</param>
internal sealed record Options(long From, long To, int Seed, string? Corpus, string Output, string? Target, bool IsChild)
{
    public const string Usage = SessionCommand.Usage + "\nfuzz [--executions N] [--from N] [--seed N] [--corpus FOLDER] [--output FOLDER] [--target "
        + "model|plan|expression|lock|npz|weights|tensor|job|timing|external|sample|network|names]";

    /// <exception cref="FormatException">The command line is wrong.</exception>
    public static Options Parse(string[] arguments)
    {
        var named = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int i = 0; i < arguments.Length; i += arguments[i] == "--child" ? 1 : 2)
        {
            named[arguments[i]] = arguments[i] == "--child" ? "" : i + 1 < arguments.Length ? arguments[i + 1]
                : throw new FormatException(Usage);
        }

        long from = Number("--from", 0);
        var options = new Options(from, from + Number("--executions", 100_000), (int)Number("--seed", 1), Text("--corpus"), Text("--output")
            ?? "fuzz-findings", Text("--target"), named.Remove("--child"));
        return named.Count == 0 ? options : throw new FormatException(Usage);

        string? Text(string name) => named.Remove(name, out string? value) ? value : null;

        long Number(string name, long absent) => Text(name) is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : absent;
    }

    /// <summary>The command line of a process that goes on at an execution.</summary>
    public IEnumerable<string> Arguments(long from) =>
    [
        "--child", "--from", Invariant(from), "--executions", Invariant(To - from), "--seed", Invariant(Seed), "--output", Output,
        .. Corpus is null ? (string[])[] : ["--corpus", Corpus], .. Target is null ? (string[])[] : ["--target", Target],
    ];

    private static string Invariant(long number) => number.ToString(CultureInfo.InvariantCulture);
}
