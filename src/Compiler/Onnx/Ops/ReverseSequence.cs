using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Turns the first lengths[b] steps of each sequence round: step t comes from lengths[b] - 1 - t. Opset 10.</summary>
internal static class ReverseSequence
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var (formula, x, lengths) = (new Formula(node), node.Input(0), node.Input(1, ElementType.I64));
        int batch = node.Axis(node.Attributes.Int("batch_axis") ?? 1, x.Rank),
            time = node.Axis(node.Attributes.Int("time_axis") ?? 0, x.Rank);
        if (x.Rank < 2 || batch == time || batch > 1 || time > 1 || lengths.Rank != 1
            || SizeEquations.AreNeverEqual(lengths.Shape[0], x.Shape[batch]))
        {
            throw node.Invalid($"lengths {lengths.Type} of sequences along axis {time} do not fit {x.Type}");
        }

        var (sequences, steps) = (x.Shape[batch], x.Shape[time]);
        var step = formula.Positions(steps, 1, 2);
        var length = formula.Reshape(lengths, sequences, 1);
        var from = formula.Where(formula.Compare(CompareKind.Less, step, length),
            formula.Sub(formula.Sub(length, step), node.Constant("one", Tensor.Create([1L]))), step);
        IEnumerable<int> order = batch == 0 ? Enumerable.Range(0, x.Rank) : [1, 0, .. Enumerable.Range(2, x.Rank - 2)];
        var picked = node.AddPart("picked", new Graphs.Ops.GatherND(1), formula.Transpose(x, order),
            formula.Reshape(from, sequences, steps, 1));
        return [formula.Result(formula.Transpose(picked, order))];
    }
}
