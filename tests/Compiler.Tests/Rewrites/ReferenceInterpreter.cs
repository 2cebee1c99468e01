using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Tests.Rewrites;

/// <summary>
/// Runs a graph of static shapes slowly: products by their definition in double precision, the rest by the operations' own meaning.
/// </summary>
internal static class ReferenceInterpreter
{
    public static Tensor[] Run(Graph graph, params Tensor[] inputs)
    {
        var values = graph.Inputs.Zip(inputs).ToDictionary(p => p.First, p => p.Second);
        foreach (var node in graph.Nodes)
        {
            Tensor?[] operands = [.. node.Inputs.Select(i => i is null ? null : i.Constant ?? values[i])];
            values[node.Output] = node.Op switch
            {
                Conv conv => Activate(conv.Activation, Convolve(conv, operands, node.Output)),
                MatMul product => Activate(product.Activation, Multiply(operands, node.Output)),
                Reduce reduce => ReferenceRows.Reduce(reduce, operands[0]!, node.Output),
                Normalize normalize => ReferenceRows.Normalize(normalize, operands[0]!, operands.ElementAtOrDefault(1),
                    operands.ElementAtOrDefault(2)),
                Softmax softmax => ReferenceRows.Softmax(softmax, operands[0]!),
                _ => node.Op.Evaluate(operands)![0],
            };
        }

        return [.. graph.Outputs.Select(o => o.Constant ?? values[o])];
    }

    private static Tensor Activate(UnaryFunction? function, Tensor x) => function is null ? x : new Unary(function).Evaluate([x])![0];

    private static Tensor Multiply(Tensor?[] operands, Value output)
    {
        var y = Tensor.Zeros(output.Type.Element, [.. output.Shape.Select(d => d.Value)]);
        int depth = (int)operands[1]!.Shape[0], columns = (int)operands[1]!.Shape[1];
        for (int i = 0; i < y.Length; i++)
        {
            double sum = operands.Length > 2 ? operands[2]!.Span<float>()[i % columns] : 0;
            for (int k = 0; k < depth; k++)
            {
                sum += (double)operands[0]!.Span<float>()[(i / columns * depth) + k]
                    * operands[1]!.Span<float>()[(k * columns) + (i % columns)];
            }

            y.Writable<float>()[i] = (float)sum;
        }

        return y;
    }

    /// <summary>Two spatial dimensions.</summary>
    private static Tensor Convolve(Conv conv, Tensor?[] operands, Value output)
    {
        var (x, w) = (operands[0]!, operands[1]!);
        var y = Tensor.Zeros(output.Type.Element, [.. output.Shape.Select(d => d.Value)]);
        long perGroup = w.Shape[1], outPerGroup = w.Shape[0] / conv.Groups;
        for (long i = 0; i < y.Length; i++)
        {
            long column = i % y.Shape[3], row = i / y.Shape[3] % y.Shape[2], o = i / (y.Shape[3] * y.Shape[2]) % y.Shape[1],
                n = i / (y.Shape[3] * y.Shape[2] * y.Shape[1]);
            double sum = operands.Length > 2 ? operands[2]!.Span<float>()[(int)o] : 0;
            for (long c = 0; c < perGroup; c++)
            {
                for (long kh = 0; kh < w.Shape[2]; kh++)
                {
                    for (long kw = 0; kw < w.Shape[3]; kw++)
                    {
                        long h = (row * conv.Strides[0]) - conv.PadsBegin[0] + (kh * conv.Dilations[0]),
                            v = (column * conv.Strides[1]) - conv.PadsBegin[1] + (kw * conv.Dilations[1]);
                        if (h >= 0 && h < x.Shape[2] && v >= 0 && v < x.Shape[3])
                        {
                            long channel = (o / outPerGroup * perGroup) + c;
                            sum += (double)x.Span<float>()[(int)((((((n * x.Shape[1]) + channel) * x.Shape[2]) + h) * x.Shape[3]) + v)]
                                * w.Span<float>()[(int)((((((o * perGroup) + c) * w.Shape[2]) + kh) * w.Shape[3]) + kw)];
                        }
                    }
                }
            }

            y.Writable<float>()[(int)i] = (float)sum;
        }

        return y;
    }
}
