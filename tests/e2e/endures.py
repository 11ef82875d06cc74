#!/usr/bin/env python3
"""endures.py: what `certscape serve` lives through: another certificate while clients are connected,
the end of a schedule's time window, kill -9 in the middle of a scan, and clients that are slow on
purpose, while others are served as ever. TAP on standard output.

usage: endures.py CERTSCAPE
"""
import contextlib
import datetime
import hashlib
import http.client
import json
import os
import re
import select
import shutil
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import traceback

CERTSCAPE = os.path.abspath(sys.argv[1])
TLS = ssl._create_unverified_context()
SLOW = 300  # connections of each kind, each from an address of its own


def make_certificate(pem, name):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-keyout", pem + ".key", "-out", pem,
                    "-subj", "/CN=" + name, "-days", "9"], check=True, stderr=subprocess.DEVNULL)
    with open(pem, encoding="ascii") as f:
        return hashlib.sha256(ssl.PEM_cert_to_DER_cert(f.read())).hexdigest()


def eventually(check, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := check():
            return found
        time.sleep(0.1)
    raise AssertionError("it did not happen in time")


def connect(port, source="127.0.0.1", timeout=30):
    plain = socket.socket()
    plain.settimeout(timeout)
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
    plain.bind((source, 0))
    plain.connect(("127.0.0.1", port))
    return TLS.wrap_socket(plain)


def family(mark):
    """(pid, command line) of every process that was started below a service of ours."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError), open(f"/proc/{pid}/environ", "rb") as f:
            if mark.encode() in f.read():
                with open(f"/proc/{pid}/cmdline", "rb") as words:
                    line = words.read().replace(b"\0", b" ").decode()
                if line:  # no zombie
                    found.append((int(pid), line))
    return found


class World:
    def __init__(self, folder):
        self.store, self.pem = f"{folder}/certscape.db", f"{folder}/own.pem"
        self.mark = "CERTSCAPE_TEST=" + folder
        self.fingerprint = make_certificate(self.pem, "first.example")
        self.errors = open(f"{folder}/stderr", "w", encoding="utf-8")
        self.heard = open(f"{folder}/stderr", encoding="utf-8")
        self.token = self.process = None
        self.start()
        self.become_admin()

    def start(self):
        self.process = subprocess.Popen(
            [CERTSCAPE, "serve", "--listen", "127.0.0.1:0", "--store", self.store, "--cert", self.pem,
             "--key", self.pem + ".key"], stdout=subprocess.PIPE, stderr=self.errors, text=True,
            env={**os.environ, **dict([self.mark.split("=")])})
        text = ""
        for line in self.process.stdout:
            text += line
            if "Ctrl-C" in line:
                break
        self.port = int(re.search(r"https://127.0.0.1:(\d+)/", text)[1])
        self.setup = re.search(r"#/setup/([0-9a-f]+)", text)

    def said(self):
        """What stands on stderr since the last time."""
        return self.heard.read()

    def become_admin(self):
        with contextlib.closing(http.client.HTTPSConnection("127.0.0.1", self.port, context=TLS)) as c:
            c.request("POST", "/api/v1/setup", json.dumps({
                "token": self.setup[1], "name": "ada", "password": "correct horse battery"}))
            answer = c.getresponse()
            who, cookie = json.loads(answer.read()), answer.headers["Set-Cookie"].split(";")[0]
            c.request("POST", "/api/v1/tokens", json.dumps({"name": "test", "role": "admin"}),
                      {"Cookie": cookie, "X-CSRF-Token": who["csrf"]})
            self.token = json.loads(c.getresponse().read())["token"]

    def headers(self):
        return {"Authorization": "Bearer " + self.token}

    def ask(self, method, path, body=None, status=None, timeout=30):
        link = http.client.HTTPSConnection("127.0.0.1", self.port, context=TLS, timeout=timeout)
        with contextlib.closing(link):
            link.request(method, "/api/v1" + path, body and json.dumps(body), self.headers())
            answer = link.getresponse()
            text = answer.read()
        assert status in (None, answer.status), (method, path, answer.status, text)
        return json.loads(text) if text else None

    def served_now(self):
        with contextlib.closing(connect(self.port)) as link:
            return hashlib.sha256(link.getpeercert(True)).hexdigest()

    def run(self, run):
        return self.ask("GET", f"/runs/{run}", status=200)

    def running(self):
        rows = [r for r in self.ask("GET", "/runs")["rows"] if r["state"] == "running"]
        return rows[0] if rows else None

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(30)
        self.process.stdout.close()
        self.errors.close()
        self.heard.close()
        assert status == 0, status


def minute(minutes, now):
    return (now + datetime.timedelta(minutes=minutes)).strftime("%H:%M")


def a_scheduled_scan_begins_in_its_window(w):
    """Which closes while the next cases run."""
    now = datetime.datetime.now(datetime.timezone.utc)
    w.closes = now.replace(second=0, microsecond=0) + datetime.timedelta(minutes=1 + (now.second > 40))
    w.wish = {"name": "by night", "targets": "127.10.0.0/16", "ports": "9", "rate": 200,
              "when": {"every_s": 86400}, "timezone": "UTC",
              "window": {"from": minute(-30, now), "to": w.closes.strftime("%H:%M")}}
    w.schedule = w.ask("POST", "/schedules", w.wish, 201)["id"]
    w.night = eventually(w.running)["id"]
    assert w.run(w.night)["schedule"] == w.schedule


def another_certificate_drops_no_connection(w):
    """SIGHUP: who is connected stays, who comes sees the new one; a bad file changes nothing."""
    kept = http.client.HTTPSConnection("127.0.0.1", w.port, context=TLS, timeout=30)
    kept.request("GET", "/api/v1/session")
    kept.getresponse().read()
    stream = http.client.HTTPSConnection("127.0.0.1", w.port, context=TLS, timeout=30)
    stream.request("GET", "/api/v1/events", headers=w.headers())
    events = stream.getresponse()
    assert next(line for line in events if line.startswith(b"event: ")) == b"event: hello\n"
    half = connect(w.port)  # in the middle of a request
    half.sendall(b"GET /api/v1/session HTTP/1.1\r\nHost: local")
    assert w.served_now() == w.fingerprint
    fresh = make_certificate(w.pem, "second.example")
    w.process.send_signal(signal.SIGHUP)
    eventually(lambda: w.served_now() == fresh)
    assert "read again" in eventually(w.said)
    with open(w.pem, "w", encoding="ascii") as f:
        f.write("no certificate\n")
    w.process.send_signal(signal.SIGHUP)
    said = eventually(w.said)
    assert "stays the one it was" in said and w.pem in said and said.count("\n") == 1, said
    assert w.served_now() == fresh
    shutil.copy(w.pem + ".key", w.pem + ".other")  # the old key, for a certificate that is new
    w.fingerprint = make_certificate(w.pem, "third.example")
    shutil.copy(w.pem + ".key", w.pem + ".good")
    shutil.copy(w.pem + ".other", w.pem + ".key")
    w.process.send_signal(signal.SIGHUP)
    assert "stays the one it was" in eventually(w.said) and w.served_now() == fresh
    shutil.copy(w.pem + ".good", w.pem + ".key")
    kept.request("GET", "/api/v1/session")
    assert kept.getresponse().status == 200
    half.sendall(b"host\r\nConnection: close\r\n\r\n")
    assert half.recv(15) == b"HTTP/1.1 200 OK"
    w.ask("PUT", "/settings", {"public_url": "https://certs.example"}, 200)
    for line in events:  # the scan that runs has news every second
        if line.startswith(b"event: run"):
            break
    for link in (kept, stream, half):
        link.close()


class Slow:
    """Connections that take their time; `step` is what one of them does now and then."""

    def __init__(self, w, n, kind):
        self.links, self.kind = [], kind
        for i in range(n):
            with contextlib.suppress(OSError):
                link = connect(w.port, f"127.66.{kind}.{i % 250 + 1}", 5)
                link.settimeout(0.2)
                self.begin(link, w)
                self.links.append(link)

    def begin(self, link, w):
        token = w.headers()["Authorization"]
        if self.kind == 1:  # a header that never ends
            link.sendall(b"GET /api/v1/session HTTP/1.1\r\nHost: localhost\r\nX-A: ")
        elif self.kind == 2:  # a body that never ends
            link.sendall(b"POST /api/v1/login HTTP/1.1\r\nHost: localhost\r\n"
                         b"Content-Length: 100000\r\n\r\n{")
        else:  # answers that are never read
            with contextlib.suppress(OSError):
                link.sendall((f"GET /openapi.yaml HTTP/1.1\r\nHost: localhost\r\n"
                              f"Authorization: {token}\r\n\r\n").encode() * 200)

    def step(self):
        left = []
        for link in self.links:
            try:
                if self.kind != 3:
                    link.sendall(b"x")
                ready, _, _ = select.select([link.fileno()], [], [], 0) if self.kind != 3 else ([],) * 3
                if ready and not link.recv(1000):
                    raise ConnectionResetError
                left.append(link)
            except OSError:
                link.close()
        self.links = left

    def close(self):
        for link in self.links:
            link.close()


def slow_clients_stop_nobody(w):
    """Hundreds of them: others are answered as ever, and none of the slow is kept for long."""
    took, wrong, done = [], [], threading.Event()

    def others():
        while not done.is_set():
            begin = time.monotonic()
            try:
                w.ask("GET", "/rows", status=200, timeout=10)
                took.append(time.monotonic() - begin)
            except Exception as trouble:  # noqa: BLE001
                wrong.append(repr(trouble))
            time.sleep(0.1)

    def connected():
        with contextlib.closing(connect(w.port)) as link:
            link.sendall(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            text = b"".join(iter(lambda: link.recv(65536), b"")).decode()
        return int(re.search(r"connections_open (\d+)", text)[1])

    thread = threading.Thread(target=others)
    thread.start()
    kinds = []
    try:
        began = time.monotonic()
        kinds = [Slow(w, n, kind) for n, kind in ((SLOW, 1), (SLOW, 2), (SLOW // 6, 3))]
        most = connected()
        assert most > 2 * SLOW, most
        while time.monotonic() < began + 60 and connected() > 20:
            for kind in kinds:
                kind.step()
            time.sleep(0.5)
        gone = time.monotonic() - began
    finally:
        done.set()
        thread.join()
        for kind in kinds:
            kind.close()
    took.sort()
    print(f"# {most} connections, {len(took)} answers meanwhile: the median in {took[len(took) // 2] * 1e3:.0f} ms, the "
          f"slowest in {took[-1] * 1e3:.0f} ms; the slow were gone after {gone:.0f} s")
    assert not wrong, wrong[:3]
    assert len(took) > 50 and took[-1] < 3, took[-5:]
    assert gone < 60, [len(kind.links) for kind in kinds]


def a_window_that_closes_pauses_the_scan(w):
    """And the next one lets it go on where it was."""
    left = (w.closes - datetime.datetime.now(datetime.timezone.utc)).total_seconds()
    eventually(lambda: w.run(w.night)["state"] == "paused", max(left, 0) + 15)
    over = datetime.datetime.now(datetime.timezone.utc) - w.closes
    assert 0 <= over.total_seconds() or left < 0, over
    tried = w.run(w.night)["progress"]["tried"]
    assert tried > 0 and not [p for p in family(w.mark) if " scan " in p[1]]
    time.sleep(1.5)
    assert w.run(w.night)["progress"]["tried"] == tried
    w.ask("PUT", f"/schedules/{w.schedule}", {**w.wish, "window": None}, 200)  # the next one
    again = eventually(w.running)
    assert again["id"] == w.night, again
    eventually(lambda: w.run(w.night)["progress"]["tried"] not in (*range(200), tried))
    w.ask("POST", f"/runs/{w.night}/stop", status=202)
    eventually(lambda: w.run(w.night)["state"] == "stopped")


def killed(w, pid):
    """kill -9 of one process in the middle of a scan: all others go, the store is whole, and the next
    start goes on with the scan without a complaint."""
    w.ask("POST", "/scan", {"targets": "127.11.0.0/16", "ports": "9", "rate": 500}, 202)
    run = eventually(w.running)["id"]
    eventually(lambda: w.run(run)["progress"]["tried"] > 500)
    members = family(w.mark)
    assert len([p for p in members if " scan " in p[1]]) >= 3, members
    os.kill(pid(members), signal.SIGKILL)
    w.process.wait(20)
    w.process.stdout.close()
    eventually(lambda: not family(w.mark), 20)
    w.said()
    with contextlib.closing(sqlite3.connect(w.store)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        kept = db.execute("SELECT state FROM runs WHERE id = ?", (run,)).fetchone()
    assert kept, run
    w.start()
    again = eventually(w.running)
    assert again["id"] == run, (again, run)
    eventually(lambda: w.run(run)["progress"]["tried"] > 1000)
    w.ask("POST", f"/runs/{run}/stop", status=202)
    eventually(lambda: w.run(run)["state"] == "stopped")
    eventually(lambda: not [p for p in family(w.mark) if " scan " in p[1]])
    assert w.said() == "", w.said()


def the_warden_is_killed_in_the_middle_of_a_scan(w):
    killed(w, lambda members: w.process.pid)


def the_keeper_is_killed_in_the_middle_of_a_scan(w):
    killed(w, lambda members: next(p for p, _ in members if p != w.process.pid
                                   and open(f"/proc/{p}/comm").read() == "cs-keeper\n"
                                   and open(f"/proc/{p}/stat").read().split()[3] == str(w.process.pid)))


def the_scan_is_killed_alone(w):
    """Then it has failed, which its run says; the service goes on."""
    w.ask("POST", "/scan", {"targets": "127.12.0.0/16", "ports": "9", "rate": 500}, 202)
    run = eventually(w.running)["id"]
    eventually(lambda: w.run(run)["progress"]["tried"] > 200)
    scans = [p for p, line in family(w.mark) if " scan " in line]
    os.kill(min(scans), signal.SIGKILL)
    eventually(lambda: not [p for p in family(w.mark) if " scan " in p[1]], 20)
    eventually(lambda: w.run(run)["state"] not in ("running", "stopping"))
    with contextlib.closing(sqlite3.connect(w.store)) as db:
        state, message = db.execute("SELECT state, message FROM jobs WHERE run = ?", (run,)).fetchone()
    assert message, state
    assert w.ask("GET", "/session", status=200)


def keeper_of(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as f:
        return next(c for c in f.read().split() if open(f"/proc/{c}/comm").read() == "cs-keeper\n")


def the_keeper_may_do_little(w):
    """It talks to strangers: no capability, no new privileges, a filter of system calls."""
    keeper = keeper_of(w.process.pid)
    with open(f"/proc/{keeper}/status", encoding="ascii") as f:
        status = {name: value.strip() for name, _, value in (line.partition(":") for line in f)}
    for name in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
        assert int(status[name], 16) == 0, (name, status[name])
    with open(f"/proc/{keeper}/maps", encoding="utf-8") as f:
        if re.search("lib[at]san", f.read()):
            return  # whose own threads need more than a filter lets through
    assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2"), status


def the_keeper_of_another_s_store_ends_with_its_warden(w):
    """Root's keeper becomes the user whose store it is, and still outlives nobody."""
    with tempfile.TemporaryDirectory() as folder:
        other = World(folder)
        other.end()
        if os.geteuid() == 0:
            for name in ["."] + os.listdir(folder):
                os.chown(os.path.join(folder, name), 65534, 65534)
        other.errors, other.heard = (open(f"{folder}/{n}", "w+", encoding="utf-8") for n in "ab")
        other.start()
        keeper = keeper_of(other.process.pid)
        assert os.stat(f"/proc/{keeper}").st_uid in (os.geteuid(), 65534)
        os.kill(other.process.pid, signal.SIGKILL)
        other.process.wait()
        other.process.stdout.close()
        eventually(lambda: not family(other.mark), 20)
        other.errors.close()
        other.heard.close()


TESTS = [the_keeper_may_do_little, the_keeper_of_another_s_store_ends_with_its_warden,
         a_scheduled_scan_begins_in_its_window, another_certificate_drops_no_connection,
         slow_clients_stop_nobody, a_window_that_closes_pauses_the_scan,
         the_warden_is_killed_in_the_middle_of_a_scan, the_keeper_is_killed_in_the_middle_of_a_scan,
         the_scan_is_killed_alone]


def main():
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        world = World(folder)
        try:
            for number, test in enumerate(TESTS, 1):
                try:
                    test(world)
                    print(f"ok {number} - {test.__name__}", flush=True)
                except Exception:  # a TAP line, whatever it was
                    failed += 1
                    print(f"not ok {number} - {test.__name__}\n# "
                          + traceback.format_exc().replace("\n", "\n# "), flush=True)
        finally:
            world.end()
    print(f"1..{len(TESTS)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
