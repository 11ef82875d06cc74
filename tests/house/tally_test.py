#!/usr/bin/python3
"""The count that CI believes must not be fooled: tools/tally.py against made-up test logs."""
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "tools"))
import tally  # noqa: E402  pylint: disable=wrong-import-position

TWO_CASES = "ok 1 - a\nok 2 - b\n1..2\n"


def count(text, result="OK", skips=(), stderr=""):
    """The tally of one meson test with this output."""
    t = tally.Tally(skips)
    t.meson_test("x", {"stdout": text, "stderr": stderr, "result": result, "returncode": 0})
    return t


class TallyTest(unittest.TestCase):
    def test_cases_are_counted(self):
        self.assertEqual(count(TWO_CASES).line(), "2 passed, 0 failed, 0 skipped")

    def test_a_test_without_tap_is_one_case(self):
        self.assertEqual(count("hello", "OK").line(), "1 passed, 0 failed, 0 skipped")
        self.assertEqual(count("hello", "FAIL").line(), "0 passed, 1 failed, 0 skipped")

    def test_not_ok_fails(self):
        self.assertEqual(count("ok 1 - a\nnot ok 2 - b\n1..2\n", "FAIL").line(),
                         "1 passed, 1 failed, 0 skipped")

    def test_a_crash_after_good_cases_fails(self):
        self.assertEqual(len(count(TWO_CASES, "ERROR").failures), 1)
        self.assertEqual(len(count(TWO_CASES, "TIMEOUT").failures), 1)

    def test_a_plan_that_is_missing_or_not_kept_fails(self):
        self.assertEqual(len(count("ok 1 - a\n").failures), 1)
        self.assertEqual(len(count("ok 1 - a\n1..2\n").failures), 1)

    def test_a_skip_needs_its_reason_in_the_list(self):
        text = "ok 1 - a # SKIP no IPv6 here\n1..1\n"
        self.assertEqual(count(text, "SKIP").line(), "0 passed, 1 failed, 0 skipped")
        self.assertEqual(count(text, "SKIP", ["no IPv6 here"]).line(),
                         "0 passed, 0 failed, 1 skipped")
        self.assertEqual(len(count("", "SKIP", ["no IPv6 here"]).failures), 1)

    def test_a_sanitizer_report_fails_a_test_that_exits_well(self):
        self.assertEqual(len(count(TWO_CASES, stderr="x.c:3: runtime error: shift").failures), 1)

    def test_bail_out_fails(self):
        self.assertEqual(len(count("1..0\nBail out! no root\n").failures), 1)

    def test_a_build_without_a_run_fails(self):
        t = tally.Tally()
        t.build("/nonexistent")
        self.assertEqual(len(t.failures), 1)


if __name__ == "__main__":
    unittest.main()
