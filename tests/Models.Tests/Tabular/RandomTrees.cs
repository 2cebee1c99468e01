using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Plan;
using static MixPrec.Models.Tests.Tabular.TableModel;

namespace MixPrec.Models.Tests.Tabular;

/// <summary>Random trees as the two older operators list them.</summary>
internal sealed class RandomTrees(Random random, string prefix, string[] modes, bool missing)
{
    private readonly List<long> _trees = [], _nodes = [], _features = [], _true = [], _false = [], _tracks = [], _leafTrees = [],
        _leafNodes = [], _ids = [];
    private readonly List<float> _splits = [], _weights = [];
    private readonly List<string> _modes = [];

    /// <param name="leaf">The weights of a leaf: output and weight.</param>
    public RandomTrees Add(int count, int depth, Func<IEnumerable<(long Output, float Weight)>> leaf)
    {
        for (int tree = 0; tree < count; tree++)
        {
            long next = 0;
            Grow(tree, depth, ref next, leaf);
        }

        return this;
    }

    public AttributeProto[] Attributes =>
        [Of("nodes_treeids", [.. _trees]), Of("nodes_nodeids", [.. _nodes]), Of("nodes_featureids", [.. _features]),
        Of("nodes_values", [.. _splits]), Strings("nodes_modes", _modes),
        Of("nodes_truenodeids", [.. _true]), Of("nodes_falsenodeids", [.. _false]),
            .. missing ? new[] { Of("nodes_missing_value_tracks_true", [.. _tracks]) } : [],
        Of($"{prefix}_treeids", [.. _leafTrees]), Of($"{prefix}_nodeids", [.. _leafNodes]), Of($"{prefix}_ids", [.. _ids]),
            Of($"{prefix}_weights", [.. _weights])];

    private long Grow(int tree, int depth, ref long next, Func<IEnumerable<(long Output, float Weight)>> leaf)
    {
        long id = next++;
        int place = _nodes.Count;
        bool isLeaf = depth == 0 || random.Next(5) == 0;
        _trees.Add(tree);
        _nodes.Add(id);
        _features.Add(isLeaf ? 0 : random.Next(Columns));
        _splits.Add(isLeaf ? 0 : random.Next(-4, 5) / 2f);
        _modes.Add(isLeaf ? "LEAF" : modes[random.Next(modes.Length)]);
        _tracks.Add(random.Next(2));
        _true.Add(0);
        _false.Add(0);
        if (isLeaf)
        {
            foreach (var (output, weight) in leaf())
            {
                _leafTrees.Add(tree);
                _leafNodes.Add(id);
                _ids.Add(output);
                _weights.Add(weight);
            }
        }
        else
        {
            _true[place] = Grow(tree, depth - 1, ref next, leaf);
            _false[place] = Grow(tree, depth - 1, ref next, leaf);
        }

        return id;
    }
}
