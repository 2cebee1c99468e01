using System.Diagnostics;

namespace MixPrec.Scripts.Tests;

/// <summary>The repository that these tests were built in, and its scripts.</summary>
internal static class Repository
{
    private static readonly string[] NotTracked = ["/bin/", "/obj/", "/artifacts/", "/.git/"];

    public static string Root => RepositoryFolder.Root;

    /// <summary>Every shell script, by its path from the root.</summary>
    public static IEnumerable<string> Scripts =>
        Files("*").Where(path => path.EndsWith(".sh", StringComparison.Ordinal) || path.StartsWith(".ci/", StringComparison.Ordinal));

    /// <summary>The files of a pattern by their paths from the root, without what is built.</summary>
    public static IEnumerable<string> Files(string pattern) =>
        Directory.EnumerateFiles(Root, pattern, SearchOption.AllDirectories)
            .Select(path => "/" + Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => !NotTracked.Any(part => path.Contains(part, StringComparison.Ordinal)))
            .Select(path => path[1..]).Order(StringComparer.Ordinal);

    /// <summary>Runs a script with bash, its standard input empty and no terminal.</summary>
    public static (int Code, string Output) Run(string script, IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("bash", [script, .. arguments]) { WorkingDirectory = Root, RedirectStandardInput = true,
            RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd() + errors.Result;
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
