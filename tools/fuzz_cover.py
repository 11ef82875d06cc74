#!/usr/bin/env python3
"""fuzz_cover.py BUILD: how much of each parser its own corpus reaches. BUILD has -Db_coverage=true.

Replays the corpus of every fuzz target by itself, with the counters of that run kept apart, and asks
gcov for the lines of the one file that the target is named after: a line that only a unit test or
another target's corpus reaches does not count. Files of tools/fuzz_exempt.txt that say "through A,B"
are measured from the corpora of those targets together. TAP, a case a file: 90 % of its lines.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile

import check_fuzz
import house

LEAST_PERCENT = 90


class Parser:
    """One file of src/, and the targets whose corpora must reach its lines."""

    def __init__(self, path, targets):
        self.path, self.targets = path, targets


def file_of(room, target):
    """The file, below src/, that a target is named after: starttls_ftp is starttls/ftp.c."""
    for name in (target, target.replace("_", "/", 1)):
        if os.path.exists(os.path.join(house.ROOT, "src", room, name + ".c")):
            return f"{room}/{name}.c"
    return None


def parsers():
    found = [Parser(path, [target]) for room in house.rooms()
             for target in sorted(check_fuzz.targets(house.ROOT, room))
             if (path := file_of(room, target))]
    found += [Parser(path, through) for path, reason in check_fuzz.exemptions(house.ROOT).items()
              if (through := check_fuzz.through(reason))]
    return sorted(found, key=lambda parser: parser.path)


def replay(build, target, counters):
    """Runs a target over its corpus; its .gcda files go below the folder `counters`."""
    done = subprocess.run(
        [os.path.join(build, "tests", target + "_fuzz"),
         os.path.join(house.ROOT, "tests/fuzz/corpus", target)],
        env=dict(os.environ, GCOV_PREFIX=counters), stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, timeout=300, check=False)
    if done.returncode != 0:
        sys.exit(f"{target}: its corpus does not replay\n{done.stdout}")


def counts(build, path, counters):
    """Line number -> how often one run passed there; only lines of the file itself."""
    room, below = path.split("/", 1)
    below = below[:-len(".c")].replace("/", "_")
    stem = f"libcertscape_{room}.a.p/src_{room}_{below}.c"
    notes = os.path.join(build, stem + ".gcno")
    data = counters + os.path.join(build, stem + ".gcda")
    if not os.path.exists(data): # the linker had no use for the file
        sys.exit(f"src/{path}: the target that is named after it does not use it")
    shutil.copy(notes, os.path.dirname(data))
    out = subprocess.run(["gcov", "--json-format", "--stdout", data], cwd=build, check=True,
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    lines = {}
    for file in json.loads(out)["files"]:
        if os.path.realpath(os.path.join(build, file["file"])) == os.path.join(house.ROOT, "src", path):
            for line in file["lines"]:
                number = line["line_number"]
                lines[number] = lines.get(number, 0) + line["count"]
    return lines


def measure(build, parser):
    """The lines of the parser, and those of them that no corpus of its targets reaches."""
    total = {}
    for target in parser.targets:
        with tempfile.TemporaryDirectory() as counters:
            replay(build, target, counters)
            for number, count in counts(build, parser.path, counters).items():
                total[number] = total.get(number, 0) + count
    return total, sorted(number for number, count in total.items() if count == 0)


def spans(numbers):
    """[1, 2, 3, 7] -> "1-3 7"."""
    text, first = [], None
    for index, number in enumerate(numbers):
        first = number if first is None else first
        if index + 1 == len(numbers) or numbers[index + 1] != number + 1:
            text.append(str(first) if first == number else f"{first}-{number}")
            first = None
    return " ".join(text)


def main():
    build = os.path.realpath(sys.argv[1])
    poor = 0
    for parser in parsers():
        total, missed = measure(build, parser)
        percent = 100 * (len(total) - len(missed)) / len(total)
        below = percent < LEAST_PERCENT
        poor += below
        print(f"{'not ' if below else ''}ok - {parser.path}: {percent:.1f} % of {len(total)} lines"
              f"{'' if not missed else ', not ' + spans(missed)}", flush=True)
    print(f"1..{len(parsers())}")
    sys.exit(poor != 0)


if __name__ == "__main__":
    main()
