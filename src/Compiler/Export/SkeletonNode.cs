using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Onnx.Proto;

namespace MixPrec.Compiler.Export;

/// <summary>A node of the model that is exported, as it is in fp32.</summary>
/// <param name="Layer">The layer that it computes in bytes; null for nodes that are copied from the file.</param>
internal sealed record SkeletonNode(NodeProto Proto, Node? Layer = null)
{
    private static readonly HashSet<string> s_passing =
        ["MaxPool", "Reshape", "Flatten", "Transpose", "Squeeze", "Unsqueeze", "Resize"],
        s_computing = ["Add", "Mul", "Concat", "AveragePool", "GlobalAveragePool"];

    /// <summary>
    /// The inputs that are tensors of activations, by index: both of an addition, the first of a Reshape, whose second is a shape.
    /// </summary>
    public IEnumerable<int> DataInputs => Layer is { } layer ? layer.MultipliesActivations() ? [0, 1] : [0]
        : Proto.OpType is "Add" or "Mul" or "Concat" ? Enumerable.Range(0, Proto.Input.Count) : [0];

    /// <summary>The elements of the output are elements of the input: both have one scale, or nothing is gained by bytes.</summary>
    public bool PassesElements => Layer is null && IsStandard && s_passing.Contains(Proto.OpType)
        && (Proto.OpType != "Resize" || Mode == "nearest");

    /// <summary>Relu and Clip, which cost nothing where the output of what they follow is quantized.</summary>
    public bool Clamps => Layer is null && IsStandard && Proto.OpType is "Relu" or "Clip";

    /// <summary>There are integer kernels for the operator in ONNX Runtime.</summary>
    public bool MayTakeBytes => Clamps || PassesElements
        || (Layer is null && IsStandard && s_computing.Contains(Proto.OpType) && Proto.Output.Count == 1);

    /// <summary>Convolutions become integer kernels only where their output is quantized as well.</summary>
    public bool NeedsQuantizedOutput => Layer?.Op is Conv;

    private bool IsStandard => Proto.Domain is "" or "ai.onnx";

    private string Mode => Proto.Attribute.FirstOrDefault(a => a.Name == "mode")?.S.ToStringUtf8() ?? "nearest";
}
