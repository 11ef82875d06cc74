#!/bin/sh
# test.sh [--no-lab]: everything that proves certscape, from a bare Debian 12: installs what the
# tests need, builds with warnings as errors and once more with ASan and UBSan, runs all tests in
# both, measures what the fuzz corpora reach and whether fuzzing finds a planted fault, then the lab
# (root: its servers live in namespaces of their own). The last line is the count.
set -u
cd "$(dirname "$0")"
. tools/packages.sh

lab=yes
for argument; do
	case $argument in
	--no-lab) lab=no ;;
	*) echo "usage: ./test.sh [--no-lab]" >&2; exit 2 ;;
	esac
done

# A step that cannot even run is a failure, and the count says so.
give_up() {
	echo "test.sh: $1" >&2
	echo "0 passed, 1 failed, 0 skipped"
	exit 1
}

# check BUILD: all of a build's tests; a failing one is counted by the tally, not here.
check() {
	ninja -C "$1" >&2 || give_up "$1 does not build"
	rm -f "$1"/meson-logs/testlog*.json
	/usr/bin/meson test -C "$1" --no-rebuild --print-errorlogs >&2
}

# prove BUILD ACTION OPTION...: the lab with the program of a build; its file belongs to whoever runs
# us.
prove() {
	tested=$1
	action=$2
	shift 2
	as_root env PYTHONDONTWRITEBYTECODE=1 ASAN_OPTIONS="$ASAN_OPTIONS" \
	    UBSAN_OPTIONS="$UBSAN_OPTIONS" /usr/bin/python3 tests/lab/lab.py "$action" \
	    --build "$tested" "$@" >"$tested/$action.tap" ||
		echo "test.sh: the lab of $tested ($action) ended with status $?" >&2
}

# page SCRIPT FOLDER NAME: the tests of a folder of node's, as build/NAME.tap.
page() {
	(cd "$2" && npm ci --no-audit --no-fund --loglevel=error >&2 && npm run --silent "$1") >"build/$3.tap" ||
		echo "test.sh: the tests of $2 ended with status $?" >&2
}

install_packages packaging/apt-build.txt packaging/apt-test.txt || give_up "packages are missing"
install_page_tools || give_up "packages are missing"
export PYTHONDONTWRITEBYTECODE=1
export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1

set_up build || give_up "build cannot be configured"
/usr/bin/meson configure build -Dwerror=true >&2 || give_up "build cannot be configured"
check build
page tap ui ui
page tap tests/ui browser
# gcc 12's -Wconversion has false alarms under -fsanitize=undefined, so no -Dwerror here.
set_up build-asan -Dpage=disabled -Db_sanitize=address,undefined -Db_lundef=false ||
	give_up "build-asan cannot be configured"
check build-asan

set_up build-cover -Dpage=disabled -Db_coverage=true -Dbuildtype=debug || give_up "build-cover cannot be configured"
fuzz_targets=$(ninja -C build-cover -t targets all | sed -n 's/^\(tests\/[a-z0-9_]*_fuzz\):.*/\1/p')
# shellcheck disable=SC2086 # a list of words
ninja -C build-cover $fuzz_targets >&2 || give_up "build-cover does not build"
/usr/bin/python3 tools/fuzz_cover.py build-cover >build/fuzz_cover.tap
tests/fuzz/planted.sh 15 >build/planted.tap

set -- build build-asan build/fuzz_cover.tap build/planted.tap build/ui.tap build/browser.tap
if [ $lab = yes ]; then
	prove build test
	prove build hunters
	prove build raw
	prove build-asan test --only found_exactly
	prove build-asan hunters
	prove build-asan raw --only exactly
	set -- "$@" build/test.tap build/hunters.tap build/raw.tap
	set -- "$@" build-asan/test.tap build-asan/hunters.tap build-asan/raw.tap
fi
exec /usr/bin/python3 tools/tally.py --allowed-skips tests/allowed-skips "$@"
