using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// The branch that a condition picks. Opset 1, 11, 13 (sequences), 16 (optionals), 19, 21…25. A condition known at build time leaves one
/// branch; of other conditions both branches run and the outputs are chosen, which takes branches of equal ranks that cannot fail. Sizes in
/// which they differ are found out by the run.
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
            throw node.NotSupported(
                $"a condition that is data and {failing.Op.Kind} in a branch: both branches would run, and it may fail");
        }

        if (then.Count != other.Count)
        {
            throw node.Unknown(0, condition, "a truth value",
                $"then_branch returns {Counted.Format(then.Count, "output")} and else_branch {other.Count}");
        }

        if (then.Zip(other).Index().Where(b => b.Item.First.Type.Element != b.Item.Second.Type.Element
            || b.Item.First.Rank != b.Item.Second.Rank).Select(b => b.Index).DefaultIfEmpty(-1).First() is >= 0 and var unlike)
        {
            string kind = then[unlike].Rank != other[unlike].Rank ? "ranks" : "element types";
            throw node.Unknown(0, condition, "a truth value", $"the branches return different {kind}: "
                + $"output {unlike} is {then[unlike].Type} of then_branch and {other[unlike].Type} of else_branch");
        }

        var flag = node.AddPart("condition", new Graphs.Ops.Reshape([]), condition);
        var sizes = then.Zip(other).SelectMany(b => b.First.Shape.Zip(b.Second.Shape)).Where(s => s.First != s.Second).Distinct()
            .ToDictionary(s => s, s => Size(node, flag, s.First, s.Second));
        return [.. then.Zip(other)
            .Select((b, i) => node.Add(i, new Graphs.Ops.Where(), flag, Fitted(node, b.First, b.First.Shape, b.Second.Shape, sizes),
            Fitted(node, b.Second, b.First.Shape, b.Second.Shape, sizes)))];
    }

    /// <summary>
    /// A branch that does not fit the sizes of the other case is no fault of the model where sizes decide, or an input that goes with them,
    /// such as a sample rate.
    /// </summary>
    private static (IReadOnlyList<Value> Then, IReadOnlyList<Value> Else) Branches(OnnxNode node, Value condition)
    {
        try
        {
            return (node.ImportBody("then_branch"), node.ImportBody("else_branch"));
        }
        catch (UnknownDataException e) when (ValueOrigin.Trace(condition).Symbols.Count == 0)
        {
            throw e.With(e.Needed with { Besides = node.Unknown(0, condition, "a truth value").Needed.And(e.Needed.Besides
                ?? new([], [], [])) });
        }
        catch (MixPrecException e) when (ValueOrigin.Trace(condition) is var origin
            && (origin.Symbols.Count > 0 || (origin.Inputs.Count > 0 && e.Description == DiagnosticCatalog.GraphInvalid)))
        {
            throw node.Unknown(0, condition, "a truth value", $"one of the branches does not fit ({e.Message.TrimEnd('.')})");
        }
    }

    /// <summary>A size that is one of two: a count, at most the larger.</summary>
    private static IntExpr Size(OnnxNode node, Value flag, IntExpr then, IntExpr other)
    {
        var most = IntExpr.Max(then, other);
        string count = node.Count(0, most);
        var chosen = node.AddPart("chosen", new Graphs.Ops.Where(), flag, GraphBuilder.Integers($"{node.Name}/then", [then], scalar: true),
            GraphBuilder.Integers($"{node.Name}/else", [other], scalar: true));
        node.AddPart("size", new DataSize(count, most), chosen);
        return IntExpr.Count(count);
    }

    /// <summary>
    /// A branch's value in the sizes that were chosen: itself when they are its own; otherwise nobody reads it, and its last elements, or a
    /// zero where it may be empty, stand for those that it lacks.
    /// </summary>
    private static Value Fitted(OnnxNode node, Value value, IReadOnlyList<IntExpr> then, IReadOnlyList<IntExpr> other,
        Dictionary<(IntExpr, IntExpr), IntExpr> sizes)
    {
        for (int axis = 0; axis < value.Rank; axis++)
        {
            if (sizes.TryGetValue((then[axis], other[axis]), out var size))
            {
                if (!(value.Shape[axis] - 1).IsNonNegative)
                {
                    var nothing = node.AddPart("nothing",
                        new Graphs.Ops.Expand([.. value.Shape.Select((d, i) => i == axis ? IntExpr.One : d)]),
                        node.Constant("zero", Tensor.Zeros(value.Type.Element)));
                    value = node.AddPart("filled", new Graphs.Ops.Concat(axis), value, nothing);
                }

                var last = GraphBuilder.Integers($"{node.Name}/last", [value.Shape[axis] - 1], scalar: true);
                var positions = node.AddPart("positions", new Binary(BinaryKind.Min), node.AddPart("places", new Iota(0, 1, size)), last);
                value = node.AddPart("fitted", new Graphs.Ops.Gather(axis), value, positions);
            }
        }

        return value;
    }
}
