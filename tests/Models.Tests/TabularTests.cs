using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Models.Tests;

/// <summary>
/// Operators of <c>ai.onnx.ml</c> beside ONNX Runtime: the emitted class and the forward computation of calibration. Many nodes of one kind
/// read one table, so that one class and one session are enough for all of them.
/// </summary>
public sealed class TabularTests
{
    private const int Rows = 40, Columns = 4;

    /// <summary>
    /// PROBIT takes y² = 2·(√(v² − …) − v) with v ≤ 2/(0.147·π) = 4.33 in fp32: five roundings of numbers of the sizes of v and y², on both
    /// sides, stay in y².
    /// </summary>
    private static double ProbitSquares(double y) => 2 * 2 * 5 * (4.33 + (y * y)) / (1 << 24);

    private static readonly string[] Transforms = ["NONE", "LOGISTIC", "SOFTMAX", "SOFTMAX_ZERO", "PROBIT"];

    private static AttributeProto Of(string name, string value) => TinyModel.Attribute(name, value);

    private static AttributeProto Of(string name, params long[] values) => TinyModel.Attribute(name, values);

    private static AttributeProto Of(string name, params float[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = 6 };
        attribute.Floats.AddRange(values);
        return attribute;
    }

    private static AttributeProto Number(string name, long value) => TinyModel.Attribute(name, value);

    private static AttributeProto Strings(string name, IEnumerable<string> values)
    {
        var attribute = new AttributeProto { Name = name, Type = 8 };
        attribute.Strings.AddRange(values.Select(Google.Protobuf.ByteString.CopyFromUtf8));
        return attribute;
    }

