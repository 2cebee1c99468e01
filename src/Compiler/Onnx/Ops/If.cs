using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// The branch that a condition picks. Opset 1, 11, 13 (sequences), 16 (optionals), 19, 21…25. A condition known at build time leaves one branch;
/// of other conditions both branches run and the outputs are chosen, which takes branches of equal types that cannot fail.
/// </summary>
internal static class If
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        if (node.ConstantTruth(0, out var condition) is { } known)
        {
            node.Attributes.Ignore("then_branch", "else_branch");
            return node.ImportBody(known ? "then_branch" : "else_branch");
        }

        int first = node.GraphNodes.Count;
        var (then, other) = Branches(node, condition);
        if (node.GraphNodes.Skip(first).FirstOrDefault(n => n.Op.MayFail(n.Inputs)) is { } failing)
        {
            throw node.NotSupported($"a condition that is data and {failing.Op.Kind} in a branch: both branches would run, and it may fail");
        }

        if (then.Count != other.Count || then.Zip(other).Any(b => !b.First.Type.Equals(b.Second.Type)))
        {
            throw node.Unknown(0, condition, "a truth value, for the branches return different shapes,");
        }

        var flag = node.AddPart("condition", new Graphs.Ops.Reshape([]), condition);
        return [.. then.Zip(other).Select((b, i) => node.Add(i, new Graphs.Ops.Where(), flag, b.First, b.Second))];
    }

    /// <summary>A branch that does not fit the sizes of the other case is no fault of the model where sizes decide.</summary>
    private static (IReadOnlyList<Value> Then, IReadOnlyList<Value> Else) Branches(OnnxNode node, Value condition)
    {
        try
        {
            return (node.ImportBody("then_branch"), node.ImportBody("else_branch"));
        }
        catch (MixPrecException) when (ValueOrigin.Of(condition).Symbols.Count > 0)
        {
            throw node.Unknown(0, condition, "a truth value");
        }
    }
}
