using System.Collections;
using System.Numerics;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Tabular;

/// <summary>How a feature is compared with a split; the numbers are those of the kernel and of TreeEnsemble's attribute.</summary>
internal enum BranchTest
{
    LessOrEqual, Less, GreaterOrEqual, Greater, Equal, NotEqual,
}

/// <summary>A node of a tree: a branch to two others, or a leaf with weights for outputs.</summary>
/// <param name="MissingHolds">A NaN goes on to <paramref name="True"/>.</param>
internal readonly record struct TreeNode(BranchTest Test, int Feature, double Split, bool MissingHolds, int True, int False)
{
    /// <summary>Of a leaf; null for a branch.</summary>
    public List<(int Output, double Weight)>? Leaf { get; init; }

    public static TreeNode NewLeaf() => new() { Leaf = [] };
}

/// <summary>
/// Trees of a file, checked and brought into the order that the kernel walks: nodes behind those that lead to them, so that no walk goes in
/// circles. Some exporters let several branches lead to one node, so that what a file calls a tree may be any graph without a cycle.
/// </summary>
internal sealed class DecisionTrees
{
    private readonly OnnxNode _node;
    private readonly IReadOnlyList<TreeNode> _nodes;
    private readonly int[] _roots;
    private readonly List<int> _order;
    private readonly int[] _places;
    private readonly int _outputs;

    /// <exception cref="MixPrecException">MXP3004: a feature, a node or an output does not exist, a number is not finite, or nodes lead to
    /// each other in a circle.</exception>
    public DecisionTrees(OnnxNode node, IReadOnlyList<TreeNode> nodes, int[] roots, int outputs)
    {
        (_node, _nodes, _roots, _outputs, _places) = (node, nodes, roots, outputs, new int[nodes.Count]);
        if (roots.Length == 0)
        {
            throw node.Invalid("it has no tree");
        }

        _order = Sorted();
        for (int i = 0; i < _order.Count; i++)
        {
            _places[_order[i]] = i;
        }
    }

    /// <summary>Outputs of one tree.</summary>
    public int Count => _roots.Length;

    /// <summary>True when no leaf that can be reached holds a negative weight.</summary>
    public bool WeightsArePositive => Leaves().All(l => l.Leaf!.TrueForAll(w => w.Weight >= 0));

    /// <summary>What rows [N, F] reach.</summary>
    /// <param name="rows">F32 or F64, which the splits and weights are rounded to.</param>
    public Value Apply(Value rows, LeafJoin join)
    {
        int features = FeatureRows.Features(_node, rows);
        int most = _order.Select(i => _nodes[i]).Where(n => n.Leaf is null).Select(n => n.Feature).DefaultIfEmpty(0).Max();
        if (most >= features)
        {
            throw _node.Invalid($"a branch compares feature {most} of {features}");
        }

        return rows.Type.Element == ElementType.F64 ? Apply<double>(rows, join, w => w) : Apply<float>(rows, join, w => w);
    }

    /// <summary>Whether every row reaches a weight for every output: then there is no need to ask.</summary>
    public bool NamesEveryOutput
    {
        get
        {
            var always = new HashSet<int>();
            foreach (int root in _roots)
            {
                var (common, leaves) = (new Dictionary<int, int>(), 0);
                foreach (var leaf in Reachable(root).Select(i => _nodes[i]).Where(n => n.Leaf is not null))
                {
                    leaves++;
                    foreach (int output in leaf.Leaf!.Select(w => w.Output).Distinct())
                    {
                        common[output] = common.GetValueOrDefault(output) + 1;
                    }
                }

                always.UnionWith(common.Where(c => c.Value == leaves).Select(c => c.Key));
            }

            return always.Count == _outputs;
        }
    }

    /// <summary>How many weights rows reach for each output, as numbers.</summary>
    public Value Reached(Value rows) =>
        rows.Type.Element == ElementType.F64 ? Apply<double>(rows, LeafJoin.Sum, _ => 1) : Apply<float>(rows, LeafJoin.Sum, _ => 1);

