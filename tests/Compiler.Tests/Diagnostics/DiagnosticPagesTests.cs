using System.Reflection;
using System.Text.RegularExpressions;
using MixPrec.Diagnostics;
using Xunit;

namespace MixPrec.Compiler.Tests.Diagnostics;

/// <summary>Holds the table of diagnostics and their pages together, both ways.</summary>
public sealed class DiagnosticPagesTests
{
    [Fact]
    public void EveryRowIsInTheListOnceAndInOrder()
    {
        var rows = typeof(DiagnosticCatalog).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(f => f.GetValue(null)).OfType<DiagnosticDescription>().ToArray();
        Assert.Equal(rows.Select(r => r.Id).Order(StringComparer.Ordinal), DiagnosticCatalog.All.Select(r => r.Id));
        Assert.Equal(rows.Length, rows.Select(r => r.Id).Distinct().Count());
        Assert.All(rows, r => Assert.Matches("^MXP[0-9]{4}$", r.Id));
    }

    [Fact]
    public void EveryRowHasItsPageAndEveryPageItsRow()
    {
        var pages = Directory.GetFiles(Path.Combine(RepositoryFolder.Root, "docs", "diagnostics"), "*.md")
            .Select(Path.GetFileNameWithoutExtension);
        Assert.Equal(DiagnosticCatalog.All.Select(r => r.Id), pages.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void EveryPageSaysWhatHappenedWhyAndWhatToDo()
    {
        foreach (var row in DiagnosticCatalog.All)
        {
            string page = File.ReadAllText(Path.Combine(RepositoryFolder.Root, row.HelpLink));
            Assert.StartsWith($"# {row.Id}: {row.Title}\n", page, StringComparison.Ordinal);
            Assert.All(["**What happened.** ", "**Why.** ", "**What to do.** "], part =>
                Assert.True(page.Contains(part, StringComparison.Ordinal), $"{row.Id} lacks {part}"));
        }
    }

    /// <summary>A number before a plural is "1 samples" one day: counts come from <see cref="Counted"/>, with their nouns.</summary>
    [Fact]
    public void CountsBringTheirNouns()
    {
        Assert.All(DiagnosticCatalog.All, row =>
            Assert.DoesNotMatch(@"\{\d+\} ((held-out|calibration) )?(samples|seconds|layers|plans|inputs|outputs|axes|entries)\b",
            row.MessageFormat));
        Assert.Equal(["0 axes", "1 axis", "2 axes", "-1 sample", "12345 samples"],
            [Counted.Format(0, "axis", "axes"), Counted.Format(1, "axis", "axes"), Counted.Format(2, "axis", "axes"), Counted.Format(-1, "sample"),
            Counted.Format(12345, "sample")]);
    }

    /// <summary>A message is one line that can be formatted: the holes are numbered from 0 without gaps.</summary>
    [Fact]
    public void MessagesAreOneLineWithHolesInSequence()
    {
        foreach (var row in DiagnosticCatalog.All)
        {
            Assert.DoesNotContain('\n', row.MessageFormat);
            var holes = Regex.Matches(row.MessageFormat, @"\{(\d+)")
                .Select(m => int.Parse(m.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture)).Distinct().Order();
            Assert.Equal(Enumerable.Range(0, holes.Count()), holes);
        }
    }
}
