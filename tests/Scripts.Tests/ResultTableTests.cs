using System.Text.RegularExpressions;
using Xunit;

namespace MixPrec.Scripts.Tests;

/// <summary>
/// Tables of measurements in the documentation are those of committed results: behind a comment that names a CSV file stands a table with
/// rows and columns of it, cell by cell.
/// </summary>
public sealed partial class ResultTableTests
{
    public static TheoryData<string> Tables =>
        [.. Pages().SelectMany(page => Marker().Matches(File.ReadAllText(page))
        .Select(m => $"{Path.GetRelativePath(RepositoryFolder.Root, page)}: {m.Groups["file"].Value}"))];

    [Theory]
    [MemberData(nameof(Tables))]
    public void CellsAreThoseOfTheFile(string table)
    {
        string[] names = table.Split(": ");
        string file = Path.Combine(RepositoryFolder.Root, names[1]);
        Assert.True(File.Exists(file), $"{names[1]} is not there");
        string[][] results = [.. File.ReadAllLines(file).Select(line => line.Split(','))];
        string text = File.ReadAllText(Path.Combine(RepositoryFolder.Root, names[0]));
        string[][] rows = [.. text[(text.IndexOf($"<!-- {names[1]} -->", StringComparison.Ordinal) + names[1].Length)..].Split('\n').Skip(1)
            .SkipWhile(l => l.Length == 0).TakeWhile(l => l.StartsWith('|'))
            .Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray())];
        Assert.True(rows.Length > 2, $"no table stands behind the name of {names[1]}");
        int[] columns = [.. rows[0].Select(heading => Array.IndexOf(results[0], heading))];
        Assert.True(!columns.Contains(-1), $"the columns of {names[1]} are {string.Join(", ", results[0])}");
        var known = results.Skip(1).Select(row => string.Join(" | ", columns.Select(c => row[c]))).ToHashSet();
        Assert.All(rows.Skip(2), row => Assert.Contains(string.Join(" | ", row), known));
    }

    /// <summary>The check sees the README's.</summary>
    [Fact]
    public void TheReadmeShowsResults() =>
        Assert.Contains(Tables, t => t.Data.StartsWith("README.md: benchmarks/results/", StringComparison.Ordinal));

    private static IEnumerable<string> Pages() =>
        Directory.GetFiles(Path.Combine(RepositoryFolder.Root, "docs"), "*.md", SearchOption.AllDirectories)
        .Append(Path.Combine(RepositoryFolder.Root, "README.md"));

    [GeneratedRegex("<!-- (?<file>benchmarks/results/[^ ]+\\.csv) -->")]
    private static partial Regex Marker();
}
