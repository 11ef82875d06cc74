#!/usr/bin/python3
"""compare.py TRUTH.json [--findings] < inventory.ndjson: what certscape says against the truth.

Exact in both directions: every certificate of the truth must be there (recall), none that is not in
it (precision), each with its whole chain in the order sent, each endpoint with its outcome; with
--findings also what is wrong with it today, which was written by hand. Prints each difference; the
exit status is 1 if there is any.
"""
import argparse
import json
import sys
from dataclasses import dataclass, field


@dataclass
class Result:
    wanted: int = 0            # certificates in the truth that had to be found
    found: int = 0             # of them
    extra: int = 0             # certificates that the truth does not have
    complaints: list = field(default_factory=list)

    @property
    def recall(self):
        return self.found / self.wanted if self.wanted else 0.0

    @property
    def exact(self):
        return self.wanted > 0 and not self.complaints

    def summary(self):
        return (f"{self.found} of {self.wanted} certificates ({100 * self.recall:.2f} %), "
                f"{self.extra} that are not in the truth, {len(self.complaints)} differences")


def where(key):
    ip, port, sni = key
    return f"{ip} port {port}" + (f" as {sni}" if sni else "")


def by_endpoint(rows):
    """Rows by (ip, port, server name)."""
    table = {}
    for row in rows:
        table.setdefault((row["ip"], int(row["port"]), row.get("sni") or ""), []).append(row)
    return table


def digests(row):
    return [part["sha256"] for part in row.get("chain") or []]


def holding(row):
    """The names of the findings that hold now."""
    return sorted({f["name"] for f in row.get("findings") or [] if f.get("active", True)})


def compare_chains(key, endpoint, rows, findings, result):
    """The chains of one endpoint. A row without a certificate has no digest."""
    truth = {chain["sha256"][0]: chain for chain in endpoint["chains"]} if endpoint else {}
    seen = {row["sha256"]: row for row in rows if row.get("sha256")}
    for leaf in truth.keys() - seen.keys():
        if not endpoint["optional"]:
            said = sorted({row["outcome"] for row in rows}) or ["nothing"]
            result.complaints.append(
                f"{where(key)} ({endpoint['kind']}): {leaf[:16]} is missing, said: {said}")
    for leaf in seen.keys() - truth.keys():
        result.extra += 1
        result.complaints.append(f"{where(key)}: {leaf[:16]} is not in the truth")
    for leaf in truth.keys() & seen.keys():
        chain, row = truth[leaf], seen[leaf]
        if digests(row) != chain["sha256"]:
            result.complaints.append(f"{where(key)} ({endpoint['kind']}): chain is "
                                     f"{[d[:8] for d in digests(row)]}, sent was "
                                     f"{[d[:8] for d in chain['sha256']]}")
        if findings and holding(row) != sorted(chain["findings"]):
            result.complaints.append(f"{where(key)} ({endpoint['kind']}): findings are "
                                     f"{holding(row)}, right is {sorted(chain['findings'])}")
    if not (endpoint and endpoint["optional"]):
        result.wanted += len(truth)
        result.found += len(truth.keys() & seen.keys())


def compare(truth, rows, findings=False, only=None):
    """A Result. only(endpoint of the truth) limits the truth, for a scan of a part."""
    endpoints = {(e["ip"], e["port"], e["sni"]): e for e in truth["endpoints"]
                 if only is None or only(e)}
    table, result = by_endpoint(rows), Result()
    for key in sorted(endpoints.keys() | table.keys()):
        endpoint, seen = endpoints.get(key), table.get(key, [])
        compare_chains(key, endpoint, seen, findings, result)
        if not endpoint:
            if not any(row.get("sha256") for row in seen):
                result.complaints.append(f"{where(key)}: nothing is there, "
                                         f"said: {[row['outcome'] for row in seen]}")
        elif not seen and not endpoint["optional"] and not endpoint["chains"]:
            result.complaints.append(f"{where(key)} ({endpoint['service']}): not mentioned")
        elif wrong := {row["outcome"] for row in seen} - set(endpoint["outcomes"]):
            result.complaints.append(f"{where(key)} ({endpoint['kind'] or endpoint['service']}): "
                                     f"outcome {sorted(wrong)}, right is {endpoint['outcomes']}")
    return result


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("truth")
    parser.add_argument("--findings", action="store_true")
    arguments = parser.parse_args()
    with open(arguments.truth, encoding="utf-8") as source:
        truth = json.load(source)
    result = compare(truth, [json.loads(line) for line in sys.stdin], arguments.findings)
    for complaint in result.complaints:
        print(complaint)
    print(result.summary())
    return 0 if result.exact else 1


if __name__ == "__main__":
    sys.exit(main())
