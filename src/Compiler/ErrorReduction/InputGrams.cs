using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using TorchSharp;
using static TorchSharp.torch;
using TorchTensor = TorchSharp.torch.Tensor;

namespace MixPrec.Compiler.ErrorReduction;

/// <summary>
/// XᵀX of what layers multiply their weights with on every other calibration sample, X [rows, depth]: of a convolution a row is what lies
/// under its filter at one position. Positions beyond <see cref="MostRows"/> are passed over evenly.
/// </summary>
internal static class InputGrams
{
    /// <summary>Rows of a layer, as far as it has a depth below them: more change little, and cost as much again.</summary>
    private const long MostRows = 1 << 15;

    /// <summary>[groups, depth, depth] of each layer that has seen a sample.</summary>
    /// <param name="samples">In all batches.</param>
    public static IReadOnlyDictionary<Node, float[]> Collect(TorchExecutor executor, IReadOnlyCollection<Node> layers,
        IEnumerable<Batch> batches, int samples)
    {
        var sums = new Dictionary<Node, float[]>();
        using var quiet = no_grad();
        foreach (var batch in batches)
        {
            long[] fitted = [.. Enumerable.Range(0, batch.Samples.Count).Where(r => IsFitted(batch.Samples.FirstIndex + r))
                .Select(r => (long)r)];
            if (fitted.Length == 0)
            {
                continue;
            }

            using var scope = NewDisposeScope();
            executor.Run(batch.Inputs, (node, x, _, y) =>
            {
                if (layers.Contains(node))
                {
                    using var inner = NewDisposeScope();

                    // Where the first axis is not that of the samples, all of the run are fitted to.
                    var (rows, rest) = Math.DivRem(x.shape[0], batch.Samples.Count);
                    var own = rows == 0 || rest != 0 ? x
                        : x.reshape([batch.Samples.Count, rows, .. x.shape[1..]]).index_select(0, tensor(fitted))
                            .reshape([-1, .. x.shape[1..]]);
                    Add(sums, node, Product(node, own, Math.Max(1, MostRows * fitted.Length * 2 / Math.Max(1, samples))));
                }

                return y;
            });
        }

        return sums;
    }

    /// <summary>Whether a sample is fitted to; the others judge.</summary>
    public static bool IsFitted(int sample) => sample % 2 == 0;

    private static void Add(Dictionary<Node, float[]> sums, Node node, TorchTensor part)
    {
        float[] more = part.contiguous().data<float>().ToArray();
        if (sums.TryGetValue(node, out float[]? sum))
        {
            System.Numerics.Tensors.TensorPrimitives.Add(sum, more, sum);
        }
        else
        {
            sums[node] = more;
        }
    }

    private static TorchTensor Product(Node node, TorchTensor x, long most)
    {
        if (node.Op is not Conv conv)
        {
            var rows = Thinned(x.reshape(-1, x.shape[^1]), 0, most);
            return rows.t().matmul(rows).unsqueeze(0);
        }

        // [images, groups, depth, positions], image by image where all at once would be large.
        var gram = default(TorchTensor);
        long images = x.shape[0];
        for (long image = 0; image < images; image++)
        {
            using var inner = NewDisposeScope();
            var columns = Columns(conv, node.Input(1), x.narrow(0, image, 1));
            columns = Thinned(columns, 2, Math.Max(1, most / images));
            var own = columns.bmm(columns.transpose(1, 2));
            gram = (gram is null ? own : gram.add_(own)).MoveToOuterDisposeScope();
        }

        return gram!;
    }

    /// <summary>[groups, depth, positions] of one image; a line is an image of height 1.</summary>
    private static TorchTensor Columns(Conv conv, Value weights, TorchTensor image)
    {
        bool line = conv.Strides.Count == 1;
        (long, long) Of(IReadOnlyList<int> sizes, int missing) => line ? (missing, sizes[0]) : (sizes[0], sizes[1]);
        long[] pads = [.. Enumerable.Range(0, conv.Strides.Count).Reverse()
            .SelectMany(d => new[] { (long)conv.PadsBegin[d], conv.PadsEnd[d] })];
        var padded = nn.functional.pad(line ? image.unsqueeze(2) : image, pads);
        int[] kernel = [.. weights.Shape.Skip(2).Select(d => checked((int)d.Value))];
        var columns = nn.functional.unfold(padded, Of(kernel, 1), dilation: Of(conv.Dilations, 1), stride: Of(conv.Strides, 1));
        return columns.reshape(conv.Groups, -1, columns.shape[^1]);
    }

    /// <summary>Every n-th along an axis, so that at most so many are left.</summary>
    private static TorchTensor Thinned(TorchTensor x, int axis, long most)
    {
        long step = (x.shape[axis] + most - 1) / most;
        return step <= 1 ? x : x.index_select(axis, arange(0, x.shape[axis], step, dtype: ScalarType.Int64));
    }
}
