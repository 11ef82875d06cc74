"""hunters.py: what the sensor promises a hunter: a function each, which returns complaints.

Real clients and servers, certscape watch on the router between them, tcpdump beside it. What must
be alerted is written by hand, below; what is not written there must not be alerted.
"""
import contextlib
import datetime
import os
import signal
import subprocess
import time

import certscape as program_module
import evidence
import network
import tap
from hunted import CURL, CURL_K, TAP, WGET, WGET_K

READY_S, END_S = 30, 60
TIMES = 3  # connections of each client to each server
REJECTED, LEFT = "client-rejected-certificate", "client-left-after-handshake"

# What each client must make us alert. TLS 1.2 shows the certificate: the client does not matter.
# TLS 1.3 hides it: what is left is what the client does. OpenSSL refuses a chain in clear; a name
# is compared later, by curl itself, which then leaves; GnuTLS judges nothing before it has
# finished, and 1024 bits are enough for it. With -k and --no-check-certificate nobody minds, and
# "scan --known" must look (see below).
#    kind                   TLS 1.2                 1.3: curl  -k    wget  --no-check-certificate
TABLE = {
    "good":                 (None,                        (None, None, None, None)),
    "good-rsa":             (None,                        (None, None, None, None)),
    "self-signed":          ("self-signed",               (REJECTED, None, LEFT, None)),
    "by-hand":              ("self-signed name-mismatch", (REJECTED, None, LEFT, None)),
    "expired":              ("expired",                   (REJECTED, None, LEFT, None)),
    "wrong-name":           ("name-mismatch",             (LEFT, None, LEFT, None)),
    "missing-intermediate": ("incomplete-chain",          (REJECTED, None, LEFT, None)),
    "sha1":                 ("weak-signature",            (REJECTED, None, LEFT, None)),
    "rsa1024":              ("weak-key",                  (REJECTED, None, None, None)),
    "private-ca":           ("unknown-issuer",            (None, None, None, None)),
}
CLIENTS = (CURL, CURL_K, WGET, WGET_K)


class Hunt:
    """The sensor and tcpdump on the tap, from before the traffic until after it."""

    def __init__(self, certscape, *words):
        self.certscape, self.words = certscape, words
        self.store = certscape.new_store()
        self.pcap = self.store.replace(".db", ".pcap")
        self.watch = program_module.Watch(certscape, self.store, TAP, *words)
        self.lines = []    # of standard output: alerts
        self.tcpdump = None

    def __enter__(self):
        self.tcpdump = subprocess.Popen(
            ["tcpdump", "-i", TAP, "--immediate-mode", "-U", "-s", "0", "-w", self.pcap],
            stderr=subprocess.DEVNULL)
        while not os.path.exists(self.pcap) and self.tcpdump.poll() is None:
            time.sleep(0.05)
        self.watch.__enter__()
        return self

    def __exit__(self, *problem):
        self.watch.__exit__()
        self.lines = alerts_in(self.watch.ended.rows)
        self.tcpdump.send_signal(signal.SIGINT)
        self.tcpdump.wait(timeout=END_S)

    def stored(self):
        """What "certscape alerts" lists afterwards, with all counts."""
        done = self.certscape.run("alerts", self.store, "--format", "ndjson")
        assert done.returncode == 0, done.stderr
        return program_module.parse(done.stdout)

    def ended_well(self):
        return program_module.ended_well(self.watch.ended)

    def again(self, *words):
        """The same packets, from tcpdump's file, into a store of its own: (alerts told, stored)."""
        other = Hunt(self.certscape)
        return other.read(self.pcap, *self.words, *words), other.stored()

    def read(self, pcap, *words):
        done = self.certscape.run("watch", self.store, "--format", "ndjson", "-r", pcap, *words)
        assert done.returncode == 0, done.stderr
        return alerts_in(program_module.parse(done.stdout))

    def compare(self, wanted, *words):
        """Complaints: the alerts of the live sensor, and of one that reads tcpdump's file."""
        told, stored = self.again(*words)
        return (self.ended_well() + differences("-i", wanted, self.lines, self.stored()) +
                differences("-r", wanted, told, stored))


def alerts_in(rows):
    return [row for row in rows if row.get("kind") == "alert"]


def key_of(alert):
    return alert["ip"], int(alert["port"]), alert["reason"]


