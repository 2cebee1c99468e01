using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Plan;
using Xunit;
using static MixPrec.Models.Tests.Tabular.TableComparison;
using static MixPrec.Models.Tests.Tabular.TableModel;

namespace MixPrec.Models.Tests.Tabular;

/// <summary>Encoders of keys.</summary>
public sealed class KeyTests
{
    /// <summary>
    /// What ML.NET writes around a classifier: keys as text of numbers, answers as text that becomes numbers, and names of slots that
    /// nothing reads but a number. Values between keys, and text that no number has as its own, are no keys.
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
            ElementType.F32 => Tensor.Create([.. elements.Select(e => (float)e)], elements.Length, 1),
            ElementType.I32 => Tensor.Create<int>(type, [.. elements.Select(e => (int)e)], elements.Length, 1),
            _ => Tensor.Create([.. elements.Select(e => (long)e)], elements.Length, 1),
        };
        Check(model, 0, torch: false, x);
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
            : Tensor.Create([.. Enumerable.Range(0, Rows * Columns).Select(_ => (long)random.Next(-4, 5))], Rows, Columns));
    }

    /// <summary>From version 4 on a NaN that is a key is found.</summary>
    [Fact]
    public void KeysInTensors()
    {
        using var model = Table(4, ElementType.F64);
        Node(model, "LabelEncoder", "y", TinyModel.Attribute("keys_tensor", Tensor.Create<double>(ElementType.F64, [1.5, double.NaN, 0], 3)),
            TinyModel.Attribute("values_tensor", Tensor.Create<double>(ElementType.F64, [0.1, 0.2, 0.3], 3)),
            TinyModel.Attribute("default_tensor", Tensor.Create<double>(ElementType.F64, [-1.5], 1)));
        // Calibration computes in fp32.
        Check(model, 1e-7, torch: true, Doubles(Numbers(withNaN: true)));
    }
}
