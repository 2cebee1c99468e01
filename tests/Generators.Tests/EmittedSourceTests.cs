using System.Globalization;
using Microsoft.CodeAnalysis.CSharp;
using MixPrec.Emit;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Generators.Tests;

public sealed class EmittedSourceTests
{
    public static TheoryData<LanguageVersion, string> Versions { get; } = new(
        from version in new[] { LanguageVersion.CSharp13, LanguageVersion.CSharp14 }
            from plan in new[] { "Constant", "Symbolic", "Stateful", "Stub" } select (version, plan));

    [Theory]
    [MemberData(nameof(Versions))]
    public void CompilesWithoutWarnings(LanguageVersion version, string plan) => AssertCompiles(version, plan switch
    {
        "Constant" => ModelEmitter.Emit(SamplePlans.Constant()),
        "Symbolic" => ModelEmitter.Emit(SamplePlans.Symbolic()),
        "Stateful" => ModelEmitter.Emit(SamplePlans.Stateful()),
        _ => StubEmitter.Emit(new("Net", "A.B", "public")),
    });

    [Theory]
    [InlineData("\"; } evil(); //")]
    [InlineData(SamplePlans.Hostile)]
    [InlineData("*/ #error no\r#error no\n#error no\u0085#error no\u2028#error no\u2029#error no")]
    public void NamesOfTheModelStayWords(string name)
    {
        string source = ModelEmitter.Emit(SamplePlans.Constant(name: name));
        AssertCompiles(LanguageVersion.CSharp14, source);
        Assert.DoesNotContain("evil",
            string.Concat(CSharpSyntaxTree.ParseText(source, cancellationToken: TestContext.Current.CancellationToken)
            .GetRoot(TestContext.Current.CancellationToken)
                .DescendantNodes().OfType<Microsoft.CodeAnalysis.CSharp.Syntax.InvocationExpressionSyntax>()
            .Select(call => call.Expression.ToString()).Where(call => !call.StartsWith("Step", StringComparison.Ordinal))));
    }

    [Fact]
    public void StatesAreNoArguments()
    {
        string source = ModelEmitter.Emit(SamplePlans.Stateful());
        Assert.Contains("public void Run(int steps, global::System.ReadOnlySpan<float> x, global::System.Span<float> y)", source,
            StringComparison.Ordinal);
        Assert.Contains("public void Reset()", source, StringComparison.Ordinal);
        Assert.DoesNotContain("SessionPool", source, StringComparison.Ordinal);
        Assert.Equal(SamplePlans.Stateful(), PlanReader.Read(PlanWriter.Write(SamplePlans.Stateful())));
    }

    [Fact]
    public void StatesThatContradictThePortsAreRefused()
    {
        PlanState[][] wrong = [[new(0, 2)], [new(1, 2)], [new(3, 1)], [new(1, 9)], [new(1, 3), new(1, 3)]];
        Assert.All(wrong, states =>
            Assert.Throws<FormatException>(() => ModelEmitter.Emit(SamplePlans.Stateful() with { States = new(states) })));
    }

    [Fact]
    public void ACacheIsNoArgumentAndRunsAreNext()
    {
        string source = ModelEmitter.Emit(SamplePlans.Cached());
        AssertCompiles(LanguageVersion.CSharp14, source);
        Assert.Contains("public void Next(global::System.ReadOnlySpan<float> x, global::System.Span<float> y)", source,
            StringComparison.Ordinal);
        Assert.Contains("public Session CreateSession(int maxTokens = 64)", source, StringComparison.Ordinal);
        Assert.DoesNotContain("public void Run(", source, StringComparison.Ordinal);
        Assert.Equal(SamplePlans.Cached(), PlanReader.Read(PlanWriter.Write(SamplePlans.Cached())));
    }

    [Fact]
    public void StepsThatRepeatAreLoops()
    {
        string source = ModelEmitter.Emit(SamplePlans.Repeating());
        AssertCompiles(LanguageVersion.CSharp14, source);
        string[] lines = [.. source.Split('\n').Select(l => l.Trim()).SkipWhile(l => !l.EndsWith("RunSteps()", StringComparison.Ordinal))
            .Take(14)];
        Assert.Equal(
        [
            "{", "for (SetCount(0, 0); Step1_outer(); SetCount(0, checked(Count(0) + 1)))", "{", "Step2_first();",
            "for (SetCount(1, 0); Step3_inner(); SetCount(1, checked(Count(1) + 1)))", "{", "Step4_second();", "}", "}",
                "Step5_last();", "}",
        ], lines.Skip(1).Take(11));
        Assert.Equal(SamplePlans.Repeating(), PlanReader.Read(PlanWriter.Write(SamplePlans.Repeating())));
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(0, -1)]
    [InlineData(2, 2)]
    [InlineData(1, 1)]
    public void RepetitionsThatDoNotNestAreRefused(int step, int repeats)
    {
        var plan = SamplePlans.Repeating();
        PlanStep[] steps = [.. plan.Steps];
        steps[step] = steps[step] with { Repeats = repeats };
        Assert.Throws<FormatException>(() => ModelEmitter.Emit(plan with { Steps = new(steps) }));
    }

