using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace MixPrec.Generator;

/// <summary>What a project offers to generated code.</summary>
internal sealed record Consumer(LanguageVersion Language, bool HasRuntime, bool HasTensors)
{
    /// <summary>The first version in which a ref struct implements an interface.</summary>
    public const LanguageVersion OldestLanguage = LanguageVersion.CSharp13;

    public static Consumer FromCompilation(Compilation compilation) => new(
        compilation is CSharpCompilation csharp ? csharp.LanguageVersion : LanguageVersion.Default,
        compilation.GetTypeByMetadataName("MixPrec.Runtime.ModelSession") is not null,
        compilation.GetTypeByMetadataName("System.Numerics.Tensors.TensorSpan`1") is not null);
}
