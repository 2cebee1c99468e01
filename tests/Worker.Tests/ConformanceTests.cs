using System.Text.RegularExpressions;
using MixPrec.Compiler.Onnx;
using MixPrec.Worker.Verify;

namespace MixPrec.Worker.Tests;

/// <summary>The cases of the ONNX suite that lie beside the repository, run once for all tests of the class.</summary>
public sealed partial class ConformanceTests : IClassFixture<ConformanceTests.Suite>
{
    /// <summary>Cases of the suite that passed when this number was last raised.</summary>
    private const int FewestPassed = 949;

    /// <summary>Operators of docs/operators.md that no case of this half of the suite holds.</summary>
    private static readonly string[] WithoutCase = ["Acos", "Asin", "BitwiseAnd", "BlackmanWindow", "Celu", "GlobalAveragePool",
        "GlobalLpPool", "HardSwish", "LRN", "LeakyRelu", "NonZero", "QLinearConv", "STFT", "TensorScatter", "Upsample"];

    private readonly IReadOnlyList<(VerificationCase Case, CaseResult Result)> _results;

    public ConformanceTests(Suite suite)
    {
        Assert.SkipWhen(suite.Results is null, "The folder ../shared/onnx-backend-tests is not there.");
        _results = suite.Results;
    }

    /// <summary>
    /// Nothing the importer lets through has another result than the ONNX suite expects, and every refusal is one of the import's codes.
    /// </summary>
    [Fact]
    public void NoCaseIsWrong()
    {
        Assert.Empty(_results.Where(r => r.Result.Verdict == Verdict.Wrong)
            .Select(r => $"{r.Result.Name}: {r.Result.Code} {r.Result.Detail}"));
        Assert.True(_results.Count(r => r.Result.Verdict == Verdict.Passed) >= FewestPassed);
    }

    /// <summary>An operator that the page lists has a case that passes, and none that it leaves out has.</summary>
    [Fact]
    public void PageOfOperatorsListsThoseOfTheCasesThatPass()
    {
        var passed = _results.Where(r => r.Result.Verdict == Verdict.Passed).SelectMany(r => Operators(r.Case)).Select(use => use.Name)
            .ToHashSet();
        var listed = Rows().Select(row => row.Groups["name"].Value).ToHashSet();
        Assert.Equal([], passed.Except(listed));
        Assert.Equal(string.Join(" ", WithoutCase), string.Join(" ", listed.Except(passed).Order(StringComparer.Ordinal)));
    }

    /// <summary>
    /// Cases of one node were written for the newest version of its operator: it is the last one that the page names, as far as the page's
    /// opsets go. Those of control flow were not, and Scatter's are of the opset after its only version.
    /// </summary>
    [Fact]
    public void NewestVersionsAreThoseOfTheSuite()
    {
        var newest = Rows().ToDictionary(row => row.Groups["name"].Value, row =>
            int.Parse(row.Groups["newest"].Value, System.Globalization.CultureInfo.InvariantCulture));
        var suite = from result in _results
                    where result.Result.Name.Contains("/node/", StringComparison.Ordinal) && result.Result.Verdict == Verdict.Passed
                    let operators = Operators(result.Case)
                    where operators is [{ Nodes: 1, Name: not ("If" or "Loop" or "Scan" or "Scatter") }]
                        && !result.Result.Name.EndsWith("_expanded", StringComparison.Ordinal)
                    group OnnxModelReader.OpsetOf(OnnxModelReader.Parse(Path.Combine(result.Case.Directory, "model.onnx"))) by operators[
                        0].Name into opsets
                    select (Name: opsets.Key, Opset: opsets.Max());
        Assert.All(suite, s => Assert.True(newest[s.Name] == s.Opset, $"{s.Name}: {newest[s.Name]} instead of {s.Opset}"));
    }

    /// <summary>
    /// Of the standard domain: operators of others have the domain before their name, and a table of their own on the page.
    /// </summary>
    private static IReadOnlyList<OperatorUse> Operators(VerificationCase found) =>
        [.. OperatorSurvey.Read(Path.Combine(found.Directory, "model.onnx")).Where(use => !use.Name.Contains('.', StringComparison.Ordinal))];

    private static MatchCollection Rows() =>
        Row().Matches(File.ReadAllText(Path.Combine(RepositoryFolder.Root, "docs", "operators.md")).Split("\n## Tables")[0]);

    [GeneratedRegex(@"^\| `(?<name>\w+)` \| (\d+, )*(?<newest>\d+) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Row();

    public sealed class Suite
    {
        public Suite()
        {
            string folder = Path.Combine(WorkerProgram.SharedDirectory, "onnx-backend-tests");
            Results = Directory.Exists(folder) ? [.. VerificationCase.FindAll(folder)
                .Select(found => (found, found.Check(TestContext.Current.CancellationToken)))] : null;
        }

        internal IReadOnlyList<(VerificationCase Case, CaseResult Result)>? Results { get; }
    }
}
