#!/usr/bin/env bash
# Packs MixPrec.Build, MixPrec.Runtime and the tool mixprec, and publishes them to a feed: a folder, which is made, or the address of a package source.
#   ./publish.sh [--check] FEED [VERSION] [-- OPTION…]     --check packs nothing; options after -- go to `dotnet nuget push`
# For an address NUGET_API_KEY is its key, and MIXPREC_PROJECT_URL the page that the packages link to.
set -euo pipefail
started_in=$PWD
cd "$(dirname "$0")"
. scripts/steps.sh

step 'checking the feed'
feed= version= options=()
while [ $# -gt 0 ]; do
  case $1 in
    --)
      shift
      options=("$@")
      break
      ;;
    *) if [ -z "$feed" ]; then feed=$1; else version=$1; fi ;;
  esac
  shift
done
case $feed in
  '')
    echo 'The feed is missing: ./publish.sh FEED [VERSION], where FEED is a folder or the address of a package source.' >&2
    exit 64
    ;;
  *://*)
    if [ -z "${MIXPREC_PROJECT_URL:-}" ]; then
      echo "MIXPREC_PROJECT_URL is not set: packages that others get link to the project's page." >&2
      exit 64
    fi
    if [ -n "${NUGET_API_KEY:-}" ]; then options+=(--api-key "$NUGET_API_KEY"); fi
    ;;
  /*) ;;
  *) feed=$started_in/$feed ;;
esac
if ! command -v dotnet >/dev/null; then
  echo 'The .NET 10 SDK is needed: https://dot.net' >&2
  exit 1
fi
end_of_checks

# Packages of one commit are the same bytes whenever they are packed. Not one time for all versions: copies are skipped where size and time are equal.
if [ -z "${SOURCE_DATE_EPOCH:-}" ] && commit_time=$(git log -1 --format=%ct 2>/dev/null); then
  export SOURCE_DATE_EPOCH=$commit_time
fi
packed=$(mktemp -d)
remove_at_exit "$packed"
step 'building and packing'
dotnet pack src/Package --nologo -v minimal -nodeReuse:false -c Release -o "$packed" ${version:+-p:PackageVersion="$version"}
case $feed in
  *://*) ;;
  *) mkdir -p "$feed" ;;
esac
step "publishing to $feed"
# Consumers find MixPrec.Build last: by then what it depends on is there.
for package in mixprec MixPrec.Runtime MixPrec.Build; do
  dotnet nuget push "$packed/$package".[0-9]*.nupkg --source "$feed" --skip-duplicate ${options[@]+"${options[@]}"}
done