def differences(source, wanted, told, stored):
    """wanted: {(ip, port, reason): connections}. Each is told once, and counted to the end."""
    complaints = []
    keys = [key_of(alert) for alert in told]
    for key in sorted(wanted.keys() | set(keys)):
        if keys.count(key) != (key in wanted):
            complaints.append(f"{source}: {key} is told {keys.count(key)} times, "
                              f"right is {int(key in wanted)}")
    counts = {}
    for alert in stored:
        counts[key_of(alert)] = counts.get(key_of(alert), 0) + alert["connections"]
    for key in sorted(wanted.keys() | counts.keys()):
        if counts.get(key) != wanted.get(key):
            complaints.append(f"{source}: {key} lists {counts.get(key)} connections, "
                              f"right is {wanted.get(key)}")
    return complaints


def milliseconds(text):
    """Of a time like 2026-11-22T01:02:03.456Z."""
    when = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return round(when.timestamp() * 1000)


class Proofs:
    """One network and one program."""

    def __init__(self, lab, program):
        self.lab = lab
        self.certscape = program_module.Certscape(program, lab.root_ca)

    def hunt(self, *words):
        return Hunt(self.certscape, *words)

    def sites(self, version):
        return [site for (_, v), site in self.lab.sites.items() if v == version]

    def good(self, version="tls13"):
        return self.lab.sites["good", version]

    # The job to win.

    def loop(self, version, *words):
        """As the hunters type it, but for the pause; default settings, an empty inventory."""
        reasons = {"tls12": ("self-signed", "self-signed"), "tls13": (REJECTED, LEFT)}[version]
        complaints = []
        for kind in ("self-signed", "by-hand"):
            site = self.lab.sites[kind, version]
            with self.hunt(*words) as hunt:
                self.lab.shell(f"for i in $(seq {TIMES}); do curl -s https://{site.ip} >/dev/null; "
                               f"wget -q https://[{site.ip6}] -O /dev/null; done")
            complaints += hunt.compare({(site.ip, 443, reasons[0]): TIMES,
                                        (site.ip6, 443, reasons[1]): TIMES})
        return complaints

    def the_loop_with_tls_1_2_raises_one_alert_each(self):
        return self.loop("tls12")

    def the_loop_with_tls_1_3_raises_one_alert_each(self):
        return self.loop("tls13")

    def two_threads_raise_the_same_alerts(self):
        return self.loop("tls12", "--threads", "2") + self.loop("tls13", "--threads", "2")

    # Every reason, every client.

    def table(self, version):
        wanted = {}
        for site in self.sites(version):
            seen, left = TABLE[site.kind]
            reasons = left if version == "tls13" else (seen,) * len(CLIENTS)
            for port, reason in zip(CLIENTS, reasons):
                for each in (reason or "").split():
                    wanted[site.ip, port, each] = wanted[site.ip6, port, each] = TIMES
        with self.hunt("--ca", self.lab.root_ca) as hunt:
            for site in self.sites(version):
                for port in CLIENTS:
                    self.lab.visit(site, port, TIMES)
        return hunt.compare(wanted)

    def every_reason_with_tls_1_2_is_alerted_exactly(self):
        return self.table("tls12")

    def every_reason_with_tls_1_3_is_alerted_exactly(self):
        return self.table("tls13")

    def a_private_ca_is_no_reason_once_trusted(self):
        with self.hunt("--ca", self.lab.root_ca, "--ca", self.lab.private_ca) as hunt:
            for version in ("tls12", "tls13"):
                self.lab.visit(self.lab.sites["private-ca", version], CURL, TIMES)
                self.lab.visit(self.lab.sites["private-ca", version], WGET, TIMES)
        return hunt.compare({})

    # What only looks like it.

    def honest(self, *manners):
        """Clients of manners.py, with both servers of both versions: no alert."""
        with self.hunt("--ca", self.lab.root_ca) as hunt:
            for version in ("tls12", "tls13"):
                site = self.good(version)
                for manner in manners:
                    for ip in (site.ip, site.ip6):
                        self.lab.manner(manner, site, ip)
        return hunt.compare({})

    def preconnects_are_no_alert(self):
        return self.honest("preconnect", "preconnects")

    def health_checks_are_no_alert(self):
        return self.honest("health_check")

    def idle_http2_is_no_alert(self):
        site = self.good()
        with self.hunt("--ca", self.lab.root_ca) as hunt:
            for ip in (site.ip, site.ip6):
                self.lab.manner("idle_http2", site, ip)
            # Two requests on one connection, with a second of silence between them.
            for family in ("-4", "-6"):
                self.lab.shell(f"for i in 1 2 3; do curl -s --http2 {family} --rate 60/m "
                               f"https://{site.name}/ https://{site.name}/ >/dev/null; done")
        return hunt.compare({})

    def resumed_sessions_are_no_alert(self):
        return self.honest("resumed")

    def s_client(self, site, times):
        script = "".join(f"openssl s_client -connect {network_end(ip)} -servername {site.name} "
                         "</dev/null >/dev/null 2>&1; " * times for ip in (site.ip, site.ip6))
        self.lab.shell(script)

    def s_client_once_and_again_is_no_alert(self):
        with self.hunt("--ca", self.lab.root_ca) as hunt:
            for version in ("tls12", "tls13"):
                self.s_client(self.good(version), 2)
        return hunt.compare({})

    def a_third_time_is_one(self):
        """What the honest ones above are measured by: this must not be silent."""
        site = self.good()
        with self.hunt("--ca", self.lab.root_ca) as hunt:
            self.s_client(site, 3)
        return hunt.compare({(site.ip, 443, LEFT): 3, (site.ip6, 443, LEFT): 3})

    # When.

    def an_alert_comes_with_its_packet(self):
        """The time of the alert is that of the evidence, or of the packet after it; and a capture
        that ends there has the alert, one that ends before has not."""
        complaints = []
        seen, hidden = self.lab.sites["expired", "tls12"], self.lab.sites["self-signed", "tls13"]
        with self.hunt("--ca", self.lab.root_ca) as hunt:
            self.lab.visit(seen, CURL, 1)
            self.lab.visit(hidden, CURL, 1)
            self.lab.visit(hidden, WGET, TIMES)
        talks = evidence.connections(hunt.pcap)
        cases = [(seen, CURL, "expired", 0, evidence.Connection.certificate),
                 (hidden, CURL, REJECTED, 0, evidence.Connection.refusal),
                 (hidden, WGET, LEFT, TIMES - 1, evidence.Connection.leaving)]
        for site, port, reason, nth, proof in cases:
            for ip in (site.ip, site.ip6):
                talk = talks[ip, port][nth]
                complaints += self.in_time(hunt, (ip, port, reason), talk, proof(talk))
        return complaints + hunt.ended_well()

    def in_time(self, hunt, key, talk, proof):
        after = talk.next(proof)
        told = [a for a in hunt.lines if key_of(a) == key]
        if len(told) != 1:
            return [f"{key} is told {len(told)} times"]
        complaints, when = [], milliseconds(told[0]["timestamp"])
        if not proof.time_us // 1000 <= when <= after.time_us // 1000:
            complaints.append(f"{key}: told for {when}, the evidence is at {proof.time_us} us and "
                              f"{after.time_us} us")
        for n, right in ((proof.index, 0), (after.index + 1, 1)):
            part = evidence.cut(hunt.pcap, n, hunt.pcap + ".part")
            keys = [key_of(a) for a in Hunt(self.certscape).read(part, *hunt.words)]
            if keys.count(key) != right:
                complaints.append(f"{key}: the first {n} packets alert it {keys.count(key)} times, "
                                  f"right is {right} (the evidence is packet {proof.index + 1})")
        return complaints

    def an_alert_does_not_wait(self):
        """Told while the traffic goes on, not when the sensor ends."""
        site = self.lab.sites["self-signed", "tls12"]
        with self.hunt() as hunt:
            self.lab.visit(site, CURL_K, 1)
            began, line = time.monotonic(), ""
            while not line and time.monotonic() < began + READY_S:
                line = hunt.watch.process.stdout.readline()
            waited = time.monotonic() - began
        return [] if line and waited < 2 else [f"the first line came after {waited:.1f} s"]

    # What TLS 1.3 with -k hides, a scan of what the sensor knows finds.

    def a_scan_of_what_is_known_finds_what_k_hides(self):
        site = self.lab.sites["expired", "tls13"]
        with self.hunt("--ca", self.lab.root_ca) as hunt:
            self.lab.visit(site, CURL_K, TIMES)
        complaints = hunt.compare({})
        scan = self.certscape.scan(hunt.store, "--known", "--source", "sensor", "--rate", "1000",
                                   "--timeout", "2")
        found = {(row["ip"], row["port"]): row for row in scan.rows}
        for ip in (site.ip, site.ip6):
            row = found.get((ip, CURL_K), {})
            names = [f["name"] for f in row.get("findings", []) if f["active"]]
            if names != ["expired"] or row["sha256"] != site.sha256[0]:
                complaints.append(f"{ip}: the scan says {row.get('outcome')}, {names}")
        clients = {row["ip"]: row["clients"] for row in self.certscape.list(hunt.store)}
        if clients != {site.ip: 1, site.ip6: 1}:
            complaints.append(f"the list counts these clients: {clients}, right is 1 each")
        return complaints


def network_end(ip):
    return f"[{ip}]:443" if network.is6(ip) else f"{ip}:443"


PROOFS = [getattr(Proofs, name) for name in vars(Proofs)
          if "_" in name and not name.startswith("_") and name not in ("s_client", "in_time")]


def run(lab, program, only=""):
    return tap.run(PROOFS, Proofs(lab, program), only)
