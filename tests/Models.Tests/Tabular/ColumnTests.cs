using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Plan;
using Xunit;
using static MixPrec.Models.Tests.Tabular.TableComparison;
using static MixPrec.Models.Tests.Tabular.TableModel;

namespace MixPrec.Models.Tests.Tabular;

/// <summary>Operators that prepare columns.</summary>
public sealed class ColumnTests
{
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

        Check(model, 2e-7, torch: true, Tensor.Create([-1, 0.5f, 0, 2, 0, 0, 0, 0, -3, -1, -2, -4, 3, 4, 0, 0], 4, Columns));
    }
}
