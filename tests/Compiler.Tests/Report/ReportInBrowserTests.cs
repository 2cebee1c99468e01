using System.Diagnostics;
using System.Text.RegularExpressions;
using MixPrec.Compiler.Report;
using MixPrec.Tests;
using Xunit;

namespace MixPrec.Compiler.Tests.Report;

/// <summary>
/// The page in a browser without a window, where this machine has one: its script runs under its own policy, and sorts and searches.
/// Pictures of it, light, dark, as narrow as a phone and on paper, are left in <c>artifacts/report</c> to be looked at.
/// </summary>
public sealed class ReportInBrowserTests : IDisposable
{
    private static readonly string? s_browser = new[] { "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome" }
        .SelectMany(name => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mixprec-page");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void TheScriptRunsUnderThePolicyOfThePage()
    {
        string page = Show(ExampleReports.Met.Html);
        Assert.Contains("role=\"button\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden=\"hidden\"", page, StringComparison.Ordinal);
    }

    /// <summary>A page that somebody has added a script to: the policy does not name it.</summary>
    [Fact]
    public void NoOtherScriptRuns() => Assert.DoesNotContain("<title>ran</title>",
        Show(ExampleReports.Met.Html.Replace("</body>", "<script>document.title = 'ran';</script></body>", StringComparison.Ordinal)),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("heads[4].click();", "/conv1/Conv /fc2/Gemm /conv3/Conv /fc1/Gemm /conv2/Conv")]
    [InlineData("heads[4].click(); heads[4].click();", "/conv2/Conv /fc1/Gemm /conv3/Conv /fc2/Gemm /conv1/Conv")]
    [InlineData("heads[5].dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }));",
        "/conv1/Conv /fc2/Gemm /fc1/Gemm /conv3/Conv /conv2/Conv")]
    [InlineData("search.value = 'gemm'; search.dispatchEvent(new Event('input'));", "/fc1/Gemm /fc2/Gemm")]
    public void LayersAreSortedAndSearched(string action, string rows)
    {
        string script = $$"""
            <script>
            var search = document.querySelector('input.search'), table = search.parentElement.querySelector('table');
            var heads = table.tHead.rows[0].cells;
            {{action}}
            document.title = Array.from(table.tBodies[0].rows).filter(function (row) { return !row.hidden; })
              .map(function (row) { return row.cells[0].firstChild.textContent; }).join(' ');
            </script></body>
            """;
        string page = ExampleReports.Met.Html.Replace("script-src '" + ReportScript.Hash + "'", "script-src 'unsafe-inline'",
            StringComparison.Ordinal).Replace("</body>", script, StringComparison.Ordinal);
        Assert.Equal(rows, Regex.Match(Show(page), "<title>(.*?)</title>").Groups[1].Value);
    }

    /// <summary>As a person does it: typed, sorted without a mouse, and what a pointer is on stands out.</summary>
    [Fact]
    public async Task ThePageIsUsedWithKeysAndWithAPointer()
    {
        Assert.SkipWhen(s_browser is null, "no Chromium on this machine");
        var cancellation = TestContext.Current.CancellationToken;
        string file = Path.Combine(_folder.FullName, "page.html");
        await File.WriteAllTextAsync(file, ExampleReports.Met.Html, cancellation);
        using var page = await BrowserSession.Open(s_browser!, _folder.FullName, new Uri(file), cancellation);
        const string Rows = """
            Array.from(document.querySelector('input.search').parentElement.querySelectorAll('tbody tr'))
              .filter(function (row) { return row.offsetHeight > 0; })
              .map(function (row) { return row.cells[0].firstChild.textContent; }).join(' ')
            """;

        await page.Evaluate("document.querySelector('input.search').focus()", cancellation);
        await page.Type("gemm", cancellation);
        Assert.Equal("/fc1/Gemm /fc2/Gemm", await page.Becomes("/fc1/Gemm /fc2/Gemm", Rows, cancellation));
        await page.Press("Tab", 9, cancellation);
        Assert.Equal("layer", await page.Becomes("layer", "document.activeElement.textContent", cancellation));
        Assert.NotEqual("none", await page.Evaluate("getComputedStyle(document.activeElement).outlineStyle", cancellation));
        await page.Press("Enter", 13, cancellation);
        Assert.Equal("/fc1/Gemm /fc2/Gemm", await page.Becomes("/fc1/Gemm /fc2/Gemm", Rows, cancellation));
        await page.Press(" ", 32, cancellation);
        Assert.Equal("/fc2/Gemm /fc1/Gemm", await page.Becomes("/fc2/Gemm /fc1/Gemm", Rows, cancellation));
        Assert.Equal("descending", await page.Becomes("descending", "document.activeElement.getAttribute('aria-sort')", cancellation));

        const string Bar = "getComputedStyle(document.querySelector('.plan .bound')).opacity",
            Box = "getComputedStyle(document.querySelector('.box rect')).strokeWidth";
        Assert.Equal(("0.5", "1px"),
            (await page.Becomes("0.5", Bar, cancellation), await page.Becomes("1px", Box, cancellation)));
        await page.MoveTo(".plan circle", cancellation);
        Assert.Equal("1", await page.Becomes("1", Bar, cancellation));
        await page.MoveTo(".box rect", cancellation);
        Assert.Equal(("0.5", "2px"),
            (await page.Becomes("0.5", Bar, cancellation), await page.Becomes("2px", Box, cancellation)));
    }

    /// <summary>A4 with margins of a centimetre: nothing stands beyond it, and what is folded on a screen is there.</summary>
    [Fact]
    public async Task PaperHoldsTheWholePage()
    {
        Assert.SkipWhen(s_browser is null, "no Chromium on this machine");
        const int Width = 718;
        var cancellation = TestContext.Current.CancellationToken;
        string file = Path.Combine(_folder.FullName, "page.html");
        await File.WriteAllTextAsync(file, ExampleReports.Met.Html, cancellation);
        using var page = await BrowserSession.Open(s_browser!, _folder.FullName, new Uri(file), cancellation);
        await page.Print(Width, cancellation);
        Assert.Equal("", await page.Evaluate("""
            Array.from(document.querySelectorAll("main *")).filter(function (e) { return e.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5; })
              .map(function (e) { return e.tagName + "." + e.getAttribute("class"); }).join(" ")
            """, cancellation));
        Assert.Equal("true", await page.Evaluate("""
            Array.from(document.querySelectorAll('details')).every(function (d) { return d.lastElementChild.getBoundingClientRect().height > 0; })
            """, cancellation));
        Assert.Equal("none", await page.Evaluate("getComputedStyle(document.querySelector('input.search')).display", cancellation));
    }

    [Theory]
    [InlineData("light", 1180, 1)]
    [InlineData("dark", 1180, 0)]
    [InlineData("phone", 500, 1)]
    public void ThePageIsDrawn(string name, int width, int scheme)
    {
        string picture = Artefact(name + ".png");
        Run(ExampleReports.Met.Html, $"--screenshot={picture}", FormattableString.Invariant($"--window-size={width},3000"),
            FormattableString.Invariant($"--blink-settings=preferredColorScheme={scheme}"));
        Assert.True(new FileInfo(picture).Length > 50_000, picture);
    }

    /// <summary>On paper the colours are light whatever the screen is, and there is nothing to type into.</summary>
    [Fact]
    public void ThePageIsPrinted()
    {
        string paper = Artefact("print.pdf");
        Run(ExampleReports.Met.Html, $"--print-to-pdf={paper}", "--no-pdf-header-footer", "--blink-settings=preferredColorScheme=0");
        Assert.Equal("%PDF"u8, File.ReadAllBytes(paper).AsSpan(0, 4));
        Assert.True(new FileInfo(paper).Length > 50_000, paper);
    }

    private static string Artefact(string name)
    {
        string file = Path.Combine(Directory.CreateDirectory(Path.Combine(RepositoryFolder.Root, "artifacts", "report")).FullName, name);
        File.Delete(file);
        return file;
    }

    private string Show(string page) => Run(page, "--dump-dom");

    private string Run(string page, params string[] options)
    {
        Assert.SkipWhen(s_browser is null, "no Chromium on this machine");
        string file = Path.Combine(_folder.FullName, "page.html");
        File.WriteAllText(file, page);
        using var process = Process.Start(new ProcessStartInfo(s_browser,
            ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", $"--user-data-dir={_folder.FullName}/profile", .. options,
                new Uri(file).AbsoluteUri])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error.Result);
        return output;
    }
}
