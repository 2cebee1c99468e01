using MixPrec.Compiler.Report;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Report;

public sealed class ReportHtmlTests
{
    [Fact]
    public void TextOfModelFilesIsEscaped()
    {
        string page = ReportHtml.Format(new BuildReport("<script>", [new("a & b", ["\"quoted\""], new ReportTable(["<h>"], [["<td>"]], []))]));
        Assert.Contains("&lt;script&gt;", page, StringComparison.Ordinal);
        Assert.Contains("a &amp; b", page, StringComparison.Ordinal);
        Assert.Contains("<td>&lt;td&gt;</td>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
    }

    [Fact]
    public void PlanTableShowsEveryLayerAndWhatWasNotMeasured()
    {
        var info = PlanInfo.None with { Loss = "Mse", ErrorBudget = 0.01, Layers = new([new PlanLayer("conv1", "Conv", "int8", "int32", 0.461, 12.345)]) };
        string page = ReportHtml.Format(new BuildReport("Net", PlanSections.Of(info)));
        Assert.Contains("<td>conv1</td><td>Conv</td><td>int8</td><td>int32</td><td class=\"n\">46.1 %</td>", page, StringComparison.Ordinal);
        Assert.Contains("<td class=\"n\">–</td>", page, StringComparison.Ordinal);
    }
}