    [Fact]
    public void CachesThatContradictThePortsAreRefused()
    {
        var plan = SamplePlans.Cached();
        PlanCache[] wrong =
        [
            .. new PlanState[][] { [], [new(0, 2)], [new(3, 1)], [new(1, 9)], [new(1, 3), new(1, 3)] }.Select(pairs =>
                plan.Cache! with { Pairs = new(pairs) }),
            plan.Cache! with { Past = "tokens" }, plan.Cache! with { Capacity = "other" }, plan.Cache! with { Context = -1 },
        ];
        Assert.All(wrong, cache => Assert.Throws<FormatException>(() => ModelEmitter.Emit(plan with { Cache = cache })));
    }

    [Fact]
    public void LongNamesAreShort() =>
        Assert.All(ModelEmitter.Emit(SamplePlans.Constant(name: new string('x', 10_000))).Split('\n')
            .Where(line => !line.Contains('"', StringComparison.Ordinal)), line => Assert.True(line.Length < 1200));

    [Theory]
    [InlineData("record")]
    [InlineData("var")]
    [InlineData("global")]
    [InlineData("imageLength")]
    [InlineData("ImageShape")]
    [InlineData("Ports")]
    [InlineData("Net_Ω")]
    public void AnyClassNameCompiles(string className) =>
        AssertCompiles(LanguageVersion.CSharp14, ModelEmitter.Emit(SamplePlans.Constant(className)));

    [Theory]
    [InlineData("class")]
    [InlineData("session")]
    [InlineData("extent")]
    [InlineData("Dimension")]
    [InlineData("Buffer")]
    [InlineData("tokens")]
    public void AnySymbolCompiles(string symbol) =>
        AssertCompiles(LanguageVersion.CSharp14, ModelEmitter.Emit(SamplePlans.Symbolic(batch: symbol)));

    [Fact]
    public void TextDoesNotDependOnCulture()
    {
        string expected = ModelEmitter.Emit(SamplePlans.Constant()) + ModelEmitter.Emit(SamplePlans.Symbolic());
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NegativeSign = "−";
        culture.NumberFormat.NumberDecimalSeparator = ",";
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = culture;
        try
        {
            Assert.Equal(expected, ModelEmitter.Emit(SamplePlans.Constant()) + ModelEmitter.Emit(SamplePlans.Symbolic()));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void AWrittenPlanGivesTheSameText()
    {
        foreach (var plan in new[] { SamplePlans.Constant(name: SamplePlans.Hostile.Replace("\ud800", "", StringComparison.Ordinal)),
            SamplePlans.Symbolic() })
        {
            Assert.Equal(ModelEmitter.Emit(plan), ModelEmitter.Emit(PlanReader.Read(PlanWriter.Write(plan))));
        }
    }

    /// <summary>A struct of its own for each layer would have its kernels compiled for each layer.</summary>
    [Fact]
    public void SizesAreAStructOfTheRuntime()
    {
        string source = ModelEmitter.Emit(SamplePlans.Constant());
        Assert.Contains("new global::MixPrec.Runtime.Kernels.GemmShape { M = ", source);
        Assert.DoesNotContain("IGemmShape", source);
    }

    [Theory]
    [InlineData(Place.Slot, 2, 0)]
    [InlineData(Place.Port, -1, 0)]
    [InlineData(Place.Constant, 0, 4097)]
    [InlineData(Place.Constant, 0, -1)]
    public void LocationsThatDoNotExistAreRefused(object place, int index, long offset) =>
        AssertRefused(new PlanArgument.Location(ElementType.F32, (Place)place, index, offset));

    [Fact]
    public void UndeclaredSymbolsAreRefused() => AssertRefused(new PlanArgument.Integer(IntExpr.Symbol("nobody")));

    private static void AssertRefused(PlanArgument argument) => Assert.Throws<FormatException>(() =>
        ModelEmitter.Emit(SamplePlans.Constant()
            with { Steps = new([new PlanStep("Gemm.F32", "x", "", new([new PlanArgument.Construct("Relu", new([argument]))]))]) }));

    private static void AssertCompiles(LanguageVersion version, string source) =>
        Assert.Empty(ConsumerProject.Diagnose(ConsumerProject.Create(version, true, source)));
}
