using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using MixPrec.Emit;
using MixPrec.Metadata;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Generators.Tests;

/// <summary>
/// Every word that stands in a generated class, and every word of the language, as the name of the class and of its namespace: either the
/// item's metadatum refuses it, in the first build and in plain words, or the class compiles.
/// </summary>
public sealed class ClassNameTests
{
    private static readonly ModelPlan[] Plans =
        [SamplePlans.Constant(), SamplePlans.Symbolic(), SamplePlans.Stateful(), SamplePlans.Cached(), SamplePlans.Repeating()];

    [Fact]
    public void EveryReservedWordIsOne() => Assert.All(SyntaxFacts.GetReservedKeywordKinds(), kind =>
        Assert.False(CSharpIdentifier.IsValid(SyntaxFacts.GetText(kind)), SyntaxFacts.GetText(kind)));

    [Fact]
    public void EveryNameIsRefusedOrCompiles()
    {
        var words = Words();
        Assert.True(words.Length > 150);
        string[] names = [.. words.Where(CSharpIdentifier.IsClassName)];
        string stub = StubEmitter.Emit(new("Net", "A", "public")), common = ModelEmitter.Emit(Plans[0]);
        var sources = Plans.SelectMany((plan, p) => names.Where(name => p == 0 || !common.Contains(name, StringComparison.Ordinal))
            .Select((name, n) => ModelEmitter.Emit(plan with { ClassName = name, Namespace = $"P{p}.N{n}.{name}" })))
            .Concat(words.Where(CSharpIdentifier.IsValid).Except(names).Select((name, n) => ModelEmitter.Emit(SamplePlans.Constant("Net", space: $"S{n}.{name}"))))
            .Concat(names.Where(stub.Contains).Select((name, n) => StubEmitter.Emit(new(name, $"Stub.N{n}", "public"))));
        AssertCompiles(sources);
    }

    /// <summary>None is called what no class may be called.</summary>
    [Theory]
    [InlineData("run", "RunModel")]
    [InlineData("plan-hash", "PlanHashModel")]
    [InlineData("session", "SessionModel")]
    [InlineData("nint", "Nint")]
    public void FileNamesBecomeClassNames(string file, string expected) => Assert.Equal(expected, CSharpIdentifier.FromFileName(file));

    private static string[] Words()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var printed = Plans.SelectMany(plan => CSharpSyntaxTree.ParseText(ModelEmitter.Emit(plan), cancellationToken: cancellation)
            .GetRoot(cancellation).DescendantTokens()).Where(token => token.IsKind(SyntaxKind.IdentifierToken))
            .Select(token => token.ValueText);
        return
        [
            .. printed.Concat(SyntaxFacts.GetKeywordKinds().Select(SyntaxFacts.GetText)).Concat(["dynamic", "nuint", "Object", "object", "String"])
                .Where(word => word.Length <= CSharpIdentifier.MaxLength).Distinct().Order(StringComparer.Ordinal),
        ];
    }

    private static void AssertCompiles(IEnumerable<string> sources)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var trees = sources.Select(source => CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(LanguageVersion.CSharp14),
            cancellationToken: cancellation));
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create("Names", trees, references, new(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
        var errors = compilation.GetDiagnostics(cancellation).Where(d => d.Severity >= DiagnosticSeverity.Warning)
            .Select(d => $"{d.Location.SourceTree?.GetText(cancellation).Lines.FirstOrDefault(l => l.ToString().Contains("namespace ", StringComparison.Ordinal))}: {d.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}");
        Assert.Empty(errors.Distinct().Take(40));
    }
}
