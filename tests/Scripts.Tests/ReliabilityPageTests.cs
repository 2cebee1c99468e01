using System.Text.RegularExpressions;
using Xunit;

namespace MixPrec.Scripts.Tests;

/// <summary>A promise is as good as its test: each class of tests that the page names exists.</summary>
public sealed partial class ReliabilityPageTests
{
    [Fact]
    public void EveryTestThatThePageNamesExists()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "reliability.md"));
        string[] named = [.. TestName().Matches(page).Select(match => match.Groups[1].Value).Distinct()];
        var classes = Repository.Files("*Tests.cs").Select(Path.GetFileNameWithoutExtension).ToHashSet();
        Assert.InRange(named.Length, 20, 200);
        Assert.Equal("", string.Join(' ', named.Where(name => !classes.Contains(name))));
    }

    [GeneratedRegex("`([A-Za-z]+Tests)`")]
    private static partial Regex TestName();
}
