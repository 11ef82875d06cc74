"""proofs.py: what certscape promises of a network: a function each, which returns complaints."""
import base64
import copy
import hashlib
import ipaddress
import json
import os
import random
import re
import signal
import subprocess
import time

import certscape as program_module
import network
import oddities
import plan as planning
import sclient
import tap
from certscape import ended_well
from compare import compare, holding

TLS13 = 0x0304
QUICK = ("--rate", "20000", "--timeout", "2")
PART = planning.SIZES["small"].network
KILLS = 20
MASSCAN_TRIES = 3
BEGUN_S = 5  # a sender may have to prove itself first
ROLES = ("certscape", "cs-keeper", "cs-worker")
PEM = re.compile(r"-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", re.S)
MASSCAN_OPEN = re.compile(r'"ip": "([0-9.]+)".*"port": (\d+)')
RECALL_WITH_LOSS, LOSS_PERCENT = 0.995, 2
TOGETHER_S = {"small": 20, "full": 60}


def told(result):
    """Complaints of a comparison, with the count first."""
    return [] if result.exact else [result.summary(), *result.complaints]


def facts(rows):
    """What a row says, without when it was said."""
    return {(r["ip"], r["port"], r.get("sni") or "", r["outcome"], r.get("sha256") or "",
             tuple(part["sha256"] for part in r.get("chain") or [])) for r in rows}


def timeless(rows):
    """Rows as they must stay while the network does."""
    moving = ("timestamp", "last_seen", "connections")
    return sorted(str(sorted((k, str(v)) for k, v in row.items() if k not in moving))
                  for row in rows)


def in_part(ip):
    address = ipaddress.ip_address(ip)
    return address.version == 6 or address in ipaddress.ip_network(PART)


def der_digest(text):
    return hashlib.sha256(base64.b64decode("".join(text.split()))).hexdigest()


