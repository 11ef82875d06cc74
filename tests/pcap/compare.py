#!/usr/bin/env python3
"""Zeek's traces through our sensor, and every row and column of our logs against Zeek's.

    tests/pcap/compare.py ZEEK_LOG [PART-OF-A-NAME...]

Rows may stand in any order; ts, uid and fuid are of no account. Where we differ on purpose, a line of
zeek-deviations says so: a line that nothing needs any more fails, too.
"""
import os
import subprocess
import sys
import tempfile
from collections import Counter

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(HERE, "..", "..", "..", "shared", "data", "zeek")
TRACES = os.path.join(DATA, "traces", "tls")
ROOTS = "roots=" + os.path.join(DATA, "roots-2014.pem")
LOGS = "ct-logs=" + os.path.join(HERE, "ct-logs")
KEY = ["id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p"]
IGNORED = {"ts", "uid", "fuid", "id"}

# The options that a test of Zeek's gave to Zeek, where they were not the defaults.
VALIDATE = ["validation", ROOTS, "known"]
OPTIONS = {
    "scripts.base.files.x509.disable-certificate-events-known-certs": VALIDATE,
    "scripts.base.files.x509.disable-certificate-events-known-certs-2": VALIDATE,
    "scripts.base.files.x509.disable-certificate-events-known-certs-3": VALIDATE,
    "scripts.base.files.x509.event-caching": ["relog"],
    "scripts.base.files.x509.tbs_sig_alg": ["tbs"],
    "scripts.base.protocols.imap.starttls": ["names"],
    "scripts.base.protocols.ssl.cve-2015-3194": ["validation", ROOTS],
    "scripts.base.protocols.ssl.dtls-stun-dpd": ["names"],
    "scripts.base.protocols.ssl.fragment": ["names"],
    "scripts.policy.protocols.ssl.certificate-request-info": ["ca-request"],
    "scripts.policy.protocols.ssl.expiring-certs": ["all-hosts"],
    "scripts.policy.protocols.ssl.known-certs": ["all-hosts"],
    "scripts.policy.protocols.ssl.log-certs-base64": ["base64"],
    "scripts.policy.protocols.ssl.log-hostcerts-only": ["hosts-only", "relog"],
    "scripts.policy.protocols.ssl.ssl-log-ext": ["ssl-ext"],
    "scripts.policy.protocols.ssl.validate-certs": VALIDATE,
    "scripts.policy.protocols.ssl.validate-certs-no-cache": ["validation", ROOTS],
    "scripts.policy.protocols.ssl.validate-ocsp": ["ocsp", ROOTS],
    "scripts.policy.protocols.ssl.validate-sct": ["validation", "ct", ROOTS, LOGS],
    "scripts.policy.protocols.ssl.weak-keys": ["all-hosts", "key-bits=4096"],
}
# Of one file of a test.
FILE_OPTIONS = {"ssl-max-history-length-3.log": ["history=3"]}
# Files that zeek-cut made: their columns.
CUT = {
    "ssl-max-history-length-3.log": ["uid", "ssl_history"],
    "ssl-max-history-length-default.log": ["uid", "ssl_history"],
}
# Notices of the scripts that a test loaded; the others it never asked for.
NOTES = {
    "expiring-certs": ["SSL::Certificate_"],
    "heartbleed": ["Heartbleed::"],
    "weak-keys": ["SSL::Weak_", "SSL::Old_"],
}
# Where the map lists more traces than a log was made of.
TRACES_OF = {"scripts.base.protocols.ssl.dtls/x509.log": ["dtls1_0.pcap"]}
# Columns that the script of a test itself added to ssl.log: handshake bytes, no log of Zeek's.
NO_COLUMNS = {"scripts.base.protocols.ssl.keyexchange": {
    "client_record_version", "client_random", "client_cipher_suites", "server_record_version",
    "server_random", "server_dh_p", "server_dh_q", "server_dh_Ys", "server_ecdh_point",
    "server_signature_sig_alg", "server_signature_hash_alg", "server_signature", "server_cert_sha1",
    "client_rsa_pms", "client_dh_Yc", "client_ecdh_point"}}


def sections(path, cut):
    """The logs in one file, each as (columns, rows); a file may be several, one after the other."""
    found = []
    with open(path, encoding="latin-1") as lines:
        for line in lines:
            cells = line.rstrip("\n").split("\t")
            if cells[0] == "#fields":
                found.append((cells[1:], []))
            elif cells[0] == "uid" or (cut and not found):
                found.append((cut or cells, []))
                if cut and not line.startswith("#"):
                    found[-1][1].append(dict(zip(cut, cells)))
            elif line.startswith("#") or not found:
                continue
            else:
                found[-1][1].append(dict(zip(found[-1][0], cells)))
    return [s for s in found if s[1]]


class Sensor:
    """Runs of zeek_log, each once."""

    def __init__(self, program, folder):
        self.program, self.folder, self.runs = program, folder, {}

    def rows(self, trace, options, log):
        key = (trace, tuple(options))
        if key not in self.runs:
            out = os.path.join(self.folder, str(len(self.runs)))
            os.mkdir(out)
            args = [part for o in options for part in ("-o", o)]
            run = subprocess.run([self.program, *args, os.path.join(TRACES, trace), out], check=False,
                                 capture_output=True, text=True, timeout=60)
            self.runs[key] = out if run.returncode == 0 else ""
            if run.returncode:
                print(f"# {trace}: exit {run.returncode}: {run.stderr.strip()[-300:]}")
        if not self.runs[key]:
            return None
        path = os.path.join(self.runs[key], log + ".log")
        if not os.path.exists(path):
            return []
        return [row for s in sections(path, None) for row in s[1]]


