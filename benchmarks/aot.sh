#!/usr/bin/env bash
# The sample network in fp32 and as planned, by the just-in-time compiler with all, fewer and no vector instructions, and compiled ahead of time for several
# instruction sets: one line each, as a Markdown table.
#   benchmarks/aot.sh [--check]      --check only looks whether the system has what is needed
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/steps.sh

step 'checking what the system has (prerequisites.sh)'
./prerequisites.sh ${only_checks:+--check} >&2
linker=
if ! command -v clang >/dev/null; then
  if ! command -v gcc >/dev/null; then
    echo 'Compiling ahead of time needs clang or gcc as linker.' >&2
    exit 1
  fi
  linker=-p:CppCompilerAndLinker=gcc
fi
end_of_checks

version=1.0.0-aot.$(date -u +%Y%m%d%H%M%S)
feed=$PWD/artifacts/feed
out=$PWD/artifacts/aot
rm -rf "$feed" "$out"
settings=(-c Release --nologo -v quiet -nodeReuse:false -p:MixPrecPackageVersion="$version" -p:RestoreAdditionalProjectSources="$feed")
step "packing MixPrec.Build $version (builds it first)"
dotnet pack src/Package --nologo -v quiet -nodeReuse:false -c Release -o "$feed" -p:PackageVersion="$version" >&2
step 'building samples/DigitClassifier, which calibrates its network on this CPU'
dotnet build samples/DigitClassifier "${settings[@]}" -o "$out/jit" >&2

# compile NAME [PROPERTY…]
compile() {
  step "compiling ahead of time: $1"
  rm -rf samples/DigitClassifier/obj/Release/net10.0/*/native
  dotnet publish samples/DigitClassifier "${settings[@]}" -p:PublishAot=true $linker "${@:2}" -o "$out/$1" >&2
}
compile default
for level in x86-64-v2 x86-64-v3 x86-64-v4; do
  compile "$level" -p:IlcInstructionSet="$level"
done

# row RUNS WORDS COMMAND… : the line "time of one image  FP32 µs  MIXED µs …" of the program, the best of RUNS runs
row() {
  local best_fp32=999999 best_mixed=999999 run line
  for ((run = 0; run < $1; run++)); do
    line=$("${@:3}" | grep 'time of one image' || true)
    read -r best_fp32 best_mixed <<< "$(awk -v a="$best_fp32" -v b="$best_mixed" '{ print ($5 < a ? $5 : a), ($7 < b ? $7 : b) }' <<< "${line:-x x x x 999999 x 999999}")"
  done
  echo "| $2 | $best_fp32 µs | $best_mixed µs |"
}
step 'running each five times, without AVX2 once'
echo '| | fp32 | mixed |'
echo '|---|---:|---:|'
row 5 'just-in-time' dotnet "$out/jit/DigitClassifier.dll"
row 5 'ahead of time, default' "$out/default/DigitClassifier"
for level in x86-64-v3 x86-64-v4; do
  row 5 "ahead of time, \`$level\`" "$out/$level/DigitClassifier"
done
row 5 'just-in-time, `DOTNET_EnableAVX512=0`' env DOTNET_EnableAVX512=0 dotnet "$out/jit/DigitClassifier.dll"
# Without fused multiply-adds in hardware a run takes minutes.
row 1 'ahead of time, `x86-64-v2`' "$out/x86-64-v2/DigitClassifier"
row 1 'just-in-time, `DOTNET_EnableAVX2=0`' env DOTNET_EnableAVX2=0 dotnet "$out/jit/DigitClassifier.dll"
row 1 'just-in-time, `DOTNET_EnableHWIntrinsic=0`' env DOTNET_EnableHWIntrinsic=0 dotnet "$out/jit/DigitClassifier.dll"
