#!/usr/bin/env python3
"""local.py: the program from outside, without root: real servers (openssl s_server) on loopback are
scanned, listed, shown, scanned again, interrupted, resumed. TAP on standard output.

usage: local.py CERTSCAPE
"""
import contextlib
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

from served import free_port, serving

CERTSCAPE = os.path.abspath(sys.argv[1])


def run(*args, **kwargs):
    return subprocess.run(args, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          timeout=60, **kwargs)


def make_cert(folder, name, *key, days="90", cn="localhost"):
    pem, keyfile = f"{folder}/{name}.pem", f"{folder}/{name}.key"
    done = run("openssl", "req", "-x509", "-newkey", *key, "-nodes", "-keyout", keyfile, "-out", pem,
               "-subj", f"/CN={cn}", "-addext", f"subjectAltName=DNS:{cn}", "-days", days)
    assert done.returncode == 0, done.stderr
    text = run("openssl", "x509", "-in", pem, "-noout", "-fingerprint", "-sha256").stdout
    return pem, keyfile, text.split("=")[1].strip().replace(":", "").lower()


def server(host, pem, key, *options):
    return serving("-cert", pem, "-key", key, *options, host=host)


class Skip(Exception):
    pass


class Case:
    """One temporary world: certificates, a store, and how to call the program in it."""

    def __init__(self, folder):
        self.folder = folder
        self.rsa = make_cert(folder, "rsa", "rsa:2048", cn="rsa.test")
        self.ec = make_cert(folder, "ec", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", cn="ec.test")
        self.stores = 0
        self.new_store()

    def new_store(self):
        self.stores += 1
        self.store = f"{self.folder}/{self.stores}.db"

    def certscape(self, *args):
        return run(CERTSCAPE, args[0], "--store", self.store, *args[1:])

    def rows(self, *args):
        done = self.certscape(*args)
        assert done.returncode == 0, (done.returncode, done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]


def make_pki(folder):
    """A root, an intermediate, and two leaves of it without AIA: nobody can fetch what is missing."""
    def issue(name, issuer, extensions):
        request = run("openssl", "req", "-new", "-newkey", "ec", "-pkeyopt",
                      "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{folder}/{name}.key",
                      "-subj", f"/CN={name}")
        assert request.returncode == 0, request.stderr
        signer = ["-CA", f"{folder}/{issuer}.pem", "-CAkey", f"{folder}/{issuer}.key"] \
            if issuer != name else ["-signkey", f"{folder}/{name}.key"]
        with open(f"{folder}/{name}.ext", "w") as f:
            f.write(extensions)
        done = run("openssl", "x509", "-req", *signer, "-days", "90", "-extfile",
                   f"{folder}/{name}.ext", "-out", f"{folder}/{name}.pem", input=request.stdout)
        assert done.returncode == 0, done.stderr

    ca = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n"
    issue("root", "root", ca)
    issue("between", "root", ca)
    for leaf in ("whole", "cut"):
        issue(leaf, "between", f"subjectAltName=DNS:{leaf}\nextendedKeyUsage=serverAuth\n")


def equal(a, b):
    assert a == b, f"{a!r} is not {b!r}"


def finds_what_openssl_serves(c):
    c.new_store()
    with server("127.0.0.1", *c.rsa[:2], "-tls1_3") as a, \
            server("127.0.0.2", *c.ec[:2], "-tls1_2") as b:
        rows = c.rows("scan", "127.0.0.1-2", "-p", f"{a},{b}", "--no-resolve")
        got = {(r["ip"], r["port"]): r["sha256"] for r in rows if r["outcome"] == "certificate"}
        equal(got, {("127.0.0.1", a): c.rsa[2], ("127.0.0.2", b): c.ec[2]})
        for row in rows:
            assert any(f["name"] == "self-signed" for f in row["findings"]), row["findings"]
            equal(row["subject"], "rsa.test" if row["port"] == a else "ec.test")
        equal(sorted(r["sha256"] for r in c.rows("list", "--format", "ndjson")),
              sorted([c.rsa[2], c.ec[2]]))
        c.ports = (a, b)


def lists_by_filter(c):
    equal(len(c.rows("list", "--port", str(c.ports[0]))), 1)
    equal(len(c.rows("list", "--subject", "ec.te")), 1)
    equal(len(c.rows("list", "--ip", "127.0.0.2/32")), 1)
    equal(len(c.rows("list", "--finding", "self-signed")), 2)
    equal(len(c.rows("list", "--finding", "expired")), 0)
    equal(len(c.rows("list", "--expiring", "91")), 2)
    equal(len(c.rows("list", "--expiring", "80")), 0)


def lists_by_search(c):
    a, b = c.ports
    rsa, ec = c.rsa[2], c.ec[2]
    for query, expected in (
            ("", [rsa, ec]),
            (f"port:{a}", [rsa]),
            (f"port:({a} or {b})", [rsa, ec]),
            (f"not port:{a}", [ec]),
            (f"port:[{b} to {b}] -subject:rsa*", [ec]),
            ("EC.te", [ec]),
            ("*.test", [rsa, ec]),
            ("names=rsa.test or issuer:ec", [rsa, ec]),
            ("127.0.0.2", [ec]),
            (f"127.0.0.1:{a}", [rsa]),
            ("127.0.0.0/31", [rsa]),
            (rsa[:10], [rsa]),
            (f"sha256:{ec.upper()}", [ec]),
            ('version:"TLS 1.3"', [rsa]),
            ("cipher:*ECDSA*", [ec]),
            ("key:P-256 source:scan transport:tcp outcome:certificate", [ec]),
            ("finding:self-signed and not finding:expired", [rsa, ec]),
            ("finding:expired@now+91d", [rsa, ec]),
            ("expires < now+80d", []),
            ("not_after:[now+80d to now+91d]", [rsa, ec]),
            ("severity >= info self_signed:yes owner:none", [rsa, ec]),
            ("muted:yes", []),
            ("subject:\"' or 1=1 --\"", [])):
        # The same as one word, as a shell's quotes make it, and as many.
        equal(sorted(r["sha256"] for r in c.rows("list", query)), sorted(expected))
        equal(sorted(r["sha256"] for r in c.rows("list", "--", *query.split())), sorted(expected))
    equal(len(c.rows("list", "--port", str(a), "subject:ec.test")), 0)
    wrong = c.certscape("list", "port:443", "and", "isuer:x")
    equal((wrong.returncode, wrong.stdout), (2, ""))
    equal(wrong.stderr, 'certscape: no field is called "isuer"; did you mean issuer? (character 14)\n')


def shows_certificate_and_endpoint(c):
    by_digest = c.certscape("show", c.rsa[2][:12])
    assert "rsa.test" in by_digest.stdout and "127.0.0.1" in by_digest.stdout, by_digest
    assert "Basic constraints (critical)  an authority" in by_digest.stdout, by_digest
    by_place = c.certscape("show", f"127.0.0.2:{c.ports[1]}")
    assert "ec.test" in by_place.stdout, by_place
    nothing = c.certscape("show", "127.9.9.9")
    assert nothing.returncode == 3 and c.store in nothing.stderr, nothing


def history_tells_a_replacement(c):
    c.new_store()
    port = free_port()
    for pem, key, _ in (c.rsa, c.ec):
        with serving("-cert", pem, "-key", key, port=port):
            equal(len(c.rows("scan", "127.0.0.1", "-p", str(port), "--no-resolve")), 1)
            equal(len(c.rows("scan", "127.0.0.1", "-p", str(port), "--no-resolve")), 1)
    lines = [l for l in c.certscape("history", f"127.0.0.1:{port}").stdout.splitlines() if l[0] == "2"]
    equal([l.split()[1] for l in lines], ["new", "replaced"])


def csv_is_csv(c):
    import csv
    import io
    done = c.certscape("list", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    equal(len(rows), 1)
    equal(rows[0]["subject"], "ec.test")


def stops_on_ctrl_c_and_goes_on(c):
    c.new_store()
    with server("127.0.0.1", *c.rsa[:2]) as port:
        process = subprocess.Popen(
            [CERTSCAPE, "scan", "--store", c.store, "127.0.0.0/22", "-p", f"{port}", "--rate", "300",
             "--no-resolve"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        time.sleep(1.2)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
        equal(process.returncode, 0)
        run_id = re.search(r"--resume (\d+)", err)
        assert run_id, err
        rest = c.certscape("scan", "--resume", run_id.group(1))
        equal(rest.returncode, 0)
        # s_server listens on one address only
        found = {json.loads(l)["ip"] for l in (out + rest.stdout).splitlines()}
        equal(found, {"127.0.0.1"})
        again = c.certscape("scan", "--resume", run_id.group(1))
        equal(again.returncode, 2)


def timeout_signals_twice_and_means_once(c):
    c.new_store()
    process = subprocess.Popen(
        [CERTSCAPE, "scan", "--store", c.store, "127.0.0.0/22", "-p", "1", "--rate", "300", "--no-resolve"],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    time.sleep(0.7)
    process.send_signal(signal.SIGINT)
    time.sleep(0.01)  # else the kernel makes one of the two
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    equal((process.returncode, "--resume" in err), (0, True))


def a_resumed_scan_goes_on_in_its_file(c):
    c.new_store()
    out = f"{c.folder}/resumed.csv"
    with server("127.0.0.1", *c.rsa[:2]) as port:
        process = subprocess.Popen(
            [CERTSCAPE, "scan", "--store", c.store, "127.0.0.0/22", "-p", f"{port}", "--rate", "300",
             "--no-resolve", "-o", out, "--format", "csv"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        time.sleep(1.2)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
        before = open(out, encoding="utf-8").read()
        rest = c.certscape("scan", "--resume", "-o", out, "--format", "csv")  # the newest
        equal(rest.returncode, 0)
        after = open(out, encoding="utf-8").read()
    assert before and after.startswith(before), (before, after)
    lines = after.splitlines()
    equal([line == lines[0] for line in lines].count(True), 1)
    equal([line for line in lines if c.rsa[2] in line][1:], [])
    assert c.rsa[2] in after, after
    none = c.certscape("scan", "--resume")
    assert none.returncode and "no scan was left unfinished" in none.stderr, none


def a_resumed_scan_keeps_its_limits(c):
    """But for those that are said anew; what it scans is not."""
    c.new_store()
    process = subprocess.Popen(
        [CERTSCAPE, "scan", "--store", c.store, "127.0.0.0/22", "-p", "1", "--rate", "300", "--retries",
         "0", "--no-resolve"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(0.7)
    process.send_signal(signal.SIGINT)
    equal(process.wait(timeout=20), 0)
    for words, rate in ((), 300), (("--rate", "900"), 900), (("--max-rate", "700"), 700):
        plan = c.certscape("scan", "--resume", "--dry-run", *words)
        assert f"at {rate} connections a second" in plan.stdout, plan
    other = c.certscape("scan", "--resume", "--exclude", "127.0.0.1")
    equal((other.returncode, "--exclude" in other.stderr), (2, True))
    with contextlib.closing(sqlite3.connect(c.store)) as db:
        spec, state = db.execute("SELECT spec, state FROM runs").fetchone()
    assert "--retries=0" in spec and state, (spec, state)
    equal(c.certscape("scan", "--resume", "--rate", "5000").returncode, 0)  # nothing has ended it


def a_resumed_scan_notices_other_targets(c):
    c.new_store()
    targets = f"{c.folder}/targets"
    for more, noticed in (("", False), ("127.0.4.1\n", True)):
        with open(targets, "w", encoding="utf-8") as f:
            f.write("127.0.0.0/22\n")
        process = subprocess.Popen(
            [CERTSCAPE, "scan", "--store", c.store, "-i", targets, "-p", "1", "--rate", "300",
             "--no-resolve"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.7)
        process.send_signal(signal.SIGINT)
        equal(process.wait(timeout=20), 0)
        with open(targets, "a", encoding="utf-8") as f:
            f.write(more)
        rest = c.certscape("scan", "--resume")
        equal(rest.returncode, 0)
        equal("are not those that run" in rest.stderr, noticed)


def an_output_is_emptied_by_a_run_alone(c):
    c.new_store()
    out = f"{c.folder}/kept"
    before = "x" * 100000 + "\n"
    with open(out, "w", encoding="utf-8") as f:
        f.write(before)
    for words, status in ((("--dry-run",), 0), (("--single-process", "--engine", "raw"), 2),
                          (("--engine", "raw"), 3)):
        done = c.certscape("scan", "127.0.0.1", "-p", "9", "-o", out, *words)
        equal((words, done.returncode), (words, status))
        equal((words, open(out, encoding="utf-8").read() == before), (words, True))
    with server("127.0.0.1", *c.rsa[:2]) as port:
        for single in ((), ("--single-process",)):
            scan = ("scan", "127.0.0.1", "-p", str(port), "--no-resolve", "--format", "ndjson", *single)
            equal(c.certscape(*scan, "-o", out).returncode, 0)
            with open(out, encoding="utf-8") as f:
                equal([json.loads(line)["sha256"] for line in f], [c.rsa[2]])
            equal([r["sha256"] for r in c.rows(*scan, "-o", "/dev/stdout")], [c.rsa[2]])
            with open(out, "w", encoding="utf-8") as f:
                f.write(before)


def a_dry_run_tells_the_engine_and_the_way(c):
    done = c.certscape("scan", "127.0.0.0/30", "-p", "443", "--dry-run")
    equal(done.returncode, 0)
    for line in ("engine        connect", "targets       4 addresses, 4 ports to ask",
                 "lo            4 addresses by connections: this machine itself"):
        assert line in done.stdout, done
    assert "no target can be reached by packets" in done.stderr, done
    slow = c.certscape("scan", "127.0.0.1", "-p-", "--engine", "connect", "--dry-run")
    assert "about 3 d if none of the hosts answers" in slow.stdout, slow


def ports_of_several_options_add_up(c):
    path = f"{c.folder}/services"
    with open(path, "w", encoding="utf-8") as f:
        f.write("echo 7/tcp 0.5\ndiscard 9/tcp 0.4\ndaytime 13/tcp 0.3\n")

    def n_ports(*words):
        done = c.certscape("scan", "127.0.0.1", "--dry-run", *words)
        equal(done.returncode, 0)
        return int(re.search(r"(\d+) ports? to ask", done.stdout).group(1))

    tls, file = n_ports(), ("--services", path)
    for words, n in ((("-p", "9,60001"), 2), (("-p", "60001", "--tls-ports"), tls + 1), (file, 3),
                     ((*file, "--top-ports", "2"), 2), ((*file, "-p", "9,60001"), 4),
                     ((*file, "--tls-ports"), tls + 3),
                     ((*file, "--top-ports", "1", "-p", "9", "--tls-ports"), tls + 2)):
        equal((words, n_ports(*words)), (words, n))


def the_lowest_rate_that_is_said_holds(c):
    for words, rate in (((), 2000), (("--rate", "7"), 7), (("--max-rate", "7"), 7),
                        (("--rate", "7", "--max-rate", "8"), 7), (("--rate", "0", "--max-rate", "7"), 7),
                        (("--rate", "0"), None)):
        done = c.certscape("scan", "127.0.0.1", "--dry-run", *words)
        equal((words, done.returncode), (words, 0))
        told = re.search(r"at (\d+) connections a second", done.stdout)
        equal((words, told and int(told.group(1))), (words, rate))


def what_was_meant_for_packets_is_told_of_connections(c):
    for words, told in (((), ""), (("--rate", "2000"), ""), (("--engine", "connect"), None),
                        (("--host-rate", "5"), "; --host-rate and --net-rate do not hold by connections"),
                        (("--rate", "2001"), "; 2001 a second are connections now, not packets"),
                        (("--max-rate", "3000", "--net-rate", "0"),
                         "; --host-rate and --net-rate do not hold by connections; 3000 a second are "
                         "connections now, not packets")):
        for dry in ((), ("--dry-run",)):
            done = c.certscape("scan", "127.0.0.1", "-p", "9", *words, *dry)
            line = f"certscape: engine connect: no target can be reached by packets{told}\n"
            equal((words, done.returncode, done.stderr), (words, 0, "" if told is None else line))


CABLE = """
ip link add near type veth peer name far && ip addr add 10.9.9.1/24 dev near || exit 9
ip link set near up; ip link set far up; ulimit -n 4096
exec "$@"
"""


def on_a_cable(c, *words, may_send=True):
    """A scan where packets reach the target and nothing else, by a root who is none outside."""
    drop = () if may_send else ("setpriv", "--bounding-set", "-net_raw")
    done = run("unshare", "-rn", "sh", "-c", CABLE, "sh", *drop, CERTSCAPE, "scan", "--store", c.store,
               "10.9.9.2", "-p", "443", *words)
    if done.returncode in (1, 9) and not done.stderr.startswith("certscape: "):
        raise Skip("no network namespace or virtual cable")
    return done


def who_may_not_send_is_told_what_is_missing(c):
    for words in (("--engine", "raw"), ("--sender", "sendmmsg"), ("--sender", "live"), ("--ipv6-neighbours",)):
        done = on_a_cable(c, *words, may_send=False)
        equal((done.returncode, done.stderr), (3, f"certscape: {' '.join(words)}: no right to send packets; "
                                               f"as root: setcap cap_net_raw+ep {os.path.realpath(CERTSCAPE)}\n"))
    done = on_a_cable(c, "--sender", "live")
    equal(done.returncode, 3)
    assert re.fullmatch(r"certscape: --sender live: cannot .*: Operation not permitted; this sender needs "
                        r"the rights of root\n", done.stderr), done


def the_limit_of_files_is_told_where_it_limits(c):
    for words, may_send, told in ((("--rate", "9999999"), True, False), (("--rate", "9999999"), False, True),
                                  (("--rate", "9999999", "--engine", "connect"), True, True),
                                  (("--rate", "9999999", "--concurrency", "9"), False, False),
                                  (("--concurrency", "1000000"), True, True)):
        done = on_a_cable(c, *words, "--dry-run", may_send=may_send)
        equal((words, done.returncode), (words, 0))
        equal((words, may_send, "the limit of open files" in done.stderr), (words, may_send, told))


def workers_are_no_more_than_can_share_the_hosts(c):
    for words, wanted in (("127.0.0.0/26", "--rate", "1000"), 4), (("127.0.0.1", "--rate", "0"), 1), \
            (("127.0.0.0/29", "--rate", "3"), 1):
        c.new_store()
        equal(c.certscape("scan", *words, "-p", "9", "--workers", "8").returncode, 0)
        with contextlib.closing(sqlite3.connect(c.store)) as db:
            equal(db.execute("SELECT workers FROM runs").fetchone(), (wanted,))


def shards_are_a_partition(c):
    with server("127.0.0.1", *c.rsa[:2]) as port:
        seen = []
        for shard in ("1/3", "2/3", "3/3"):
            c.new_store()
            seen += c.rows("scan", "127.0.0.0/28", "-p", f"{port}", "--no-resolve", "--shard", shard)
        equal([r["ip"] for r in seen], ["127.0.0.1"])


def asks_for_names(c):
    c.new_store()
    with server("127.0.0.1", *c.rsa[:2], "-servername", "ec.test", "-cert2", c.ec[0], "-key2",
                c.ec[1]) as port:
        rows = c.rows("scan", "127.0.0.1", "-p", str(port), "--no-resolve", "--sni", "ec.test")
        named = {r["sha256"] for r in rows if r["sni"] == "ec.test"}
        assert c.ec[2] in named, rows


def scans_what_the_inventory_knows(c):
    c.new_store()
    with server("127.0.0.1", *c.rsa[:2], "-servername", "ec.test", "-cert2", c.ec[0], "-key2",
                c.ec[1]) as port:
        c.rows("scan", "127.0.0.1", "-p", str(port), "--no-resolve", "--sni", "ec.test")
        again = c.rows("scan", "--known", "--no-resolve")
        equal(sorted({(r["sni"], r["sha256"]) for r in again}), [("ec.test", c.ec[2])])
        none = c.certscape("scan", "--known", "--source", "sensor")
        assert none.returncode == 2 and "no targets" in none.stderr, none
        wrong = c.certscape("scan", "--known", "--source", "rumour")
        assert wrong.returncode == 2 and "rumour" in wrong.stderr, wrong


def an_issuer_seen_elsewhere_makes_a_chain_incomplete(c):
    c.new_store()
    make_pki(c.folder)
    path = f"{c.folder}/"
    ca = ("--ca", path + "root.pem", "--no-resolve")

    def finding():
        row, = c.rows("list", "--subject", "cut")
        return [f["name"] for f in row["findings"] if f["active"]]

    with server("127.0.0.1", path + "cut.pem", path + "cut.key") as cut, \
            server("127.0.0.1", path + "whole.pem", path + "whole.key",
                   "-cert_chain", path + "between.pem") as whole:
        c.rows("scan", f"127.0.0.1:{cut}", *ca)
        equal(finding(), ["unknown-issuer"])
        row, = c.rows("scan", f"127.0.0.1:{whole}", *ca)
        equal([f["name"] for f in row["findings"] if f["active"]], [])
        equal(finding(), ["incomplete-chain"])
        row, = c.rows("scan", f"127.0.0.1:{cut}", *ca)
        equal([f["name"] for f in row["findings"] if f["active"]], ["incomplete-chain"])


def fails_on_severity(c):
    c.new_store()
    with server("127.0.0.1", *c.rsa[:2]) as port:
        args = ("scan", "127.0.0.1", "-p", str(port), "--no-resolve", "--fail-on")
        equal(c.certscape(*args, "critical").returncode, 0)
        equal(c.certscape(*args, "low").returncode, 1)


def runs_in_one_process(c):
    c.new_store()
    with server("127.0.0.1", *c.rsa[:2]) as port:
        equal(len(c.rows("scan", "127.0.0.1", "-p", str(port), "--no-resolve", "--single-process")), 1)


def reads_targets_from_a_list(c):
    c.new_store()
    with server("127.0.0.1", *c.rsa[:2]) as port:
        with open(f"{c.folder}/list", "w") as f:
            f.write(f"# open ports\n127.0.0.1:{port}\n!!\n")
        done = c.certscape("scan", "--targets-from", f"{c.folder}/list", "--no-resolve")
        equal(len(done.stdout.splitlines()), 1)
        assert "list:3" in done.stderr, done.stderr


def names_an_ipv6_network_that_is_too_large(c):
    c.new_store()
    why = "an IPv6 network too large to be tried address by address: a /96 at most " \
        "(--ipv6-neighbours finds the hosts of local networks)"
    done = c.certscape("scan", "127.0.0.1", "2001:db8::/64")
    equal((done.returncode, done.stderr), (2, f"certscape: 2001:db8::/64: {why}\n"))
    with open(f"{c.folder}/large", "w", encoding="utf-8") as f:
        f.write("127.0.0.1\n2001:db8::/64\n")
    done = c.certscape("scan", "--input", f"{c.folder}/large", "-p", "9", "--no-resolve")
    equal(done.returncode, 0)
    assert done.stderr.startswith(f"certscape: {c.folder}/large:2: 2001:db8::/64: {why}\n"), done


def knows_interfaces_by_name(c):
    dry = ("--dry-run", "--engine", "connect", "-p", "9")
    for words in (("fe80::1%lo",), ("[fe80::1%lo]:443",), ("fe80::1%lo", "fe80::1%1")):
        done = c.certscape("scan", *words, *dry)
        assert "targets       1 address, 1 port to ask" in done.stdout, (words, done)
    gone = c.certscape("scan", "fe80::1%lo", *dry, "--exclude", "fe80::1%lo")
    equal((gone.returncode, gone.stderr), (2, "certscape: no targets are left to scan\n"))
    for words in (("fe80::1%nosuch0",), ("[fe80::1%nosuch0]:443",)):
        done = c.certscape("scan", *words, *dry)
        equal((done.returncode, done.stderr),
              (2, f"certscape: {words[0]}: no interface of this machine\n"))


def leaves_alone_what_a_list_says(c):
    c.new_store()
    with server("127.0.0.1", *c.rsa[:2]) as one, server("127.0.0.9", *c.rsa[:2]) as other:
        with open(f"{c.folder}/never", "w") as f:
            f.write("# printers\n 127.0.0.8/30 # and more\n; of the lab\n127.0.0.12-15 ; theirs\n\n")
        args = ("scan", "127.0.0.1", "127.0.0.9", "-p", f"{one},{other}", "--no-resolve")
        ports = {row["port"] for row in c.rows(*args, "--exclude-file", f"{c.folder}/never")}
        equal(ports, {one})
        with open(f"{c.folder}/never", "a") as f:
            f.write("127.0.0.300\n")
        done = c.certscape(*args, "--exclude-file", f"{c.folder}/never")
        equal(done.returncode, 2)
        equal(done.stderr, f"certscape: {c.folder}/never:6: 127.0.0.300: not an IP address\n")


def large_public_networks_need_permission(c):
    """Nothing is sent: the scan that is permitted ends at a policy that is not there."""
    nothing = ("--policy", f"{c.folder}/nosuch")
    few, many = f"{c.folder}/few", f"{c.folder}/many"
    for path, hosts in ((few, 4096), (many, 4097)):
        with open(path, "w", encoding="utf-8") as f:
            f.writelines(f"8.0.{i // 256}.{i % 256}:{port}\n" for i in range(hosts)
                         for port in (443, 993))
    for args in (("8.0.0.0/19",), ("8.0.0.0/20", "9.9.9.9"), ("8.0.0.0/19", "--exclude", "8.0.0.1"),
                 ("--targets-from", many), ("8.0.0.0/20", "8.0.16.0:443")):
        done = c.certscape("scan", *args, *nothing)
        equal((args, done.returncode), (args, 2))
        assert "--i-have-permission" in done.stderr, done.stderr
    for args in (("8.0.0.0/19", "--i-have-permission"), ("8.0.0.0/20",), ("10.0.0.0/8",),
                 ("--targets-from", few), ("--targets-from", few, "8.0.0.0/20"),
                 ("8.0.0.0/19", "--exclude", "8.0.0.0/20")):
        done = c.certscape("scan", *args, *nothing)
        assert "nosuch" in done.stderr and "permission" not in done.stderr, (args, done.stderr)


def imports_what_masscan_fetched(c):
    import base64
    c.new_store()
    der = run("openssl", "x509", "-in", c.rsa[0], "-outform", "der", "-out", f"{c.folder}/der")
    equal(der.returncode, 0)
    with open(f"{c.folder}/der", "rb") as f:
        banner = base64.b64encode(f.read()).decode()
    with open(f"{c.folder}/masscan.json", "w") as f:
        f.write('[\n{ "ip": "10.9.8.7", "timestamp": "1700000000", "ports": [ {"port": 443, "proto": '
                '"tcp", "service": {"name": "X509", "banner": "%s"} } ] },\n' % banner)
    rows = c.rows("import", f"{c.folder}/masscan.json")
    equal([(r["ip"], r["sha256"]) for r in rows], [("10.9.8.7", c.rsa[2])])
    equal(len(c.rows("list")), 1)


def a_leaf_alone_in_a_file_says_nothing_of_its_chain(c):
    c.new_store()
    path = f"{c.folder}/"
    with server("127.0.0.1", path + "cut.pem", path + "cut.key") as port:
        with open(path + "cut.pem") as f:
            pem = f.read()
        with open(path + "nmap.xml", "w") as f:
            f.write('<?xml version="1.0"?>\n<nmaprun scanner="nmap" start="1700000000"><host starttime='
                    '"1700000000" endtime="1700000001"><status state="up"/><address addr="127.0.0.1" '
                    f'addrtype="ipv4"/><ports><port protocol="tcp" portid="{port}"><state state="open"/>'
                    '<script id="ssl-cert" output=""><elem key="pem">' + pem +
                    '</elem></script></port></ports></host></nmaprun>\n')

        def findings():
            row, = c.rows("list")
            return [f["name"] for f in row["findings"] if f["active"]]

        c.rows("import", path + "nmap.xml", "--ca", path + "root.pem")
        equal(findings(), [])
        c.rows("scan", f"127.0.0.1:{port}", "--ca", path + "root.pem", "--no-resolve")
        equal(findings(), ["unknown-issuer"])
        c.rows("import", path + "nmap.xml", "--ca", path + "root.pem")
        equal(findings(), ["unknown-issuer"])


def the_store_is_clean_and_copies(c):
    equal(c.certscape("db", "check").returncode, 0)
    equal(c.certscape("db", "backup", f"{c.folder}/copy.db").returncode, 0)
    c.store = f"{c.folder}/copy.db"
    equal(c.certscape("db", "vacuum").returncode, 0)
    equal(len(c.rows("list")), 1)


def refuses_nonsense_in_one_line(c):
    for args in (("scan",), ("scan", "127.0.0.256"), ("scan", "127.0.0.1", "-p", "0"), ("nosuch",),
                 ("scan", "--bogus"), ("list", "--finding", "nosuch"), ("show", "xyz"),
                 ("scan", "127.0.0.1", "--shard", "3/2"), ("db", "destroy"), ("import",),
                 ("scan", "127.0.0.1", "--rate", "100", "--max-rate", "99"),
                 ("scan", "127.0.0.1", "--engine", "connect", "--host-rate", "5"),
                 ("scan", "127.0.0.1", "--single-process", "--net-rate", "5"),
                 ("scan", "127.0.0.1", "--engine", "connect", "--sender", "xdp"),
                 ("scan", "--dry-run", "--ipv6-neighbours")):
        done = c.certscape(*args)
        equal((args, done.returncode), (args, 2))
        equal((args, len(done.stderr.strip().splitlines())), (args, 1))
    missing = run(CERTSCAPE, "list", "--store", "/nonexistent/x.db")
    equal(missing.returncode, 3)


def an_error_of_the_store_tells_its_path(c):
    with open(f"{c.folder}/no.db", "w", encoding="utf-8") as f:
        f.write("this is no database" * 100)
    for path, why in (("/proc/nope/x.db", "cannot open the store: No such file or directory"),
                      (f"{c.folder}/no.db", "this file is not a certscape store")):
        for args in (("scan", "127.0.0.1", "-p", "9", "--engine", "connect"),
                     ("scan", "127.0.0.1", "-p", "9", "--engine", "connect", "--single-process"),
                     ("import", f"{c.folder}/no.db")):
            done = run(CERTSCAPE, args[0], "--store", path, *args[1:])
            equal((args, done.returncode, done.stderr), (args, 3, f"certscape: {path}: {why}\n"))
    listed = run(CERTSCAPE, "list", "--store", f"{c.folder}/no.db")
    # What may follow is of a store that this machine has.
    equal(listed.stderr.splitlines()[0],
          f"certscape: {c.folder}/no.db: this file is not a certscape store")


CASES = [finds_what_openssl_serves, lists_by_filter, lists_by_search, shows_certificate_and_endpoint,
         history_tells_a_replacement, csv_is_csv, stops_on_ctrl_c_and_goes_on,
         timeout_signals_twice_and_means_once,
         a_resumed_scan_goes_on_in_its_file, a_resumed_scan_keeps_its_limits,
         a_resumed_scan_notices_other_targets,
         an_output_is_emptied_by_a_run_alone, a_dry_run_tells_the_engine_and_the_way,
         the_limit_of_files_is_told_where_it_limits,
         who_may_not_send_is_told_what_is_missing, what_was_meant_for_packets_is_told_of_connections,
         ports_of_several_options_add_up, the_lowest_rate_that_is_said_holds,
         workers_are_no_more_than_can_share_the_hosts, shards_are_a_partition, asks_for_names, scans_what_the_inventory_knows,
         an_issuer_seen_elsewhere_makes_a_chain_incomplete, fails_on_severity,
         runs_in_one_process, reads_targets_from_a_list, names_an_ipv6_network_that_is_too_large,
         knows_interfaces_by_name, leaves_alone_what_a_list_says, large_public_networks_need_permission,
         imports_what_masscan_fetched, a_leaf_alone_in_a_file_says_nothing_of_its_chain,
         the_store_is_clean_and_copies, refuses_nonsense_in_one_line,
         an_error_of_the_store_tells_its_path]


def main():
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        case = Case(folder)
        for number, test in enumerate(CASES, 1):
            try:
                test(case)
                print(f"ok {number} - {test.__name__}", flush=True)
            except Skip as reason:
                print(f"ok {number} - {test.__name__} # SKIP {reason}", flush=True)
            except Exception as e:
                failed += 1
                for line in f"{type(e).__name__}: {e}".splitlines():
                    print(f"# {line[:2000]}")
                print(f"not ok {number} - {test.__name__}", flush=True)
    print(f"1..{len(CASES)}")
    return failed != 0


sys.exit(main())
