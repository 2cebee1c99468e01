using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Runtime;
using TorchSharp;
using static TorchSharp.torch;
using Kernels = MixPrec.Runtime.Kernels;
using TorchTensor = TorchSharp.torch.Tensor;

namespace MixPrec.Compiler.Calibration.Torch;

/// <summary>
/// Operations on columns of tables. Positions among keys and leaves of trees have no gradient, and the kernels of the runtime give them
/// meaning here too; coupled probabilities are the solution of a linear system, which has one.
/// </summary>
internal static class Tabular
{
    /// <summary>The output, or null when the node is of another kind.</summary>
    public static TorchTensor? Evaluate(Node node, Func<int, TorchTensor?> input) => node.Op switch
    {
        TreeEnsemble ensemble when input(0)!.dtype == ScalarType.Float64 => Leaves<double>(node, ensemble, input(0)!, ScalarType.Float64),
        TreeEnsemble ensemble => Leaves<float>(node, ensemble, input(0)!, ScalarType.Float32),
        // Every key that an importer makes is exact in double precision but integers beyond 2⁵³.
        KeySearch search => Positions(search, input(0)!, input(1)!),
        PairwiseCoupling coupling => Coupled(input(0)!, coupling.Classes),
        _ => null,
    };

    private static unsafe TorchTensor Leaves<T>(Node node, TreeEnsemble op, TorchTensor x, ScalarType type) where T : unmanaged,
        System.Numerics.IFloatingPointIeee754<T>
    {
        var (rows, features) = ((int)x.shape[0], (int)x.shape[1]);
        T[] elements = Elements<T>(x, type), y = new T[checked(rows * op.Outputs)];
        using var roots = node.Input(1).Constant!.Pin();
        using var nodes = node.Input(2).Constant!.Pin();
        using var splits = node.Input(3).Constant!.Pin();
        using var targets = node.Input(4).Constant!.Pin();
        using var weights = node.Input(5).Constant!.Pin();
        int trees = (int)node.Input(1).Constant!.Length;
        fixed (T* from = elements, to = y)
        {
            var (a, b, c, d, e, f, g) = (new Pointer<T>(from), new Pointer<int>((int*)roots.Pointer), new Pointer<int>((int*)nodes.Pointer),
                new Pointer<T>((T*)splits.Pointer),
                new Pointer<int>((int*)targets.Pointer), new Pointer<T>((T*)weights.Pointer), new Pointer<T>(to));
            switch (op.Join)
            {
                case LeafJoin.Sum: Kernels.TreeEnsemble.Run(default(Kernels.LeafSum), a, b, c, d, e, f, g, rows, features, trees,
                    op.Outputs); break;
                case LeafJoin.Minimum: Kernels.TreeEnsemble.Run(default(Kernels.LeafMinimum), a, b, c, d, e, f, g, rows, features, trees,
                    op.Outputs); break;
                default: Kernels.TreeEnsemble.Run(default(Kernels.LeafMaximum), a, b, c, d, e, f, g, rows, features, trees,
                    op.Outputs); break;
            }
        }

        return (y is float[] singles ? torch.tensor(singles) : torch.tensor((double[])(object)y)).reshape(rows, op.Outputs);
    }

    private static unsafe TorchTensor Positions(KeySearch op, TorchTensor x, TorchTensor keys)
    {
        double[] elements = Elements<double>(x, ScalarType.Float64), sorted = Elements<double>(keys, ScalarType.Float64);
        long[] y = new long[elements.Length];
        fixed (double* from = elements, known = sorted)
        fixed (long* to = y)
        {
            Kernels.KeySearch.Run(new Pointer<double>(from), new Pointer<double>(known), new Pointer<long>(to), y.Length, sorted.Length,
                op.Required);
        }

        return torch.tensor(y).reshape(x.shape);
    }

    /// <summary>
    /// The minimum of pᵀ·Q·p with Σ p = 1 is Q⁻¹·1 up to its sum; Q is the kernel's. A little on the diagonal keeps it regular.
    /// </summary>
    private static TorchTensor Coupled(TorchTensor pairs, int classes)
    {
        var forward = new List<TorchTensor>();
        for (int i = 0, pair = 0; i < classes; i++)
        {
            for (int j = i + 1; j < classes; j++, pair++)
            {
                forward.Add(pairs.select(1, pair));
            }
        }

        // r[i, j] = P(class i | class i or j), 0 on the diagonal.
        TorchTensor Pair(int i, int j) =>
            i == j ? zeros_like(forward[0]) : i < j ? forward[(i * classes) - (i * (i + 1) / 2) + j - i - 1] : 1f - Pair(j, i);
        var r = stack(Enumerable.Range(0, classes).Select(i => stack(Enumerable.Range(0, classes).Select(j => Pair(i, j)), 1)), 1);
        var q = diag_embed((r.transpose(1, 2) * r.transpose(1, 2)).sum(2)) - (r * r.transpose(1, 2));
        var p = linalg.solve(q + (eye(classes) * 1e-6f), ones(pairs.shape[0], classes, 1)).squeeze(2);
        return p / p.sum(1, keepdim: true);
    }

    private static T[] Elements<T>(TorchTensor x, ScalarType type) where T : unmanaged
    {
        using var dense = x.detach().to(type).contiguous();
        return dense.data<T>().ToArray();
    }
}
