using MixPrec.Compiler.Onnx.Ops.Tabular;

namespace MixPrec.Compiler.Onnx;

/// <summary>
/// The operators of the domain <c>ai.onnx.ml</c> that can be imported: numbers in columns of tables. Their files in <c>Onnx/Ops/Tabular</c>
/// have their names.
/// </summary>
internal static class TabularOperators
{
    public const string Domain = "ai.onnx.ml";

    /// <summary>The versions of the domain whose operators are known.</summary>
    public const int OldestVersion = 1, NewestVersion = 5;

    private static readonly OperandList Table = new("x"), TableAndPositions = new("x:1+ positions"), Tables = new("tables...");

    private static readonly Dictionary<string, OnnxOperator> Operators = new()
    {
        ["ArrayFeatureExtractor"] = new(ArrayFeatureExtractor.Import, 1),
        ["Binarizer"] = new(Binarizer.Import, 1),
        ["FeatureVectorizer"] = new(FeatureVectorizer.Import, 1),
        ["Imputer"] = new(Imputer.Import, 1),
        ["LabelEncoder"] = new(LabelEncoder.Import, 1, 2, 4),
        ["LinearClassifier"] = new(LinearClassifier.Import, 1),
        ["LinearRegressor"] = new(LinearRegressor.Import, 1),
        ["Normalizer"] = new(Normalizer.Import, 1),
        ["OneHotEncoder"] = new(OneHotEncoder.Import, 1),
        ["SVMClassifier"] = new(SVMClassifier.Import, 1),
        ["SVMRegressor"] = new(SVMRegressor.Import, 1),
        ["Scaler"] = new(Scaler.Import, 1),
        ["TreeEnsemble"] = new(TreeEnsemble.Import, 5),
        ["TreeEnsembleClassifier"] = new(TreeEnsembleClassifier.Import, 1, 3, 5),
        ["TreeEnsembleRegressor"] = new(TreeEnsembleRegressor.Import, 1, 3, 5),
        ["ZipMap"] = new(ZipMap.Import, 1),
    };

    /// <summary>Names of all operators, in ordinal order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Operators.Keys.Order(StringComparer.Ordinal)];

    /// <summary>One table, but for two of the operators.</summary>
    public static OperandList OperandsOf(string name) => name switch
    {
        "ArrayFeatureExtractor" => TableAndPositions,
        "FeatureVectorizer" => Tables,
        _ => Table,
    };

    /// <summary>The operator of a name, or null.</summary>
    public static OnnxOperator? Find(string name) => Operators.GetValueOrDefault(name);
}
