#!/usr/bin/env python3
"""tests/pcap/compare.py finds what differs, and says nothing where nothing does."""
import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "pcap"))
import compare  # noqa: E402

ROW = {"a": "1", "b": "2", "c": "3"}


class Differences(unittest.TestCase):
    def find(self, zeeks, ours):
        return [column for column, _ in compare.differences(zeeks, ours, ["a", "b", "c"])]

    def test_same_rows_in_any_order(self):
        other = dict(ROW, a="9")
        self.assertEqual(self.find([ROW, other], [other, ROW]), [])

    def test_one_column(self):
        self.assertEqual(self.find([ROW], [dict(ROW, c="4")]), ["c"])

    def test_a_column_that_we_lack(self):
        self.assertEqual(self.find([ROW], [{"a": "1", "b": "2"}]), ["c"])

    def test_rows_missing_and_too_many(self):
        self.assertEqual(self.find([ROW], []), ["row"])
        self.assertEqual(self.find([], [ROW]), ["row"])
        self.assertEqual(self.find([ROW], [ROW, ROW]), ["row"])


class Sections(unittest.TestCase):
    def read(self, text, cut=None):
        with tempfile.NamedTemporaryFile("w", suffix=".log") as f:
            f.write(text)
            f.flush()
            return compare.sections(f.name, cut)

    def test_two_logs_in_one_file(self):
        log = "### BTest\n#path\tssl\n#fields\tts\ta\n#types\ttime\tstring\n1\tx\n#close\n"
        found = self.read(log + "#fields\tts\tb\n2\ty\n")
        self.assertEqual([f[0] for f in found], [["ts", "a"], ["ts", "b"]])
        self.assertEqual(found[1][1], [{"ts": "2", "b": "y"}])

    def test_what_zeek_cut_made(self):
        self.assertEqual(self.read("### BTest\nCx\tCsx\n", ["uid", "ssl_history"])[0][1],
                         [{"uid": "Cx", "ssl_history": "Csx"}])
        self.assertEqual(self.read("uid\tversion\nCx\t-\n")[0][1], [{"uid": "Cx", "version": "-"}])

    def test_no_rows_are_no_log(self):
        self.assertEqual(self.read("#fields\ta\n"), [])


if __name__ == "__main__":
    unittest.main()
