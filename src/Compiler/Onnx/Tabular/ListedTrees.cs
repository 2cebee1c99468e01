using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Onnx.Tabular;

/// <summary>
/// The lists in which TreeEnsembleClassifier and TreeEnsembleRegressor hold their trees: nodes by number of tree and node, weights of
/// leaves apart from them.
/// </summary>
/// <param name="prefix"><c>class</c> or <c>target</c>: what weights are for.</param>
internal sealed class ListedTrees(OnnxNode node, string prefix)
{
    /// <summary>Numbers of an attribute, which since version 3 may be a tensor of doubles.</summary>
    public double[] Numbers(string attribute)
    {
        if (node.Opset >= 3 && node.Attributes.Tensor($"{attribute}_as_tensor") is { } tensor)
        {
            return TensorNumbers.Read(node, node.Read(tensor));
        }

        return [.. (node.Attributes.Floats(attribute) ?? []).Select(n => (double)n)];
    }

    /// <exception cref="MixPrecException">MXP3004: the lists have different lengths, or name nodes that are not there.</exception>
    public DecisionTrees Read(int outputs, Func<long, long>? output = null)
    {
        node.Attributes.Ignore("nodes_hitrates", "nodes_hitrates_as_tensor");
        var (trees, ids, features, modes) = (Integers("nodes_treeids"), Integers("nodes_nodeids"), Integers("nodes_featureids"),
            node.Attributes.Strings("nodes_modes") ?? []);
        var (whenTrue, whenFalse, splits, missing) = (Integers("nodes_truenodeids"), Integers("nodes_falsenodeids"),
            Numbers("nodes_values"), Integers("nodes_missing_value_tracks_true"));
        int count = trees.Count;
        if (new[] { ids.Count, features.Count, modes.Count, whenTrue.Count, whenFalse.Count, splits.Length }.Any(c => c != count)
            || (missing.Count != 0 && missing.Count != count))
        {
            throw node.Invalid("the lists of its nodes have different lengths");
        }

        var places = new Dictionary<(long Tree, long Node), int>();
        var roots = new List<int>();
        var seen = new HashSet<long>();
        for (int i = 0; i < count; i++)
        {
            if (!places.TryAdd((trees[i], ids[i]), i))
            {
                throw node.Invalid($"node {ids[i]} of tree {trees[i]} is there twice");
            }

            // The first node of a tree is its root.
            if (seen.Add(trees[i]))
            {
                roots.Add(i);
            }
        }

        int Place(long tree, long id) =>
            places.TryGetValue((tree, id), out int place) ? place : throw node.Invalid($"tree {tree} has no node {id}");
        TreeNode[] nodes = [.. Enumerable.Range(0, count).Select(i => modes[i] == "LEAF" ? TreeNode.NewLeaf()
            : new(Mode(modes[i]), Index(features[i]), splits[i], missing.Count > 0 && missing[i] == 1, Place(trees[i], whenTrue[i]),
                Place(trees[i], whenFalse[i])))];
        AddWeights(nodes, Place, output ?? (o => o));
        return new DecisionTrees(node, nodes, [.. roots], outputs);
    }

    /// <summary>What leaves hold weights for: classes or targets, each once.</summary>
    public long[] Outputs => [.. Integers($"{prefix}_ids").Distinct()];

    private void AddWeights(TreeNode[] nodes, Func<long, long, int> place, Func<long, long> output)
    {
        var (trees, ids, outputs, weights) = (Integers($"{prefix}_treeids"), Integers($"{prefix}_nodeids"), Integers($"{prefix}_ids"),
            Numbers($"{prefix}_weights"));
        if (trees.Count != weights.Length || ids.Count != weights.Length || outputs.Count != weights.Length)
        {
            throw node.Invalid("the lists of its leaves' weights have different lengths");
        }

        for (int i = 0; i < weights.Length; i++)
        {
            // A weight at a branch is never reached.
            nodes[place(trees[i], ids[i])].Leaf?.Add((Index(output(outputs[i])), weights[i]));
        }
    }

    private IReadOnlyList<long> Integers(string attribute) => node.Attributes.Ints(attribute) ?? [];

    private int Index(long number) =>
        number is >= 0 and <= int.MaxValue ? (int)number : throw node.Invalid($"a feature or output has the number {number}");

    private BranchTest Mode(string mode) => mode switch
    {
        "BRANCH_LEQ" => BranchTest.LessOrEqual,
        "BRANCH_LT" => BranchTest.Less,
        "BRANCH_GTE" => BranchTest.GreaterOrEqual,
        "BRANCH_GT" => BranchTest.Greater,
        "BRANCH_EQ" => BranchTest.Equal,
        "BRANCH_NEQ" => BranchTest.NotEqual,
        _ => throw node.Invalid($"a node has the mode '{PrintableName.Format(mode)}'"),
    };
}
