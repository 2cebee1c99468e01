using MixPrec.Compiler.Onnx.Proto;

namespace MixPrec.Compiler.Onnx;

/// <summary>
/// Nodes of all bodies together, counted each time they are imported: loops are unrolled, and a file of some bytes must not fill the
/// memory.
/// </summary>
internal sealed class BodyBudget
{
    private const int LargestBodies = 1 << 15;

    private int _nodes;

    /// <summary>Whether another copy of a body may be added for a loop that is unrolled: half of the room is left for others.</summary>
    public bool HasRoomFor(GraphProto body) => _nodes + body.Node.Count <= LargestBodies / 2;

    /// <exception cref="MixPrecException">MXP3001: loops grow too large.</exception>
    public void Add(OnnxNode owner, GraphProto body)
    {
        _nodes += body.Node.Count;
        if (_nodes > LargestBodies)
        {
            throw owner.NotSupported($"loops that unroll to more than {LargestBodies} nodes");
        }
    }
}
