using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx;

/// <summary>
/// Floats of a type that an importer does not take: they are computed in single precision, and rounded to the type that the file stores
/// where others read them.
/// </summary>
internal sealed class StoredFloats
{
    private readonly Dictionary<Value, Value> _unrounded = [];

    /// <summary>
    /// A result of single precision as the file stores it. Operators that are computed in single precision too read it as it was
    /// (<see cref="InSingle"/>).
    /// </summary>
    public Value Rounded(GraphBuilder builder, string node, Value result, ElementType type)
    {
        var rounded = builder.AddAll($"{node}/{type}", new Graphs.Ops.Cast(type), [result], [result.Name])[0];
        _unrounded[rounded] = result;
        return rounded;
    }

    /// <summary>The inputs with floats that the importer does not take in single precision, each value once.</summary>
    public Value?[] InSingle(GraphBuilder builder, OnnxOperator known, string node, Value?[] inputs)
    {
        var single = new Dictionary<Value, Value>();
        return [.. inputs.Select(i => i is null || !known.Widens(i.Type.Element) ? i
            : _unrounded.TryGetValue(i, out var result) ? result
            : single.TryGetValue(i, out var there) ? there : single[i] =
                builder.Add($"{node}/single", new Graphs.Ops.Cast(ElementType.F32), i))];
    }
}
