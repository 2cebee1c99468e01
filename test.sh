#!/usr/bin/env bash
# Builds everything once and runs every test project; the kernels' tests again with narrower instruction sets.
# The last line is "N passed, N failed, N skipped"; the exit code is 0 only if some test ran and none failed.
set -uo pipefail
cd "$(dirname "$0")"

./prerequisites.sh || exit 1
dotnet build MixPrec.Build.sln --nologo -v minimal -nodeReuse:false || exit 1

passed=0 failed=0 skipped=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# run NAME [VARIABLE=VALUE]
run() {
  local name=$1 setting=${2:-}
  echo "== $name.Tests $setting"
  env ${setting:+"$setting"} dotnet "tests/$name.Tests/bin/Debug/net10.0/MixPrec.$name.Tests.dll" -noColor 2>&1 | tee "$log"
  local code=${PIPESTATUS[0]}
  local summary
  summary=$(grep -E 'Total: [0-9]+' "$log" | tail -n 1)
  count() { echo "$summary" | grep -oE "$1: [0-9]+" | grep -oE '[0-9]+' || echo 0; }
  local bad=$(($(count Failed) + $(count Errors)))
  # A run that ended without a summary, or badly without saying which test, is itself a failure.
  if [ "$code" -ne 0 ] && [ "$bad" -eq 0 ] && { [ -z "$summary" ] || [ "$(count Total)" -gt 0 ]; }; then
    bad=1
  fi
  local left=$(($(count Skipped) + $(count 'Not Run')))
  passed=$((passed + $(count Total) - $(count Failed) - left))
  failed=$((failed + bad))
  skipped=$((skipped + left))
}

for project in tests/*.Tests; do
  run "$(basename "$project" .Tests)"
done
for setting in DOTNET_EnableAVX512=0 DOTNET_EnableAVX2=0 DOTNET_EnableHWIntrinsic=0; do
  run Runtime "$setting"
done

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
