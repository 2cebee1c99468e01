using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Plan;

namespace MixPrec.Models.Tests.Tabular;

/// <summary>Models of <c>ai.onnx.ml</c> whose many nodes of one kind read one table, and tables for them.</summary>
internal static class TableModel
{
    public const int Rows = 40, Columns = 4;

    public static readonly string[] Transforms = ["NONE", "LOGISTIC", "SOFTMAX", "SOFTMAX_ZERO", "PROBIT"];

    public static AttributeProto Of(string name, string value) => TinyModel.Attribute(name, value);

    public static AttributeProto Of(string name, params long[] values) => TinyModel.Attribute(name, values);

    public static AttributeProto Of(string name, params float[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = 6 };
        attribute.Floats.AddRange(values);
        return attribute;
    }

    public static AttributeProto Number(string name, long value) => TinyModel.Attribute(name, value);

    public static AttributeProto Strings(string name, IEnumerable<string> values)
    {
        var attribute = new AttributeProto { Name = name, Type = 8 };
        attribute.Strings.AddRange(values.Select(Google.Protobuf.ByteString.CopyFromUtf8));
        return attribute;
    }

    public static float[] Random(Random random, int count, double scale = 1) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)(((random.NextDouble() * 2) - 1) * scale))];

    public static TinyModel Table(int version, ElementType type = ElementType.F32) =>
        new TinyModel().Domain("ai.onnx.ml", version).Input("x", type, "rows", Columns);

    /// <summary>A few numbers only, so that some are equal to splits and keys.</summary>
    public static Tensor Numbers(bool withNaN = false)
    {
        var random = new Random(3);
        return Tensor.Create([.. Enumerable.Range(0, Rows * Columns)
            .Select(_ => withNaN && random.Next(8) == 0 ? float.NaN : random.Next(-4, 5) / 2f)], Rows, Columns);
    }

    /// <summary>A classifier's outputs under the name <paramref name="name"/>.</summary>
    public static void Classifier(TinyModel model, string op, string name, params AttributeProto[] attributes) =>
        model.Node($"{name}_label {name}_scores = ai.onnx.ml:{op} x", attributes).Output($"{name}_label").Output($"{name}_scores");

    public static void Node(TinyModel model, string op, string name, params AttributeProto[] attributes) =>
        model.Node($"{name} = ai.onnx.ml:{op} x", attributes).Output(name);

    public static Tensor Doubles(Tensor numbers) =>
        Tensor.Create<double>(ElementType.F64, [.. numbers.Span<float>().ToArray().Select(n => (double)n)], numbers.Shape);
}
