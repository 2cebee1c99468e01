#!/usr/bin/env bash
# Packs MixPrec.Build, and for every model builds a project outside the repository that uses the package as a user does: fp32 against the expected
# outputs, the plan for an error budget of 0.02, its time, memory, loss error and accuracy. Writes artifacts/results/models.csv and models.table.md.
#   benchmarks/models.sh [FOLDER [MODEL…]]     FOLDER with models/ and data/: ../shared unless given
set -euo pipefail
cd "$(dirname "$0")/.."

root=$(realpath -m "${1:-../shared}")
if [ ! -d "$root/models" ]; then
  echo "The benchmark needs the folder '$root' with models/ and data/; give another as first argument." >&2
  exit 1
fi

./prerequisites.sh >&2
# A version of its own each time: the package cache would serve an older package of the same version.
version=1.0.0-models.$(date -u +%Y%m%d%H%M%S)
feed=$PWD/artifacts/feed
workplace=$(mktemp -d)
trap 'rm -rf "$workplace"' EXIT
rm -rf "$feed"
dotnet pack src/Package --nologo -v quiet -nodeReuse:false -c Release -o "$feed" -p:PackageVersion="$version" >&2
dotnet build benchmarks/EndToEnd --nologo -v quiet -nodeReuse:false -c Release >&2
dotnet benchmarks/EndToEnd/bin/Release/net10.0/MixPrec.Benchmarks.EndToEnd.dll "$root" "$feed" "$version" "$workplace" "$PWD/artifacts/results" "${@:2}"
cat artifacts/results/models.table.md
