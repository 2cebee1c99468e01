using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Tests.Lowering;

/// <summary>Small networks with odd sizes and a symbolic batch, drawn operation by operation.</summary>
internal sealed class RandomGraphs
{
    private readonly Random _random;
    private readonly bool _exact;
    private readonly GraphBuilder _builder = new();
    private readonly IntExpr _batch = IntExpr.Symbol("n");
    private int _count;

    private RandomGraphs(int seed, bool exact) => (_random, _exact) = (new Random(seed), exact);

    /// <param name="exact">Only operations whose every rounding the arithmetic contract fixes.</param>
    public static Graph Create(int seed, bool exact)
    {
        var graphs = new RandomGraphs(seed, exact);
        return graphs.Build();
    }

    public Tensor Numbers(params long[] shape) =>
        Tensor.Create([.. Enumerable.Range(0, (int)Tensor.Count(shape)).Select(_ => (_random.NextSingle() * 2) - 1)], shape);

    private Graph Build()
    {
        var x = _builder.AddInput("x", new TensorType(ElementType.F32, [_batch, Size(5), Size(9), Size(9)]));
        var outputs = new List<Value>();
        for (int i = _random.Next(3, 7); i > 0; i--)
        {
            x = Image(x);
            if (_random.Next(8) == 0 && x.Producer is not null && !outputs.Contains(x))
            {
                outputs.Add(x);
            }
        }

        x = _random.Next(3) switch
        {
            0 => Add(new Reduce(Pick(ReduceKind.Max, Inexact(ReduceKind.Mean, ReduceKind.Max)), [2, 3], _random.Next(2) == 0), x),
            1 => Add(new Transpose([0, 2, 3, 1]), x),
            _ => x,
        };
        x = Add(new Reshape([_batch, IntExpr.Product(x.Shape.Skip(1))]), x);
        for (int i = _random.Next(1, 4); i > 0; i--)
        {
            x = Row(x);
        }

        outputs.Add(x);
        return _builder.Build([.. outputs.Where(o => o.Producer is not null)], [new("n", "n")]);
    }

    private Value Image(Value x) => _random.Next(_exact ? 9 : 11) switch
    {
        0 or 1 => Convolution(x, groups: 1),
        2 => Convolution(x, (int)x.Shape[1].Value),
        3 => Add(Window(PoolKind.Max, x), x),
        4 => Add(new Binary(Pick(BinaryKind.Add, BinaryKind.Mul, BinaryKind.Max, BinaryKind.Sub)), x,
            Weights(_random.Next(2) == 0 ? [x.Shape[1].Value, 1, 1] : [x.Shape[3].Value])),
        5 => Add(new Concat(_random.Next(1, 4)), x, Add(new Unary(Function()), x)),
        6 => Add(new Slice([0, 0, _random.Next(2), 0], [1, 1, 1, 2], [_batch, x.Shape[1], x.Shape[2] - 1, IntExpr.CeilDiv(x.Shape[3], 2)]),
            x) is var part && part.Shape[2].Value > 0 ? part : x,
        7 => Add(new Pad(PadMode.Constant, [0, 0, 1, 2], [0, 1, 0, 1]), x, GraphBuilder.Constant("half", [0.5f])),
        8 => Add(new MatMul(), x, Add(new Transpose([0, 1, 3, 2]), x)),
        9 => Add(Window(PoolKind.Average, x), x),
        _ => Add(new Softmax(_random.Next(1, 4), false), x),
    };

    private Value Row(Value x) => _random.Next(_exact ? 3 : 4) switch
    {
        0 => Add(new Unary(Function()), x),
        1 => Add(new Binary(BinaryKind.Add), x, Add(new MatMul(), x, Weights(x.Shape[1].Value, x.Shape[1].Value))),
        2 => Product(x),
        _ => Add(new Softmax(1, _random.Next(2) == 0), x),
    };

    private Value Product(Value x)
    {
        int columns = _random.Next(1, 35);
        return Add(new MatMul(_random.Next(2) == 0 ? Function() : null), x, Weights(x.Shape[1].Value, columns), Weights(columns));
    }

    private Value Convolution(Value x, int groups)
    {
        int kernelH = _random.Next(1, 4), kernelW = _random.Next(1, 4), channels = (int)x.Shape[1].Value;
        int outputs = groups == 1 ? _random.Next(1, 20) : channels;
        var conv = new Conv([_random.Next(1, 3), 1], [kernelH - 1, _random.Next(2)], [_random.Next(2), kernelW], [1, _random.Next(1, 3)],
            groups, _random.Next(2) == 0 ? Function() : null);
        bool fits = x.Shape[3].Value + conv.PadsBegin[1] + conv.PadsEnd[1] > conv.Dilations[1] * (kernelW - 1);
        return fits ? Add(conv, x, Weights(outputs, channels / groups, kernelH, kernelW),
            _random.Next(2) == 0 ? Weights(outputs) : null) : x;
    }

    private Pool Window(PoolKind kind, Value x)
    {
        int height = (int)Math.Min(x.Shape[2].Value, _random.Next(1, 4)), width = (int)Math.Min(x.Shape[3].Value, _random.Next(1, 4));
        return new(kind, [height, width], [1, _random.Next(1, 3)], [0, width / 2], [height / 2, 0], [1, 1], _random.Next(2) == 0,
            _random.Next(2) == 0);
    }

    private UnaryFunction Function() => _random.Next(_exact ? 3 : 8) switch
    {
        0 => new(UnaryKind.Relu),
        1 => new(UnaryKind.LeakyRelu, 0.3f),
        2 => UnaryFunction.Clip(-0.4f, 0.7f),
        3 => new(UnaryKind.Sigmoid),
        4 => new(UnaryKind.Tanh),
        5 => new(UnaryKind.Elu, 0.8f),
        6 => new(UnaryKind.HardSigmoid, 0.2f, 0.5f),
        _ => new(UnaryKind.HardSwish),
    };

    private T Inexact<T>(T inexact, T exact) => _exact ? exact : inexact;

    private T Pick<T>(params T[] choices) => choices[_random.Next(choices.Length)];

    private Value Add(Op op, params Value?[] inputs) => _builder.Add($"op{_count++}", op, inputs);

    private Value Weights(params long[] shape) => GraphBuilder.Constant($"w{_count++}", Numbers(shape));

    private int Size(int most) => _random.Next(1, most + 1);
}
