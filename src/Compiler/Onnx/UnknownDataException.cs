using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Onnx;

/// <summary>MXP3008: a shape or a branch depends on data. The data would be known if <paramref name="inputs"/> and <paramref name="dimensions"/> were.</summary>
internal sealed class UnknownDataException(IReadOnlyList<string> inputs, IReadOnlyList<string> dimensions, string? file, params object?[] arguments)
    : MixPrecException(DiagnosticCatalog.ShapeUnsupported, file, arguments)
{
    /// <summary>Names of the model's inputs that the data is computed from.</summary>
    public IReadOnlyList<string> Inputs { get; } = inputs;

    /// <summary>Names of the symbolic dimensions that the data is computed from.</summary>
    public IReadOnlyList<string> Dimensions { get; } = dimensions;
}
