using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using MixPrec.Generator;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Generators.Tests;

public sealed class ModelGeneratorTests
{
    private static readonly string Plan = PlanWriter.Write(SamplePlans.Constant());

    [Fact]
    public void PlanBecomesAClass()
    {
        var (result, compilation) = Run(new FilePlan("/p/DigitsNet.plan.json", "Plan", Plan), new FilePlan("/p/other.json", null, "{"));
        Assert.Equal(["Samples.Vision.DigitsNet.g.cs"], result.GeneratedSources.Select(s => s.HintName));
        Assert.Empty(result.Diagnostics);
        Assert.Empty(ConsumerProject.Diagnose(compilation));
        Assert.NotNull(compilation.GetTypeByMetadataName("Samples.Vision.DigitsNet+Session"));
    }

    [Fact]
    public void StubBecomesAClassThatWarns()
    {
        var (result, compilation) = Run(new FilePlan("/p/Net.stub.json", "Stub", """{"ClassName": "Net", "Namespace": "A", "Access": ""}"""));
        Assert.Equal("MXP0002", Assert.Single(result.Diagnostics).Id);
        Assert.Empty(ConsumerProject.Diagnose(compilation));
        Assert.NotNull(compilation.GetTypeByMetadataName("A.Net"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"Format": 99}""")]
    [InlineData("""{"ClassName": "Net"}""")]
    public void UnreadablePlanIsOneDiagnostic(string text)
    {
        var (result, _) = Run(new FilePlan("/p/Net.plan.json", "Plan", text));
        var diagnostic = Assert.Single(result.Diagnostics);
        Assert.Equal("MXP0001", diagnostic.Id);
        Assert.Equal("/p/Net.plan.json", diagnostic.Location.GetLineSpan().Path);
        Assert.Empty(result.GeneratedSources);
    }

    /// <summary>The most elements that an output can have are more than 64 bits count.</summary>
    [Fact]
    public void ABoundThatOverflowsIsOneDiagnostic()
    {
        var plan = SamplePlans.Repeating();
        var symbols = plan.Symbols.Select(s => s with { Bound = long.MaxValue });
        var ports = plan.Ports.Select(p => p.IsOutput ? p with { Shape = new([IntExpr.Count("outer"), 3]) } : p);
        var (result, _) = Run(new FilePlan("/p/Net.plan.json", "Plan",
            PlanWriter.Write(plan with { Symbols = new([.. symbols]), Ports = new([.. ports]) })));
        Assert.Null(result.Exception);
        Assert.Equal("MXP0001", Assert.Single(result.Diagnostics).Id);
    }

    [Fact]
    public void DamagedPlansNeverThrow()
    {
        var random = new Random(3);
        for (int i = 0; i < 300; i++)
        {
            char[] text = Plan.ToCharArray();
            text[random.Next(text.Length)] = "\"{}[],:-09aZ\\* "[random.Next(14)];
            var (result, _) = Run(new FilePlan("/p/Net.plan.json", "Plan",
                new string(text, 0, i % 2 == 0 ? text.Length : random.Next(text.Length))));
            Assert.Null(result.Exception);
            Assert.Equal(1, result.GeneratedSources.Length + result.Diagnostics.Length);
        }
    }

    [Fact]
    public void OneClassTwiceIsADiagnostic()
    {
        string lower = PlanWriter.Write(SamplePlans.Constant("digitsnet"));
        var (result, _) = Run(new FilePlan("/p/b.json", "Plan", lower), new FilePlan("/p/a.json", "Plan", Plan));
        Assert.Equal("MXP1003", Assert.Single(result.Diagnostics).Id);
        Assert.Equal(["Samples.Vision.DigitsNet.g.cs"], result.GeneratedSources.Select(s => s.HintName));
    }

    [Fact]
    public void ProjectsThatCannotUseTheClassAreTold()
    {
        FilePlan[] files = [new("/p/Net.plan.json", "Plan", Plan)];
        Assert.Equal("MXP0003", Assert.Single(Run(ConsumerProject.Create(LanguageVersion.CSharp12, true, "class C;"),
            files).Result.Diagnostics).Id);
        Assert.Equal("MXP0004", Assert.Single(Run(ConsumerProject.Create(LanguageVersion.CSharp14, false, "class C;"),
            files).Result.Diagnostics).Id);
    }

    [Fact]
    public void EditsElsewhereRunNothingAgain()
    {
        var compilation = ConsumerProject.Create(LanguageVersion.CSharp14, true, "class C;");
        FilePlan[] files = [new("/p/a.json", "Plan", Plan), new("/p/b.json", "Plan", PlanWriter.Write(SamplePlans.Symbolic()))];
        var driver = Driver(compilation, files).RunGenerators(compilation, TestContext.Current.CancellationToken);

        var edited = compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText("class D;",
            (CSharpParseOptions)compilation.SyntaxTrees[0].Options, cancellationToken: TestContext.Current.CancellationToken));
        driver = driver.RunGenerators(edited, TestContext.Current.CancellationToken);
        Assert.All(Reasons(driver), reason => Assert.True(reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged));
        Assert.All(OutputReasons(driver), reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));

        var other = new FilePlan("/p/b.json", "Plan", PlanWriter.Write(SamplePlans.Symbolic("Decoder")));
        driver = driver.ReplaceAdditionalText(files[1], other).WithUpdatedAnalyzerConfigOptions(new KindOptions([files[0], other]))
            .RunGenerators(edited, TestContext.Current.CancellationToken);
        Assert.Equal(1, OutputReasons(driver).Count(reason => reason == IncrementalStepRunReason.Modified));
        Assert.Equal(1, OutputReasons(driver).Count(reason => reason == IncrementalStepRunReason.Cached));
    }

    private static IEnumerable<IncrementalStepRunReason> Reasons(GeneratorDriver driver) =>
        driver.GetRunResult().Results[0].TrackedSteps.Where(s => s.Key.StartsWith("MixPrec.", StringComparison.Ordinal))
            .SelectMany(s => s.Value).SelectMany(s => s.Outputs).Select(o => o.Reason);

    private static IEnumerable<IncrementalStepRunReason> OutputReasons(GeneratorDriver driver) =>
        driver.GetRunResult().Results[0].TrackedOutputSteps.SelectMany(s => s.Value).SelectMany(s => s.Outputs).Select(o => o.Reason);

    private static (GeneratorRunResult Result, Compilation Compilation) Run(params FilePlan[] files) =>
        Run(ConsumerProject.Create(LanguageVersion.CSharp14, true, "namespace User { class C; }"), files);

    private static (GeneratorRunResult Result, Compilation Compilation) Run(CSharpCompilation compilation, params FilePlan[] files)
    {
        var result = Driver(compilation, files).RunGeneratorsAndUpdateCompilation(compilation, out var updated, out _).GetRunResult();
        return (result.Results[0], updated);
    }

    private static GeneratorDriver Driver(CSharpCompilation compilation, FilePlan[] files) => CSharpGeneratorDriver.Create(
        [new ModelGenerator().AsSourceGenerator()], files, (CSharpParseOptions)compilation.SyntaxTrees[0].Options, new KindOptions(files),
        new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    private sealed class FilePlan(string path, string? kind, string text) : AdditionalText
    {
        public string? Kind => kind;

        public override string Path => path;

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text);
    }

    private sealed class KindOptions(FilePlan[] files) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions => new Options(null);

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => new Options(null);

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) =>
            new Options(files.FirstOrDefault(f => f.Path == textFile.Path)?.Kind);

        private sealed class Options(string? kind) : AnalyzerConfigOptions
        {
            public override bool TryGetValue(string key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? value)
            {
                value = key == "build_metadata.AdditionalFiles.MixPrecKind" ? kind : null;
                return value is not null;
            }
        }
    }
}
