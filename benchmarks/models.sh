#!/usr/bin/env bash
# Packs MixPrec.Build, and for every model builds a project outside the repository that uses the package as a user does: fp32 against the expected
# outputs, the plan for an error budget of 0.02, its time, memory, loss error and accuracy. Writes artifacts/results/models.csv and models.table.md.
#   benchmarks/models.sh [--check] [FOLDER [MODEL…]]     FOLDER with models/ and data/: ../shared unless given; --check only looks whether everything is there
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/steps.sh

root=$(realpath -m "${1:-../shared}")
if [ ! -d "$root/models" ]; then
  echo "The benchmark needs the folder '$root' with models/ and data/; give another as argument." >&2
  exit 1
fi

step 'checking what the system has (prerequisites.sh)'
./prerequisites.sh ${only_checks:+--check} >&2
end_of_checks
# A version of its own each time: the package cache would serve an older package of the same version.
version=1.0.0-models.$(date -u +%Y%m%d%H%M%S)
feed=$PWD/artifacts/feed
workplace=$(mktemp -d)
remove_at_exit "$workplace"
rm -rf "$feed"
step "packing MixPrec.Build $version (builds it first)"
dotnet pack src/Package --nologo -v quiet -nodeReuse:false -c Release -o "$feed" -p:PackageVersion="$version" >&2
step 'building benchmarks/EndToEnd'
dotnet build benchmarks/EndToEnd --nologo -v quiet -nodeReuse:false -c Release >&2
step 'planning, building and running every model'
dotnet benchmarks/EndToEnd/bin/Release/net10.0/MixPrec.Benchmarks.EndToEnd.dll "$root" "$feed" "$version" "$workplace" "$PWD/artifacts/results" "${@:2}"
cat artifacts/results/models.table.md