def wanted(rows, test, log):
    if log != "notice":
        return rows
    notes = next((v for k, v in NOTES.items() if test.endswith(k)), [""])
    return [r for r in rows if any(r["note"].startswith(n) for n in notes)]


def read_map():
    """Which traces a test read, as its own script says."""
    traces = {}
    with open(os.path.join(DATA, "baseline-map.txt"), encoding="utf-8") as lines:
        for line in lines:
            test, _, names = [cell.strip() for cell in line.split("|")]
            traces[test] = [os.path.basename(n) for n in names.split()]
    return traces


class Deviations:
    """test/log | trace | column or "row" | packet | reason: text"""
    REASONS = ("we report more", "Zeek errs")

    def __init__(self):
        self.rows, self.used, self.bad = {}, set(), []
        with open(os.path.join(HERE, "zeek-deviations"), encoding="utf-8") as lines:
            for line in lines:
                if not line.strip() or line.startswith("#"):
                    continue
                cells = [cell.strip() for cell in line.split("|")]
                if len(cells) != 5 or not cells[3].isdigit() or \
                        not cells[4].startswith(self.REASONS):
                    self.bad.append(line.strip())
                else:
                    self.rows[tuple(cells[:3])] = cells[4]

    def allow(self, test, trace, column):
        key = (test, trace, column)
        self.used.add(key)
        return key in self.rows

    def stale(self, tests):
        return [k for k in self.rows if k not in self.used and k[0] in tests]


def differences(expected, got, columns):
    """(column, text) of each; "row" where a whole row is missing or too many."""
    def cut(row):
        return tuple(row.get(c, "(no such column)") for c in columns)

    missing = Counter(map(cut, expected)) - Counter(map(cut, got))
    extra = Counter(map(cut, got)) - Counter(map(cut, expected))
    missing, extra = list(missing.elements()), list(extra.elements())
    for row in missing:
        # The most alike of those that are left is the one that was meant.
        same = [sum(a == b for a, b in zip(row, other)) for other in extra]
        if not same or max(same) * 2 < len(row):
            yield "row", "missing: " + " ".join(row)[:400]
            continue
        other = extra.pop(same.index(max(same)))
        for column, a, b in zip(columns, row, other):
            if a != b:
                yield column, f"Zeek {a[:300]} we {b[:300]}"
    for row in extra:
        yield "row", "too many: " + " ".join(row)[:400]


class Comparison:
    def __init__(self, program, folder):
        self.sensor, self.map, self.deviations = Sensor(program, folder), read_map(), Deviations()
        self.rows = 0

    def find_traces(self, test, name, rows):
        """The traces of these rows: those of the map, or by the addresses in them."""
        if KEY[0] not in rows[0]:
            return TRACES_OF.get(name, self.map[test])
        columns = [k for k in KEY if k in rows[0]]
        for trace in self.map[test] + sorted(os.listdir(TRACES)):
            ours = {tuple(r[c] for c in columns) for r in self.sensor.rows(trace, [], "ssl") or []}
            if ours & {tuple(r[c] for c in columns) for r in rows}:
                return [trace]
        return []

    def section(self, test, name, columns, expected):
        """Complaints on one log."""
        log = name.split("-")[0].split(".")[0]
        columns = [c for c in columns if c not in IGNORED | NO_COLUMNS.get(test, set())]
        traces = self.find_traces(test, f"{test}/{name}", expected)
        if not traces:
            return ["no trace has a session of: " + " ".join(expected[0].values())[:200]]
        self.rows += len(expected)
        got = []
        for trace in traces:
            rows = self.sensor.rows(trace, OPTIONS.get(test, []) + FILE_OPTIONS.get(name, []), log)
            if rows is None:
                return [f"{trace}: the sensor failed"]
            got += wanted(rows, test, log)
        return [f"{'+'.join(traces)}: {column}: {text}"
                for column, text in differences(expected, got, columns)
                if not self.deviations.allow(f"{test}/{name}", traces[0], column)]

    def baseline(self, test, name):
        complaints = []
        path = os.path.join(DATA, "baseline", test, name)
        found = sections(path, CUT.get(name))
        for columns, rows in found:
            complaints += self.section(test, name, columns, rows)
        return complaints if found else ["no rows in " + path]


def baselines():
    for test in sorted(os.listdir(os.path.join(DATA, "baseline"))):
        for name in sorted(os.listdir(os.path.join(DATA, "baseline", test))):
            if name.split("-")[0].split(".")[0] in ("ssl", "x509", "notice", "known_certs"):
                yield test, name


def main():
    program, only = sys.argv[1], sys.argv[2:]
    if not os.path.isdir(TRACES):
        print("1..1\nok 1 - zeek # SKIP ../shared/data is not there")
        return 0
    failed, n, tests = 0, 0, set()
    with tempfile.TemporaryDirectory() as folder:
        comparison = Comparison(program, folder)
        for test, name in baselines():
            if only and not any(word in f"{test}/{name}" for word in only):
                continue
            n += 1
            if ".quic." in test:
                print(f"ok {n} - {test}/{name} # SKIP no QUIC traces beside the tree")
                continue
            tests.add(f"{test}/{name}")
            complaints = comparison.baseline(test, name)
            failed += bool(complaints)
            print(f"{'not ok' if complaints else 'ok'} {n} - {test}/{name}")
            for text in complaints:
                print("# " + text)
    stale = comparison.deviations.stale(tests) + comparison.deviations.bad
    n += 1
    print(f"{'not ok' if stale else 'ok'} {n} - every listed deviation is one")
    for line in stale:
        print("# ", line)
    print(f"# {comparison.rows} rows of Zeek's compared")
    print(f"1..{n}")
    return 1 if failed or stale else 0


if __name__ == "__main__":
    sys.exit(main())
