using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using MixPrec.Runtime;

namespace MixPrec.Generators.Tests;

/// <summary>
/// A project that gets a generated class: no unsafe code, every warning shown, documentation of all public members demanded.
/// </summary>
internal static class ConsumerProject
{
    public static readonly MetadataReference[] Framework = [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
        .Split(Path.PathSeparator)
        .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
        .Where(path => Path.GetFileName(path) != "System.Numerics.Tensors.dll")
        .Select(path => MetadataReference.CreateFromFile(path))];

    public static readonly MetadataReference[] Libraries =
        [MetadataReference.CreateFromFile(typeof(ModelSession).Assembly.Location),
            MetadataReference.CreateFromFile(typeof(System.Numerics.Tensors.TensorPrimitives).Assembly.Location)];

    public static CSharpCompilation Create(LanguageVersion version, bool libraries, params string[] sources) => CSharpCompilation.Create(
        "Consumer",
        sources.Select(source => CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(version, DocumentationMode.Diagnose))),
        [.. Framework, .. libraries ? Libraries : []],
        new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, warningLevel: 9999,
                allowUnsafe: false, checkOverflow: true,
            optimizationLevel: OptimizationLevel.Release));

    /// <summary>All diagnostics but hidden ones, those of writing the assembly included.</summary>
    public static Diagnostic[] Diagnose(Compilation compilation)
    {
        using var image = new MemoryStream();
        return [.. compilation.Emit(image).Diagnostics.Where(d => d.Severity > DiagnosticSeverity.Hidden)];
    }
}
