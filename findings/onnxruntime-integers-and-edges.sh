#!/usr/bin/env bash
# ONNX Runtime 1.31.1 (CPU, x64 with AVX-512), without graph optimisations, against the ONNX standard:
#  1. Clip of int64 compares the lower halves of the elements that fill a register: 0, 1, 2 between 1 and 2³¹ give 2³¹, 2³¹, 2. The standard: 1, 1, 2.
#  2. MeanVarianceNormalization of a channel that is constant gives NaN. The standard adds 1e-9 to the deviation: 0.
#  3. OneHot casts no index: of 5, -0.5 becomes 4.5, and no place is hot. The standard casts first: place 0.
#  4. ReduceMean of int64 goes through a double: -3074457345618258432. The standard: -3074457345618258603 or, towards 0, …602.
#  5. Squeeze with an empty list of axes drops all of 1. The reference implementation drops none.
# Installs pinned packages in a temporary folder. Exits with 1 when a behaviour is no longer this one.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > edges.csproj <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType><ImplicitUsings>enable</ImplicitUsings><Nullable>enable</Nullable></PropertyGroup>
  <ItemGroup><PackageReference Include="Microsoft.ML.OnnxRuntime" Version="1.31.1" /></ItemGroup>
</Project>
PROJECT
cat > Program.cs <<'PROGRAM'
using System.Globalization;
using System.Text;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

// Protobuf by hand: a key and a length, or a number.
byte[] Number(ulong n) { var bytes = new List<byte>(); for (; n > 127; n >>= 7) bytes.Add((byte)(n & 127 | 128)); bytes.Add((byte)n); return [.. bytes]; }
byte[] Join(params IEnumerable<byte[]> parts) => [.. parts.SelectMany(p => p)];
byte[] Field(int n, byte[] content) => Join(Number((ulong)(n << 3 | 2)), Number((ulong)content.Length), content);
byte[] Text(int n, string text) => Field(n, Encoding.UTF8.GetBytes(text));
byte[] Int(int n, long value) => Join(Number((ulong)(n << 3)), Number((ulong)value));
byte[] Tensor(string name, int type, long[] shape, byte[] raw) => Field(5, Join([.. shape.Select(d => Int(1, d)), Int(2, type), Text(8, name), Field(9, raw)]));
byte[] Floats(string name, long[] shape, params float[] values) => Tensor(name, 1, shape, Join(values.Select(BitConverter.GetBytes)));
byte[] Longs(string name, long[] shape, params long[] values) => Tensor(name, 7, shape, Join(values.Select(BitConverter.GetBytes)));

string Run(string op, string[] inputs, params byte[][] constants)
{
    byte[] node = Join([.. inputs.Select(i => Text(1, i)), Text(2, "y"), Text(4, op)]);
    byte[] graph = Join([Field(1, node), Text(2, "g"), .. constants, Field(12, Text(1, "y"))]);
    using var options = new SessionOptions { GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL };
    using var session = new InferenceSession(Join(Int(1, 8), Field(7, graph), Field(8, Join(Text(1, ""), Int(2, 17)))), options);
    using var outputs = session.Run([]);
    return outputs[0].Value is Tensor<float> floats ? Words(floats) : Words((Tensor<long>)outputs[0].Value);
}

string Words<T>(Tensor<T> y) => $"[{string.Join(",", y.Dimensions.ToArray())}] {string.Join(" ", y.Select(e => Convert.ToString(e, CultureInfo.InvariantCulture)))}";

Console.WriteLine("Clip " + Run("Clip", ["x", "low", "high"], Longs("x", [3], 0, 1, 2), Longs("low", [], 1), Longs("high", [], 1L << 31)));
Console.WriteLine("MeanVarianceNormalization " + Run("MeanVarianceNormalization", ["x"], Floats("x", [1, 1, 1, 2], 0, 0)));
Console.WriteLine("OneHot " + Run("OneHot", ["x", "depth", "values"], Floats("x", [1], -0.5f), Longs("depth", [], 5), Longs("values", [2], 0, 1)));
Console.WriteLine("ReduceMean " + Run("ReduceMean", ["x"], Longs("x", [3], long.MinValue, -2, 0)));
Console.WriteLine("Squeeze " + Run("Squeeze", ["x", "axes"], Floats("x", [2, 1, 1], 1, 2), Longs("axes", [0])));
PROGRAM
dotnet run -v q | tee output.txt
diff output.txt - <<'EXPECTED'
Clip [3] 2147483648 2147483648 2
MeanVarianceNormalization [1,1,1,2] NaN NaN
OneHot [1,5] 0 0 0 0 0
ReduceMean [1] -3074457345618258432
Squeeze [2] 1 2
EXPECTED
