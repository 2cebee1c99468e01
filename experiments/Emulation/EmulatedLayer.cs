using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using TorchTensor = TorchSharp.torch.Tensor;

namespace MixPrec.Experiments.Emulation;

/// <summary>A product of a network as rows times columns, in groups that have columns of their own.</summary>
internal abstract class EmulatedLayer(Node node)
{
    public Node Node => node;

    public UnaryFunction? Activation => node.Op is Conv conv ? conv.Activation : ((MatMul)node.Op).Activation;

    /// <param name="exponent">Sums are accumulated times 2^<paramref name="exponent"/>; see <see cref="Products"/>.</param>
    public static EmulatedLayer FromNode(Graph graph, Node node, int exponent) =>
        node.MultipliesActivations() ? new ActivationProduct(graph, node, exponent) : new WeightProduct(node, exponent);

    /// <summary>The products of each group for the operands of the node.</summary>
    public abstract Products[] Multiply(TorchTensor lhs, TorchTensor rhs);

    /// <summary>The groups' values, each [rows, channels], as a tensor like <paramref name="product"/>.</summary>
    public abstract TorchTensor Joined(IReadOnlyList<float[]> values, TorchTensor product);
}
