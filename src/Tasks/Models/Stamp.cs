using System.Security.Cryptography;
using System.Text;

namespace MixPrec.Tasks.Models;

/// <summary>
/// Says that the worker has answered one job to the end: with results, or with the verdict that no plan meets the demands (which holds until an
/// input changes, and costs as much to find again). The hash of the job binds it to the options; its time is compared with the input files.
/// </summary>
internal static class Stamp
{
    private const string Success = "success", Verdict = "verdict";

    public static void Write(ModelFiles files, string job, bool succeeded)
    {
        File.Delete(files.StampFile);
        JobFile.WriteIfDifferent(files.StampFile, Hash(job) + " " + (succeeded ? Success : Verdict) + "\n");
    }

    /// <summary>Whether the stamp answers this very job and everything it vouches for is still there.</summary>
    public static bool Answers(ModelFiles files, string job)
    {
        if (!File.Exists(files.StampFile) || !File.Exists(files.Diagnostics))
        {
            return false;
        }

        var text = File.ReadAllText(files.StampFile);
        return text == Hash(job) + " " + Verdict + "\n"
            || (text == Hash(job) + " " + Success + "\n" && File.Exists(files.Plan) && File.Exists(files.Weights));
    }

    /// <summary>Whether no input is missing or newer than the stamp. What MSBuild asks too; a build that had to wait asks again.</summary>
    public static bool IsNewerThan(ModelFiles files, IEnumerable<string> inputs)
    {
        var time = File.GetLastWriteTimeUtc(files.StampFile);
        return inputs.All(input => File.Exists(input) && File.GetLastWriteTimeUtc(input) <= time);
    }

    private static string Hash(string job)
    {
        using var sha = SHA256.Create();
        return string.Concat(sha.ComputeHash(Encoding.UTF8.GetBytes(job)).Select(b => b.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));
    }
}
