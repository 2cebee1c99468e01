#!/usr/bin/env bash
# ONNX Runtime 1.31.1, operators of ai.onnx.ml on trees (CPU), against the ONNX standard:
#  1. TreeEnsembleClassifier, labels {5, 7}, every leaf holds a weight for both classes. Scores 0.9 and 0.1: the label is 1, which is no label of the model. The standard: the class of the highest score, 5.
#  2. TreeEnsemble (version 5), post_transform = 1, "SOFTMAX" in the standard: the scores are logistic; 2, "LOGISTIC", gives a softmax.
#  3. TreeEnsemble, BRANCH_MEMBER with the set {1, -2, 2}: 1.5 is taken for a member.
# Installs pinned packages in a temporary folder. Exits with 1 when a behaviour is no longer this one.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > trees.csproj <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType><ImplicitUsings>enable</ImplicitUsings><Nullable>enable</Nullable></PropertyGroup>
  <ItemGroup><PackageReference Include="Microsoft.ML.OnnxRuntime" Version="1.31.1" /></ItemGroup>
</Project>
PROJECT
cat > Program.cs <<'PROGRAM'
using System.Text;
using Microsoft.ML.OnnxRuntime;

// Protobuf by hand: a key and a length, a number, or four bytes.
byte[] Number(ulong n) { var bytes = new List<byte>(); for (; n > 127; n >>= 7) bytes.Add((byte)(n & 127 | 128)); bytes.Add((byte)n); return [.. bytes]; }
byte[] Join(params IEnumerable<byte[]> parts) => [.. parts.SelectMany(p => p)];
byte[] Field(int n, byte[] content) => Join(Number((ulong)(n << 3 | 2)), Number((ulong)content.Length), content);
byte[] Text(int n, string text) => Field(n, Encoding.UTF8.GetBytes(text));
byte[] Int(int n, long value) => Join(Number((ulong)(n << 3)), Number((ulong)value));
byte[] Ints(string name, params long[] values) => Field(5, Join([Text(1, name), .. values.Select(v => Int(8, v)), Int(20, 7)]));
byte[] One(string name, long value) => Field(5, Join(Text(1, name), Int(3, value), Int(20, 2)));
byte[] Floats(string name, params float[] values) => Field(5, Join([Text(1, name), .. values.Select(v => Join(Number(7 << 3 | 5), BitConverter.GetBytes(v))), Int(20, 6)]));
byte[] Strings(string name, params string[] values) => Field(5, Join([Text(1, name), .. values.Select(v => Text(9, v)), Int(20, 8)]));
byte[] Tensor(string name, int type, int count, byte[] raw) => Field(5, Join(Text(1, name), Field(5, Join(Int(1, count), Int(2, type), Field(9, raw))), Int(20, 4)));
byte[] Singles(string name, params float[] values) => Tensor(name, 1, values.Length, Join(values.Select(BitConverter.GetBytes)));
byte[] Model(int version, string op, string[] outputs, params byte[][] attributes)
{
    byte[] node = Join([Text(1, "x"), .. outputs.Select(o => Text(2, o)), Text(4, op), .. attributes, Text(7, "ai.onnx.ml")]);
    byte[] shape = Join(Field(1, Text(2, "N")), Field(1, Int(1, 1)));
    byte[] input = Join(Text(1, "x"), Field(2, Field(1, Join(Int(1, 1), Field(2, shape)))));
    byte[] graph = Join([Field(1, node), Text(2, "g"), Field(11, input), .. outputs.Select(o => Field(12, Text(1, o)))]);
    return Join(Int(1, 8), Field(7, graph), Field(8, Join(Text(1, ""), Int(2, 17))), Field(8, Join(Text(1, "ai.onnx.ml"), Int(2, version))));
}

float[] Run(byte[] model, float x, int output)
{
    using var session = new InferenceSession(model);
    using var value = OrtValue.CreateTensorValueFromMemory([x], [1, 1]);
    using var options = new RunOptions();
    using var results = session.Run(options, ["x"], [value], session.OutputNames);
    return results[output].GetTensorTypeAndShape().ElementDataType == Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Int64
        ? [.. results[output].GetTensorDataAsSpan<long>().ToArray().Select(l => (float)l)] : results[output].GetTensorDataAsSpan<float>().ToArray();
}

byte[] classifier = Model(3, "TreeEnsembleClassifier", ["label", "scores"], Ints("nodes_treeids", 0, 0, 0), Ints("nodes_nodeids", 0, 1, 2), Ints("nodes_featureids", 0, 0, 0), Floats("nodes_values", 0.5f, 0, 0),
    Strings("nodes_modes", "BRANCH_LEQ", "LEAF", "LEAF"), Ints("nodes_truenodeids", 1, 0, 0), Ints("nodes_falsenodeids", 2, 0, 0), Ints("class_treeids", 0, 0, 0, 0), Ints("class_nodeids", 1, 1, 2, 2),
    Ints("class_ids", 0, 1, 0, 1), Floats("class_weights", 0.9f, 0.1f, 0.3f, 0.7f), Ints("classlabels_int64s", 5, 7));
byte[] Stump(byte mode, long transform, params byte[][] more) => Model(5, "TreeEnsemble", ["y"], [One("n_targets", 2), One("post_transform", transform), Ints("tree_roots", 0), Ints("nodes_featureids", 0), Tensor("nodes_modes", 2, 1, [mode]),
    Singles("nodes_splits", 0.5f), Ints("nodes_truenodeids", 0), Ints("nodes_trueleafs", 1), Ints("nodes_falsenodeids", 1), Ints("nodes_falseleafs", 1), Ints("leaf_targetids", 0, 1), Singles("leaf_weights", 2, -1), .. more]);

float label = Run(classifier, 0, 0)[0];
float[] first = Run(Stump(0, 1), 0, 0), second = Run(Stump(0, 2), 0, 0), member = Run(Stump(6, 0, Singles("membership_values", 1, -2, 2, float.NaN)), 1.5f, 0);
Console.WriteLine($"label {label} (scores {string.Join(", ", Run(classifier, 0, 1))}, labels 5 and 7)");
Console.WriteLine($"scores 2 and 0: post_transform 1 gives {string.Join(", ", first)}; 2 gives {string.Join(", ", second)}");
Console.WriteLine($"1.5 in {{1, -2, 2}}: {(member[0] == 2 ? "yes" : "no")}");
bool same = label == 1 && Math.Abs(first[1] - 0.5f) < 1e-6 && Math.Abs(second[0] + second[1] - 1) < 1e-6 && member[0] == 2;
Console.WriteLine(same ? "as described" : "CHANGED");
return same ? 0 : 1;
PROGRAM
dotnet run --project trees.csproj
