#!/usr/bin/python3
"""The lab's judge is judged: tests/lab/compare.py must see every kind of difference."""
import copy
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lab"))
from compare import compare  # noqa: E402  pylint: disable=wrong-import-position

A, B, CA = "aa" * 32, "bb" * 32, "cc" * 32
TRUTH = {"endpoints": [
    {"ip": "10.0.0.1", "port": 443, "sni": "", "service": "nginx", "kind": "dual",
     "outcomes": ["certificate"], "optional": False,
     "chains": [{"sha256": [A, CA], "findings": ["expired"]}, {"sha256": [B], "findings": []}]},
    {"ip": "10.0.0.2", "port": 22, "sni": "", "service": "ssh", "kind": "",
     "outcomes": ["no-tls"], "optional": False, "chains": []},
    {"ip": "10.0.0.3", "port": 443, "sni": "x", "service": "nginx", "kind": "sni",
     "outcomes": ["certificate"], "optional": True,
     "chains": [{"sha256": [B], "findings": []}]},
]}


def row(ip, port, outcome, chain=(), findings=(), sni=""):
    return {"ip": ip, "port": port, "sni": sni, "outcome": outcome,
            "sha256": chain[0] if chain else "", "chain": [{"sha256": d} for d in chain],
            "findings": [{"name": n, "active": active} for n, active in findings]}


RIGHT = [row("10.0.0.1", 443, "certificate", [A, CA], [("expired", True), ("no-san", False)]),
         row("10.0.0.1", 443, "certificate", [B]),
         row("10.0.0.2", 22, "no-tls")]


class CompareTest(unittest.TestCase):
    def differs(self, rows, truth=TRUTH, **more):
        result = compare(truth, rows, **more)
        self.assertFalse(result.exact)
        return result

    def test_right_is_right(self):
        result = compare(TRUTH, RIGHT, findings=True)
        self.assertEqual((result.complaints, result.wanted, result.recall), ([], 2, 1.0))

    def test_each_missing_row_is_seen(self):
        for i in range(len(RIGHT)):
            self.differs(RIGHT[:i] + RIGHT[i + 1:])

    def test_each_certificate_taken_from_the_truth_is_seen(self):
        for i in range(2):
            truth = copy.deepcopy(TRUTH)
            del truth["endpoints"][0]["chains"][i]
            self.assertEqual(self.differs(RIGHT, truth).extra, 1)

    def test_an_endpoint_that_is_not_there_is_seen(self):
        self.differs(RIGHT + [row("10.0.0.9", 443, "certificate", [A])])
        self.differs(RIGHT + [row("10.0.0.9", 443, "timeout")])

    def test_chain_order_and_length_count(self):
        self.differs([row("10.0.0.1", 443, "certificate", [A])] + RIGHT[1:])
        self.differs([row("10.0.0.1", 443, "certificate", [A, CA, CA])] + RIGHT[1:])

    def test_findings_count_when_asked_for(self):
        rows = [row("10.0.0.1", 443, "certificate", [A, CA])] + RIGHT[1:]
        self.assertTrue(compare(TRUTH, rows).exact)
        self.differs(rows, findings=True)

    def test_a_wrong_outcome_is_seen(self):
        self.differs(RIGHT[:2] + [row("10.0.0.2", 22, "timeout")])

    def test_the_optional_may_be_there_but_right(self):
        self.assertTrue(compare(TRUTH, RIGHT + [row("10.0.0.3", 443, "certificate", [B],
                                                    sni="x")]).exact)
        self.differs(RIGHT + [row("10.0.0.3", 443, "certificate", [A], sni="x")])

    def test_nothing_against_nothing_is_not_right(self):
        self.differs([], {"endpoints": []})


if __name__ == "__main__":
    unittest.main()
