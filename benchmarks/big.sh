#!/usr/bin/env bash
# A perceptron with 2.4 GB of weights in external data, written here, goes the way of every model: the package is packed, a project with the model is built
# (calibrated, planned, compiled) and run, and its output compared with the model's in double precision. Prints times and the most memory that the build held.
# Needs 12 GB of disk and 8 GB of memory.
#   benchmarks/big.sh [--check] [FOLDER]      for the model and the project; a temporary one unless given, removed at the end; --check only looks at the system
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/steps.sh

step 'checking what the system has (prerequisites.sh)'
./prerequisites.sh ${only_checks:+--check} >&2
end_of_checks
version=1.0.0-big.$(date -u +%Y%m%d%H%M%S)
feed=$PWD/artifacts/feed
if [ $# -gt 0 ]; then
  mkdir -p "$1"
  folder=$(realpath "$1")
else
  folder=$(mktemp -d)
  remove_at_exit "$folder"
fi

rm -rf "$feed"
step "packing MixPrec.Build $version (builds it first)"
dotnet pack src/Package --nologo -v quiet -nodeReuse:false -c Release -o "$feed" -p:PackageVersion="$version" >&2
step 'writing a model of 2.4 GB'
dotnet build benchmarks/EndToEnd --nologo -v quiet -nodeReuse:false -c Release >&2
dotnet benchmarks/EndToEnd/bin/Release/net10.0/MixPrec.Benchmarks.EndToEnd.dll big "$folder"

cat > "$folder/Consumer.csproj" <<PROJECT
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <RestoreAdditionalProjectSources>$feed</RestoreAdditionalProjectSources>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="MixPrec.Build" Version="$version" />
    <MixedPrecisionModel Include="big.onnx" ClassName="Net" CalibrationData="samples.npz" Precisions="f32;bf16;i8" ErrorBudget="0.05" WeightsMode="File" />
  </ItemGroup>
</Project>
PROJECT
cat > "$folder/Program.cs" <<'PROGRAM'
using System.Diagnostics;
using System.Runtime.InteropServices;
using Consumer;

float[] Floats(string file) => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(file)).ToArray();
float[] x = Floats("first.bin"), expected = Floats("expected.bin"), y = new float[expected.Length];
var clock = Stopwatch.StartNew();
using var net = Net.Load();
var load = clock.Elapsed;
net.Run(x, y);
clock.Restart();
net.Run(x, y);
double error = Math.Sqrt(y.Zip(expected, (a, b) => (a - b) * (double)(a - b)).Sum() / expected.Sum(e => e * (double)e));
Console.WriteLine($"load {load.TotalSeconds:F2} s, run {clock.Elapsed.TotalMilliseconds:F0} ms, relative error of the output {error:E1}, loss error measured {Net.Info.MeasuredLossError:F4}");
Console.WriteLine(string.Join(", ", Net.Info.Layers.CountBy(layer => layer.Precision).Select(p => $"{p.Value} × {p.Key}")));
PROGRAM

cd "$folder"
step 'building the project with the model, which calibrates it'
start=$(date +%s)
dotnet build -c Release --nologo -v minimal -nodeReuse:false --disable-build-servers &
build=$!
most=0 most_own=0
while kill -0 $build 2>/dev/null; do
  for status in /proc/[0-9]*/status; do
    if grep -qs mixprec.dll "${status%status}cmdline"; then
      kib=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "$status" 2>/dev/null) || true
      own=$(sed -n 's/^RssAnon:[^0-9]*\([0-9]*\).*/\1/p' "$status" 2>/dev/null) || true
      most=$(( ${kib:-0} > most ? ${kib:-0} : most )) most_own=$(( ${own:-0} > most_own ? ${own:-0} : most_own ))
    fi
  done
  sleep 0.5
done
wait $build
echo "build $(( $(date +%s) - start )) s; the worker held at most $(( most / 1024 )) MiB, of which $(( most_own / 1024 )) MiB not mapped from files (sampled twice a second)"
step 'running the project'
dotnet bin/Release/net10.0/Consumer.dll
