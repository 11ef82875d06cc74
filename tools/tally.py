#!/usr/bin/python3
"""tally.py [--allowed-skips FILE] BUILD|TAP...: one count for many test runs.

Reads the testlog.json that "meson test" left in each build folder (every case of a TAP test
counts, any other test is one case) and plain TAP files, lists what failed, and prints
"N passed, N failed, N skipped". A skip whose reason is not in the list is a failure; so is a test
that died between its cases, a plan that was not kept, a sanitizer's report, and a run of nothing.
"""
import argparse
import json
import os
import re
import sys

CASE = re.compile(r"^(not )?ok\b\s*\d*\s*-?\s*(.*?)(?:\s*#\s*(SKIP|TODO)\b\s*(.*))?$", re.I)
PLAN = re.compile(r"^1\.\.(\d+)")
SANITIZER = re.compile(r"ERROR: (Address|Leak)Sanitizer|runtime error: ")


class Tally:
    """Counts cases; every failure is kept with where it was."""

    def __init__(self, allowed_skips=()):
        self.allowed_skips = set(allowed_skips)
        self.passed = self.skipped = 0
        self.failures = []

    def fail(self, where, what):
        self.failures.append(f"{where}: {what}")

    def skip(self, where, reason):
        if reason in self.allowed_skips:
            self.skipped += 1
        else:
            self.fail(where, f"skipped, and tests/allowed-skips does not have: {reason}")

    def tap(self, where, text):
        """Counts the cases of one TAP stream. Returns the number of failures that it tells of."""
        before = len(self.failures)
        seen, planned = 0, None
        for line in text.splitlines():
            plan = PLAN.match(line)
            if plan:
                planned = int(plan[1])
            if line.startswith("Bail out!"):
                self.fail(where, line)
            case = CASE.match(line)
            if not case:
                continue
            seen += 1
            failed, name, directive, reason = case.groups()
            if (directive or "").upper() == "SKIP":
                self.skip(f"{where}: {name}", reason.strip())
            elif failed:
                self.fail(where, name or f"case {seen}")
            else:
                self.passed += 1
        if planned is None:
            self.fail(where, f"ended after {seen} cases without a plan")
        elif planned != seen:
            self.fail(where, f"planned {planned} cases, ran {seen}")
        return len(self.failures) - before

    def meson_test(self, where, test):
        """Counts one entry of meson's testlog.json."""
        text = test.get("stdout") or ""
        report = SANITIZER.search(text + (test.get("stderr") or ""))
        if report:
            self.fail(where, f"sanitizer: {report[0]}")
        if re.search(r"^1\.\.\d+|^(not )?ok\b", text, re.M):
            if self.tap(where, text) == 0 and test["result"] not in ("OK", "SKIP"):
                self.fail(where, f"{test['result']}, exit status {test['returncode']}")
        elif test["result"] == "OK":
            self.passed += 1
        elif test["result"] == "SKIP":
            self.skip(where, "exit status 77")
        else:
            self.fail(where, f"{test['result']}, exit status {test['returncode']}")

    def build(self, folder):
        """Counts the last test run of a build folder."""
        path = os.path.join(folder, "meson-logs", "testlog.json")
        try:
            with open(path, encoding="utf-8", errors="replace") as log:
                tests = [json.loads(line) for line in log if line.strip()]
        except OSError as error:
            self.fail(folder, f"no test run: {error.strerror}: {path}")
            return
        if not tests:
            self.fail(folder, "a test run of no test")
        for test in tests:
            self.meson_test(f"{folder}: {test['name']}", test)

    def line(self):
        return f"{self.passed} passed, {len(self.failures)} failed, {self.skipped} skipped"


def read_allowed_skips(path):
    with open(path, encoding="utf-8") as lines:
        stripped = (line.strip() for line in lines)
        return [line for line in stripped if line and not line.startswith("#")]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--allowed-skips", metavar="FILE")
    parser.add_argument("runs", nargs="+", metavar="BUILD|TAP")
    arguments = parser.parse_args()
    skips = read_allowed_skips(arguments.allowed_skips) if arguments.allowed_skips else ()
    tally = Tally(skips)
    for run in arguments.runs:
        if os.path.isdir(run):
            tally.build(run)
            continue
        with open(run, encoding="utf-8", errors="replace") as tap:
            tally.tap(run, tap.read())
    if tally.passed == 0 and not tally.failures:
        tally.fail("tally", "nothing was tested")
    for failure in tally.failures:
        print(f"FAILED {failure}")
    print(tally.line())
    return 1 if tally.failures else 0


if __name__ == "__main__":
    sys.exit(main())
