using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Tests.Partition;

/// <summary>Small networks in the shapes that partitions are about.</summary>
internal sealed class Networks
{
    private readonly GraphBuilder _builder = new();

    public Value Input(string name, params IReadOnlyList<IntExpr> shape)
    {
        var input = new Value(name, new TensorType(ElementType.F32, shape));
        _builder.AddInput(input);
        return input;
    }

    public Value Linear(string name, Value x, int columns)
    {
        int rows = checked((int)x.Shape[^1].Value);
        return _builder.Add(name, new MatMul(), x, GraphBuilder.Constant(name + ".weight", new float[rows * columns], rows, columns));
    }

    public Value Conv(string name, Value x, int channels, int kernel = 1)
    {
        int inputs = checked((int)x.Shape[1].Value), pad = kernel / 2;
        var weights = GraphBuilder.Constant(name + ".weight", new float[channels * inputs * kernel * kernel], channels, inputs,
            kernel, kernel);
        return _builder.Add(name, new Conv([1, 1], [pad, pad], [pad, pad], [1, 1], 1), x, weights);
    }

    public Value MatMul(string name, Value a, Value b) => _builder.Add(name, new MatMul(), a, b);

    public Value Add(string name, Value a, Value b) => Binary(name, BinaryKind.Add, a, b);

    public Value Binary(string name, BinaryKind kind, Value a, Value b) => _builder.Add(name, new Binary(kind), a, b);

    public Value Unary(string name, UnaryKind kind, Value x) => _builder.Add(name, new Unary(new UnaryFunction(kind)), x);

    public Value Relu(string name, Value x) => Unary(name, UnaryKind.Relu, x);

    public Value Op(string name, Op op, params IReadOnlyList<Value?> inputs) => _builder.Add(name, op, inputs);

    public Graph Build(params IReadOnlyList<Value> outputs) => _builder.Build(outputs, []);

    /// <summary>Multi-head attention and a gated MLP with residual connections, the operators of a Llama block.</summary>
    public Value LlamaBlock(string prefix, Value x, Value mask, Value rotary, int width, int heads)
    {
        int size = width / heads;
        long tokens = x.Shape[1].Value;
        var normed = Norm(prefix + "norm1", x);
        Value Heads(string name, bool rotate, params int[] order)
        {
            var y = Linear(prefix + name, normed, width);
            y = Op(prefix + name + ".split", new Reshape([1, tokens, heads, size]), y);
            y = rotate ? Binary(prefix + name + ".rotary", BinaryKind.Mul, y, rotary) : y;
            return Op(prefix + name + ".heads", new Transpose([.. order]), y);
        }

        var (q, k, v) = (Heads("q", true, 0, 2, 1, 3), Heads("k", true, 0, 2, 3, 1), Heads("v", false, 0, 2, 1, 3));
        var weights = Op(prefix + "softmax", new Softmax(3, false), Add(prefix + "masked", MatMul(prefix + "QK", q, k), mask));
        var mixed = Op(prefix + "AV.heads", new Transpose([0, 2, 1, 3]), MatMul(prefix + "AV", weights, v));
        var attended = Add(prefix + "add1", x, Linear(prefix + "o", Op(prefix + "AV.join", new Reshape([1, tokens, width]), mixed), width));
        var normed2 = Norm(prefix + "norm2", attended);
        var gate = Linear(prefix + "gate", normed2, 2 * width);
        var silu = Binary(prefix + "silu", BinaryKind.Mul, gate, Unary(prefix + "sigmoid", UnaryKind.Sigmoid, gate));
        var gated = Binary(prefix + "gated", BinaryKind.Mul, silu, Linear(prefix + "up", normed2, 2 * width));
        return Add(prefix + "add2", attended, Linear(prefix + "down", gated, width));
    }

    /// <summary>RMSNorm written out: x / sqrt(mean(x²)).</summary>
    private Value Norm(string name, Value x)
    {
        var square = Binary(name + ".square", BinaryKind.Mul, x, x);
        var mean = Op(name + ".mean", new Reduce(ReduceKind.Mean, [2], true), square);
        return Binary(name, BinaryKind.Div, x, Unary(name + ".sqrt", UnaryKind.Sqrt, mean));
    }
}
