#!/usr/bin/env bash
# What the native libraries need of the system. libtorch's wrapper asks for GLIBCXX_3.4.32 (GCC 13); Debian 12 stops at 3.4.30.
# Installs it only where it is missing and this is root on Debian 12; elsewhere it says what to install.
set -euo pipefail

needed=GLIBCXX_3.4.32

if ! command -v dotnet >/dev/null; then
  echo "The .NET 10 SDK is needed: https://dot.net" >&2
  exit 1
fi

[ "$(uname -s)" = Linux ] || exit 0
library=$({ ldconfig -p 2>/dev/null || /sbin/ldconfig -p; } | awk '/libstdc\+\+\.so\.6 / && /x86-64/ { print $NF; exit }')
if [ -n "$library" ] && grep -qa "$needed" "$library"; then
  exit 0
fi

. /etc/os-release
if [ "$(id -u)" != 0 ] || [ "${ID:-}" != debian ] || [ "${VERSION_ID:-}" != 12 ]; then
  echo "libstdc++ with $needed is needed (GCC 13 or newer: package libstdc++6 of Debian 13 or Ubuntu 24.04); found: ${library:-none}" >&2
  exit 1
fi

# The same mirror as the machine's own sources (not one that a comment names); priority 100 keeps everything else at Debian 12.
list=/etc/apt/sources.list.d/mixprec-trixie.list
pin=/etc/apt/preferences.d/mixprec-trixie
rm -f "$list" "$pin"
mirror=$({ cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null || true; } |
  grep -v '^ *#' | grep -oE 'https?://[^ ]+/debian/?( |$)' | head -n 1 | tr -d ' ' || true)
echo "deb ${mirror:-http://deb.debian.org/debian} trixie main" > "$list"
printf 'Package: *\nPin: release n=trixie\nPin-Priority: 100\n' > "$pin"
if ! { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q -t trixie libstdc++6; }; then
  rm -f "$list" "$pin"
  echo "libstdc++ with $needed could not be installed from ${mirror:-http://deb.debian.org/debian}, suite trixie" >&2
  exit 1
fi
