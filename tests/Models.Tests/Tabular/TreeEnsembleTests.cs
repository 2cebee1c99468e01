using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Plan;
using Xunit;
using static MixPrec.Models.Tests.Tabular.TableComparison;
using static MixPrec.Models.Tests.Tabular.TableModel;

namespace MixPrec.Models.Tests.Tabular;

/// <summary>Ensembles of decision trees in all three forms.</summary>
public sealed class TreeEnsembleTests
{
    private static readonly string[] Modes = ["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TreesForRegression(bool areDoubles)
    {
        var type = areDoubles ? ElementType.F64 : ElementType.F32;
        using var model = Table(3, type);
        var random = new Random(2);
        int name = 0;
        foreach (string transform in Transforms)
        {
            foreach (string join in new[] { "SUM", "AVERAGE", "MIN", "MAX" })
            {
                for (int targets = 1; targets <= 3; targets += 2)
                {
                    // Leaves that know every target, with and without base values.
                    int outputs = targets;
                    var trees = new RandomTrees(random, "target", Modes, missing: name % 2 == 0)
                        .Add(5, 4, () => Enumerable.Range(0, outputs).Select(o => ((long)o, (float)random.NextDouble() / 8)));
                    Node(model, "TreeEnsembleRegressor", $"{join}{transform}{targets}",
                        [.. trees.Attributes, Number("n_targets", targets), Of("aggregate_function", join), Of("post_transform", transform),
                        .. name++ % 3 == 0 ? new[] { Of("base_values", [.. Enumerable.Range(1, targets).Select(t => t / 10f)]) } : []]);
                }
            }
        }

        var numbers = Numbers(withNaN: true);
        Check(model, 2e-6, torch: true, areDoubles ? Doubles(numbers) : numbers);
    }

    [Fact]
    public void TreesForClasses()
    {
        using var model = Table(1);
        var random = new Random(4);
        foreach (string transform in Transforms)
        {
            var post = Of("post_transform", transform);
            Classifier(model, "TreeEnsembleClassifier", $"all{transform}",
                [.. new RandomTrees(random, "class", Modes, false).Add(4, 4, () =>
                    Enumerable.Range(0, 3).Select(c => ((long)c, (float)random.NextDouble() / 8))).Attributes,
                    Of("classlabels_int64s", 7, 5, 9), post]);
            Classifier(model, "TreeEnsembleClassifier", $"based{transform}",
                [.. new RandomTrees(random, "class", Modes, true).Add(4, 4, () =>
                    [((long)random.Next(3), (float)random.NextDouble() / 8)]).Attributes, Of("classlabels_int64s", 7, 5, 9),
                    Of("base_values", 0.1f, 0.2f, 0.3f), post]);
            if (transform is "PROBIT")
            {
                continue;
            }

            // Leaves that name one class each, some of them with negative weights: a class without a leaf has a score of 0 and is no label.
            Classifier(model, "TreeEnsembleClassifier", $"some{transform}",
                [.. new RandomTrees(random, "class", Modes, false).Add(2, 3, () =>
                    [((long)random.Next(4), -(float)random.NextDouble() / 8)]).Attributes, Of("classlabels_int64s", 7, 5, 9, 2), post]);
            foreach (bool mixed in new[] { false, true })
            {
                float Weight() => (float)random.NextDouble() - (mixed ? 0.5f : 0);
                Classifier(model, "TreeEnsembleClassifier", $"first{mixed}{transform}",
                    [.. new RandomTrees(random, "class", Modes, false).Add(1, 4, () => [(0L, Weight())]).Attributes,
                        Of("classlabels_int64s", 7, 5), post]);
                Classifier(model, "TreeEnsembleClassifier", $"firstbased{mixed}{transform}",
                    [.. new RandomTrees(random, "class", Modes, false).Add(2, 4, () => [(0L, Weight())]).Attributes,
                        Of("classlabels_int64s", 7, 5), Of("base_values", [-0.25f]), post]);
                Classifier(model, "TreeEnsembleClassifier", $"second{mixed}{transform}",
                    [.. new RandomTrees(random, "class", Modes, false).Add(1, 4, () => [(1L, Weight())]).Attributes,
                        Of("classlabels_int64s", 7, 5), post]);
            }
        }

        Check(model, 2e-6, torch: true, Numbers(withNaN: true));
    }

    /// <summary>Sets of numbers, NaNs that take a way of their own, leaves as roots of subtrees: version 5.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TreesInTensors(bool areDoubles)
    {
        var type = areDoubles ? ElementType.F64 : ElementType.F32;
        using var model = Table(5, type);
        Tensor Floats(params double[] numbers) =>
            type == ElementType.F64 ? Tensor.Create<double>(type, numbers, numbers.Length)
            : Tensor.Create([.. numbers.Select(n => (float)n)], numbers.Length);
        int name = 0;
        for (long join = 0; join < 4; join++)
        {
            // ONNX Runtime 1.31.1 has 1 and 2 the other way round than the standard.
            for (long transform = 0; transform < 4; transform += 3)
            {
                Node(model, "TreeEnsemble", $"y{join}{transform}", Number("n_targets", 2), Number("aggregate_function", join),
                    Number("post_transform", transform), Of("tree_roots", 0, 3),
                    Of("nodes_featureids", 0, 1, 2, 3, 0),
                        TinyModel.Attribute("nodes_modes", Tensor.Create<byte>(ElementType.U8, [(byte)(name++ % 6), 6, 0, 6, 3], 5)),
                        TinyModel.Attribute("nodes_splits", Floats(0.5, 0, -1, 0, 1)),
                    Of("nodes_truenodeids", 1, 0, 2, 3, 1), Of("nodes_trueleafs", 0, 1, 1, 1, 1), Of("nodes_falsenodeids", 2, 1, 1, 4, 2),
                        Of("nodes_falseleafs", 0, 1, 1, 0, 1),
                    Of("nodes_missing_value_tracks_true", 0, 1, 0, 1, 0),
                        TinyModel.Attribute("membership_values", Floats(1, -2, 2, double.NaN, -1, double.NaN)),
                    Of("leaf_targetids", 0, 1, 1, 0), TinyModel.Attribute("leaf_weights", Floats(0.25, 0.5, -0.5, 0.125)));
            }
        }

        // ONNX Runtime 1.31.1 takes fractions for members of a set of integers: whole numbers only.
        var numbers = Tensor.Create([.. Numbers(withNaN: true).Span<float>().ToArray().Select(n => n * 2)], Rows, Columns);
        Check(model, 1e-6, torch: true, areDoubles ? Doubles(numbers) : numbers);
    }
}
