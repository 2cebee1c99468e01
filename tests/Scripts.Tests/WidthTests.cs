using Xunit;

namespace MixPrec.Scripts.Tests;

/// <summary>
/// Code folds at 140 columns and prose at 120, so that two files fit beside each other. Raw strings and signatures in a cref cannot be cut;
/// elsewhere than in what ships, a text in quotes may stay whole.
/// </summary>
public sealed class WidthTests
{
    private static readonly string[] Derived = ["operators.md", "element-types.md"];

    [Fact]
    public void CodeFolds()
    {
        var wide = Repository.Files("*.cs")
            .SelectMany(file => CodeLines(file).Where(l => l.Text.Length > 140
                && !l.Text.Contains("cref=\"", StringComparison.Ordinal)
                && (file.StartsWith("src/", StringComparison.Ordinal) || !l.Text.Contains('"', StringComparison.Ordinal)))
            .Select(l => $"{file}:{l.Number}")).ToArray();
        Assert.True(wide.Length == 0, string.Join('\n', wide));
    }

    [Fact]
    public void ProseFolds()
    {
        var wide = Repository.Files("*.md").Where(file => !Derived.Contains(Path.GetFileName(file)))
            .SelectMany(file => ProseLines(file).Where(l => l.Text.Length > 120 && l.Text.LastIndexOf(' ', 119) > 0
                && !l.Text.Contains("](", StringComparison.Ordinal)).Select(l => $"{file}:{l.Number}")).ToArray();
        Assert.True(wide.Length == 0, string.Join('\n', wide));
    }

    /// <summary>Both look at something.</summary>
    [Fact]
    public void FilesAreSeen()
    {
        Assert.InRange(Repository.Files("*.cs").Sum(f => CodeLines(f).Count()), 30_000, int.MaxValue);
        Assert.InRange(Repository.Files("*.md").Sum(f => ProseLines(f).Count()), 500, int.MaxValue);
    }

    /// <summary>The lines outside of raw string literals.</summary>
    private static IEnumerable<(int Number, string Text)> CodeLines(string file)
    {
        bool raw = false;
        int number = 0;
        foreach (string line in File.ReadLines(Path.Combine(Repository.Root, file)))
        {
            number++;
            bool toggles = line.Split("\"\"\"").Length % 2 == 0, inside = raw;
            raw ^= toggles;
            if (!inside && !toggles)
            {
                yield return (number, line);
            }
        }
    }

    /// <summary>The lines that are no table, heading, code or marker.</summary>
    private static IEnumerable<(int Number, string Text)> ProseLines(string file)
    {
        bool code = false;
        int number = 0;
        foreach (string line in File.ReadLines(Path.Combine(Repository.Root, file)))
        {
            number++;
            code ^= line.StartsWith("```", StringComparison.Ordinal);
            if (!code && line.Length > 0 && line[0] is not ('|' or '#' or '<' or '`') && !line.StartsWith("    ", StringComparison.Ordinal))
            {
                yield return (number, line);
            }
        }
    }
}
