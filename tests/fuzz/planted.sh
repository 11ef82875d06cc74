#!/bin/sh
# planted.sh [SECONDS]: would the fuzz targets find an overflow? Takes one bound check at a time out of a
# copy of the sources, builds the target that should notice with libFuzzer and ASan, and runs it over
# the seeds for SECONDS (60; test.sh is content with 15). The untouched copy, run as long, must not
# crash. TAP on standard output.
set -eu
seconds=${1:-60}
tree=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
count=0
failed=0

# fuzz TARGET ROOMS: builds the target from the copy and runs it; fails if it crashes or is not built.
fuzz() {
	main=$(find "$scratch/tests/unit" -name "$1_fuzz.c")
	sources=
	for room in $2; do
		sources="$sources $(find "$scratch/src/$room" -name '*.c')"
	done
	# shellcheck disable=SC2086 # a list of words
	clang -std=gnu17 -D_GNU_SOURCE -DCERTSCAPE_VERSION='"0"' -g -O1 -fsanitize=fuzzer,address \
	    -I "$scratch/src" -I "$scratch/tests" -o "$scratch/target" "$main" $sources -lcrypto \
	    >"$scratch/build.log" 2>&1 || { cat "$scratch/build.log" >&2; exit 2; }
	rm -rf "$scratch/corpus"
	mkdir "$scratch/corpus"
	"$scratch/target" -max_total_time="$seconds" -timeout=10 -verbosity=0 \
	    -artifact_prefix="$scratch/" "$scratch/corpus" "$tree/tests/fuzz/corpus/$1" \
	    >"$scratch/log" 2>&1
}

# result NAME STATUS: one line of TAP; what the fuzzer said if it is a bad one.
result() {
	count=$((count + 1))
	if [ "$2" -eq 0 ]; then
		echo "ok $count - $1"
	else
		failed=$((failed + 1))
		sed 's/^/# /' "$scratch/log"
		echo "not ok $count - $1"
	fi
}

# planted FILE CHECK WITHOUT TARGET ROOMS: CHECK, a part of a line of FILE, becomes WITHOUT.
planted() {
	rm -rf "$scratch/src" "$scratch/tests"
	mkdir "$scratch/tests"
	cp -R "$tree/src" "$scratch/src"
	cp -R "$tree/tests/unit" "$tree/tests/lib" "$scratch/tests"
	status=0
	fuzz "$4" "$5" || status=1
	result "$4 does not crash" $status

	if [ "$(grep -cF "$2" "$scratch/$1")" -ne 1 ]; then
		echo "planted.sh: $1 does not have this once: $2" >&2
		exit 2
	fi
	CHECK=$2 WITHOUT=$3 perl -pi -e 's/\Q$ENV{CHECK}\E/$ENV{WITHOUT}/' "$scratch/$1"
	status=0
	start=$(date +%s)
	if fuzz "$4" "$5" || ! grep -q 'ERROR: AddressSanitizer: .*-buffer-overflow' "$scratch/log"; then
		status=1
	fi
	result "$4 finds that $1 lacks: $2" $status
	echo "# built, and crashed, $(($(date +%s) - start)) s after the check was taken away"
}

planted src/base/span.h 's->bad || n > s->n' 's->bad' serverhello 'base crypto wire'
planted src/wire/certmsg.c 'c.cut = c.n == FLIGHT_CERTS_MAX' 'c.cut = false' certmsg 'base crypto wire'
planted src/base/jsonw.c 'n < s.n && plain[s.p[n]]' 'plain[s.p[n]]' jsonw 'base'
echo "1..$count"
[ $failed -eq 0 ]
