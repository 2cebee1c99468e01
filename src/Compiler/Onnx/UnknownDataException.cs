using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Onnx;

/// <summary>MXP3008: a shape depends on data. The data would be known if <paramref name="inputs"/> were.</summary>
internal sealed class UnknownDataException(IReadOnlyList<string> inputs, string? file, params object?[] arguments)
    : MixPrecException(DiagnosticCatalog.ShapeUnsupported, file, arguments)
{
    /// <summary>Names of the model's inputs that the data is computed from.</summary>
    public IReadOnlyList<string> Inputs { get; } = inputs;
}
