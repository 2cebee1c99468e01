using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx;

/// <summary>
/// Turns one node of the file into operations of the graph and returns its outputs (or its first ones, when no other is used).
/// </summary>
internal delegate IReadOnlyList<Value> OperatorImport(OnnxNode node);

/// <summary>An operator that can be imported.</summary>
/// <param name="Versions">The opsets that changed it, those before 7 that still hold in opset 7 included; from one to the next its importer
/// reads one form.</param>
internal sealed record OnnxOperator(OperatorImport Import, params IReadOnlyList<int> Versions)
{
    /// <summary>
    /// The floats that the importer takes as they are. Others are converted to single precision in front of it and its results back behind
    /// it, so that what is stored is rounded once; between two operators that are computed in single precision it stays as it is
    /// (<c>docs/element-types.md</c>).
    /// </summary>
    public IReadOnlyList<ElementType> Floats { get; init; } = [ElementType.F32, ElementType.F64, ElementType.F16, ElementType.BF16];

    /// <summary>True for a float that is converted to single precision and back.</summary>
    public bool Widens(ElementType type) => type.IsFloat() && !Floats.Contains(type);

    /// <summary>
    /// The inputs that are weights of a layer where they are constants: those have to be finite (<see cref="FiniteWeights"/>).
    /// </summary>
    public IReadOnlyList<int> Weights { get; init; } = [];

    /// <summary>The input that is added to the products: infinite elements are meant, NaN is not.</summary>
    public int? Addend { get; init; }

    /// <summary>The version that a file of an opset means; the first also in older files, where some exporters write it.</summary>
    public int VersionAt(long opset) => Versions.Where(v => v <= opset).DefaultIfEmpty(Versions[0]).Max();
}
