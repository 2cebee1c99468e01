using System.Security.Cryptography;
using System.Text;
using MixPrec.Jobs;

namespace MixPrec.Tasks.Models;

/// <summary>
/// Says that the worker has answered one job to the end: with results, or with the verdict that no plan meets the demands (which holds
/// until an input changes, and costs as much to find again). The first line binds it to the options by the hash of the job, the others to
/// every file that was read. A success holds in each mode that takes or makes plans: what one of them wrote the others would take.
/// </summary>
internal static class Stamp
{
    private const string Success = "success", Verdict = "verdict";

    /// <param name="inputs">Every file that the worker read.</param>
    public static void Write(ModelFiles files, string job, bool succeeded, IEnumerable<InputState> inputs) =>
        Write(files, succeeded ? Answer(JobFile.InAnyMode(job), Success) : Answer(job, Verdict), inputs);

    /// <summary>
    /// Whether the stamp answers this very job, everything it vouches for is still there, and no input is another one: each was read
    /// before, and all that were read hold what they held.
    /// </summary>
    /// <param name="inputs">The files that the worker would read now, as far as that is known.</param>
    /// <param name="remember">Writes changed times of equal contents down, so that the next build does not read them again.</param>
    public static bool Answers(ModelFiles files, string job, IEnumerable<string> inputs, bool remember)
    {
        if (!File.Exists(files.StampFile) || !File.Exists(files.Diagnostics))
        {
            return false;
        }

        var lines = File.ReadAllLines(files.StampFile);
        if (lines.Length == 0 || !IsAnswer(lines[0], files, job))
        {
            return false;
        }

        var known = lines.Skip(1).Select(InputState.Parse).ToArray();
        if (known.Any(input => input is null) || !new HashSet<string>(inputs, StringComparer.Ordinal)
            .IsSubsetOf(known.Select(input => input!.Path)))
        {
            return false;
        }

        var now = known.Select(input => input!.IfUnchanged()).ToArray();
        if (now.Any(input => input is null))
        {
            return false;
        }

        if (remember)
        {
            Write(files, lines[0], now!);
        }

        return true;
    }

    private static bool IsAnswer(string line, ModelFiles files, string job) =>
        line == Answer(job, Verdict)
            || (line == Answer(JobFile.InAnyMode(job), Success) && File.Exists(files.Plan) && File.Exists(files.Weights));

    private static string Answer(string job, string kind) => Hash(job) + " " + kind;

    private static void Write(ModelFiles files, string answer, IEnumerable<InputState> inputs) =>
        TextFile.WriteIfDifferent(files.StampFile,
            answer + "\n" + string.Concat(inputs.OrderBy(input => input.Path, StringComparer.Ordinal)
            .Select(input => input.Format() + "\n")));

    private static string Hash(string job)
    {
        using var sha = SHA256.Create();
        return Hexadecimal.Format(sha.ComputeHash(Encoding.UTF8.GetBytes(job)));
    }
}
