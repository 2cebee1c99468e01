using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;
using TorchSharp;
using static TorchSharp.torch;
using Tensor = MixPrec.Compiler.Graphs.Tensor;
using TorchTensor = TorchSharp.torch.Tensor;

namespace MixPrec.Compiler.Calibration;

/// <summary>
/// Runs a graph in TorchSharp, in fp32 and with autograd. Tensors belong to the caller's dispose scope.
/// </summary>
internal sealed class TorchExecutor
{
    private readonly Graph _graph;
    private readonly Dictionary<Value, TorchTensor> _constants = [];

    public TorchExecutor(Graph graph)
    {
        NativeDependency.Torch.Require();
        _graph = graph;
        foreach (var value in graph.Nodes.SelectMany(n => n.Inputs).Concat(graph.Outputs).OfType<Value>().Where(v => v.Constant is not null).Distinct())
        {
            _constants[value] = value.Constant!.ToTorch().DetachFromDisposeScope();
        }
    }

    /// <summary>A constant of the graph.</summary>
    public TorchTensor Constant(Value value) => _constants[value];

    /// <summary>Runs the graph and returns all its values.</summary>
    /// <param name="inputs">In the order of the graph's inputs.</param>
    /// <param name="product">Sees the output of every quantizable op before its activation, and may replace it.</param>
    public IReadOnlyDictionary<Value, TorchTensor> Run(IReadOnlyList<Tensor> inputs, Func<Node, TorchTensor, TorchTensor, TorchTensor>? product = null)
    {
        var symbols = new Dictionary<string, long>();
        var values = new Dictionary<Value, TorchTensor>(_constants);
        foreach (var (value, tensor) in _graph.Inputs.Zip(inputs))
        {
            values[value] = tensor.ToTorch();
            foreach (var (dimension, size) in value.Shape.Zip(tensor.Shape).Where(p => p.First.Symbols.Count() == 1 && p.First == IntExpr.Symbol(p.First.Symbols.First())))
            {
                symbols[dimension.Symbols.First()] = size;
            }
        }

        foreach (var node in _graph.Nodes)
        {
            TorchTensor? Input(int i) => node.InputOrNull(i) is { } v ? values[v] : null;
            if (node.Op is Recurrence)
            {
                foreach (var (value, tensor) in node.Outputs.Zip(Torch.Recurrent.Evaluate(node, Input)))
                {
                    values[value] = tensor;
                }
            }
            else
            {
                values[node.Output] = Evaluate(node, Input, symbols, product);
            }
        }

        return values;
    }

    /// <summary>The outputs of the graph.</summary>
    public IReadOnlyList<Tensor> Outputs(IReadOnlyList<Tensor> inputs)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var values = Run(inputs);
        return [.. _graph.Outputs.Select(o => values[o].ToTensor())];
    }

    /// <summary>The product of a quantizable op with other operands, bias included, activation not.</summary>
    public TorchTensor Product(Node node, TorchTensor x, TorchTensor weights) =>
        Torch.Products.Evaluate(node, x, weights, node.InputOrNull(2) is { } bias ? _constants[bias] : null);

    private TorchTensor Evaluate(Node node, Func<int, TorchTensor?> input, IReadOnlyDictionary<string, long> symbols, Func<Node, TorchTensor, TorchTensor, TorchTensor>? product)
    {
        if (node.Op is not (MatMul or Conv))
        {
            return Torch.Elementwise.Evaluate(node, input, symbols) ?? Torch.Choices.Evaluate(node, input, symbols) ?? Torch.Indexing.Evaluate(node, input, symbols) ?? Torch.Movement.Evaluate(node, input, symbols);
        }

        var result = Torch.Products.Evaluate(node, input(0)!, input(1)!, input(2));
        if (product is not null && node.IsQuantizable())
        {
            result = product(node, input(0)!, result);
        }

        var activation = node.Op is MatMul m ? m.Activation : ((Conv)node.Op).Activation;
        return activation is null ? result : Torch.Functions.Apply(activation, result);
    }
}
