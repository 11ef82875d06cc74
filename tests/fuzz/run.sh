#!/bin/sh
# run.sh BUILD [SECONDS] [TARGET...]: every libFuzzer target of a -Dfuzzer=true build, SECONDS each.
# What it learns goes to BUILD/corpus; a crash stays in tests/fuzz/corpus/<target> for ever.
set -eu
build=$(realpath "$1")
seconds=${2:-60}
[ $# -gt 2 ] && shift 2 || set --
cd "$(dirname "$0")/corpus"

[ $# -gt 0 ] || set -- $(cd "$build/tests" && ls | sed -n 's/_fuzz$//p')
failed=0
for target; do
	mkdir -p "$build/corpus/$target" "$target"
	echo "== $target, $seconds s"
	"$build/tests/${target}_fuzz" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
	    -print_final_stats=1 -verbosity=0 -artifact_prefix="$target/crash-" \
	    "$build/corpus/$target" "$target" || failed=$((failed + 1))
done
echo "$failed of $# targets failed"
[ $failed -eq 0 ]
