#!/usr/bin/env python3
"""crowd.py: many clients at once ask everything of `certscape serve`: pages, exports and streams that
are left in the middle, changes of every kind, tests of channels, dry runs, scans, metrics, and a
certificate that is read again each second. Nothing may answer with an error of ours, and the end is
clean. Under ThreadSanitizer (`make tsan`) this is what shows races. TAP on standard output.

usage: crowd.py CERTSCAPE OPENAPI [SECONDS]
"""
import contextlib
import copy
import http.client
import json
import random
import signal
import sys
import tempfile
import threading
import time
import traceback

import bodies

SECONDS = float(sys.argv[3]) if len(sys.argv) > 3 else 8
QUERIES = ["", "port:443", "expired", "finding:expired", "not_after<now%2B30d", "ip:127.0.0.0/8"]
# What one of them may say to another that came at the same time.
EXPECTED = {200, 201, 202, 204, 304, 401, 403, 404, 409, 422, 503}


class Crowd:
    def __init__(self, world):
        self.world, self.over, self.wrong = world, threading.Event(), []
        self.asked, self.lock, self.threads = 0, threading.Lock(), []

    def client(self, number):
        """As the world, with a connection of its own and names that nobody else takes."""
        client = copy.copy(self.world)
        client.made, client.link = 100000 * (number + 1), self.world.connect()
        return client

    def ask(self, client, method, path, body=None):
        status, answer = client.ask(method, path, body)
        with self.lock:
            self.asked += 1
            if status not in EXPECTED:
                self.wrong.append(f"{method} {path}: {status} {str(answer)[:200]}")
        return status, answer

    def begin(self, what, number):
        def main():
            client = self.client(number)
            luck = random.Random(number)
            while not self.over.is_set():
                try:
                    what(self, client, luck)
                except http.client.HTTPException:
                    client.link.close()
                except Exception:  # noqa: BLE001
                    self.wrong.append(f"{what.__name__}: {traceback.format_exc()[-400:]}")
            client.link.close()

        self.threads.append(threading.Thread(target=main))
        self.threads[-1].start()

    def end(self):
        self.over.set()
        for thread in self.threads:
            thread.join()


def read(crowd, client, luck):
    paths = [p for p, ms in client.api["paths"].items() if "get" in ms and "{id}" not in p
             and p != "/events"]
    path = luck.choice(paths).replace("{sha256}", client.sha256)
    path = path.replace("{endpoint}", f"127.0.0.1:{client.port}")
    crowd.ask(client, "GET", f"{path}?q={luck.choice(QUERIES)}&fields=issuer,port&sort=not_after")


def change(crowd, client, luck):
    path = luck.choice(["/views", "/mutes", "/schedules", "/rules", "/channels", "/tokens", "/users"])
    status, made = crowd.ask(client, "POST", path, client.example("POST", path))
    if status != 201:
        return
    where = f"{path}/{made['name'] if path == '/users' else made['id']}"
    if path not in ("/mutes", "/tokens"):
        crowd.ask(client, "PUT", where, client.example("PUT", path + (
            "/{name}" if path == "/users" else "/{id}")))
    if path == "/rules":
        crowd.ask(client, "POST", where + "/dry-run")
    if path == "/channels":
        crowd.ask(client, "POST", where + "/test")
    crowd.ask(client, "DELETE", where)


def set_up(crowd, client, luck):
    crowd.ask(client, "PUT", "/settings", client.example("PUT", "/settings"))
    crowd.ask(client, "PUT", f"/notes/certificate/{client.sha256}", {"owner": luck.choice("abc")})
    rule = luck.randint(1, 4)
    crowd.ask(client, "PUT", f"/rules/{rule}", {"enabled": luck.choice([True, False])})
    crowd.ask(client, "POST", f"/rules/{rule}/dry-run")


def listen(crowd, client, luck):
    """And leave in the middle of a line."""
    with contextlib.closing(client.connect()) as link, contextlib.suppress(OSError):
        link.request("GET", luck.choice(["/api/v1/events", "/api/v1/export?format=ndjson"]),
                     headers={"Cookie": client.cookie})
        answer = link.getresponse()
        answer.read(luck.randint(1, 60))
        time.sleep(luck.random())


def leave(crowd, client, luck):
    """Before the answer is there."""
    with contextlib.closing(client.connect()) as link, contextlib.suppress(OSError):
        link.request("GET", "/api/v1/facets?fields=issuer,port", headers={"Cookie": client.cookie})
    time.sleep(0.02)


def scan(crowd, client, luck):
    crowd.ask(client, "POST", "/scan", {"targets": "127.0.0.1", "ports": str(client.port)})
    time.sleep(1)
    for run in crowd.ask(client, "GET", "/runs?limit=3")[1].get("rows", []):
        crowd.ask(client, "POST", f"/runs/{run['id']}/stop")


def reload(crowd, client, luck):
    client.process.send_signal(signal.SIGHUP)
    with contextlib.closing(client.connect()) as link:
        link.request("GET", "/metrics")
        text = link.getresponse().read().decode()
        assert "certscape_certificates" in text, text[:200]
    time.sleep(luck.random())


def a_crowd_is_served(w):
    crowd = Crowd(w)
    for number, what in enumerate([read] * 4 + [change] * 3 + [set_up, listen, listen, leave, scan,
                                                               reload]):
        crowd.begin(what, number)
    time.sleep(SECONDS)
    crowd.end()
    print(f"# {crowd.asked} answers in {SECONDS:.0f} s")
    assert not crowd.wrong, f"{len(crowd.wrong)}: " + "\n".join(crowd.wrong[:5])
    assert crowd.asked > 10 * SECONDS, crowd.asked


def it_ends_clean(w):
    """A sanitizer that found something ends with another status."""
    w.end()


def main():
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        world = bodies.World(folder)
        for number, test in enumerate([a_crowd_is_served, bodies.the_store_is_whole, it_ends_clean], 1):
            try:
                test(world)
                print(f"ok {number} - {test.__name__}", flush=True)
            except Exception:  # a TAP line, whatever it was
                failed += 1
                print(f"not ok {number} - {test.__name__}\n# "
                      + traceback.format_exc().replace("\n", "\n# "), flush=True)
    print("1..3")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
