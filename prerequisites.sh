#!/usr/bin/env bash
# What the native libraries need of the system: libtorch's binding asks for GLIBCXX_3.4.32 (GCC 13), and Debian 12 stops at 3.4.30.
# On Debian 12 it can be upgraded here, which takes parts of Debian 13 into the system and is therefore asked first: MIXPREC_YES=1 is a yes,
# and so is one at the terminal. Elsewhere this script says what to install.
#   ./prerequisites.sh [--check]      --check installs nothing
set -euo pipefail
cd "$(dirname "$0")"
. scripts/steps.sh
this_step='checking the system'

needed=GLIBCXX_3.4.32
etc=${MIXPREC_ETC:-/etc} # the tests put another system here

if ! command -v dotnet >/dev/null; then
  echo "The .NET 10 SDK is needed: https://dot.net" >&2
  exit 1
fi

if [ "$(uname -sm)" != 'Linux x86_64' ]; then
  exit 0
fi

# The whole list is read: a reader that stops at its first match kills the writer, and under pipefail the script with it, in one run of five.
# It is searched as one text: bash reads lines of a pipe byte by byte, 40,000 times.
listing=$(ldconfig -p 2>/dev/null || /sbin/ldconfig -p)
library=
if [[ $listing =~ [[:space:]]libstdc\+\+\.so\.6\ \([^\)]*x86-64[^\)]*\)\ =\>\ ([^[:space:]]+) ]]; then
  library=${BASH_REMATCH[1]}
fi
if [ -n "$library" ] && grep -qa "$needed" "$library"; then
  exit 0
fi

. "$etc/os-release"
others='a container of the .NET 10 SDK on Ubuntu 24.04 (tag 10.0-noble), Debian 13 or Ubuntu 24.04'
if [ "$(id -u)" != 0 ] || [ "${ID:-}" != debian ] || [ "${VERSION_ID:-}" != 12 ]; then
  echo "libstdc++ with $needed is needed (GCC 13 or newer); found: ${library:-none}. Systems that have it: $others." >&2
  exit 1
fi

cat >&2 <<TEXT
libstdc++ with $needed is needed; ${library:-none found} of Debian 12 does not have it.
It can be upgraded here from Debian 13: adds $etc/apt/sources.list.d/mixprec-trixie.list (pinned below everything else) and installs
libstdc++6 from it. That also upgrades what the new library needs: libc6 with its tools, libgcc-s1, dpkg and base-files, so that the system
calls itself Debian 13 afterwards. Other ways: $others.
TEXT
if [ -n "$only_checks" ]; then
  exit 1
fi

answer=${MIXPREC_YES:-}
if [ -z "$answer" ] && [ -t 0 ]; then
  read -r -p 'Upgrade libstdc++6 and what it needs from Debian 13? [y/N] ' answer || answer=
fi
case $answer in
  1 | [yY] | [yY][eE][sS]) ;;
  *)
    echo "Nothing was changed. MIXPREC_YES=1 ./prerequisites.sh upgrades without asking." >&2
    exit 1
    ;;
esac

# The same mirror as the machine's own sources (not one that a comment names); priority 100 keeps everything else at Debian 12.
list=$etc/apt/sources.list.d/mixprec-trixie.list
pin=$etc/apt/preferences.d/mixprec-trixie
rm -f "$list" "$pin"
sources=$(cat "$etc"/apt/sources.list "$etc"/apt/sources.list.d/*.list "$etc"/apt/sources.list.d/*.sources 2>/dev/null || true)
mirrors=$(grep -v '^ *#' <<< "$sources" | grep -oE 'https?://[^ ]+/debian/?( |$)' || true)
mirror=${mirrors%%$'\n'*}
mirror=${mirror%% *}
if [ -z "$mirror" ]; then
  echo "The sources of $etc/apt name no Debian mirror to upgrade from. Other ways: $others." >&2
  exit 1
fi
echo "deb $mirror trixie main" > "$list"
printf 'Package: *\nPin: release n=trixie\nPin-Priority: 100\n' > "$pin"
step "upgrading libstdc++6 from $mirror, suite trixie"
export DEBIAN_FRONTEND=noninteractive
if ! { apt-get update -q && apt-get install -y -q -t trixie libstdc++6; }; then
  rm -f "$list" "$pin"
  echo "libstdc++ with $needed could not be installed from $mirror, suite trixie." >&2
  exit 1
fi
