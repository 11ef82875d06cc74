#!/bin/sh
# run.sh [TARGET...]: from a bare Debian 12 to a certificate inventory: installs what the build
# needs, builds, scans TARGET (this machine's own addresses unless told) and prints what it found.
set -eu
cd "$(dirname "$0")"
. tools/packages.sh

install_packages packaging/apt-build.txt
install_page_tools
set_up build
ninja -C build certscape >&2

if [ $# -eq 0 ]; then
	# Link-local addresses need a zone, and another machine would not see them.
	set -- 127.0.0.1 $(hostname -I | tr ' ' '\n' | grep -v '^fe80' || true)
fi
# On a terminal there is a live line, and a summary at the end; the records lie in the store.
build/certscape scan --format ndjson "$@" >/dev/null
echo
echo "The inventory:"
build/certscape list --format table
if [ -z "$(build/certscape list --format ndjson --limit 1 2>/dev/null)" ]; then
	echo
	echo "No TLS certificate was found here. 'make demo' makes a throw-away network of real"
	echo "servers in a namespace of this machine, scans it and shows it. (Without make, as root:"
	echo "python3 tests/lab/lab.py demo.)"
else
	echo
	echo "Search it, see when it expires, be warned in time, in a browser:"
	echo "  build/certscape serve"
	if [ -t 0 ] && [ -t 1 ]; then
		printf 'Start it now? [y/N] '
		read -r answer
		case $answer in
		[yY]*) exec build/certscape serve ;;
		esac
	fi
fi
