using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using TorchSharp;
using static TorchSharp.torch;
using TorchTensor = TorchSharp.torch.Tensor;

namespace MixPrec.Compiler.Calibration.Torch;

/// <summary>Recurrent layers step by step.</summary>
internal static class Recurrent
{
    /// <summary>The outputs of the node.</summary>
    /// <param name="seen">Sees states, <see cref="Matrix"/> and their product in every step; returns the product or another in its
    /// place.</param>
    public static TorchTensor[] Evaluate(Node node, Func<int, TorchTensor?> input,
        Func<TorchTensor, TorchTensor, TorchTensor, TorchTensor> seen)
    {
        var op = (Recurrence)node.Op;
        var (x, weights) = (input(0)!, Matrix(op, input(1)!));
        int steps = checked((int)x.shape[0]);
        long batch = x.shape[1], hidden = input(1)!.shape[1];
        TorchTensor Product(TorchTensor states) => seen(states, weights, states.matmul(weights));
        var state = input(5) ?? zeros(batch, hidden);
        var cell = input(6) ?? zeros(batch, hidden);
        var lengths = input(4)?.to(ScalarType.Int64) ?? full(batch, (long)steps, dtype: ScalarType.Int64);
        var outputs = new TorchTensor[steps];
        for (int i = 0; i < steps; i++)
        {
            // In reverse, samples that are shorter have not begun yet: zero is their state until they do.
            int t = op.Reverse ? steps - 1 - i : i;
            var runs = lengths.gt(t).unsqueeze(1);
            var (next, nextCell) = Step(op, x[t], Product, state, cell, input);
            state = where(runs, next, state);
            cell = where(runs, nextCell, cell);
            outputs[t] = where(runs, next, zeros_like(next));
        }

        var all = steps == 0 ? zeros(0, batch, hidden) : stack(outputs);
        return op.Cell == RecurrentCell.Lstm ? [all, state, cell] : [all, state];
    }

    /// <summary>
    /// What states are multiplied by, [depth, gates·H]: R transposed. A GRU that resets first multiplies [h, 0] for the gates and then [0,
    /// r∘h] for what they act on, so that its matrix has two blocks.
    /// </summary>
    /// <param name="r">[gates·H, H].</param>
    public static TorchTensor Matrix(Recurrence op, TorchTensor r)
    {
        long hidden = r.shape[1];
        return op.Cell == RecurrentCell.Gru ? block_diag(r.narrow(0, 0, 2 * hidden).t(), r.narrow(0, 2 * hidden, hidden).t()) : r.t();
    }

    private static (TorchTensor State, TorchTensor Cell) Step(
        Recurrence op, TorchTensor x, Func<TorchTensor, TorchTensor> product, TorchTensor state, TorchTensor cell,
            Func<int, TorchTensor?> input)
    {
        TorchTensor Apply(int function, TorchTensor v) =>
            Functions.Apply(op.Functions[function], float.IsFinite(op.Clip) ? v.clamp(-op.Clip, op.Clip) : v);
        var none = zeros_like(state);
        var (xs, sums) = (x.chunk(op.Gates, 1), product(op.Cell == RecurrentCell.Gru ? cat([state, none], 1) : state).chunk(op.Gates, 1));
        TorchTensor Gate(int gate) => xs[gate] + sums[gate];
        switch (op.Cell)
        {
            case RecurrentCell.Lstm:
                var peepholes = input(3)?.chunk(3, 0);
                var i = Apply(0, Plus(Gate(0), peepholes?[0], cell));
                var forget = op.Coupled ? 1 - i : Apply(0, Plus(Gate(2), peepholes?[2], cell));
                var next = (forget * cell) + (i * Apply(1, Gate(3)));
                return (Apply(0, Plus(Gate(1), peepholes?[1], next)) * Apply(2, next), next);
            case RecurrentCell.Rnn:
                return (Apply(0, Gate(0)), cell);
            default:
                var (update, reset) = (Apply(0, Gate(0)), Apply(0, Gate(1)));
                var linear = op.Cell == RecurrentCell.Gru ? product(cat([none, reset * state], 1)).chunk(op.Gates, 1)[2]
                    : reset * (input(2) is { } bias ? sums[2] + bias : sums[2]);
                return (((1 - update) * Apply(1, xs[2] + linear)) + (update * state), cell);
        }
    }

    private static TorchTensor Plus(TorchTensor gate, TorchTensor? weights, TorchTensor cell) =>
        weights is null ? gate : gate + (weights * cell);
}
