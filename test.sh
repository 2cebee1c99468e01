#!/usr/bin/env bash
# Builds everything once, as it ships, and runs every test project; the kernels' tests again with narrower instruction sets, and split among threads.
# Suites run three at a time, each with its share of the processors: most of them wait for programs that they start. What one prints is shown when it ends.
# The last line is "N passed, N failed, N skipped"; the exit code is 0 only if some test ran and none failed.
#   ./test.sh [--check]      --check only looks whether the system has what is needed
set -uo pipefail
cd "$(dirname "$0")"
. scripts/steps.sh

step 'checking what the system has (prerequisites.sh)'
./prerequisites.sh ${only_checks:+--check} || exit 1
end_of_checks
step 'building MixPrec.Build.sln'
dotnet build MixPrec.Build.sln --nologo -v minimal -nodeReuse:false -c Release || exit 1

# Most processes of the tests live for seconds: they neither count how often code runs, to compile it better later, nor map it twice while they write it.
# libtorch takes and gives back megabytes with every operation: kept, they need not be cleared again. The worker sees to that itself.
export DOTNET_TieredPGO=0 DOTNET_EnableWriteXorExecute=0
export MALLOC_MMAP_THRESHOLD_=33554432 MALLOC_TRIM_THRESHOLD_=268435456 MALLOC_TOP_PAD_=33554432

passed=0 failed=0 skipped=0
failures=()
logs=$(mktemp -d)
remove_at_exit "$logs"
lanes=3 threads=$((($(nproc) + 2) / 3))
declare -A log_of=()

# Suites of their own process groups: they obey Ctrl+C as those in the foreground do, and end with this script.
set -m
trap 'for suite in "${!log_of[@]}"; do kill -- "-$suite"; done; exit 130' INT TERM

# begin NAME [VARIABLE=VALUE [FILTER…]]
begin() {
  local name=$1 setting=${2:-}
  start "$name.Tests $setting" env ${setting:+"$setting"} dotnet "tests/$name.Tests/bin/Release/net10.0/MixPrec.$name.Tests.dll" \
    -noColor -maxThreads "$threads" "${@:3}"
}

# start NAME COMMAND…, as soon as there is room
start() {
  if [ "${#log_of[@]}" -ge "$lanes" ]; then
    end_one
  fi
  step "running $1"
  local log=$logs/${1% }
  "${@:2}" < /dev/null > "$log" 2>&1 &
  log_of[$!]=$log
}

# A script, with the summary of one test.
demo() {
  local failed=0
  ./demo.sh 2>&1 | tee "$logs/said" && grep -q 'times as fast' "$logs/said" || {
    failed=1
    echo 'demo.sh [FAIL]'
  }
  echo "demo.sh  Total: 1, Errors: 0, Failed: $failed, Skipped: 0, Not Run: 0"
  return "$failed"
}

# Waits for a suite, shows what it printed and counts its tests.
end_one() {
  local suite code summary
  wait -n -p suite "${!log_of[@]}"
  code=$?
  local log=${log_of[$suite]}
  unset "log_of[$suite]"
  cat "$log"
  summary=$(grep -E 'Total: [0-9]+' "$log" | tail -n 1)
  count() { echo "$summary" | grep -oE "$1: [0-9]+" | grep -oE '[0-9]+' || echo 0; }
  local bad=$(($(count Failed) + $(count Errors)))
  # A run that ended without a summary, or badly without saying which test, is itself a failure.
  if [ "$code" -ne 0 ] && [ "$bad" -eq 0 ] && { [ -z "$summary" ] || [ "$(count Total)" -gt 0 ]; }; then
    bad=1
    echo "${log##*/} ended with exit code $code" >&2
  fi
  while IFS= read -r line; do
    failures+=("${log##*/}: $line")
  done < <(grep -A 3 -F '[FAIL]' "$log")
  local left=$(($(count Skipped) + $(count 'Not Run')))
  passed=$((passed + $(count Total) - $(count Failed) - left))
  failed=$((failed + bad))
  skipped=$((skipped + left))
}

# The longest first, so that none is alone for long at the end; a new project comes behind them.
projects=(Package Compiler Worker Models Runtime)
for project in tests/*.Tests; do
  project=$(basename "$project" .Tests)
  [[ " ${projects[*]} " == *" $project "* ]] || projects+=("$project")
done
for project in "${projects[@]}"; do
  begin "$project"
done
# Tests that bring a set of their own (an interpreter, a process) would say the same again.
# With threads, all of these two namespaces run as above: see InTeamAttribute.
begin Runtime DOTNET_EnableAVX512=0 -trait- 'Instruction set=own'
begin Runtime DOTNET_EnableAVX2=0 -trait- 'Instruction set=own'
begin Runtime DOTNET_EnableHWIntrinsic=0 -trait- 'Instruction set=own'
# Hashes of plans, weights, classes and outputs that are committed.
for narrower in avx2 vector128 scalar; do
  begin Compiler "MIXPREC_ISA=$narrower" -class '*GoldenTests'
done
begin Runtime MIXPREC_TEST_THREADS=3 -namespace- MixPrec.Runtime.Tests.Machine -namespace- MixPrec.Runtime.Tests.Threads
start demo.sh demo
while [ "${#log_of[@]}" -gt 0 ]; do
  end_one
done

this_step=
# Again at the end, where whoever sees only that finds what failed and why.
if [ "${#failures[@]}" -gt 0 ]; then
  printf '%s\n' "${failures[@]}"
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
