using MixPrec.Fuzz.Names;
using MixPrec.Fuzz.Running;

namespace MixPrec.Fuzz.Tests;

/// <summary>Some models with hostile names; the command runs as many as one likes.</summary>
public sealed class NamesTests : IDisposable
{
    private const int Seed = 16, Executions = 80;

    private readonly string _folder = Directory.CreateTempSubdirectory("mixprec-names-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void NoNameChangesTheShapeOfWhatIsPrinted()
    {
        var campaign = new Campaign(Seed, Campaign.Targets(_folder, null, NamesTarget.TargetName));
        for (int i = 0; i < Executions; i++)
        {
            campaign.Execute(i);
        }

        Assert.True(campaign.Findings.Count == 0,
            string.Join("\n\n", campaign.Findings.Select(f => $"execution {f.Execution}: {f.Signature}\n{f.Text}")));
        Assert.Contains(NamesTarget.Same, campaign.Statistics(), StringComparison.Ordinal);
    }

    /// <summary>What the comparison has to notice, each by the reader of its language.</summary>
    [Fact]
    public void EveryReaderNoticesAnInjection()
    {
        Assert.NotEqual(Shape(Printed.CSharp("", "// a\nclass C;")), Shape(Printed.CSharp("", "// a\u2028#error\nclass C;")));
        Assert.NotEqual(Shape(Printed.CSharp("", "class C { string s = \"a\"; }")), Shape(Printed.CSharp("", "class C { string s = \"a\"+\"b\"; }")));
        Assert.NotEqual(Shape(Printed.Html("", "<p>a</p>")), Shape(Printed.Html("", "<p>a<b>c</b></p>")));
        Assert.NotEqual(Shape(Printed.Html("", "<p title=\"a\">b</p>")), Shape(Printed.Html("", "<p title=\"a\" onclick=\"x\">b</p>")));
        Assert.NotEqual(Shape(Printed.Markdown("", "- a")), Shape(Printed.Markdown("", "- https://a.example/b")));
        Assert.NotEqual(Shape(Printed.Markdown("", "- a")), Shape(Printed.Markdown("", "- &lt;")));
        Assert.NotEqual(Shape(Printed.Json("", "[\"a\"]")), Shape(Printed.Json("", "[\"a\",\"b\"]")));
        Assert.NotEqual(Shape(Printed.Project("", "<P I=\"a\"/>")), Shape(Printed.Project("", "<P I=\"$(a)\"/>")));
        Assert.NotEqual(Shape(Printed.Log("", "a\nb")), Shape(Printed.Log("", "a\n\nb")));
        Assert.NotEmpty(Printed.Log("", "a ##vso[task.complete]").Commands);
        Assert.NotEmpty(Printed.Log("", "a\n ::error::x").Commands);
        Assert.NotEmpty(Printed.Log("", "a\u202eb").Unseen);
    }

    private static string[] Shape(Printed text) => [.. text.Shape(text.Text)];
}
