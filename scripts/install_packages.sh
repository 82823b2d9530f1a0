#!/bin/sh
# Installs the Debian packages listed in the given files (default: scripts/packages.txt) that are missing, and says so before it does.
# Where it may not install, it prints the one command to run.
set -eu
here=$(dirname "$0")
[ $# -gt 0 ] || set -- "$here/packages.txt"
if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "This is no Debian system: please install the counterparts of the packages in $* by hand." >&2
    exit 0
fi
missing=""
for package in $(sed 's/#.*//' "$@"); do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
command="apt-get install -y --no-install-recommends$missing"
if [ "$(id -u)" = 0 ]; then
    sudo=""
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    sudo="sudo"
else
    printf 'These packages are missing:%s\nInstall them with:\n  sudo apt-get update && sudo %s\n' "$missing" "$command" >&2
    exit 1
fi
printf 'Installing missing packages:%s\n' "$missing"
$sudo apt-get update -qq
DEBIAN_FRONTEND=noninteractive $sudo $command >/dev/null
