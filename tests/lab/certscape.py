"""certscape.py: the program under test, run as a user runs it."""
import json
import os
import signal
import subprocess
import time
from dataclasses import dataclass

WATCHING_S = 30


@dataclass
class Scan:
    status: int
    rows: list
    complaints: str    # standard error
    seconds: float


def parse(text):
    """Whole lines only: a killed program may leave half of one, which is no printed line."""
    lines = text.split("\n")
    return [json.loads(line) for line in lines[:-1] if line]


def children(pid):
    """The direct children of a process, oldest first."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", encoding="utf-8") as stat:
                    if int(stat.read().rsplit(")", 1)[1].split()[1]) == pid:
                        found.append(int(name))
            except (OSError, IndexError):
                pass
    return sorted(found)


def family(pid):
    """The process and everything below it."""
    everyone = [pid]
    for child in children(pid):
        everyone += family(child)
    return everyone


class Certscape:
    """The program with the options that every call here shares."""

    def __init__(self, program, ca):
        self.program, self.ca = program, ca
        self.n_stores = 0

    def new_store(self):
        self.n_stores += 1
        return f"/mnt/store-{self.n_stores}.db"

    def command(self, verb, store, words):
        return [self.program, verb, "--store", store, *words]

    def run(self, verb, store, *words, limit_s=60, text=None):
        return subprocess.run(self.command(verb, store, words), capture_output=True, text=True,
                              timeout=limit_s, check=False, input=text)

    def scan_command(self, store, words):
        ca = ["--ca", self.ca] if self.ca else []
        return self.command("scan", store, ["--format", "ndjson", *ca, *words])

    def start_scan(self, store, *words):
        """A scan that goes on while the caller does something to it."""
        return subprocess.Popen(self.scan_command(store, words), stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, start_new_session=True)

    def scan(self, store, *words, limit_s=300, text=None):
        return run_scan(self.scan_command(store, words), limit_s, text)

    def list(self, store, *words):
        done = self.run("list", store, "--format", "ndjson", *words)
        assert done.returncode == 0, done.stderr
        return parse(done.stdout)

    def check(self, store):
        """The complaints of "db check"; none is good."""
        done = self.run("db", store, "check")
        return [] if done.returncode == 0 else [f"db check: {done.stdout}{done.stderr}"]


def run_scan(command, limit_s, text=None):
    """The command of a scan, to its end."""
    began = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, timeout=limit_s, check=False,
                          input=text)
    return Scan(done.returncode, parse(done.stdout), done.stderr, time.monotonic() - began)


class Watch:
    """certscape watch on an interface, from before the traffic of a "with" until after it."""

    def __init__(self, certscape, store, interface, *words, prefix=()):
        self.command = [*prefix, *certscape.command("watch", store, ["--format", "ndjson", "-i",
                                                                     interface, *words])]
        self.sockets = [*prefix, "cat", "/proc/net/packet"]
        self.process, self.ended = None, None

    def n_sockets(self):
        """Packet sockets of the namespace; the first line is a heading."""
        table = subprocess.run(self.sockets, capture_output=True, text=True, check=True, timeout=60)
        return len(table.stdout.splitlines()) - 1

    def __enter__(self):
        before = self.n_sockets()
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True,
                                        stderr=subprocess.PIPE, start_new_session=True)
        end = time.monotonic() + WATCHING_S
        while self.n_sockets() == before and self.process.poll() is None:
            assert time.monotonic() < end, "the sensor opens no socket"
            time.sleep(0.05)
        time.sleep(0.3)  # --threads: a socket for each
        return self

    def __exit__(self, *problem):
        time.sleep(0.3)  # the last packets are on their way
        self.process.send_signal(signal.SIGINT)
        self.ended = finish(self.process)


def finish(process, limit_s=60):
    """The rest of a started scan, as a Scan; killed if it does not end by itself."""
    began = time.monotonic()
    try:
        out, err = process.communicate(timeout=limit_s)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        out, err = process.communicate()
        err += f"\ndid not end within {limit_s} s"
    return Scan(process.returncode, parse(out), err, time.monotonic() - began)


def ended_well(scan):
    """No failure, and no word of a sanitizer where the program was built with some."""
    reported = "Sanitizer" in scan.complaints or "runtime error:" in scan.complaints
    if scan.status == 0 and not reported:
        return []
    return [f"exit status {scan.status}", *scan.complaints.splitlines()[-30:]]


def name_of(pid):
    """A process's own name: "certscape", "cs-keeper", "cs-worker"; "" if it is gone."""
    try:
        with open(f"/proc/{pid}/comm", encoding="utf-8") as comm:
            return comm.read().strip()
    except OSError:
        return ""


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False
