using System.Runtime.InteropServices;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Onnx;
using MixPrec.Diagnostics;
using MixPrec.Plan;
using TorchSharp;
using static TorchSharp.torch;
using Tensor = MixPrec.Compiler.Graphs.Tensor;
using TorchTensor = TorchSharp.torch.Tensor;

namespace MixPrec.Compiler.Calibration;

/// <summary>
/// The operands and the output of a product, of a recurrence those of each step; returns the output or another in its place. Tensors live
/// in the caller's dispose scope.
/// </summary>
internal delegate TorchTensor SeenProduct(Node node, TorchTensor lhs, TorchTensor rhs, TorchTensor output);

/// <summary>Runs a graph in TorchSharp, in fp32 and with autograd. Tensors belong to the caller's dispose scope.</summary>
/// <remarks>
/// It need not be disposed where the graph outlives it. Where the constants are its graph's own, that frees their memory: otherwise they
/// stay pinned until two collections have run.
/// </remarks>
internal sealed class TorchExecutor : IDisposable
{
    private readonly Graph _graph;
    private readonly Dictionary<Value, TorchTensor> _constants = [];
    private readonly Value[][] _lastReads;
    private readonly Dictionary<Node, TorchExecutor> _bodies = [];

    public TorchExecutor(Graph graph)
    {
        TorchThreads.WaitAsleep();
        NativeDependency.Torch.Require();
        TorchNnpack.Disable();
        _graph = graph;
        _lastReads = LastReads(graph);
        foreach (var value in graph.Nodes.SelectMany(n => n.Inputs).Concat(graph.Outputs).OfType<Value>().Where(v => v.Constant is not null)
            .Distinct())
        {
            _constants[value] = TorchView.FromTensor(value.Constant!).DetachFromDisposeScope();
        }
    }

    public void Dispose()
    {
        foreach (var constant in _constants.Values)
        {
            constant.Dispose();
        }

        foreach (var body in _bodies.Values)
        {
            body.Dispose();
        }
    }

    /// <summary>A constant of the graph.</summary>
    public TorchTensor Constant(Value value) => _constants[value];

    /// <summary>
    /// Runs the graph and returns its outputs. Every other value is dropped after its last reader; what a backward pass needs, autograd
    /// holds.
    /// </summary>
    /// <param name="inputs">In the order of the graph's inputs.</param>
    /// <param name="product">Sees every quantizable product before its activation.</param>
    public IReadOnlyList<TorchTensor> Run(IReadOnlyList<Tensor> inputs, SeenProduct? product = null) =>
        Run([.. inputs.Select(i => i.ToTorch())], SymbolsOf(_graph, inputs), product);

    private TorchTensor[] Run(IReadOnlyList<TorchTensor> inputs, Dictionary<string, long> symbols, SeenProduct? product)
    {
        var values = _graph.Inputs.Zip(inputs).ToDictionary(p => p.First, p => p.Second);
        TorchTensor? Find(Value? value) =>
            value is null ? null : _constants.TryGetValue(value, out var constant) ? constant : values[value];
        for (int i = 0; i < _graph.Nodes.Count; i++)
        {
            var node = _graph.Nodes[i];
            var outputs = OutputsOf(node, index => Find(node.InputOrNull(index)), symbols, product);
            foreach (var (value, tensor) in node.Outputs.Zip(outputs))
            {
                values[value] = tensor;
            }

            foreach (var value in _lastReads[i])
            {
                values[value].Dispose();
                values.Remove(value);
            }
        }

        return [.. _graph.Outputs.Select(o => Find(o)!)];
    }

    /// <exception cref="MixPrecException">MXP3027: the data give an index that is outside its axis, such as a token that the vocabulary
    /// does not have.</exception>
    private TorchTensor[] OutputsOf(Node node, Func<int, TorchTensor?> input, Dictionary<string, long> symbols, SeenProduct? product)
    {
        try
        {
            return node.Op is Recurrence ? Recurrence(node, input, product)
                : node.Op is Loop loop ? Scoped(() => Loop(node, loop, input, symbols))
                : node.Op.Counts.Count > 0 ? Scoped(() => Torch.DynamicSizes.Evaluate(node, input, symbols)!)
                : [Evaluate(node, input, symbols, product)];
        }
        catch (ExternalException e) when (e.Message.StartsWith("index ", StringComparison.Ordinal))
        {
            // libtorch's message goes on with its own stack.
            string words = e.Message.Split('\n')[0].Split(" Exception raised", 2)[0].Trim().TrimEnd('.');
            throw new MixPrecException(DiagnosticCatalog.InputsRefused, null,
                $"node '{PrintableName.Format(node.Name)}' ({node.Op.Kind}) gets an index from the calibration data "
                + $"that its axis does not have ({words}).");
        }
    }

