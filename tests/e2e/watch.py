#!/usr/bin/env python3
"""watch.py: the sensor from outside, without root: what openssl's client and server say to each
other is told again as a capture, and certscape watch reads it. TAP on standard output.

usage: watch.py CERTSCAPE
"""
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import recorder  # noqa: E402
import served  # noqa: E402

CERTSCAPE = os.path.abspath(sys.argv[1])
INSIDE, OUTSIDE = "10.1.2.3", "198.51.100.7"
INSIDE6, OUTSIDE6 = "fd00::3", "2001:db8::7"


def run(*args, **kwargs):
    return subprocess.run(args, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          timeout=60, **kwargs)


def make_cert(folder, name, *options, cn="www.test"):
    pem, key = f"{folder}/{name}.pem", f"{folder}/{name}.key"
    done = run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out",
               pem, "-subj", f"/CN={cn}", "-addext", "basicConstraints=critical,CA:false",
               "-addext", f"subjectAltName=DNS:{cn}", "-days", "90",
               *options)
    assert done.returncode == 0, done.stderr
    text = run("openssl", "x509", "-in", pem, "-noout", "-fingerprint", "-sha256").stdout
    return pem, key, text.split("=")[1].strip().replace(":", "").lower()


class Case:
    """One temporary world: a self-signed server, a store, captures, and the program."""

    def __init__(self, folder):
        self.folder = folder
        self.pem, self.key, self.sha256 = make_cert(folder, "self")
        self.stores = 0
        self.new_store()

    def new_store(self):
        self.stores += 1
        self.store = f"{self.folder}/{self.stores}.db"

    def certscape(self, *args, **kwargs):
        return run(CERTSCAPE, args[0], "--store", self.store, *args[1:], **kwargs)

    def lines(self, *args):
        done = self.certscape(*args)
        assert done.returncode == 0, (done.returncode, done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def rows(self, *args):
        return [line for line in self.lines(*args) if line.get("kind") != "alert"]

    def alerts(self, *args):
        return [line for line in self.lines(*args) if line.get("kind") == "alert"]

    def talk(self, *client, server=(), say=b"GET / HTTP/1.0\r\n\r\n"):
        with served.serving("-cert", self.pem, "-key", self.key, *server) as port:
            return recorder.conversation(port, recorder.s_client(*client, say=say))

    def capture(self, *told, name="x"):
        capture = recorder.Capture(f"{self.folder}/{name}.pcap")
        for said, client, server in told:
            capture.tell(said, client, server)
        return capture.close()


class Skip(Exception):
    pass


def equal(got, wanted):
    assert got == wanted, f"got {got!r}, wanted {wanted!r}"


def names(row):
    return sorted(f["name"] for f in row["findings"] if f["active"])


def reads_a_certificate(c):
    c.new_store()
    said = c.talk("-tls1_2", "-servername", "WWW.test")
    path = c.capture((said, (INSIDE, 40001), (OUTSIDE, 8443)))
    rows = c.rows("watch", "-r", path)
    equal(len(rows), 1)
    equal((rows[0]["ip"], rows[0]["port"], rows[0]["sni"]), (OUTSIDE, 8443, "www.test"))
    equal((rows[0]["source"], rows[0]["outcome"]), ("sensor", "certificate"))
    equal((rows[0]["sha256"], rows[0]["version"]), (c.sha256, "TLS 1.2"))
    equal(names(rows[0]), ["not-yet-valid", "self-signed"])  # the capture is of 2023
    assert rows[0]["first_seen"].startswith("2023-11-14T22:13:20."), rows[0]["first_seen"]
    stored = c.rows("list")
    equal([(r["ip"], r["port"], r["sha256"]) for r in stored], [(OUTSIDE, 8443, c.sha256)])
    with sqlite3.connect(c.store) as db:  # the certificate is as old as its packet
        (first_ms,), = db.execute("SELECT first_seen_ms FROM certificates")
    equal(first_ms // 10000, 1_700_000_000 // 10)


def knows_what_it_cannot_see(c):
    c.new_store()
    said = c.talk("-tls1_3", "-servername", "hidden.test")
    rows = c.rows("watch", "-r", c.capture((said, (INSIDE6, 40001), (OUTSIDE6, 443))))
    equal([(r["ip"], r["sni"], r["outcome"], r["version"]) for r in rows],
          [(OUTSIDE6, "hidden.test", "hidden", "TLS 1.3")])


def reads_a_pipe(c):
    c.new_store()
    said = c.talk("-tls1_2", "-servername", "www.test")
    path = c.capture((said, (INSIDE, 40001), (OUTSIDE, 443)))
    cat = subprocess.Popen(["cat", path], stdout=subprocess.PIPE)
    done = c.certscape("watch", "-r", "-", stdin=cat.stdout)
    cat.stdout.close()
    cat.wait()
    equal((done.returncode, done.stdout.count('"source":"sensor"')), (0, 1))


def merges_repeats(c):
    c.new_store()
    said = c.talk("-tls1_2", "-servername", "www.test")
    path = c.capture(*[(said, (f"10.1.2.{i % 5}", 40000 + i), (OUTSIDE, 443)) for i in range(20)])
    rows = c.rows("watch", "-r", path)
    equal([r["connections"] for r in rows], [1, 19])
    equal(len(c.rows("list")), 1)


def told(alerts):
    return sorted((a["server"], a["reason"], a["direction"]) for a in alerts)


def one_alert_a_server_certificate_and_reason(c):
    c.new_store()
    said = c.talk("-tls1_2", "-servername", "www.test")
    path = c.capture(*[(said, (f"10.1.2.{i % 5}", 40000 + i), (OUTSIDE, 443)) for i in range(20)],
                     (said, (INSIDE6, 40001), (OUTSIDE6, 443)))
    alerts = c.alerts("watch", "-r", path)
    equal(told(alerts), [(server, reason, "outbound") for server in (OUTSIDE, OUTSIDE6)
                         for reason in ("not-yet-valid", "self-signed")])
    equal({(a["sha256"], a["name"], a["hostname"], a["port"], a["subject"]) for a in alerts},
          {(c.sha256, "www.test", "www.test", 443, "www.test")})
    equal({a["client"] for a in alerts}, {"10.1.2.0", INSIDE6})
    equal(c.alerts("watch", "-r", path), [])  # told already, and not a day ago
    known = c.alerts("alerts", "--format", "ndjson")
    equal(told(known), told(alerts))
    equal({(a["server"], a["connections"]) for a in known}, {(OUTSIDE, 40), (OUTSIDE6, 2)})


def tells_which_way(c):
    c.new_store()
    said = c.talk("-tls1_2", "-servername", "www.test")
    path = c.capture((said, (OUTSIDE, 40001), (INSIDE, 443)), (said, (INSIDE, 40001), ("10.9.9.9", 443)),
                     (said, ("192.0.2.1", 40001), (OUTSIDE, 443)), (said, (INSIDE, 40001), (OUTSIDE, 444)))
    ways = {(a["server"], a["port"]): a["direction"] for a in c.alerts("watch", "-r", path)}
    equal(ways, {(INSIDE, 443): "inbound", ("10.9.9.9", 443): "internal", (OUTSIDE, 443): "external",
                 (OUTSIDE, 444): "outbound"})
    c.new_store()
    ways = {(a["server"], a["port"]): a["direction"]
            for a in c.alerts("watch", "-r", path, "--local-nets", f"10.1.2.0/24,{OUTSIDE}")}
    equal(ways, {(INSIDE, 443): "internal", ("10.9.9.9", 443): "outbound", (OUTSIDE, 443): "inbound",
                 (OUTSIDE, 444): "internal"})


def the_name_is_that_of_the_client_or_the_address(c):
    c.new_store()
    wrong = c.talk("-tls1_2", "-servername", "other.test")
    none = c.talk("-tls1_2", "-noservername")
    path = c.capture((wrong, (INSIDE, 40001), (OUTSIDE, 443)), (none, (INSIDE, 40001), (OUTSIDE, 444)))
    mismatches = [a for a in c.alerts("watch", "-r", path) if a["reason"] == "name-mismatch"]
    # By address, a certificate that vouches for itself has that one fault.
    equal([(a["port"], a["name"]) for a in mismatches], [(443, "other.test")])


def a_name_that_was_not_heard_is_not_judged(c):
    c.new_store()
    named = c.talk("-tls1_2", "-servername", "www.test")
    odd = c.talk("-tls1_2", "-servername", "two words")
    none = c.talk("-tls1_2", "-noservername")
    deaf = [(from_client, data) for from_client, data in named if not from_client]
    path = c.capture((deaf, (INSIDE, 40001), (OUTSIDE, 443)), (odd, (INSIDE, 40002), (OUTSIDE, 444)),
                     (none, (INSIDE, 40003), (OUTSIDE, 445)))
    mismatches = {r["port"]: "name-mismatch" in names(r) for r in c.rows("watch", "-r", path)}
    equal(mismatches, {443: False, 444: False, 445: True})


def a_client_that_rejects_is_heard_even_in_tls_1_3(c):
    c.new_store()
    said = c.talk("-tls1_3", "-servername", "www.test", "-verify_return_error", say=b"")
    alerts = c.alerts("watch", "-r", c.capture((said, (INSIDE, 40001), (OUTSIDE, 443))))
    equal([(a["reason"], a["name"], a["sha256"], a["connections"]) for a in alerts],
          [("client-rejected-certificate", "www.test", None, 1)])
    c.new_store()
    said = c.talk("-tls1_2", "-servername", "www.test", "-verify_return_error", say=b"")
    alerts = c.alerts("watch", "-r", c.capture((said, (INSIDE, 40001), (OUTSIDE, 443))))
    equal(told(alerts), [(OUTSIDE, "not-yet-valid", "outbound"), (OUTSIDE, "self-signed", "outbound")])


def a_client_that_leaves_is_told_the_third_time(c):
    c.new_store()
    leaves = c.talk("-tls1_3", "-servername", "www.test", say=b"")
    talks = c.talk("-tls1_3", "-servername", "www.test")
    two = [(leaves, (INSIDE, 40000 + i), (OUTSIDE, 443)) for i in range(2)]
    quiet = c.capture(*two, (talks, (INSIDE, 41000), (OUTSIDE, 443)),
                      *[(leaves, (INSIDE, 42000 + i), (OUTSIDE, 443)) for i in range(2)])
    equal(c.alerts("watch", "-r", quiet), [])
    third = c.capture(*two, (leaves, (INSIDE, 40009), (OUTSIDE, 443)))
    equal([a["reason"] for a in c.alerts("watch", "-r", third)], ["client-left-after-handshake"])


def alerts_run_a_command(c):
    c.new_store()
    said = c.talk("-tls1_2", "-servername", "www.test")
    path = c.capture((said, (INSIDE, 40001), (OUTSIDE, 443)))
    done = c.certscape("watch", "-r", path, "--format", "table", "--exec", f"cat >> {c.folder}/told")
    equal(done.returncode, 0)
    with open(f"{c.folder}/told", encoding="utf-8") as f:
        equal(sorted(json.loads(line)["reason"] for line in f), ["not-yet-valid", "self-signed"])
    line = next(line for line in done.stdout.splitlines() if "self-signed" in line)
    assert f"{OUTSIDE}:443 www.test  certificate of www.test  client {INSIDE}" in line, line


def commands_have_no_capabilities(c):
    c.new_store()
    said = c.talk("-tls1_2", "-servername", "www.test")
    path = c.capture((said, (INSIDE, 40001), (OUTSIDE, 443)))
    sets = f"{c.folder}/sets"
    c.lines("watch", "-r", path, "--exec", f"grep -E '^Cap(Prm|Eff):' /proc/self/status > {sets}")
    with open(sets, encoding="utf-8") as f:
        equal([int(line.split()[1], 16) for line in f], [0, 0])


def zeek_lines(path):
    with open(path, encoding="utf-8") as f:
        return [line.rstrip("\n") for line in f]


def writes_zeek_logs(c):
    c.new_store()
    said = c.talk("-tls1_2", "-servername", "www.test")
    path = c.capture(*[(said, (INSIDE, 40000 + i), (OUTSIDE, 443)) for i in range(3)])
    logs, stats = f"{c.folder}/logs", f"{c.folder}/stats"
    os.mkdir(logs)
    c.lines("watch", "-r", path, "--zeek-logs", logs, "--stats", stats)
    equal(sorted(os.listdir(logs)), ["notice.log", "ssl.log", "x509.log"])
    ssl = zeek_lines(f"{logs}/ssl.log")
    equal((ssl[0], ssl[3], ssl[-1][:7]), ("#separator \\x09", "#unset_field\t-", "#close\t"))
    fields = ssl[5].split("\t")[1:] if ssl[5].startswith("#fields") else ssl[6].split("\t")[1:]
    rows = [dict(zip(fields, line.split("\t"))) for line in ssl if not line.startswith("#")]
    equal([r["id.resp_h"] for r in rows], [OUTSIDE] * 3)
    equal({(r["version"], r["server_name"], r["cert_chain_fps"], r["established"]) for r in rows},
          {("TLSv12", "www.test", c.sha256, "T")})
    for name in ("x509", "notice"):  # one certificate, one notice an hour
        equal(sum(not line.startswith("#") for line in zeek_lines(f"{logs}/{name}.log")), 1)
    with open(stats, encoding="utf-8") as f:
        counts = json.loads(f.readlines()[-1])
    equal((counts["kind"], counts["sessions"], counts["certificates"]), ("stats", 3, 3))


def counts_the_logs_of_a_certificate(c):
    c.new_store()
    said = c.talk("-tls1_2", "-servername", "www.test")
    path = c.capture((said, (INSIDE, 40001), (OUTSIDE, 443)))
    logs = f"{c.folder}/ct"
    os.mkdir(logs)
    c.lines("watch", "-r", path, "--zeek-logs", logs, "--zeek-format", "json", "--zeek-columns", "ct",
            "--ct-logs", os.path.join(os.path.dirname(os.path.abspath(__file__)), "../pcap/ct-logs"))
    row, = [json.loads(line) for line in zeek_lines(f"{logs}/ssl.log")]
    equal((row["valid_ct_logs"], row["valid_ct_operators"]), (0, 0))  # none, and that is known


def rotates_logs_by_packet_time(c):
    c.new_store()
    said = c.talk("-tls1_2", "-servername", "www.test")
    path = c.capture(*[(said, (INSIDE, 40000 + i), (OUTSIDE, 443)) for i in range(3)])  # 1 s apart
    logs = f"{c.folder}/json"
    os.mkdir(logs)
    c.lines("watch", "-r", path, "--zeek-logs", logs, "--zeek-format", "json", "--zeek-rotate", "1")
    files = sorted(f for f in os.listdir(logs) if f.startswith("ssl"))
    equal(files, ["ssl.2023-11-14-22-13-20.log", "ssl.2023-11-14-22-13-21.log", "ssl.log"])
    for name in files:
        equal([json.loads(line)["server_name"] for line in zeek_lines(f"{logs}/{name}")], ["www.test"])


def wait_for(what, seconds=20):
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.05)


def reopens_its_logs_and_ends_in_order(c):
    c.new_store()
    said = c.talk("-tls1_2", "-servername", "www.test")
    with open(c.capture((said, (INSIDE, 40001), (OUTSIDE, 443))), "rb") as f:
        capture = f.read()
    logs = f"{c.folder}/moved"
    os.mkdir(logs)
    watch = subprocess.Popen([CERTSCAPE, "watch", "--store", c.store, "-r", "-", "--zeek-logs", logs],
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        watch.stdin.write(capture)
        watch.stdin.flush()
        wait_for(lambda: os.path.exists(f"{logs}/ssl.log"))
        os.rename(f"{logs}/ssl.log", f"{logs}/ssl.old")
        watch.send_signal(signal.SIGHUP)
        wait_for(lambda: (zeek_lines(f"{logs}/ssl.old") or [""])[-1].startswith("#close"))
        watch.stdin.write(capture[24:])
        watch.stdin.flush()
        wait_for(lambda: os.path.exists(f"{logs}/ssl.log"))
        watch.send_signal(signal.SIGINT)  # the pipe is open, and silent
        out, errors = watch.communicate(timeout=20)
    finally:
        watch.kill()
    equal((watch.returncode, errors), (0, b""))
    equal(out.count(b'"source":"sensor"'), 2)
    assert zeek_lines(f"{logs}/ssl.log")[-1].startswith("#close")


def reopens_its_output_and_statistics(c):
    c.new_store()
    said = c.talk("-tls1_2", "-servername", "www.test")
    with open(c.capture((said, (INSIDE, 40001), (OUTSIDE, 443))), "rb") as f:
        capture = f.read()
    with open(c.capture((said, (INSIDE, 40002), (OUTSIDE, 444))), "rb") as f:
        other = f.read()
    out, stats = f"{c.folder}/out.csv", f"{c.folder}/out.stats"
    watch = subprocess.Popen([CERTSCAPE, "watch", "--store", c.store, "-r", "-", "-o", out, "--format",
                              "csv", "--stats", stats], stdin=subprocess.PIPE)
    try:
        watch.stdin.write(capture)
        watch.stdin.flush()
        wait_for(lambda: os.path.exists(out) and len(zeek_lines(out)) == 2)
        for path in out, stats:
            os.rename(path, path + ".old")
        watch.send_signal(signal.SIGHUP)
        wait_for(lambda: os.path.exists(out) and os.path.exists(stats))
        watch.stdin.write(other[24:])
        watch.stdin.close()
        equal(watch.wait(timeout=20), 0)
    finally:
        watch.kill()
    old, new = zeek_lines(out + ".old"), zeek_lines(out)
    equal((len(old), len(new), new[0]), (2, 2, old[0]))
    equal((zeek_lines(stats + ".old"), len(zeek_lines(stats))), ([], 1))


LIVE = """
ip link set lo up || exit 9
openssl s_server -accept 127.0.0.1:4433 -cert "$PEM" -key "$KEY" -quiet >/dev/null 2>&1 & server=$!
"$CERTSCAPE" watch -i lo --threads 2 --store "$STORE" --filter 'tcp port 4433' >"$OUT" & watch=$!
for i in $(seq 100); do
    echo | openssl s_client -connect 127.0.0.1:4433 -tls1_2 -servername www.test >/dev/null 2>&1
    sleep 0.2
    grep -q '"kind":"alert"' "$OUT" && break
done
cat /proc/$(pgrep -P $watch cs-worker | head -1)/status >"$OUT.status"
"$CERTSCAPE" scan 127.0.0.1 -p 4433 --engine connect --no-resolve --sni scanned.test --store "$STORE.scan" >/dev/null
kill -INT $watch
wait $watch; status=$?
kill $server
exit $status
"""


def watches_an_interface(c):
    if run("unshare", "-rn", "ip", "link").returncode != 0:
        raise Skip("no network namespace to be had")
    c.new_store()
    out = f"{c.folder}/live"
    done = run("unshare", "-rn", "bash", "-c", LIVE, env=dict(
        os.environ, PEM=c.pem, KEY=c.key, CERTSCAPE=CERTSCAPE, STORE=c.store, OUT=out))
    equal((done.returncode, done.stderr), (0, ""))
    with open(out, encoding="utf-8") as f:
        lines = [json.loads(line) for line in f]
    alerts = [line for line in lines if line.get("kind") == "alert"]
    equal([(a["reason"], a["server"], a["port"], a["direction"]) for a in alerts],
          [("self-signed", "127.0.0.1", 4433, "internal")])
    equal({line["sni"] for line in lines if "sni" in line}, {"www.test"})  # not what we scanned
    with open(f"{out}.status", encoding="utf-8") as f:
        status = dict(line.rstrip("\n").split(":\t", 1) for line in f)
    if status["Seccomp"] == "2":  # a sanitizer build has no sandbox
        equal((status["CapEff"], status["CapPrm"]), ("0" * 16, "0" * 16))


def a_broken_capture_is_told_and_the_next_one_read(c):
    c.new_store()
    said = c.talk("-tls1_2", "-servername", "www.test")
    whole = c.capture((said, (INSIDE, 40001), (OUTSIDE, 443)))
    nonsense = f"{c.folder}/nonsense.pcap"
    with open(nonsense, "w", encoding="ascii") as f:
        f.write("this is no capture at all")
    done = c.certscape("watch", nonsense, whole)
    equal((done.returncode, done.stdout.count('"source":"sensor"')), (0, 1))
    assert "nonsense.pcap: at byte 0" in done.stderr, done.stderr


def refuses_nonsense_in_one_line(c):
    for args in ((), ("-i", "lo", "-r", "x"), ("-r", "x", "--filter", "tcp"),
                 ("-r", "/dev/null", "--local-nets", "10.0.0.0/8,no"),
                 ("-r", "/dev/null", "--fail-on", "everything"),
                 ("-r", "/dev/null", "--zeek-logs", c.folder, "--zeek-format", "xml"),
                 ("-r", "/dev/null", "--zeek-logs", c.folder, "--zeek-columns", "ja3,ja5"),
                 ("-r", "/dev/null", "--zeek-logs", c.folder, "--zeek-columns", "ct"),
                 ("-r", "/dev/null", "--zeek-logs", c.folder, "--ct-logs", c.pem)):
        done = c.certscape("watch", *args)
        equal((args, done.returncode), (args, 2))
        equal((args, len(done.stderr.strip().splitlines())), (args, 1))
    equal(c.certscape("watch", "-r", "/nonexistent").returncode, 3)
    equal(c.certscape("watch", "-r", "/dev/null").returncode, 0)


CASES = [reads_a_certificate, knows_what_it_cannot_see, reads_a_pipe, merges_repeats,
         one_alert_a_server_certificate_and_reason, tells_which_way,
         the_name_is_that_of_the_client_or_the_address,
         a_name_that_was_not_heard_is_not_judged, a_client_that_rejects_is_heard_even_in_tls_1_3,
         a_client_that_leaves_is_told_the_third_time, alerts_run_a_command,
         commands_have_no_capabilities,
         writes_zeek_logs, counts_the_logs_of_a_certificate, rotates_logs_by_packet_time,
         reopens_its_logs_and_ends_in_order,
         reopens_its_output_and_statistics,
         watches_an_interface, a_broken_capture_is_told_and_the_next_one_read, refuses_nonsense_in_one_line]


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
            except Exception as e:  # whatever it is, the other cases are to be heard
                failed += 1
                for line in f"{type(e).__name__}: {e}".splitlines():
                    print(f"# {line[:2000]}")
                print(f"not ok {number} - {test.__name__}", flush=True)
    print(f"1..{len(CASES)}")
    return failed != 0


sys.exit(main())
