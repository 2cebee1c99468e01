using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Plan;

namespace MixPrec.Compiler.Tests.Operators;

/// <summary>A typical node of every operator of <c>ai.onnx.ml</c>, and forms of some that are refused.</summary>
internal static class TabularSamples
{
    private const string Trees = "nodes_treeids=[0,0,0] nodes_nodeids=[0,1,2] nodes_featureids=[3,0,0] nodes_values=[0.5,0.0,0.0] nodes_modes=[BRANCH_LEQ,LEAF,LEAF] nodes_truenodeids=[1,0,0] nodes_falsenodeids=[2,0,0]";
    private const string Vectors =
        "kernel_type=RBF kernel_params=[0.5,0.0,3.0] support_vectors=[0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8] rho=[0.5] coefficients=[0.5,-0.5]";

    private static readonly string[] Lines =
    [
        "y = ArrayFeatureExtractor x[n,4] columns(0,2)",
        "y = Binarizer x[n,m] threshold=0.5",
        "y = FeatureVectorizer a[n,4] b[n,3] inputdimensions=[4,3]",
        "y = Imputer x[n,m] imputed_value_floats=[0.5] imputed_value_int64s=[1]",
        "y = LabelEncoder x:I64[n,m] keys_int64s=[1,2] values_floats=[0.5,1.5]",
        "y z = LinearClassifier x[n,4] coefficients=[0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8] intercepts=[0.1,0.2] classlabels_ints=[0,1]",
        "y = LinearRegressor x[n,4] coefficients=[0.1,0.2,0.3,0.4]",
        "y = Normalizer x[n,m] norm=L2",
        "y = OneHotEncoder x[n,m] cats_int64s=[1,2]",
        $"y z = SVMClassifier x[n,4] {Vectors} vectors_per_class=[1,1] classlabels_ints=[0,1]",
        $"y = SVMRegressor x[n,4] {Vectors} n_supports=2",
        "y = Scaler x[n,4] offset=[0.5] scale=[0.1,0.2,0.3,0.4]",
        $"y z = TreeEnsembleClassifier x[n,4] {Trees} class_treeids=[0,0] class_nodeids=[1,2] class_ids=[0,1] class_weights=[0.5,1.5] classlabels_int64s=[0,1]",
        $"y = TreeEnsembleRegressor x[n,4] {Trees} target_treeids=[0,0] target_nodeids=[1,2] target_ids=[0,0] target_weights=[0.5,1.5]",
        "y = ZipMap x[n,m] classlabels_int64s=[0,1]",
    ];

    private static readonly string[] RefusedLines =
    [
        "y = LabelEncoder x:I64[n] keys_int64s=[1,2] values_strings=[a,b]",
        "y z = LinearClassifier x[n,4] coefficients=[0.1,0.2,0.3,0.4] intercepts=[0.1] classlabels_ints=[0,1] post_transform=PROBIT",
        "y z = LinearClassifier x[n,4] coefficients=[0.1,0.2,0.3,0.4] intercepts=[0.1] classlabels_strings=[no,yes]",
        "y = OneHotEncoder x[n,m] cats_strings=[a,b]",
        $"y z = TreeEnsembleClassifier x[n,4] {Trees} class_treeids=[0,0] class_nodeids=[1,2] class_ids=[0,0] class_weights=[0.5,1.5] classlabels_int64s=[0,1] base_values=[0.5,0.5]",
        $"y = TreeEnsembleRegressor x[n,m] {Trees} target_treeids=[0,0] target_nodeids=[1,2] target_ids=[0,0] target_weights=[0.5,1.5]",
    ];

    /// <summary>By operator, in the order of the names.</summary>
    public static IReadOnlyDictionary<string, OperatorSample> Typical { get; } =
        Lines.Select(Of).Append(TensorTrees()).OrderBy(Operator, StringComparer.Ordinal).ToDictionary(Operator);

    public static ILookup<string, OperatorSample> Refused { get; } = RefusedLines.Select(Of).ToLookup(Operator);

    private static string Operator(OperatorSample sample) => sample.Line.Split(" = ")[1].Split(' ')[0];

    private static OperatorSample Of(string line) => new(line, OnnxModelReader.NewestOpset) { Domain = TabularOperators.Domain };

    private static OperatorSample TensorTrees() => new("y = TreeEnsemble x[n,4] tree_roots=[0] nodes_featureids=[3] nodes_truenodeids=[0] nodes_trueleafs=[1] nodes_falsenodeids=[1] nodes_falseleafs=[1] leaf_targetids=[0,0]",
        OnnxModelReader.NewestOpset, TinyModel.Attribute("nodes_modes", Tensor.Create<byte>(ElementType.U8, [0], 1)),
            TinyModel.Attribute("nodes_splits", Tensor.Create([0.5f], 1)), TinyModel.Attribute("leaf_weights", Tensor.Create([0.5f, 1.5f], 2)))
    {
        Domain = TabularOperators.Domain,
    };
}
