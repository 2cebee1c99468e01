using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Export;

/// <summary>
/// Which values of an exported model are bytes: what layers read and what they write for readers of bytes, and everything between two
/// layers that ONNX Runtime has an integer kernel for.
/// </summary>
internal sealed class ByteValues
{
    private readonly Dictionary<string, SkeletonNode> _producers = [];
    private readonly Dictionary<string, List<SkeletonNode>> _readers = [];
    private readonly HashSet<string> _returned;
    private readonly HashSet<SkeletonNode> _operators;

    /// <param name="observable">Values that have a range.</param>
    /// <param name="returned">Outputs of the graph and what bodies of its nodes read: they are floats whoever reads them.</param>
    public ByteValues(IReadOnlyList<SkeletonNode> nodes, Func<string, bool> observable, IEnumerable<string> returned)
    {
        _returned = [.. returned];
        foreach (var node in nodes)
        {
            foreach (string output in node.Proto.Output)
            {
                _producers[output] = node;
            }

            foreach (string input in node.Proto.Input.Distinct())
            {
                (_readers.TryGetValue(input, out var readers) ? readers : _readers[input] = []).Add(node);
            }
        }

        _operators = [.. nodes.Where(n => n.MayTakeBytes && observable(n.Proto.Output[0])
            && n.DataInputs.All(i => observable(n.Proto.Input[i])))];
        while (_operators.RemoveWhere(n => !IsBetweenBytes(n)) > 0)
        {
            // What is taken out leaves its neighbours at the border.
        }

        foreach (var node in nodes.Where(IsByte))
        {
            foreach (int index in node.DataInputs.Where(i => !IsClampedAway(node, i)))
            {
                (IsRight(node, index) ? Rights : Values).Add(node.Proto.Input[index]);
            }

            // What layers write without a kernel that stores bytes is quantized for those readers alone that take bytes.
            var source = IsClampedAway(node, 0) ? Source(node) : node;
            if (ClampBehind(node) is null && (source.Layer is null || source.NeedsQuantizedOutput))
            {
                Values.Add(node.Proto.Output[0]);
                Written.Add(node.Proto.Output[0]);
            }
        }
    }

    /// <summary>Values that are quantized to unsigned bytes.</summary>
    public HashSet<string> Values { get; } = [];

    /// <summary>Values that are quantized to signed bytes: right-hand sides of products of activations.</summary>
    public HashSet<string> Rights { get; } = [];

    /// <summary>Those of <see cref="Values"/> that nobody reads as the floats they were before.</summary>
    public HashSet<string> Written { get; } = [];

    /// <summary>Whether a node reads bytes.</summary>
    public bool IsByte(SkeletonNode node) => node.Layer is not null || _operators.Contains(node);

    /// <summary>Whether input <paramref name="index"/> goes from the operator before to Relu or Clip without being quantized.</summary>
    public bool IsClampedAway(SkeletonNode node, int index) => node.Clamps && index == 0 && _operators.Contains(node)
        && _producers.TryGetValue(node.Proto.Input[0], out var source) && ClampBehind(source) == node;

    /// <summary>Whether an input is the right-hand side of a product of activations, which is signed.</summary>
    public static bool IsRight(SkeletonNode node, int index) => node.Layer is not null && index == 1;

    private SkeletonNode Source(SkeletonNode node) => _producers[node.Proto.Input[0]];

    /// <summary>The Relu or Clip that alone reads what a layer or an operator computes; null where there is none.</summary>
    private SkeletonNode? ClampBehind(SkeletonNode node) =>
        IsByte(node) && !node.PassesElements && !node.Clamps && !_returned.Contains(node.Proto.Output[0])
        && _readers.TryGetValue(node.Proto.Output[0], out var readers) && readers is [{ Clamps: true } clamp] && _operators.Contains(clamp)
            ? clamp : null;

    private bool IsBetweenBytes(SkeletonNode node) =>
        node.DataInputs.All(i => IsWrittenInBytes(node.Proto.Input[i]) || IsReadByLayer(node.Proto.Input[i]))
        && (IsRead(node.Proto.Output[0]) || (node.Clamps && FollowsConvolution(node)));

    /// <summary>The output of a convolution is quantized behind its activation whoever reads it.</summary>
    private bool FollowsConvolution(SkeletonNode node) => _producers.TryGetValue(node.Proto.Input[0], out var source)
        && source.NeedsQuantizedOutput && _readers[node.Proto.Input[0]].Count == 1 && !_returned.Contains(node.Proto.Input[0]);

    private bool IsWrittenInBytes(string name) => _producers.TryGetValue(name, out var source) && IsByte(source);

    private bool IsReadByLayer(string name) => _readers.TryGetValue(name, out var readers)
        && readers.Any(r => r.Layer is not null && r.Proto.Input[0] == name);

    private bool IsRead(string name) => _readers.TryGetValue(name, out var readers)
        && readers.Any(r => IsByte(r) && r.DataInputs.Any(i => r.Proto.Input[i] == name && !IsRight(r, i)));
}
