#!/usr/bin/env bash
# The main job, from nothing: packs MixPrec.Build to a local feed, then builds and runs samples/DigitClassifier with that package.
#   ./demo.sh [--check]      --check only looks whether the system has what is needed
set -euo pipefail
cd "$(dirname "$0")"
. scripts/steps.sh

step 'checking what the system has (prerequisites.sh)'
./prerequisites.sh ${only_checks:+--check}
end_of_checks

# A version of its own each time: the package cache would serve an older package of the same version.
version=1.0.0-demo.$(date -u +%Y%m%d%H%M%S)
feed=$PWD/artifacts/feed
rm -rf "$feed"
step "packing MixPrec.Build $version (builds it first)"
./publish.sh "$feed" "$version"
step 'building samples/DigitClassifier, which calibrates its network on this CPU'
dotnet build samples/DigitClassifier --nologo -v minimal -nodeReuse:false -c Release -p:MixPrecPackageVersion="$version" -p:RestoreAdditionalProjectSources="$feed"
step 'running samples/DigitClassifier'
dotnet run --project samples/DigitClassifier --no-build -c Release -p:MixPrecPackageVersion="$version"
