#!/usr/bin/env bash
# Builds everything once and runs every test project; the kernels' tests again with narrower instruction sets, and split among threads.
# The last line is "N passed, N failed, N skipped"; the exit code is 0 only if some test ran and none failed.
#   ./test.sh [--check]      --check only looks whether the system has what is needed
set -uo pipefail
cd "$(dirname "$0")"
. scripts/steps.sh

step 'checking what the system has (prerequisites.sh)'
./prerequisites.sh ${only_checks:+--check} || exit 1
end_of_checks
step 'building MixPrec.Build.sln'
dotnet build MixPrec.Build.sln --nologo -v minimal -nodeReuse:false || exit 1

passed=0 failed=0 skipped=0
log=$(mktemp)
remove_at_exit "$log"

# run NAME [VARIABLE=VALUE]
run() {
  local name=$1 setting=${2:-}
  step "running $name.Tests $setting"
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
step 'running demo.sh, one more test'
if ./demo.sh 2>&1 | tee "$log" && grep -q 'times as fast' "$log"; then
  passed=$((passed + 1))
else
  failed=$((failed + 1))
fi
for setting in DOTNET_EnableAVX512=0 DOTNET_EnableAVX2=0 DOTNET_EnableHWIntrinsic=0 MIXPREC_TEST_THREADS=3; do
  run Runtime "$setting"
done

this_step=
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
