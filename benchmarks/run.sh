#!/usr/bin/env bash
# Packs MixPrec.Build to a local feed, builds benchmarks/Models with it (which calibrates every network on this CPU) and prints its tables as Markdown.
# Models and data: the folder ../shared beside the repository, or the one given.
#   benchmarks/run.sh [--check] [FOLDER [TABLE.csv]]      --check only looks whether everything needed is there
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/steps.sh

models=$(realpath -m "${1:-../shared}")
if [ ! -d "$models/models" ]; then
  echo "The benchmarks need the folder '$models' with models/ and data/; give another as argument." >&2
  exit 1
fi

step 'checking what the system has (prerequisites.sh)'
./prerequisites.sh ${only_checks:+--check} >&2
end_of_checks
# A version of its own each time: the package cache would serve an older package of the same version.
version=1.0.0-bench.$(date -u +%Y%m%d%H%M%S)
feed=$PWD/artifacts/feed
rm -rf "$feed" benchmarks/Models/obj
settings=(-c Release -p:MixPrecPackageVersion="$version" -p:BenchmarkModels="$models" -p:RestoreAdditionalProjectSources="$feed")
step "packing MixPrec.Build $version (builds it first)"
dotnet pack src/Package --nologo -v minimal -nodeReuse:false -c Release -o "$feed" -p:PackageVersion="$version" >&2
step 'building benchmarks/Models, which calibrates every network on this CPU'
dotnet build benchmarks/Models --nologo -v minimal -nodeReuse:false "${settings[@]}" >&2
step 'running benchmarks/Models'
benchmarks/Models/bin/Release/net10.0/ModelBenchmarks ${2:+"$2"}
