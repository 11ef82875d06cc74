#!/bin/sh
# run.sh [TARGET...]: from a bare Debian 12 to a certificate inventory: installs what the build
# needs, builds, scans TARGET (this machine's own addresses unless told) and prints what it found.
set -eu
cd "$(dirname "$0")"
. tools/packages.sh

install_packages packaging/apt-build.txt
set_up build
ninja -C build certscape >&2

if [ $# -eq 0 ]; then
	# Link-local addresses need a zone, and another machine would not see them.
	set -- 127.0.0.1 $(hostname -I | tr ' ' '\n' | grep -v '^fe80' || true)
fi
build/certscape scan "$@"
echo
echo "The inventory:"
listing=$(build/certscape list)
echo "$listing"
if [ "$(build/certscape list --format ndjson | wc -l)" -eq 0 ]; then
	echo
	echo "No TLS certificate was found here. 'make demo' makes a throw-away network of real"
	echo "servers in a namespace of this machine, scans it and shows it ('apt install make',"
	echo "or 'python3 tests/lab/lab.py demo' as root)."
fi