    private static float[] Random(Random random, int count, double scale = 1) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)(((random.NextDouble() * 2) - 1) * scale))];

    private static TinyModel Table(int version, ElementType type = ElementType.F32) =>
        new TinyModel().Domain("ai.onnx.ml", version).Input("x", type, "rows", Columns);

    /// <summary>A few numbers only, so that some are equal to splits and keys.</summary>
    private static Tensor Numbers(bool withNaN = false)
    {
        var random = new Random(3);
        return Tensor.Of([.. Enumerable.Range(0, Rows * Columns)
            .Select(_ => withNaN && random.Next(8) == 0 ? float.NaN : random.Next(-4, 5) / 2f)], Rows, Columns);
    }

    /// <summary>A classifier's outputs under the name <paramref name="name"/>.</summary>
    private static void Classifier(TinyModel model, string op, string name, params AttributeProto[] attributes) =>
        model.Node($"{name}_label {name}_scores = ai.onnx.ml:{op} x", attributes).Output($"{name}_label").Output($"{name}_scores");

    private static void Node(TinyModel model, string op, string name, params AttributeProto[] attributes) =>
        model.Node($"{name} = ai.onnx.ml:{op} x", attributes).Output(name);

    /// <summary>
    /// What ML.NET writes around a classifier: keys as text of numbers, answers as text that becomes numbers, and names of slots that
    /// nothing reads but a number. Values between keys, and
    /// text that no number has as its own, are no keys.
    /// </summary>
    [Theory]
    [InlineData((int)ElementType.I64)]
    [InlineData((int)ElementType.I32)]
    [InlineData((int)ElementType.F32)]
    public void KeysOfTextAreNumbers(int element)
    {
        var type = (ElementType)element;
        using var model = new TinyModel(12).Domain("ai.onnx.ml", 2).Input("x", type, "rows", 1);
        model.Node("text = Cast x", Number("to", 8))
            .Node("key = ai.onnx.ml:LabelEncoder text", Strings("keys_strings", ["3", "1", "-2", "03", "seven"]),
                Of("values_int64s", 1, 2, 3, 4, 5), Number("default_int64", 0)).Output("key")
            .Node("word = ai.onnx.ml:LabelEncoder key", Of("keys_int64s", 0, 1, 2, 3), Strings("values_strings", ["-1", "3", "1", "-2"]))
            .Node("answer = Cast word", Number("to", 7)).Output("answer");
        model.Proto.Graph.Initializer.Add(new TensorProto { Name = "slots", DataType = 8, Dims = { 2 },
            StringData = { Google.Protobuf.ByteString.CopyFromUtf8("b"), Google.Protobuf.ByteString.CopyFromUtf8("c") } });
        model.Node("unused = ai.onnx.ml:LabelEncoder slots", Strings("keys_strings", ["a", "b"]), Of("values_int64s", 5, 6))
            .Output("unused");
        double[] elements = [3, 1, -2, 0, 7, 3];
        var x = type switch
        {
            ElementType.F32 => Tensor.Of([.. elements.Select(e => (float)e)], elements.Length, 1),
            ElementType.I32 => Tensor.Of<int>(type, [.. elements.Select(e => (int)e)], elements.Length, 1),
            _ => Tensor.Of([.. elements.Select(e => (long)e)], elements.Length, 1),
        };
        Check(model, 0, torch: false, x);
    }

    /// <summary>Labels and counts are equal; floats agree to <paramref name="tolerance"/> of the largest of their output.</summary>
    private static void Check(TinyModel model, double tolerance, bool torch, params Tensor[] inputs)
    {
        string path = model.Save();
        var graph = GraphRewrites.Apply(model.Graph());
        using var reference = new OnnxRuntimeReference(path);
        var expected = reference.RunAll(inputs);
        using var emitted = CompiledModel.Compile(Lowerer.Lower(graph, PrecisionAssignment.AllFloat, RangeTable.Empty,
            new LoweringOptions("Table")));
        Compare(model, expected, emitted.Run(inputs), tolerance, "emitted");
        if (torch)
        {
            Compare(model, expected, new TorchExecutor(graph).Outputs(inputs), tolerance, "calibration");
        }
    }

    private static void Compare(TinyModel model, IReadOnlyList<(long[] Shape, double[] Elements)> expected, IReadOnlyList<Tensor> actual,
        double tolerance, string who)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (int o = 0; o < expected.Count; o++)
        {
            string name = $"{who} {model.Proto.Graph.Output[o].Name}";
            double[] y = Elements(actual[o]);
            Assert.True(expected[o].Shape.SequenceEqual(actual[o].Shape),
                $"{name}: [{string.Join(",", actual[o].Shape)}] instead of [{string.Join(",", expected[o].Shape)}]");
            double largest = expected[o].Elements.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max(),
                allowed = actual[o].Type.IsFloat() ? tolerance * largest : 0;
            for (int i = 0; i < y.Length; i++)
            {
                double wanted = expected[o].Elements[i];
                bool agree = !double.IsFinite(wanted) ? y[i].Equals(wanted)
                    : name.Contains("PROBIT", StringComparison.Ordinal)
                        && !name.EndsWith("label", StringComparison.Ordinal)
                        ? Math.Abs((y[i] * y[i]) - (wanted * wanted)) <= ProbitSquares(wanted) && y[i] * wanted >= -ProbitSquares(0)
                    : Math.Abs(y[i] - wanted) <= allowed;
                Assert.True(agree, $"{name}, element {i}: {y[i]:G9} instead of {wanted:G9} ({allowed:G3} is allowed)");
            }
        }
    }

    private static double[] Elements(Tensor tensor) => tensor.Type switch
    {
        ElementType.F32 => [.. tensor.Span<float>().ToArray().Select(e => (double)e)],
        ElementType.F64 => tensor.Span<double>().ToArray(),
        _ => [.. tensor.ToInt64().Select(e => (double)e)],
    };

    [Fact]
    public void LinearModels()
    {
        using var model = Table(1);
        var random = new Random(1);
        foreach (string transform in Transforms)
        {
            for (int classes = 1; classes <= 4; classes++)
            {
                // Scores between 0 and 1, where PROBIT is a number.
                var coefficients = Of("coefficients", Random(random, classes * Columns, 0.05));
                var intercepts = Of("intercepts", [.. Enumerable.Repeat(0.5f, classes)]);
                Node(model, "LinearRegressor", $"r{classes}{transform}", coefficients, intercepts, Number("targets", classes),
                    Of("post_transform", transform));
                if (classes > 1 || transform != "PROBIT")
                {
                    Classifier(model, "LinearClassifier", $"c{classes}{transform}", coefficients, intercepts,
                        Of("classlabels_ints", [.. Enumerable.Range(5, Math.Max(2, classes)).Select(l => (long)l)]),
                        Of("post_transform", transform));
                }
            }
        }

        Check(model, 2e-6, torch: true, Numbers());
    }

    [Fact]
    public void PreparationOfColumns()
    {
        using var model = Table(1).Integers("columns", 3, 0, 3);
        Node(model, "Scaler", "each", Of("offset", 1f, 2, 3, 4), Of("scale", 0.5f, 2, 3, 0.1f));
        Node(model, "Scaler", "all", Of("offset", [1.5f]), Of("scale", [3f]));
        Node(model, "Imputer", "all_missing", Of("imputed_value_floats", [7f]), TinyModel.Attribute("replaced_value_float", float.NaN));
        Node(model, "Imputer", "each_missing", Of("imputed_value_floats", 7f, 8, 9, 10),
            TinyModel.Attribute("replaced_value_float", float.NaN));
        Node(model, "Imputer", "minus", Of("imputed_value_floats", [7f]), TinyModel.Attribute("replaced_value_float", -2f));
        Node(model, "Imputer", "zeros", Of("imputed_value_floats", [7f]));
        model.Node("picked = ai.onnx.ml:ArrayFeatureExtractor x columns").Output("picked");
        model.Node("joined = ai.onnx.ml:FeatureVectorizer x picked x", Of("inputdimensions", 4, 5, 2)).Output("joined");
        Check(model, 0, torch: true, Numbers(withNaN: true));
    }

    /// <summary>ONNX Runtime refuses NaN here.</summary>
    [Fact]
    public void Thresholds()
    {
        using var model = Table(1);
        Node(model, "Binarizer", "bits", TinyModel.Attribute("threshold", 0.5f));
        Node(model, "Binarizer", "signs");
        Check(model, 0, torch: true, Numbers());
    }

    [Fact]
    public void Norms()
    {
        using var model = Table(1);
        foreach (string norm in new[] { "MAX", "L1", "L2" })
        {
            Node(model, "Normalizer", norm, Of("norm", norm));
        }

        Check(model, 2e-7, torch: true, Tensor.Of([-1, 0.5f, 0, 2, 0, 0, 0, 0, -3, -1, -2, -4, 3, 4, 0, 0], 4, Columns));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Keys(bool areIntegers)
    {
        var type = areIntegers ? ElementType.I64 : ElementType.F32;
        using var model = Table(2, type);
        Node(model, "OneHotEncoder", "categories", Of("cats_int64s", 3, -1, 0, 3, 2), Number("zeros", 1));
        if (type == ElementType.I64)
        {
            Node(model, "LabelEncoder", "integers", Of("keys_int64s", 3, -1, 0, 3), Of("values_int64s", 10, 20, 30, 40),
                Number("default_int64", -5));
            Node(model, "LabelEncoder", "floats", Of("keys_int64s", 3, -1, 0), Of("values_floats", 0.5f, 1.5f, 2.5f));
            Node(model, "Imputer", "imputed", Of("imputed_value_int64s", 7, 8, 9, 10), Number("replaced_value_int64", -1));
            Node(model, "Scaler", "scaled", Of("offset", [1.5f]), Of("scale", [3f]));
            Node(model, "Normalizer", "normal", Of("norm", "L1"));
        }
        else
        {
            Node(model, "LabelEncoder", "integers", Of("keys_floats", 1.5f, float.NaN, -0f), Of("values_int64s", 10, 20, 30));
            Node(model, "LabelEncoder", "floats", Of("keys_floats", 1.5f, -2, 0.5f), Of("values_floats", 0.5f, 1.5f, 2.5f),
                TinyModel.Attribute("default_float", 9f));
        }

        var random = new Random(5);
        Check(model, 1e-7, torch: true, type == ElementType.F32 ? Numbers()
            : Tensor.Of([.. Enumerable.Range(0, Rows * Columns).Select(_ => (long)random.Next(-4, 5))], Rows, Columns));
    }

    /// <summary>From version 4 on a NaN that is a key is found.</summary>
    [Fact]
    public void KeysInTensors()
    {
        using var model = Table(4, ElementType.F64);
        Node(model, "LabelEncoder", "y", TinyModel.Attribute("keys_tensor", Tensor.Of<double>(ElementType.F64, [1.5, double.NaN, 0], 3)),
            TinyModel.Attribute("values_tensor", Tensor.Of<double>(ElementType.F64, [0.1, 0.2, 0.3], 3)),
            TinyModel.Attribute("default_tensor", Tensor.Of<double>(ElementType.F64, [-1.5], 1)));
        // Calibration computes in fp32.
        Check(model, 1e-7, torch: true, Doubles(Numbers(withNaN: true)));
    }

    private static Tensor Doubles(Tensor numbers) =>
        Tensor.Of<double>(ElementType.F64, [.. numbers.Span<float>().ToArray().Select(n => (double)n)], numbers.Shape);

    /// <summary>Random trees as the two older operators list them.</summary>
    private sealed class Trees(Random random, string prefix, string[] modes, bool missing)
    {
        private readonly List<long> _trees = [], _nodes = [], _features = [], _true = [], _false = [], _tracks = [], _leafTrees = [],
            _leafNodes = [], _ids = [];
        private readonly List<float> _splits = [], _weights = [];
        private readonly List<string> _modes = [];

        /// <param name="leaf">The weights of a leaf: output and weight.</param>
        public Trees Add(int count, int depth, Func<IEnumerable<(long Output, float Weight)>> leaf)
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
                    var trees = new Trees(random, "target", Modes, missing: name % 2 == 0)
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
                [.. new Trees(random, "class", Modes, false).Add(4, 4, () =>
                    Enumerable.Range(0, 3).Select(c => ((long)c, (float)random.NextDouble() / 8))).Attributes,
                    Of("classlabels_int64s", 7, 5, 9), post]);
            Classifier(model, "TreeEnsembleClassifier", $"based{transform}",
                [.. new Trees(random, "class", Modes, true).Add(4, 4, () =>
                    [((long)random.Next(3), (float)random.NextDouble() / 8)]).Attributes, Of("classlabels_int64s", 7, 5, 9),
                    Of("base_values", 0.1f, 0.2f, 0.3f), post]);
            if (transform is "PROBIT")
            {
                continue;
            }

            // Leaves that name one class each, some of them with negative weights: a class without a leaf has a score of 0 and is no label.
            Classifier(model, "TreeEnsembleClassifier", $"some{transform}",
                [.. new Trees(random, "class", Modes, false).Add(2, 3, () =>
                    [((long)random.Next(4), -(float)random.NextDouble() / 8)]).Attributes, Of("classlabels_int64s", 7, 5, 9, 2), post]);
            foreach (bool mixed in new[] { false, true })
            {
                float Weight() => (float)random.NextDouble() - (mixed ? 0.5f : 0);
                Classifier(model, "TreeEnsembleClassifier", $"first{mixed}{transform}",
                    [.. new Trees(random, "class", Modes, false).Add(1, 4, () => [(0L, Weight())]).Attributes,
                        Of("classlabels_int64s", 7, 5), post]);
                Classifier(model, "TreeEnsembleClassifier", $"firstbased{mixed}{transform}",
                    [.. new Trees(random, "class", Modes, false).Add(2, 4, () => [(0L, Weight())]).Attributes,
                        Of("classlabels_int64s", 7, 5), Of("base_values", [-0.25f]), post]);
                Classifier(model, "TreeEnsembleClassifier", $"second{mixed}{transform}",
                    [.. new Trees(random, "class", Modes, false).Add(1, 4, () => [(1L, Weight())]).Attributes,
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
            type == ElementType.F64 ? Tensor.Of<double>(type, numbers, numbers.Length)
            : Tensor.Of([.. numbers.Select(n => (float)n)], numbers.Length);
        int name = 0;
        for (long join = 0; join < 4; join++)
        {
            // ONNX Runtime 1.31.1 has 1 and 2 the other way round than the standard.
            for (long transform = 0; transform < 4; transform += 3)
            {
                Node(model, "TreeEnsemble", $"y{join}{transform}", Number("n_targets", 2), Number("aggregate_function", join),
                    Number("post_transform", transform), Of("tree_roots", 0, 3),
                    Of("nodes_featureids", 0, 1, 2, 3, 0),
                        TinyModel.Attribute("nodes_modes", Tensor.Of<byte>(ElementType.U8, [(byte)(name++ % 6), 6, 0, 6, 3], 5)),
                        TinyModel.Attribute("nodes_splits", Floats(0.5, 0, -1, 0, 1)),
                    Of("nodes_truenodeids", 1, 0, 2, 3, 1), Of("nodes_trueleafs", 0, 1, 1, 1, 1), Of("nodes_falsenodeids", 2, 1, 1, 4, 2),
                        Of("nodes_falseleafs", 0, 1, 1, 0, 1),
                    Of("nodes_missing_value_tracks_true", 0, 1, 0, 1, 0),
                        TinyModel.Attribute("membership_values", Floats(1, -2, 2, double.NaN, -1, double.NaN)),
                    Of("leaf_targetids", 0, 1, 1, 0), TinyModel.Attribute("leaf_weights", Floats(0.25, 0.5, -0.5, 0.125)));
            }
        }

        // ONNX Runtime 1.31.1 takes fractions for members of a set of integers: whole numbers only.
        var numbers = Tensor.Of([.. Numbers(withNaN: true).Span<float>().ToArray().Select(n => n * 2)], Rows, Columns);
        Check(model, 1e-6, torch: true, areDoubles ? Doubles(numbers) : numbers);
    }

    private static readonly string[] Kernels = ["LINEAR", "POLY", "RBF", "SIGMOID"];

    [Fact]
    public void SupportVectorsForRegression()
    {
        using var model = Table(1);
        var random = new Random(6);
        foreach (string kernel in Kernels)
        {
            var vectors = new[] { Of("kernel_type", kernel), Of("kernel_params", 0.3f, 0.2f, 3), Number("n_supports", 7),
                Of("coefficients", Random(random, 7)), Of("support_vectors", Random(random, 7 * Columns, 2)), Of("rho", [0.1f]) };
            Node(model, "SVMRegressor", kernel, vectors);
            Node(model, "SVMRegressor", $"one{kernel}", [.. vectors, Number("one_class", 1)]);
        }

        Node(model, "SVMRegressor", "without", Of("kernel_type", "LINEAR"), Of("kernel_params", 0.3f, 0.2f, 3), Number("n_supports", 0),
            Of("coefficients", Random(random, Columns)), Of("rho", [0.1f]));
        Check(model, 3e-6, torch: true, Numbers());
    }

    [Fact]
    public void SupportVectorsForClasses()
    {
        using var model = Table(1);
        var random = new Random(7);
        foreach (string kernel in Kernels)
        {
            foreach (string transform in Transforms)
            {
                for (int classes = 2; classes <= 4; classes++)
                {
                    int pairs = classes * (classes - 1) / 2;
                    var vectors = new[]
                    {
                        Of("kernel_type", kernel), Of("kernel_params", 0.1f, 0.2f, 2),
                            Of("vectors_per_class", [.. Enumerable.Range(1, classes).Select(c => (long)c)]),
                            Of("post_transform", transform),
                        Of("support_vectors", Random(random, (pairs + classes) * Columns, 2)),
                            Of("coefficients", Random(random, (pairs + classes) * (classes - 1))), Of("rho", Random(random, pairs, 0.1)),
                        Of("classlabels_ints", [.. Enumerable.Range(5, classes).Select(l => (long)l)]),
                    };
                    if (transform != "PROBIT")
                    {
                        Classifier(model, "SVMClassifier", $"{kernel}{transform}{classes}", vectors);
                    }

                    if (kernel == "RBF")
                    {
                        Classifier(model, "SVMClassifier", $"{kernel}{transform}{classes}p",
                            [.. vectors, Of("prob_a", [.. Enumerable.Range(1, pairs).Select(p => -p / 2f)]),
                            Of("prob_b", Random(random, pairs))]);
                    }
                }
            }
        }

        // LIBSVM's iteration stops early; the solution that calibration takes is exact.
        Check(model, 1e-5, torch: false, Numbers());
    }
}
