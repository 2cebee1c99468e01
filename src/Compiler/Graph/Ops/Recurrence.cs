using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs.Ops;

internal enum RecurrentCell
{
    /// <summary>Gates input, output, forget, cell; functions f, g, h.</summary>
    Lstm,

    /// <summary>
    /// Gates update, reset, hidden; functions f, g. <see cref="GruLinear"/> multiplies before it resets, and has a bias there.
    /// </summary>
    Gru, GruLinear,

    /// <summary>One gate, one function.</summary>
    Rnn,
}

/// <summary>
/// The recurrent part of one direction of a recurrent layer. Inputs, absent ones null: 0 the input's part of each gate with its bias
/// [steps, batch, gates·H]; 1 the weights R [gates·H, H]; 2 bias of the linear part [H] (<see cref="RecurrentCell.GruLinear"/>); 3
/// peepholes [3·H] (LSTM); 4 lengths I32 [batch]; 5 initial state [batch, H]; 6 initial cell state (LSTM). Outputs: every state [steps,
/// batch, H], zero after a sample's length; the last state [batch, H]; the last cell state (LSTM).
/// </summary>
/// <param name="Functions">The activations in the order of the cell.</param>
/// <param name="Clip">Bound of what goes into the activations; infinity for none.</param>
/// <param name="Reverse">From the last step of each sample to the first.</param>
/// <param name="Coupled">The forget gate is 1 − the input gate (LSTM).</param>
internal sealed record Recurrence(RecurrentCell Cell, IReadOnlyList<UnaryFunction> Functions, float Clip, bool Reverse, bool Coupled) : Op
{
    public override string Kind => Cell.ToString();

    public int Gates => Cell switch { RecurrentCell.Lstm => 4, RecurrentCell.Rnn => 1, _ => 3 };

    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        var (x, r) = (inputs[0]!, inputs[1]!);
        if (x.Rank != 3 || r.Rank != 2 || !r.IsStatic || r.Shape[0] != r.Shape[1] * Gates)
        {
            throw new ShapeException($"an input {x} and recurrent weights {r} do not fit {Gates} gates");
        }

        var (batch, hidden) = (x.Shape[1], r.Shape[1]);
        foreach (var (index, shape) in Shapes(batch, hidden))
        {
            if (inputs[index] is { } input && input.Rank != shape.Count)
            {
                throw new ShapeException($"{input} where the shape [{string.Join(", ", shape)}] is needed");
            }
        }

        var state = x.WithShape(batch, hidden);
        return Cell == RecurrentCell.Lstm ? [x.WithShape(x.Shape[0], batch, hidden), state, state]
            : [x.WithShape(x.Shape[0], batch, hidden), state];
    }

    public override IEnumerable<(IntExpr Left, IntExpr Right)> EqualSizes(IReadOnlyList<TensorType?> inputs,
        IReadOnlyList<TensorType> outputs)
    {
        var (x, r) = (inputs[0]!, inputs[1]!);
        return [(x.Shape[2], r.Shape[0]), .. Shapes(x.Shape[1], r.Shape[1])
            .SelectMany(s => inputs[s.Index] is { } input ? input.Shape.Zip(s.Shape) : [])];
    }

    public bool Equals(Recurrence? other) => other is not null && Cell == other.Cell && Clip.Equals(other.Clip) && Reverse == other.Reverse
        && Coupled == other.Coupled
        && Functions.SequenceEqual(other.Functions);

    public override int GetHashCode() => Functions.Aggregate(HashCode.Combine(Cell, Clip, Reverse, Coupled), HashCode.Combine);

    /// <summary>The shapes of the inputs that may be absent.</summary>
    private static IEnumerable<(int Index, IReadOnlyList<IntExpr> Shape)> Shapes(IntExpr batch, IntExpr hidden) =>
        [(2, [hidden]), (3, [hidden * 3]), (4, [batch]), (5, [batch, hidden]), (6, [batch, hidden])];
}
