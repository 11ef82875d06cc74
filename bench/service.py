#!/usr/bin/python3
"""service.py STORE [--build DIR] [--seconds 5]: what `certscape serve` costs on a large store, asked
over HTTPS as browsers and programs ask: the pages of ten questions, then pages of certificates as
fast as it answers (pages.c); as a Markdown table. The service works on a copy of the store.

Pages a second of one core: those answered, by the processor's seconds that all processes of the
service have used meanwhile, for the client needs the other core. Memory: of all its processes,
when the ten questions were asked. The exit status is 1 if a bar is missed.
"""
import argparse
import http.client
import json
import os
import re
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path[:0] = [HERE, os.path.join(HERE, "..", "tests", "lab")]

import certscape as program_module  # noqa: E402  pylint: disable=wrong-import-position
from measure import memory_kib  # noqa: E402  pylint: disable=wrong-import-position

TLS = ssl._create_unverified_context()
QUESTIONS = ["", "finding:expired", "not_after < now+30d and not_after >= now",
             'issuer:"R3" and not port:(25 or 993) and not_after < now+30d', 'names:"site42"', "vpn1",
             "hostname:host1*.net7.example", 'ip:10.3.0.0/16 and version:"TLS 1.0"',
             "severity>=high and owner:none", 'self_signed:yes and issuer:"R3"']
SORTS = ["", "not_after", "-hostname", "-severity"]
FACETS = "issuer,port,service,version,key,findings,severity,owner,tags,source"
CERTIFICATES = 5000
PAGES_BAR, RSS_BAR_MB, TABLE_BAR_MS, FACETS_BAR_MS = 2000, 400, 150, 1000


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def cpu_s(pid):
    """User and system time of a process tree."""
    total = 0
    for member in program_module.family(pid):
        try:
            with open(f"/proc/{member}/stat", encoding="ascii") as stat:
                fields = stat.read().rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])
        except OSError:
            pass
    return total / os.sysconf("SC_CLK_TCK")


class Service:
    def __init__(self, program, store):
        self.process = subprocess.Popen(  # pylint: disable=consider-using-with
            [program, "serve", "--listen", "127.0.0.1:0", "--store", store],
            stdout=subprocess.PIPE, text=True)
        text = ""
        while "Ctrl-C" not in text:
            line = self.process.stdout.readline()
            if not line:
                sys.exit("bench: serve has ended")
            text += line
        self.port = int(re.search(r"https://127.0.0.1:(\d+)/", text)[1])
        self.link = http.client.HTTPSConnection("127.0.0.1", self.port, context=TLS, timeout=120)
        self.token = None
        who = self.ask("/setup", {"token": re.search(r"#/setup/([0-9a-f]+)", text)[1],
                                  "name": "bench", "password": "correct horse battery"})
        cookie = self.cookie.split(";")[0]
        self.token = self.ask("/tokens", {"name": "bench", "role": "viewer"},
                              {"Cookie": cookie, "X-CSRF-Token": who["csrf"]})["token"]

    def ask(self, path, body=None, headers=()):
        headers = dict(headers)
        if self.token:
            headers["Authorization"] = "Bearer " + self.token
        self.link.request("POST" if body else "GET", "/api/v1" + path,
                          body and json.dumps(body), headers)
        answer = self.link.getresponse()
        text = answer.read()
        self.cookie = answer.headers["Set-Cookie"]
        if answer.status >= 300:
            sys.exit(f"bench: {path}: {answer.status} {text[:300]}")
        return json.loads(text)

    def timed(self, path):
        began = time.monotonic()
        return self.ask(path), (time.monotonic() - began) * 1e3

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        self.process.stdout.close()


def at_95(values):
    return sorted(values)[len(values) * 95 // 100]


def questions(service):
    """Every page that a question makes, over HTTP, the second time: rows, then facets and timeline."""
    tables, facets, overviews = [], [], []
    for again in (False, True):
        for question in QUESTIONS:
            q = urllib.parse.quote(question)
            for sort in SORTS:
                answer, took = service.timed(f"/rows?q={q}&sort={sort}")
                tables += [took] if again else []
                if answer["next"]:
                    _, took = service.timed(f"/rows?q={q}&sort={sort}&cursor={answer['next']}")
                    tables += [took] if again else []
            for path in (f"/facets?q={q}&fields={FACETS}", f"/timeline?q={q}", f"/count?q={q}"):
                _, took = service.timed(path)
                facets += [took] if again else []
        for path in ("/overview", "/findings"):
            _, took = service.timed(path)
            overviews += [took] if again else []
    return tables, facets, overviews


def certificates(service):
    paths, cursor = [], ""
    while len(paths) < CERTIFICATES:
        answer = service.ask(f"/certificates?limit=500&sort=subject&cursor={cursor}")
        paths += [f"/api/v1/certificates/{row['sha256']}" for row in answer["rows"]]
        cursor = answer["next"]
        if not cursor:
            break
    return "\n".join(paths) + "\n"


def pages(service, client, seconds):
    """(a second of one core, a second as it was, milliseconds of the median and 95th hundredth)."""
    paths = certificates(service)
    before = cpu_s(service.process.pid)
    done = subprocess.run([client, str(service.port), service.token, str(seconds), "4"], input=paths,
                          text=True, stdout=subprocess.PIPE, check=True)
    used = cpu_s(service.process.pid) - before
    n, size, took, median, late = map(float, re.findall(r"[\d.]+", done.stdout))
    say(f"{n:.0f} pages of {size / n / 1024:.1f} KB in {took:.1f} s, {used:.1f} s of the processor; "
        f"the median in {median:.1f} ms, 95 of 100 in {late:.1f} ms")
    return n / used


def row(what, value, bar, unit, met):
    print(f"| {what} | {value:,.0f} {unit} | {bar} {unit} | {'yes' if met else 'NO'} |", flush=True)
    return met


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("store")
    parser.add_argument("--build", default="build-release")
    parser.add_argument("--seconds", type=float, default=5)
    arguments = parser.parse_args()
    build = os.path.abspath(arguments.build)
    with tempfile.TemporaryDirectory(dir=os.path.dirname(os.path.abspath(arguments.store))) as folder:
        store = os.path.join(folder, "bench.db")
        shutil.copy(arguments.store, store)
        os.chmod(store, 0o600)
        service = Service(os.path.join(build, "certscape"), store)
        try:
            tables, facets, overviews = questions(service)
            rss, pss = map(sum, zip(*map(memory_kib, program_module.family(service.process.pid))))
            say(f"RSS {rss / 1024:.0f} MB, PSS {pss / 1024:.0f} MB")
            rate = pages(service, os.path.join(build, "bench", "pages"), arguments.seconds)
        finally:
            service.end()
    print("| over HTTPS | figure | bar | met |\n|---|---|---|---|")
    late = [at_95(values) for values in (tables, facets, overviews)]
    met = row("table pages, 95 of 100", late[0], f"≤ {TABLE_BAR_MS}", "ms", late[0] <= TABLE_BAR_MS)
    met &= row("counts, facets, timelines, 95 of 100", late[1], f"≤ {FACETS_BAR_MS:,}", "ms",
               late[1] <= FACETS_BAR_MS)
    met &= row("overview and findings, 95 of 100", late[2], f"≤ {TABLE_BAR_MS}", "ms",
               late[2] <= TABLE_BAR_MS)
    met &= row("certificate pages of one core", rate, f"≥ {PAGES_BAR:,}", "a second", rate >= PAGES_BAR)
    met &= row("RSS of all processes", rss / 1024, f"< {RSS_BAR_MB}", "MB", rss / 1024 < RSS_BAR_MB)
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