    private Value Apply<T>(Value rows, LeafJoin join, Func<double, double> weight) where T : unmanaged, IFloatingPointIeee754<T>
    {
        (int Output, double Weight)[] entries = [.. _order.Select(i => _nodes[i].Leaf).Where(l => l is not null).SelectMany(l => l!)];
        int[] nodes = new int[checked(_order.Count * 4)];
        T[] splits = new T[_order.Count];
        int entry = 0;
        for (int i = 0; i < _order.Count; i++)
        {
            var node = _nodes[_order[i]];
            int[] numbers = node.Leaf is { } leaf ? [-1, 0, entry, entry += leaf.Count]
                : [node.Feature, (int)node.Test | (node.MissingHolds ? 8 : 0), _places[node.True], _places[node.False]];
            numbers.CopyTo(nodes, i * 4);
            splits[i] = T.CreateTruncating(node.Split);
        }

        var element = rows.Type.Element;
        return _node.AddPart("trees", new Graphs.Ops.TreeEnsemble(join, _outputs), rows,
            _node.Constant("roots", Tensor.Create<int>(ElementType.I32, [.. _roots.Select(r => _places[r])], _roots.Length)),
            _node.Constant("nodes", Tensor.Create<int>(ElementType.I32, nodes, _order.Count, 4)),
            _node.Constant("splits", Tensor.Create<T>(element, splits, splits.Length)),
            _node.Constant("outputs", Tensor.Create<int>(ElementType.I32, [.. entries.Select(e => e.Output)], entries.Length)),
            _node.Constant("weights",
                Tensor.Create<T>(element, [.. entries.Select(e => T.CreateTruncating(weight(e.Weight)))], entries.Length)));
    }

    private IEnumerable<TreeNode> Leaves() => _order.Select(i => _nodes[i]).Where(n => n.Leaf is not null);

    private List<int> Reachable(int root)
    {
        var (seen, found) = (new HashSet<int> { root }, new List<int> { root });
        for (int i = 0; i < found.Count; i++)
        {
            if (_nodes[found[i]] is { Leaf: null } branch)
            {
                found.AddRange(new[] { branch.True, branch.False }.Where(seen.Add));
            }
        }

        return found;
    }

    /// <summary>
    /// The nodes that roots lead to, each before those it leads to: the order in which a depth-first walk leaves them, backwards.
    /// </summary>
    private List<int> Sorted()
    {
        var order = new List<int>();
        var (entered, left) = (new BitArray(_nodes.Count), new BitArray(_nodes.Count));
        var open = new Stack<(int Node, int Next)>();
        foreach (int root in _roots)
        {
            Enter(root);
            while (open.TryPop(out var top))
            {
                var node = _nodes[top.Node];
                if (node.Leaf is not null || top.Next == 2)
                {
                    Check(node);
                    left[top.Node] = true;
                    order.Add(top.Node);
                }
                else
                {
                    open.Push((top.Node, top.Next + 1));
                    Enter(top.Next == 0 ? node.False : node.True);
                }
            }
        }

        order.Reverse();
        return order;

        void Enter(int index)
        {
            if (index < 0 || index >= _nodes.Count)
            {
                throw _node.Invalid($"a branch leads to node {index} of {_nodes.Count}");
            }

            if (!entered[index])
            {
                entered[index] = true;
                open.Push((index, 0));
            }
            else if (!left[index])
            {
                throw _node.Invalid($"node {index} of a tree leads back to itself");
            }
        }
    }

    private void Check(TreeNode node)
    {
        foreach (var (output, weight) in node.Leaf ?? [])
        {
            if (output >= _outputs || !double.IsFinite(weight))
            {
                throw _node.Invalid(output >= _outputs ? $"a leaf holds a weight for output {output} of {_outputs}"
                    : "the weight of a leaf is not finite");
            }
        }
    }
}
