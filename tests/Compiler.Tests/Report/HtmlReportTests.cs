using System.Xml;
using System.Xml.Linq;
using MixPrec.Compiler.Report;
using Xunit;

namespace MixPrec.Compiler.Tests.Report;

public sealed class HtmlReportTests
{
    private const string Hostile = "</title></style><script>alert(1)</script>\"'&<b onclick=\"x\">";

    public static TheoryData<string> Names => ["Met", "Missed", "Early", "Hostile"];

    /// <summary>The page is also XML, so an independent parser can say that every tag closes and every text is escaped.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void PagesAreWellFormedAndLoadNothing(string name)
    {
        var page = Parse(Example(name));
        Assert.DoesNotContain(page.Descendants(), e => e.Name.LocalName is "link" or "img" or "iframe" or "object");
        Assert.Equal(ReportScript.Text, Assert.Single(page.Descendants("script")).Value);
        Assert.Contains(ReportScript.Hash, page.Descendants("meta").Select(m => (string?)m.Attribute("content") ?? "").Single(c =>
            c.StartsWith("default-src 'none';", StringComparison.Ordinal)), StringComparison.Ordinal);
        page.Descendants("script").Remove();
        Assert.All(page.Descendants().Attributes(), a => Assert.DoesNotMatch("^(src|href|on.+)$", a.Name.LocalName));
        Assert.DoesNotContain("url(", page.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", page.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Infinity", page.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void UntrustedNamesAreText()
    {
        var page = Parse(Example("Hostile"));
        Assert.Equal(Hostile + " – MixPrec report", page.Descendants("head").Single().Element("title")!.Value);
        Assert.Contains(page.Descendants("td"), td => td.Value == Hostile);
    }

    [Fact]
    public void TheLayerTableHoldsOneRowPerLayer()
    {
        var rows = Section(ExampleReports.Met, "Layers").Descendants("tbody").Single().Elements("tr")
            .Select(r => r.Elements("td").Select(d => d.Value).ToArray()).ToArray();
        Assert.Equal(5, rows.Length);
        Assert.Equal(["/conv2/Conv", "Conv", "32×16×3×3", "i8", "46 %", "62.4 µs", "903 k", "4.90 kB"], rows[1]);
    }

    /// <summary>The plan that ships, where it measured, and not the one that the solver gave first.</summary>
    [Fact]
    public void TheMarkedPointIsThePlanThatShips()
    {
        var chart = Section(ExampleReports.Met, "Trade-off").Descendants("svg").Single(c => (string?)c.Attribute("class") == "chart");
        var plans = chart.Descendants("g").ToArray();
        Assert.Equal(2, plans.Length);
        var ships = Assert.Single(plans, p => p.Element("title")!.Value.StartsWith("ships: measured 0.0077", StringComparison.Ordinal));
        Assert.Equal("chosen", (string?)ships.Element("circle")!.Attribute("class"));
        double[] x = [.. plans.Select(p => (double)p.Element("circle")!.Attribute("cx")!)];
        double limit = (double)Assert.Single(chart.Descendants("line"), c => (string?)c.Attribute("class") == "limit").Attribute("x1")!;
        Assert.True((double)ships.Element("circle")!.Attribute("cx")! < limit && x.Max() < limit);
        Assert.Equal(13, chart.Elements("circle").Count());
        Assert.Contains("2, ships", Section(ExampleReports.Met, "Trade-off").Descendants("td").Select(d => d.Value));
    }

    [Fact]
    public void TheMapConnectsTheLayers()
    {
        var map = Section(ExampleReports.Met, "Precision map");
        Assert.Equal(5, map.Descendants("path").Count());
        Assert.Equal(["/conv1", "/conv2", "/conv3", "/fc1", "/fc2"], map.Descendants("g").Select(g =>
            "/" + g.Elements("text").First().Value));
    }

    [Fact]
    public void EveryLayerInFp32SaysWhy() => Assert.Contains("kept by KeepFloat=\"/conv1/*\"",
        Section(ExampleReports.Met, "Layers").Descendants("tr").ElementAt(1).Value, StringComparison.Ordinal);

    /// <summary>One bar for each precision that was estimated, beyond the budget in another colour.</summary>
    [Fact]
    public void SensitivitiesAreBesideTheBudget() => Assert.Equal(["fill", "fill", "fill-bad"],
        Section(ExampleReports.Met, "Sensitivity").Descendants("rect").Select(r => (string?)r.Attribute("class")));

    [Fact]
    public void MarkdownIsATableWithoutMarkupOfTheModel()
    {
        string text = MarkdownReport.Format(ExampleReports.Met);
        Assert.Contains("\n3 of 5 layers in int8, 1 in bf16, ", text, StringComparison.Ordinal);
        Assert.Contains("| /conv2/Conv | Conv | i8 | 46 % | 62.4 µs |  |", text, StringComparison.Ordinal);
        Assert.Contains("| /conv2/Conv | Conv.U8S8 gemm\\_u8\\_s8\\_i32\\_6x64\\_avx512vnni | 28.9 µs | 65 % | 31 % |", text,
            StringComparison.Ordinal);
        Assert.DoesNotContain("<script", MarkdownReport.Format(Example("Hostile")).Replace("\\<", "", StringComparison.Ordinal),
            StringComparison.Ordinal);
    }

    [Fact]
    public void EachSubgraphMarksItsChoice() =>
        Assert.All(Section(ExampleReports.Met, "Sub-graphs").Descendants("tbody"), t =>
            Assert.Single(t.Elements("tr"), r => (string?)r.Attribute("class") == "is-chosen"));

    [Fact]
    public void EachStepHasItsKernelAndItsShareOfTheRoof()
    {
        var section = Section(ExampleReports.Met, "Time of each step");
        var rows = section.Descendants("tbody").Single().Elements("tr").Select(r => r.Elements("td").Select(d => d.Value).ToArray())
            .ToArray();
        Assert.Equal(["/conv2/Conv[1, 16, 28, 28] → [1, 32, 14, 14]", "Conv.U8S8 gemm_u8_s8_i32_6x64_avx512vnni", "28.9 µs", "65 %", "31",
            "", "31 %"], rows[2]);
        Assert.Equal(["1.70 µs", "3.8 %", "", "", ""], rows[1][2..]);
        Assert.Equal("29", rows[3][5]);
        Assert.Contains("u8 × s8 600", section.Element("p")!.Value, StringComparison.Ordinal);
    }

    /// <summary>Those that were measured both ways.</summary>
    [Fact]
    public void SubgraphsStandAsTheyWereChosenAndAsTheyRun()
    {
        var rows = Section(ExampleReports.Met, "Predicted and measured").Descendants("details").Single().Descendants("tbody").Single()
            .Elements("tr").Select(r => string.Join('|', r.Elements("td").Select(d => d.Value)));
        Assert.Equal(["0|/conv1/Conv|0|–|–|11.3 µs|11.5 µs|1.02×",
            "1|/conv2/Conv|0.0048|0.0052|1.08×|30.3 µs|30.6 µs|1.01×"], rows);
    }

    /// <summary>The measured curve beside the predicted one: what saves more stands higher, what errs more stands to the right.</summary>
    [Fact]
    public void BaselinesAreDrawnWhereTheyMeasured()
    {
        var marks = Section(ExampleReports.Met, "Trade-off").Descendants("svg").Single(c => (string?)c.Attribute("class") == "chart")
            .Elements("path").Where(p => ((string?)p.Attribute("class"))!.StartsWith("mark ", StringComparison.Ordinal))
            .ToDictionary(p => (string)p.Attribute("class")!, p => (X: Number((string)p.Attribute("d")!, 0),
                Y: Number((string)p.Attribute("d")!, 1), Title: p.Element("title")!.Value));
        Assert.Equal(["mark best", "mark prefix", "mark random"], marks.Keys);
        Assert.True(marks["mark best"].Y < marks["mark random"].Y && marks["mark random"].Y < marks["mark prefix"].Y);
        Assert.True(marks["mark best"].X < marks["mark prefix"].X && marks["mark prefix"].X < marks["mark random"].X);
        Assert.Equal("prefix, measured: 0.0075, gain 41.4 µs", marks["mark prefix"].Title);
        Assert.DoesNotContain("mark best", (ExampleReports.Met with { GainIsModelled = true }).Html.Split("</style>")[1],
            StringComparison.Ordinal);

        static double Number(string path, int place) =>
            double.Parse(path[1..].Split(' ', 'h', 'l')[place], System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void ProofsOfSumsAreListed() => Assert.Equal("/fc1/Gemm",
        Section(ExampleReports.Met, "Why sums cannot overflow").Descendants("tbody").Single().Elements("tr").Single().Element("td")!.Value);

    [Theory]
    [InlineData(0, false)]
    [InlineData(1234, true)]
    public void SubnormalWeightsAreCounted(long count, bool said)
    {
        var facts = Section(ExampleReports.Met with { SubnormalWeights = count }, "Build environment").Descendants("dd");
        Assert.Equal(said, facts.Any(d => d.Value.StartsWith("1,234 of the model are below", StringComparison.Ordinal)));
    }

    [Fact]
    public void AMissedBudgetSaysByHowMuchAndWhatToDo()
    {
        string text = Parse(ExampleReports.Missed).Descendants("header").Single().Value;
        Assert.Contains("MXP2001", text, StringComparison.Ordinal);
        Assert.Contains("Missed by 32 %", text, StringComparison.Ordinal);
        Assert.Contains("Raise ErrorBudget to 0.0139", text, StringComparison.Ordinal);
        Assert.Contains("KeepFloat=\"/conv2/Conv\"", text, StringComparison.Ordinal);
        Assert.Contains("did not match", text, StringComparison.Ordinal);
        Assert.DoesNotContain("budget met", text, StringComparison.Ordinal);
    }

    /// <summary>The same page, and one sentence for what a lock file does not hold.</summary>
    [Fact]
    public void APageFromALockFileSaysWhatItCannotKnow()
    {
        var page = Parse(ExampleReports.Met with
        {
            IsFromLock = true, Subgraphs = [], Steps = [], Solver = null, TradeOff = [], MeasuredPlans = [], Curve = [], Estimators = [],
            Phases = [],
        });
        string text = page.Descendants("header").Single().Value;
        Assert.Contains("plan from the lock file", text, StringComparison.Ordinal);
        Assert.Contains("errors and times are those that the lock file records of AMD EPYC 9B45", text, StringComparison.Ordinal);
        Assert.Contains("Times of sub-graphs, sensitivities and trade-off are known only to the build that made the plan; "
            + "mixprec report --measure times the steps on this machine.", text, StringComparison.Ordinal);
        Assert.Equal(["Precision map", "Layers", "Sensitivity", "Predicted and measured", "Why sums cannot overflow", "Build environment"],
            page.Descendants("h2").Select(h => h.Value));
    }

    [Fact]
    public void ABuildThatEndedEarlyShowsWhatIsKnown()
    {
        var page = Parse(ExampleReports.Early);
        Assert.Contains("operator Foo", page.Root!.Value, StringComparison.Ordinal);
        Assert.Empty(page.Descendants("section"));
    }

    [Theory]
    [InlineData(0.9999, "100.0 %")]
    [InlineData(0.998, "99.8 %")]
    [InlineData(1, "100 %")]
    [InlineData(0.046, "4.6 %")]
    [InlineData(0.46, "46 %")]
    [InlineData(double.NaN, "–")]
    public void SharesReadAsPercentages(double share, string text) => Assert.Equal(text, ReportText.Percent(share));

    [Theory]
    [InlineData(0, "0 ns")]
    [InlineData(12.34, "12.3 ns")]
    [InlineData(999.6, "1.00 µs")]
    [InlineData(-1500, "−1.50 µs")]
    [InlineData(2.5e9, "2.50 s")]
    [InlineData(double.PositiveInfinity, "–")]
    public void TimesHaveThreeDigits(double nanoseconds, string text) => Assert.Equal(text, ReportText.Nanoseconds(nanoseconds));

    private static BuildReport Example(string name) => name switch
    {
        "Met" => ExampleReports.Met,
        "Missed" => ExampleReports.Missed,
        "Early" => ExampleReports.Early,
        _ => ExampleReports.Met with
        {
            ClassName = Hostile, Model = Hostile, Machine = Hostile, Loss = Hostile, Warnings = [Hostile], Failure = new(Hostile, Hostile),
            Options = [new(Hostile, Hostile)], Estimators = [new(Hostile, double.NaN)], Phases = [new(Hostile, double.NaN)],
                PredictedError = double.NaN,
            Layers = [new(Hostile, Hostile, Hostile, Hostile, double.NaN, double.NaN, 1, 1, 0)],
            Subgraphs = [new(0, [Hostile], [new(Hostile, double.NaN, double.NaN, double.NaN, true)], 3)],
            Steps = [new(Hostile, Hostile, Hostile, double.NaN, null, null, double.NaN)], Roofs = Hostile,
            Solver = new(Hostile, double.NaN, double.NaN, double.NaN),
        },
    };

    private static XElement Section(BuildReport report, string title) =>
        Parse(report).Descendants("section").Single(s => s.Element("h2")?.Value == title);

    private static XDocument Parse(BuildReport report)
    {
        using var reader = XmlReader.Create(new StringReader(report.Html), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader);
    }
}
