using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Onnx;

/// <summary>MXP3008: a shape or a branch depends on data, which would be known if some inputs and dimensions were.</summary>
/// <param name="needed">What would have to be known.</param>
/// <param name="node">Printable names of the node and its operator.</param>
/// <param name="reason">What the node would need.</param>
internal sealed class UnknownDataException(UnknownData needed, string? file, (string Name, string Operator) node, string reason)
    : MixPrecException(DiagnosticCatalog.ShapeUnsupported, file, node.Name, node.Operator, reason + needed.Hint)
{
    public UnknownData Needed { get; } = needed;

    /// <summary>The same with other things to bind in its hint.</summary>
    public UnknownDataException With(UnknownData data) => new(data, File, node, reason);
}

/// <summary>What data depends on that is not known when the model is built.</summary>
/// <param name="Inputs">Names of inputs of the model that the data is computed from.</param>
/// <param name="Dimensions">Names of symbolic dimensions that it is computed from.</param>
/// <param name="Bindable">Those of the inputs that can be made constants.</param>
internal sealed record UnknownData(IReadOnlyList<string> Inputs, IReadOnlyList<string> Dimensions, IReadOnlyList<string> Bindable)
{
    /// <summary>
    /// What nodes around it, or after it, need besides: named with it, for whoever binds the one alone comes back with the other.
    /// </summary>
    public UnknownData? Besides { get; init; }

    public string Hint => Words(this) is not { Length: > 0 } first ? ""
        : $"; bind what it depends on: {first}" + (Besides is { } besides
            && Words(besides.Without(this)) is { Length: > 0 } more ? $", and what else is needed then: {more}" : "");

    public UnknownData And(UnknownData other) =>
        new([.. Inputs.Union(other.Inputs)], [.. Dimensions.Union(other.Dimensions)], [.. Bindable.Union(other.Bindable)]);

    public UnknownData Without(UnknownData other) =>
        new([.. Inputs.Except(other.Inputs)], [.. Dimensions.Except(other.Dimensions)], [.. Bindable.Except(other.Bindable)]);

    private static string Words(UnknownData data) =>
        string.Join(" ", new[] { Bound("Dimensions", data.Dimensions), Bound("Constants", data.Bindable) }.Where(p => p.Length > 0));

    private static string Bound(string metadata, IEnumerable<string> names) =>
        string.Join(";", names.Select(n => PrintableName.Format(n) + "=…")) is { Length: > 0 } text ? $"{metadata}=\"{text}\"" : "";
}
