using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx;

/// <summary>
/// What LSTM, GRU and RNN share: attributes, directions and layouts. The product of the input with W, for all steps at once, is an ordinary
/// MatMul; the recurrent part of each direction is one <see cref="Recurrence"/>.
/// </summary>
internal sealed class RecurrentLayer
{
    private readonly OnnxNode _node;
    private readonly Formula _formula;
    private readonly int _directions;
    private readonly bool _batchFirst;
    private readonly IReadOnlyList<UnaryFunction> _functions;
    private readonly float _clip;
    private readonly bool _backwards;

    /// <param name="defaults">The activations of one direction.</param>
    public RecurrentLayer(OnnxNode node, params IReadOnlyList<string> defaults)
    {
        (_node, _formula) = (node, new Formula(node));
        string direction = node.Attributes.String("direction") ?? "forward";
        _directions = direction switch { "forward" or "reverse" => 1, "bidirectional" => 2, _ =>
            throw node.Invalid($"direction '{PrintableName.Format(direction)}' is none") };
        _backwards = direction == "reverse";
        _batchFirst = node.Attributes.Int("layout") is { } layout
            && (layout is 0 or 1 ? layout == 1 : throw node.Invalid($"layout {layout} is none"));
        _clip = node.Attributes.Float("clip") is { } clip ? (clip > 0 ? clip : throw node.Invalid($"clip {clip} is not positive"))
            : float.PositiveInfinity;
        _functions = RecurrentActivations.Read(node, [.. Enumerable.Repeat(defaults, _directions).SelectMany(d => d)]);
        _ = node.Attributes.Int("hidden_size");
    }

    /// <summary>What differs between cells in one direction.</summary>
    /// <param name="Index">Number of the direction.</param>
    /// <param name="Cell">The recurrent part.</param>
    /// <param name="InputBias">Added to the product of the input.</param>
    /// <param name="Linear">Input 2 of the recurrent part.</param>
    public sealed record Direction(int Index, RecurrentCell Cell, bool Coupled, Value? InputBias, Value? Linear);

    /// <summary>Part of a direction of an input that has one row for each direction.</summary>
    public Value? Row(int input, int direction) => _node.InputOrNull(input) is { } value
        ? _formula.Reshape(_formula.Slice(_node.Require(value, ElementType.F32), 0, direction, 1), value.Shape.Skip(1)) : null;

    /// <summary>The two halves of B in one direction: the input's and the state's.</summary>
    public (Value Input, Value State)? Biases(int direction)
    {
        if (Row(3, direction) is not { } both)
        {
            return null;
        }

        var half = both.Shape[0].DivideExactly(2) ?? throw _node.Invalid($"a bias {both.Type} has no halves");
        return (_formula.Slice(both, 0, 0, half), _formula.Slice(both, 0, half, half));
    }

    public Formula Formula => _formula;

    /// <summary>Imports the layer.</summary>
    /// <param name="direction">What is special about the cell in one direction.</param>
    /// <param name="cellState">Input and output of the cell state, if there is one.</param>
    public IReadOnlyList<Value> Import(Func<int, Direction> direction, bool cellState)
    {
        var x = _node.Input(0, ElementType.F32);
        if (x.Rank != 3 || _node.Input(1).Rank != 3 || _node.Input(2).Rank != 3 || !_node.Input(2).Type.IsStatic)
        {
            throw _node.Invalid($"an input {x.Type} and weights {_node.Input(1).Type} and {_node.Input(2).Type} do not fit");
        }

        foreach (int input in (int[])[1, 2])
        {
            if (_node.Input(input).Shape[0] != _directions)
            {
                throw _node.Invalid($"input {input} has {_node.Input(input).Shape[0]} directions instead of {_directions}");
            }
        }

        x = _batchFirst ? _formula.Transpose(x, 1, 0, 2) : x;
        var lengths = _node.InputOrNull(4) is { } given ? _node.Require(given, ElementType.I32) : null;
        var outputs = Enumerable.Range(0, _directions).Select(i => Add(direction(i), x, lengths, cellState)).ToArray();
        var (steps, batch, hidden) = (outputs[0][0].Shape[0], outputs[0][0].Shape[1], outputs[0][0].Shape[2]);

        var all = Join(1, outputs.Select(o => _formula.Reshape(o[0], steps, 1, batch, hidden)));
        var last = Enumerable.Range(1, cellState ? 2 : 1).Select(i =>
            Join(0, outputs.Select(o => _formula.Reshape(o[i], 1, batch, hidden))));
        return
        [
            _formula.Result(_batchFirst ? _formula.Transpose(all, 2, 0, 1, 3) : all),
            .. last.Select((state, i) => _formula.Result(_batchFirst ? _formula.Transpose(state, 1, 0, 2) : state, i + 1)),
        ];
    }

    private IReadOnlyList<Value> Add(Direction direction, Value x, Value? lengths, bool cellState)
    {
        var op = new Recurrence(direction.Cell, Part(_functions, direction.Index), _clip, _backwards || direction.Index == 1,
            direction.Coupled);
        var (w, r) = (Row(1, direction.Index)!, Row(2, direction.Index)!);
        string suffix = direction.Index == 0 ? "" : "_reverse";
        Value?[] operands = [x, _formula.Transpose(w, 1, 0), direction.InputBias is { Constant: not null } bias ? bias : null];
        var product = _node.AddPart("input" + suffix, new MatMul(), operands);
        product = direction.InputBias is { Constant: null } data ? _formula.Add(product, data) : product;
        Value?[] inputs =
        [
            product, r, direction.Linear, cellState ? Row(7, direction.Index) : null, lengths, Initial(5, direction.Index),
                cellState ? Initial(6, direction.Index) : null,
        ];
        return _node.AddParts("state" + suffix, op, inputs);
    }

    private Value? Initial(int input, int direction) => _node.InputOrNull(input) is not { } value ? null
        : value.Rank != 3 ? throw _node.Invalid($"an initial state {value.Type}")
        : _formula.Reshape(_formula.Slice(_node.Require(value, ElementType.F32), _batchFirst ? 1 : 0, direction, 1),
            value.Shape[_batchFirst ? 0 : 1], value.Shape[2]);

    private Value Join(int axis, IEnumerable<Value> values) => values.ToArray() is [var one] ? one : _formula.Concat(axis, values);

    private IReadOnlyList<UnaryFunction> Part(IReadOnlyList<UnaryFunction> functions, int direction)
    {
        int count = functions.Count / _directions;
        return [.. functions.Skip(direction * count).Take(count)];
    }
}
