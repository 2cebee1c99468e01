using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Onnx.Tabular;

/// <summary>
/// The lists in which TreeEnsemble holds its trees: branches by their places in the lists, leaves in lists of their own, one weight each.
/// </summary>
internal sealed class TensorTrees(OnnxNode node)
{
    /// <summary>A comparison with a set of numbers.</summary>
    private const int Member = 6;

    private readonly List<TreeNode> _nodes = [];

    /// <exception cref="MixPrecException">MXP3004: the lists have different lengths, or name what is not there.</exception>
    public DecisionTrees Read(int outputs)
    {
        node.Attributes.Ignore("nodes_hitrates");
        var (features, whenTrue, trueLeaves, whenFalse, falseLeaves) =
            (Integers("nodes_featureids"), Integers("nodes_truenodeids"), Integers("nodes_trueleafs"), Integers("nodes_falsenodeids"),
            Integers("nodes_falseleafs"));
        var (modes, splits, missing) = (Numbers("nodes_modes"), Numbers("nodes_splits"),
            node.Attributes.Ints("nodes_missing_value_tracks_true") ?? []);
        var (targets, weights, roots) = (Integers("leaf_targetids"), Numbers("leaf_weights"), Integers("tree_roots"));
        int count = modes.Length;
        if (new[] { features.Count, whenTrue.Count, trueLeaves.Count, whenFalse.Count, falseLeaves.Count, splits.Length }.Any(c =>
            c != count)
            || (missing.Count != 0 && missing.Count != count) || targets.Count != weights.Length)
        {
            throw node.Invalid("the lists of its nodes or leaves have different lengths");
        }

        var sets = Sets();
        _nodes.AddRange(new TreeNode[count]);
        _nodes.AddRange(weights.Select((w, i) => TreeNode.NewLeaf() with { Leaf = [(Index(targets[i], outputs), w)] }));
        int set = 0;
        for (int i = 0; i < count; i++)
        {
            int yes = Place(whenTrue[i], trueLeaves[i] != 0), no = Place(whenFalse[i], falseLeaves[i] != 0);
            var branch = new TreeNode(default, Index(features[i], int.MaxValue), splits[i], missing.Count > 0 && missing[i] != 0, yes, no);
            _nodes[i] = modes[i] == Member
                ? InSet(branch, set < sets.Count ? sets[set++]
                : throw node.Invalid("membership_values has fewer sets than there are branches that ask for one"))
                : modes[i] is >= 0 and < Member ? branch with { Test = (BranchTest)(int)modes[i] }
                : throw node.Invalid($"a node has the mode {modes[i]}");
        }

        return new DecisionTrees(node, _nodes, [.. roots.Select(r => Index(r, count))], outputs);

        int Place(long index, bool isLeaf) => isLeaf ? count + Index(index, weights.Length) : Index(index, count);
    }

    /// <summary>One comparison after another with the numbers of a set; a NaN goes where the first one sends it.</summary>
    private TreeNode InSet(TreeNode branch, double[] set)
    {
        var next = branch with { Test = BranchTest.Less, Split = double.NegativeInfinity };
        for (int i = set.Length - 1; i >= 0; i--)
        {
            if (i < set.Length - 1)
            {
                _nodes.Add(next);
            }

            next = branch with { Test = BranchTest.Equal, Split = set[i], False = i < set.Length - 1 ? _nodes.Count - 1 : branch.False };
        }

        return next;
    }

    /// <summary>The numbers between NaNs.</summary>
    private List<double[]> Sets()
    {
        var (sets, set) = (new List<double[]>(), new List<double>());
        foreach (double number in node.Attributes.Has("membership_values") ? Numbers("membership_values") : [])
        {
            if (double.IsNaN(number))
            {
                sets.Add([.. set]);
                set.Clear();
            }
            else
            {
                set.Add(number);
            }
        }

        return set.Count > 0 ? [.. sets, [.. set]] : sets;
    }

    private IReadOnlyList<long> Integers(string attribute) => node.Attributes.Ints(attribute)
        ?? throw node.Invalid($"attribute '{attribute}' is missing");

    private double[] Numbers(string attribute) =>
        TensorNumbers.Read(node, node.Read(node.Attributes.Tensor(attribute) ?? throw node.Invalid($"attribute '{attribute}' is missing")));

    private int Index(long number, int count) =>
        number >= 0 && number < count ? (int)number : throw node.Invalid($"a node, leaf, feature or output has the number {number}");
}
