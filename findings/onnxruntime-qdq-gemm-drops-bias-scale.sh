#!/usr/bin/env bash
# ONNX Runtime 1.31.1 (CPU): a Gemm between QuantizeLinear/DequantizeLinear pairs is fused to an integer kernel that takes the int32 bias to be in
# units of (scale of x * scale of w). A bias whose DequantizeLinear has another scale, which the standard allows, is fused all the same, and its own
# scale is dropped without a word: other numbers than the same session gives with its optimisations switched off. A Conv in the same place is right.
# Seen: bias scale three times the product of the other two; Gemm differs by 0.6, twice the bias; Conv by 0.
# Exit 0 as long as this is so; 1 when it changes. Needs the .NET 10 SDK and a package feed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat > "$folder/app.cs" <<'EOF'
#:package Microsoft.ML.OnnxRuntime@1.31.1
#:package OnnxSharp@0.3.2
#:package Google.Protobuf@3.36.2
#:property PublishAot=false
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Onnx;

const int K = 8, N = 4;
const float ScaleX = 0.01f, ScaleW = 0.01f;
bool asSeen = true;
foreach (string op in new[] { "Gemm", "Conv" })
foreach (float factor in new[] { 1f, 3f })
{
    byte[] model = Model(op, factor);
    float[] plain = Run(op, model, GraphOptimizationLevel.ORT_DISABLE_ALL), fused = Run(op, model, GraphOptimizationLevel.ORT_ENABLE_ALL);
    int worst = Enumerable.Range(0, N).MaxBy(i => Math.Abs(plain[i] - fused[i]));
    float difference = Math.Abs(plain[worst] - fused[worst]);
    Console.WriteLine(FormattableString.Invariant(
        $"{op}, bias scale = {factor} x (scale of x * scale of w): output {worst} without optimisations {plain[worst]:F4}, with {fused[worst]:F4}"));
    asSeen &= op == "Gemm" && factor != 1 ? Math.Abs(difference - 0.6f) < 0.03f : difference < 0.01f;
}

Console.WriteLine(asSeen ? "as described" : "CHANGED");
return asSeen ? 0 : 1;

static float[] Run(string op, byte[] model, GraphOptimizationLevel level)
{
    using var options = new SessionOptions { GraphOptimizationLevel = level, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
    using var session = new InferenceSession(model, options);
    float[] x = [.. Enumerable.Range(0, K).Select(i => (float)Math.Sin(i + 1))];
    using var input = OrtValue.CreateTensorValueFromMemory(x, op == "Gemm" ? [1, K] : [1, K, 1, 1]);
    using var run = new RunOptions();
    using var results = session.Run(run, ["x"], [input], ["y"]);
    return results[0].GetTensorDataAsSpan<float>().ToArray();
}

static byte[] Model(string op, float factor)
{
    var graph = new GraphProto { Name = "g" };
    long[] tail = op == "Gemm" ? [] : [1, 1];
    graph.Input.Add(Port("x", [1, K, .. tail]));
    graph.Output.Add(Port("y", [1, N, .. tail]));
    Floats("scale_x", ScaleX);
    Integers("zero_x", 2, [128]);
    Floats("scale_w", ScaleW);
    Integers("zero_w", 3, [0]);
    Integers("w_q", 3, [.. Enumerable.Range(0, N * K).Select(i => (i * 37 % 201) - 100)], [N, K, .. tail]);
    Floats("scale_b", ScaleX * ScaleW * factor);
    Integers("b_q", 6, [1000, -2000, 3000, 500], N);
    Node("QuantizeLinear", "x_q", "x", "scale_x", "zero_x");
    Node("DequantizeLinear", "x_d", "x_q", "scale_x", "zero_x");
    Node("DequantizeLinear", "w_d", "w_q", "scale_w", "zero_w");
    Node("DequantizeLinear", "b_d", "b_q", "scale_b");
    Floats("scale_y", 0.02f);
    Node(op, "z", "x_d", "w_d", "b_d");
    if (op == "Gemm") graph.Node[^1].Attribute.Add(new AttributeProto { Name = "transB", Type = AttributeProto.Types.AttributeType.Int, I = 1 });
    Integers("zero_y", 2, [128]);
    Node("QuantizeLinear", "y_q", "z", "scale_y", "zero_y");
    Node("DequantizeLinear", "y", "y_q", "scale_y", "zero_y");
    var model = new ModelProto { IrVersion = 8, Graph = graph };
    model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = 13 });
    return model.ToByteArray();

    void Floats(string name, float value)
    {
        var tensor = new TensorProto { Name = name, DataType = 1 };
        tensor.FloatData.Add(value);
        graph.Initializer.Add(tensor);
    }

    void Integers(string name, int type, int[] values, params long[] shape)
    {
        var tensor = new TensorProto { Name = name, DataType = type };
        tensor.Dims.AddRange(shape);
        tensor.Int32Data.AddRange(values);
        graph.Initializer.Add(tensor);
    }

    void Node(string type, string output, params string[] inputs)
    {
        var node = new NodeProto { OpType = type, Name = output };
        node.Input.AddRange(inputs);
        node.Output.Add(output);
        graph.Node.Add(node);
    }
}

static ValueInfoProto Port(string name, long[] shape)
{
    var dimensions = new TensorShapeProto();
    foreach (long size in shape) dimensions.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = size });
    return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = 1, Shape = dimensions } } };
}
EOF
cd "$folder"
dotnet run app.cs