class Proofs:
    """One lab, one program, and the store of the first whole scan."""

    def __init__(self, lab, program, size):
        self.lab, self.size = lab, size
        self.certscape = program_module.Certscape(program, lab.root_ca)
        self.whole = ["-p", lab.ports, *QUICK, *lab.targets]
        # What is scanned again and again is a part of the full lab, and all of the small one.
        self.part = ["-p", lab.ports, *QUICK, PART, planning.NETWORK6]
        self.truth = dict(lab.truth, endpoints=[e for e in lab.truth["endpoints"]
                                                if in_part(e["ip"])])
        self.random = random.Random(size)
        self._first_store = None

    @property
    def first_store(self):
        """A store with one whole scan in it."""
        if not self._first_store:
            self._first_store = self.certscape.new_store()
            self.certscape.scan(self._first_store, *self.whole)
        return self._first_store

    def some(self, **wanted):
        """The first endpoint of the plan with these properties, of IPv4."""
        return next(e for e in self.lab.plan.endpoints if not network.is6(e.ip) and
                    all(getattr(e, key) == value for key, value in wanted.items()))

    # The lab itself.

    def the_truth_is_what_openssl_sees(self):
        complaints, seen = [], set()
        for endpoint in self.lab.plan.endpoints:
            if (endpoint.kind, endpoint.port) in seen or endpoint.service == "xrdp":
                continue  # openssl cannot ask for TLS in RDP
            seen.add((endpoint.kind, endpoint.port))
            for i, chain in enumerate(endpoint.chains):
                algorithms = ("rsa", "ecdsa")[i] if len(endpoint.chains) > 1 else ""
                real = sclient.chain_at(endpoint.ip, endpoint.port, endpoint.sni, endpoint.kind,
                                        algorithms)
                if real != chain.sha256:
                    complaints.append(f"{endpoint.ip} port {endpoint.port} ({endpoint.kind}): "
                                      f"openssl sees {real}, the truth is {chain.sha256}")
        return complaints

    # Everything is found, and nothing else.

    def whole_scan(self, mode, *more):
        self.lab.rules(mode)
        try:
            scan = self.certscape.scan(self.certscape.new_store(), *more, *self.whole)
        finally:
            self.lab.rules("refuse")
        return told(compare(self.lab.truth, scan.rows)) + ended_well(scan)

    def a_network_that_refuses_is_found_exactly(self):
        return self.whole_scan("refuse")

    def a_network_that_drops_is_found_exactly(self):
        return self.whole_scan("drop", "--retries", "0", "--per-host", "8")

    def a_network_behind_a_prohibition_is_found_exactly(self):
        return self.whole_scan("prohibit")

    def findings_are_what_was_written_by_hand(self):
        return told(compare(self.lab.truth, self.certscape.list(self.first_store, "--all"),
                            findings=True))

    def a_certificate_taken_from_the_truth_is_missed(self):
        truth = copy.deepcopy(self.lab.truth)
        endpoint = self.random.choice([e for e in truth["endpoints"]
                                       if e["chains"] and not e["optional"]])
        del endpoint["chains"][0]
        result = compare(truth, self.certscape.list(self.first_store, "--all"))
        return [] if result.extra == 1 else [f"nobody missed it: {result.summary()}"]

    def loss_costs_next_to_nothing(self):
        network.lose(LOSS_PERCENT)
        try:
            scan = self.certscape.scan(self.certscape.new_store(), "-p", self.lab.ports, "--rate",
                                       "20000", *self.lab.targets)
        finally:
            network.lose(0)
        result = compare(self.lab.truth, scan.rows)
        good = result.recall >= RECALL_WITH_LOSS and result.extra == 0
        return ended_well(scan) + ([] if good else [result.summary(), *result.complaints])

    # The sensor sees what the scanner does.

    def watched_scan(self, interface, prefix=()):
        """A scan, what a sensor on the interface told of it, its counts and complaints."""
        store = self.certscape.new_store()
        words = ("--ca", self.lab.root_ca, "--stats", store + ".stats")
        watch = program_module.Watch(self.certscape, store, interface, *words, prefix=prefix)
        with watch:
            scan = self.certscape.scan(self.certscape.new_store(), *self.part)
        with open(store + ".stats", encoding="utf-8") as stats:
            counts = json.loads(stats.readlines()[-1])
        rows = [row for row in watch.ended.rows if row.get("kind") != "alert"]
        return scan, rows, counts, ended_well(watch.ended)

    def the_sensor_sees_every_certificate_that_is_scanned(self):
        """Up to TLS 1.2 the same chains, with 1.3 the same endpoints, and nothing else."""
        scan, seen, _, complaints = self.watched_scan("lab1", network.inside())
        wanted, endpoints = set(), set()
        for row in scan.rows:
            if row.get("sha256"):
                endpoints.add((row["ip"], row["port"]))
            if row.get("sha256") and row["version_id"] < TLS13:
                wanted.add((row["ip"], row["port"], tuple(part["sha256"] for part in row["chain"])))
        got = {(r["ip"], r["port"], tuple(part["sha256"] for part in r["chain"]))
               for r in seen if r.get("sha256")}
        there = {(r["ip"], r["port"]) for r in seen}
        complaints += [f"not seen: {what}" for what in sorted(wanted - got)]
        complaints += [f"not scanned: {what}" for what in sorted(got - wanted)]
        complaints += [f"endpoint not seen: {what}" for what in sorted(endpoints - there)]
        return complaints + ([] if wanted and endpoints else ["the scan found nothing"])

    def our_own_scan_is_not_reported(self):
        _, seen, counts, complaints = self.watched_scan("lab0")
        if not counts["own_scans"]:
            complaints.append("the sensor saw none of it")
        return complaints + [f"reported: {row['ip']} port {row['port']}" for row in seen]

    # Names.

    def of_names(self, endpoint, *words):
        scan = self.certscape.scan(self.certscape.new_store(), "-p", str(endpoint.port), *words)
        return scan, {(r.get("sni"), r["sha256"]) for r in scan.rows if r.get("sha256")}

    def a_name_given_is_the_name_sent(self):
        complaints = []
        for endpoint in [e for e in self.lab.plan.endpoints if e.sni][:3]:
            _, seen = self.of_names(endpoint, endpoint.sni)
            if seen != {(endpoint.sni, endpoint.chains[0].sha256[0])}:
                complaints.append(f"{endpoint.sni}: saw {seen}")
        return complaints

    def every_sni_name_is_asked_for(self):
        named = [e for e in self.lab.plan.endpoints if e.sni]
        named = [e for e in named if (e.ip, e.port) == (named[0].ip, named[0].port)]
        words = [word for e in named for word in ("--sni", e.sni)]
        scan, seen = self.of_names(named[0], *words, named[0].ip)
        wanted = {(e.sni, e.chains[0].sha256[0]) for e in named}
        return ended_well(scan) + ([] if wanted <= seen else [f"not seen: {wanted - seen}"])

    def a_wrong_name_is_a_finding_only_against_a_name(self):
        endpoint, complaints = self.some(kind="wrong-name"), []
        names = {ip: name for name, ip in self.lab.plan.addresses.items() if "wrong-name" in name}
        for target, wanted in ((names[endpoint.ip], ["name-mismatch"]), (endpoint.ip, [])):
            scan, _ = self.of_names(endpoint, target)
            found = [holding(row) for row in scan.rows]
            if found != [wanted]:
                complaints.append(f"{target}: findings {found}, right is {[wanted]}")
        return complaints

    # Ports that must be left alone.

    def a_printer_prints_only_what_it_was_asked_to(self):
        printer = self.some(service="printer")
        complaints = []
        for ports, speaks in (("9090-9110", False), ("9100", True)):
            if os.path.exists(oddities.PRINTED):
                os.unlink(oddities.PRINTED)
            scan = self.certscape.scan(self.certscape.new_store(), "-p", ports, *QUICK, printer.ip)
            printed = os.path.exists(oddities.PRINTED)
            if printed != speaks:
                complaints.append(f"-p {ports}: {'printed' if printed else 'not spoken to'}")
            if not speaks and [r["outcome"] for r in scan.rows] != ["open"]:
                complaints.append(f"-p {ports}: {[r['outcome'] for r in scan.rows]}")
        return complaints

    # Parts of a scan.

    def shards_are_the_whole_and_do_not_overlap(self):
        store = self.certscape.new_store()
        parts = [facts(self.certscape.scan(store, "--shard", f"{i}/3", *self.part).rows)
                 for i in (1, 2, 3)]
        ends = [{fact[:2] for fact in part} for part in parts]
        twice = (ends[0] & ends[1]) | (ends[0] & ends[2]) | (ends[1] & ends[2])
        complaints = [f"in two shards: {sorted(twice)[:5]}"] if twice else []
        return complaints + told(compare(self.truth, self.certscape.list(store, "--all")))

    def an_interrupted_scan_goes_on_where_it_was(self):
        store = self.certscape.new_store()
        slow = ["-p", self.lab.ports, "--timeout", "2", "--rate", "10000", PART,
                planning.NETWORK6]
        process = self.certscape.start_scan(store, *slow)
        time.sleep(2)
        process.send_signal(signal.SIGINT)
        cut = program_module.finish(process, 30)
        resume = re.search(r"--resume (\d+)", cut.complaints)
        if not resume:
            return ["it does not say how to go on:", *cut.complaints.splitlines()]
        rest = self.certscape.scan(store, "--resume", resume[1], *QUICK)
        complaints = ended_well(rest)
        if not cut.rows or not rest.rows:
            complaints.append(f"{len(cut.rows)} rows before, {len(rest.rows)} after: no proof")
        # What was in flight is asked again, and what a slow answer before it held back; not all.
        if facts(cut.rows) <= facts(rest.rows):
            complaints.append("it began again from the start")
        return complaints + told(compare(self.truth, cut.rows + rest.rows))

    def the_targets_of_other_scanners_are_scanned(self):
        """All that the file says is open, and only that: masscan itself may have missed some."""
        complaints = []
        for path, pattern in ((self.nmap(), None), (self.masscan(), MASSCAN_OPEN)):
            with open(path, encoding="utf-8") as source:
                found = set(pattern.findall(source.read())) if pattern else None
            if found is not None and not found:
                complaints.append(f"{path} has no open port: no proof")
            scan = self.certscape.scan(self.certscape.new_store(), "--targets-from", path, *QUICK)
            result = compare(self.truth, scan.rows, only=lambda e: self.of_the_web(e) and (
                found is None or (e["ip"], str(e["port"])) in found))  # pylint: disable=W0640
            complaints += ended_well(scan) + told(result)
        return complaints

    # The store.

    def an_unchanged_network_changes_nothing(self):
        before = self.certscape.list(self.first_store)
        scan = self.certscape.scan(self.first_store, *self.whole)
        after = self.certscape.list(self.first_store)
        new = set(timeless(after)) ^ set(timeless(before))
        return ended_well(scan) + [f"not as before: {row[:300]}" for row in sorted(new)[:5]]

    def history_tells_what_happened(self):
        """Renewed, gone for two runs, back again: on one endpoint, told in that order."""
        endpoint, store = self.some(kind="tls12"), self.certscape.new_store()
        words = ["-p", str(endpoint.port), *QUICK, endpoint.ip]
        others = [e for e in self.lab.plan.endpoints if e is not endpoint]
        name = next(n for n, ip in self.lab.plan.addresses.items()
                    if ip == endpoint.ip and n.startswith("tls12-"))
        self.certscape.scan(store, *words)
        import kinds  # pylint: disable=import-outside-toplevel
        _, chain = self.lab.planner.certify((endpoint, kinds.BY_NAME["tls12"], name, False))
        endpoint.chains[0].sha256[:] = chain.sha256  # the same objects are in the truth
        self.lab.servers.reload(self.lab.plan)
        for plan in (None, others, others, None):
            network.rules(plan or self.lab.plan.endpoints, "refuse")
            self.certscape.scan(store, *words)
        told_ = self.certscape.run("history", store, f"{endpoint.ip}:{endpoint.port}").stdout
        at = [told_.find(word) for word in ("renewed", "vanished", "returned")]
        return [] if -1 not in at else ["history says:", *told_.splitlines()]

    def an_endpoint_gone_once_has_not_vanished(self):
        endpoint, store = self.some(kind="p384"), self.certscape.new_store()
        words = ["-p", str(endpoint.port), *QUICK, endpoint.ip]
        others = [e for e in self.lab.plan.endpoints if e is not endpoint]
        for plan in (None, others, None):
            network.rules(plan or self.lab.plan.endpoints, "refuse")
            self.certscape.scan(store, *words)
        told_ = self.certscape.run("history", store, f"{endpoint.ip}:{endpoint.port}").stdout
        return ["history says:", *told_.splitlines()] if "vanished" in told_ else []

    def not_stored(self, store, rows):
        """Printed certificates that the store does not have."""
        lost = facts(r for r in rows if r.get("sha256")) - facts(self.certscape.list(store))
        return [f"printed, not stored: {fact}" for fact in sorted(lost)[:5]]

    def kill_one(self, store, role, moment_s):
        """Starts a scan, kills one of its processes; what it printed must be stored."""
        process = self.certscape.start_scan(store, *self.part)

        def those_of_the_role():
            return [pid for pid in program_module.family(process.pid)
                    if program_module.name_of(pid) == role]

        end = time.monotonic() + BEGUN_S
        while not those_of_the_role() and time.monotonic() < end:
            time.sleep(0.02)
        time.sleep(moment_s)
        everyone, victims = program_module.family(process.pid), those_of_the_role()
        if victims:
            os.kill(self.random.choice(victims), signal.SIGKILL)
        scan = program_module.finish(process, 60)
        complaints = [f"{role} was not there after {moment_s:.1f} s"] if not victims else []
        if role != "certscape" and scan.status == 0:
            complaints.append(f"{role} was killed and the exit status is 0")
        end = time.monotonic() + 10
        while left := [pid for pid in everyone if program_module.alive(pid)]:
            if time.monotonic() > end:
                complaints.append(f"still there after {role} was killed: "
                                  f"{[program_module.name_of(pid) for pid in left]}")
                for pid in left:
                    os.kill(pid, signal.SIGKILL)
                break
            time.sleep(0.1)
        return complaints + self.certscape.check(store) + self.not_stored(store, scan.rows)

    def killed_at_any_moment_it_keeps_what_it_printed(self):
        store, complaints = self.certscape.new_store(), []
        for i in range(KILLS):
            complaints += self.kill_one(store, ROLES[i % len(ROLES)],
                                        self.random.uniform(0.1, 2.5))
        # And the store is as good as new.
        scan = self.certscape.scan(store, *self.part)
        return complaints + ended_well(scan) + told(compare(self.truth, scan.rows))

    def two_scans_on_one_store_get_along(self):
        store, complaints, running, rows = self.certscape.new_store(), [], [], []
        end = time.monotonic() + TOGETHER_S[self.size]
        while running or time.monotonic() < end:
            while len(running) < 2 and time.monotonic() < end:
                running.append(self.certscape.start_scan(store, *self.part))
            scan = program_module.finish(running.pop(0), 120)
            complaints += ended_well(scan)
            rows += scan.rows
            if "locked" in scan.complaints:
                complaints.append(scan.complaints)
        return complaints + self.certscape.check(store) + self.not_stored(store, rows) + \
            told(compare(self.truth, self.certscape.list(store, "--all")))

    # What other scanners found.

    WEB = (443, 8443)

    def of_the_web(self, endpoint):
        return endpoint["port"] in self.WEB and not network.is6(endpoint["ip"])

    def web_addresses(self):
        return sorted({e.ip for e in self.lab.plan.endpoints
                       if e.port in self.WEB and not network.is6(e.ip) and in_part(e.ip)})

    def nmap(self):
        """nmap's XML of the web servers, with the certificates it fetched."""
        path = "/mnt/nmap.xml"
        if not os.path.exists(path):
            subprocess.run(["nmap", "-n", "-Pn", "-sT", "--open", "-p",
                            ",".join(map(str, self.WEB)), "--script", "ssl-cert", "-oX", path,
                            *self.web_addresses()], check=True, timeout=300,
                           stdout=subprocess.DEVNULL)
        return path

    def masscan(self):
        """masscan's JSON of open ports. It may never end by itself, leave the file open-ended, and now
        and then hear nothing at all on a busy machine: then it is asked again."""
        path = "/mnt/masscan.json"
        for _ in range(MASSCAN_TRIES):
            subprocess.run(["timeout", "--kill-after=5", "--signal=INT", "20",
                            "masscan", *self.web_addresses(), "-p", ",".join(map(str, self.WEB)),
                            "--interface", "lab0", "--router-mac", network.gateway_mac(), "--rate",
                            "500", "--source-ip", network.SCANNER, "--source-port", "61000",
                            "--wait", "3", "-oJ", path], check=False, timeout=60,
                           stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
            if os.path.exists(path):
                with open(path, encoding="utf-8") as written:
                    if MASSCAN_OPEN.search(written.read()):
                        break
        return path

    def imported(self, path, wanted):
        """Imports a file; complains unless exactly these digests are in the store then."""
        store = self.certscape.new_store()
        done = self.certscape.run("import", store, path)
        rows = self.certscape.list(store)
        stored = {part["sha256"] for row in rows for part in row.get("chain") or []}
        complaints = [] if done.returncode == 0 else [done.stderr]
        if not wanted or stored != wanted:
            complaints.append(f"{len(wanted)} certificates in {path}, {len(stored)} in the store, "
                              f"{len(wanted & stored)} in both")
        truth = {(e["ip"], e["port"]): {d for c in e["chains"] for d in c["sha256"]}
                 for e in self.truth["endpoints"]}
        return complaints + [f"not served there: {row['ip']} {row['port']}" for row in rows
                             if row.get("sha256") and
                             row["sha256"] not in truth[(row["ip"], row["port"])]]

    def nmap_s_certificates_are_imported(self):
        with open(self.nmap(), encoding="utf-8") as xml:
            text = xml.read().replace("&#45;", "-").replace("&#xa;", "\n")
        return self.imported(self.nmap(), {der_digest(pem) for pem in PEM.findall(text)})


PROOFS = (
    Proofs.the_truth_is_what_openssl_sees,
    Proofs.a_network_that_refuses_is_found_exactly,
    Proofs.a_network_that_drops_is_found_exactly,
    Proofs.a_network_behind_a_prohibition_is_found_exactly,
    Proofs.findings_are_what_was_written_by_hand,
    Proofs.a_certificate_taken_from_the_truth_is_missed,
    Proofs.loss_costs_next_to_nothing,
    Proofs.the_sensor_sees_every_certificate_that_is_scanned,
    Proofs.our_own_scan_is_not_reported,
    Proofs.a_name_given_is_the_name_sent,
    Proofs.every_sni_name_is_asked_for,
    Proofs.a_wrong_name_is_a_finding_only_against_a_name,
    Proofs.a_printer_prints_only_what_it_was_asked_to,
    Proofs.shards_are_the_whole_and_do_not_overlap,
    Proofs.an_interrupted_scan_goes_on_where_it_was,
    Proofs.an_unchanged_network_changes_nothing,
    Proofs.an_endpoint_gone_once_has_not_vanished,
    Proofs.killed_at_any_moment_it_keeps_what_it_printed,
    Proofs.two_scans_on_one_store_get_along,
    Proofs.the_targets_of_other_scanners_are_scanned,
    Proofs.nmap_s_certificates_are_imported,
    Proofs.history_tells_what_happened,  # the last: it renews a certificate
)


def run(lab, program, size, only=""):
    return tap.run(PROOFS, Proofs(lab, program, size), only)


def demo(lab, program):
    """The program on this terminal, as one types it."""
    store, status = "/mnt/demo.db", 0
    nginx = lab.plan.endpoints[0]
    for words in (["scan", "-p", lab.ports, "--ca", lab.root_ca, "--rate", "20000", "--timeout",
                   "2", "--format", "table", *lab.targets],
                  ["list", "--expiring", "30"],
                  ["list", "--finding", "weak-key"],
                  ["show", f"{nginx.ip}:{nginx.port}"],
                  ["history", f"{nginx.ip}:{nginx.port}"]):
        print(f"\n$ certscape {' '.join(words)}", flush=True)
        status |= subprocess.run([program, words[0], "--store", store, *words[1:]], check=False,
                                 timeout=300).returncode
    return status
