# shellcheck shell=bash
# Sourced first by every script. It says each long step before it starts, and when the script stops, in which step it did and with which exit code.
# A first argument --check ends the script after its checks, before anything long: the checks can be tried by themselves, as often as one likes.

only_checks=
if [ "${1:-}" = --check ]; then
  only_checks=1
  shift
fi

this_step=starting
folders_to_remove=()

# What fails without a step has said so itself.
step() {
  this_step=$1
  echo "== ${0##*/}: $1" >&2
}

end_of_checks() {
  if [ -n "$only_checks" ]; then
    exit 0
  fi
}

remove_at_exit() {
  folders_to_remove+=("$1")
}

at_exit() {
  local code=$?
  if [ "${#folders_to_remove[@]}" -gt 0 ]; then
    rm -rf "${folders_to_remove[@]}"
  fi
  if [ "$code" -ne 0 ] && [ -n "$this_step" ]; then
    echo "${0##*/} stopped with exit code $code while $this_step" >&2
  fi
}
trap at_exit EXIT
