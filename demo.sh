#!/usr/bin/env bash
# The main job, from nothing: packs MixPrec.Build to a local feed, then builds and runs samples/DigitClassifier with that package.
set -euo pipefail
cd "$(dirname "$0")"

./prerequisites.sh
# A version of its own each time: the package cache would serve an older package of the same version.
version=1.0.0-demo.$(date -u +%Y%m%d%H%M%S)
feed=$PWD/artifacts/feed
rm -rf "$feed"
dotnet pack src/Package --nologo -v minimal -nodeReuse:false -c Release -o "$feed" -p:PackageVersion="$version"
dotnet build samples/DigitClassifier --nologo -v minimal -nodeReuse:false -c Release -p:MixPrecPackageVersion="$version" -p:RestoreAdditionalProjectSources="$feed"
dotnet run --project samples/DigitClassifier --no-build -c Release -p:MixPrecPackageVersion="$version"