    /// <summary>The outputs of the graph.</summary>
    public IReadOnlyList<Tensor> Outputs(IReadOnlyList<Tensor> inputs)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        return [.. Run(inputs).Select(o => o.ToTensor())];
    }

    /// <summary>
    /// The product of a quantizable op with other operands, bias included, activation not; of a recurrence that of its states.
    /// </summary>
    public TorchTensor Product(Node node, TorchTensor x, TorchTensor weights) =>
        node.Op is Recurrence ? x.matmul(weights) : Torch.Products.Evaluate(node, x, weights,
            node.InputOrNull(2) is { } bias ? _constants[bias] : null);

    /// <summary>The symbols that the sizes of the inputs give.</summary>
    /// <exception cref="MixPrecException">MXP3011: the sizes of the inputs contradict each other, or a condition of the model.</exception>
    internal static Dictionary<string, long> SymbolsOf(Graph graph, IReadOnlyList<Tensor> inputs)
    {
        var symbols = DimensionValues.Solve(graph.Inputs.Zip(inputs).SelectMany(p => p.First.Shape.Zip(p.Second.Shape)));
        foreach (var (value, tensor) in graph.Inputs.Zip(inputs))
        {
            foreach (var (size, given) in value.Shape.Zip(tensor.Shape)
                .Where(p => !p.First.IsConstant && p.First.Symbols.All(symbols.ContainsKey)))
            {
                if (size.Evaluate(symbols) is var needed && needed != given)
                {
                    var sizes = new CallerSizes(graph.Symbols);
                    throw new MixPrecException(DiagnosticCatalog.DataSizesUnfit, null, PrintableName.Format(value.Name),
                        string.Join(", ", tensor.Shape), string.Join(", ", sizes.ShapeOf(value)), given, needed,
                        string.Join(" and ", sizes.Conditions(graph).Select(c => $"{c.Left} = {c.Right}")
                            .DefaultIfEmpty("one size for each dimension")));
                }
            }
        }

        return symbols;
    }

    /// <summary>For each node the values that no later node reads and the graph does not return.</summary>
    private static Value[][] LastReads(Graph graph)
    {
        var seen = graph.Outputs.ToHashSet();
        return [.. graph.Nodes.Reverse()
            .Select(node => node.Inputs.Concat(node.Outputs).OfType<Value>().Where(v => v.Constant is null && seen.Add(v)).ToArray())
            .ToArray().Reverse()];
    }

    /// <summary>Products in the body keep their precision, and so nobody looks at them.</summary>
    private TorchTensor[] Loop(Node node, Loop op, Func<int, TorchTensor?> input, Dictionary<string, long> symbols)
    {
        var body = _bodies.TryGetValue(node, out var known) ? known : _bodies[node] = new TorchExecutor(op.Body);
        long tripCount = op.TripCount?.Evaluate(symbols) ?? input(0)?.item<long>() ?? long.MaxValue;
        bool condition = input(1)?.item<bool>() ?? true;
        TorchTensor[] states = [.. Enumerable.Range(2, op.States).Select(i => input(i)!)],
            captured = [.. Enumerable.Range(2 + op.States, node.Inputs.Count - 2 - op.States).Select(i => input(i)!)];
        var collected = Enumerable.Range(1 + op.States, op.Body.Outputs.Count - 1 - op.States).Select(_ => new List<TorchTensor>())
            .ToArray();
        for (long i = 0; condition && i < tripCount; i++)
        {
            // The executor disposes its inputs after their last reader; here others read them too.
            var results = body.Run([.. states.Concat(captured).Select(t => t.alias())], new(symbols) { [op.Iteration] = i }, null);
            states = results[1..(1 + op.States)];
            condition = !op.Conditional || results[0].item<bool>();
            foreach (var (all, part) in collected.Zip(results[(1 + op.States)..]))
            {
                all.Add(part);
            }
        }

        return [.. states, .. collected.Select((all, i) =>
            all.Count > 0 ? stack(all) : zeros(node.Outputs[op.States + i].Type.ShapeAt(symbols)))];
    }

    /// <summary>The products of each step live as long as the caller's scope where they are seen.</summary>
    private static TorchTensor[] Recurrence(Node node, Func<int, TorchTensor?> input, SeenProduct? product) =>
        product is not null && node.IsQuantizable()
        ? [.. Torch.Recurrent.Evaluate(node, input, (states, weights, sums) => product(node, states, weights, sums)).Select(t => t.alias())]
        : Scoped(() => Torch.Recurrent.Evaluate(node, input, (_, _, sums) => sums));

    private TorchTensor Evaluate(Node node, Func<int, TorchTensor?> input, IReadOnlyDictionary<string, long> symbols, SeenProduct? product)
    {
        if (node.Op is not (MatMul or Conv))
        {
            return Scoped(() => Torch.Elementwise.Evaluate(node, input, symbols) ?? Torch.Choices.Evaluate(node, input, symbols)
                ?? Torch.Indexing.Evaluate(node, input, symbols) ?? Torch.Tabular.Evaluate(node, input)
                ?? Torch.Movement.Evaluate(node, input, symbols));
        }

        var result = Scoped(() => Torch.Products.Evaluate(node, input(0)!, input(1)!, input(2)));
        if (product is not null && node.IsQuantizable())
        {
            result = product(node, input(0)!, input(1)!, result);
        }

        var activation = node.Op is MatMul m ? m.Activation : ((Conv)node.Op).Activation;
        return activation is null ? result.alias() : Scoped(() => Torch.Functions.Apply(activation, result));
    }

    /// <summary>A handle of its own to the result; the temporaries on the way to it are dropped.</summary>
    private static TorchTensor Scoped(Func<TorchTensor> compute) => Scoped(() => (TorchTensor[])[compute()])[0];

    private static TorchTensor[] Scoped(Func<TorchTensor[]> compute)
    {
        using var scope = NewDisposeScope();
        return [.. compute().Select(tensor => tensor.alias().MoveToOuterDisposeScope())];
    }
}
