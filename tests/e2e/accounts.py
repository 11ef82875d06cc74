#!/usr/bin/env python3
"""accounts.py: who may what of `certscape serve`, with the real binary: set-up by the printed link,
log-in, sessions against forged requests, every route of openapi.yaml as every role, tokens, guesses
that are slowed, and a scan that a schedule begins. TAP on standard output.

usage: accounts.py CERTSCAPE OPENAPI
"""
import contextlib
import http.client
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import traceback

CERTSCAPE = os.path.abspath(sys.argv[1])
OPENAPI = os.path.abspath(sys.argv[2])
PASSWORD = "correct horse battery"
ROLES = ["none", "viewer", "operator", "admin"]
TLS = ssl._create_unverified_context()


class Client:
    """A browser (cookie and CSRF token) or a program (token); source: the address it comes from."""

    def __init__(self, port, token=None, source="127.0.0.1"):
        self.port, self.token, self.source = port, token, source
        self.cookie = self.csrf = None

    def ask(self, method, path, body=None, headers=None):
        link = http.client.HTTPSConnection("127.0.0.1", self.port, context=TLS, timeout=30,
                                           source_address=(self.source, 0))
        sent = {"Content-Type": "application/json"} if body is not None else {}
        if self.token:
            sent["Authorization"] = "Bearer " + self.token
        if self.cookie:
            sent["Cookie"] = "__Host-certscape=" + self.cookie
        if self.csrf and method != "GET":
            sent["X-CSRF-Token"] = self.csrf
        sent.update(headers or {})
        with contextlib.closing(link):
            link.request(method, "/api/v1" + path,
                         None if body is None else json.dumps(body), sent)
            answer = link.getresponse()
            text = answer.read()
            cookie = re.match(r"__Host-certscape=([^;]*)", answer.headers.get("Set-Cookie") or "")
        self.headers = answer.headers
        if cookie:
            self.cookie = cookie[1] or None
        try:
            return answer.status, json.loads(text) if text else None
        except ValueError:
            return answer.status, text

    def login(self, name, password=PASSWORD):
        status, body = self.ask("POST", "/login", {"name": name, "password": password})
        self.csrf = body.get("csrf") if status == 200 else self.csrf
        return status


class Service:
    def __init__(self, folder):
        self.store = f"{folder}/certscape.db"
        self.process = None

    def start(self):
        self.process = subprocess.Popen(
            [CERTSCAPE, "serve", "--listen", "127.0.0.1:0", "--store", self.store],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        text = ""
        for line in self.process.stdout:
            text += line
            if "Ctrl-C" in line:
                break
        self.port = int(re.search(r"https://127.0.0.1:(\d+)/", text)[1])
        link = re.search(r"#/setup/([0-9a-f]+)", text)
        self.setup = link[1] if link else None

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        self.process.wait(30)
        self.process.stdout.close()


def routes():
    """(method, path, role) of openapi.yaml, which is written in one shape."""
    found, path, method = [], None, None
    for line in open(OPENAPI, encoding="utf-8"):
        if line.startswith("components:"):
            break
        if match := re.match(r"  (/\S*):$", line):
            path = match[1]
        elif match := re.match(r"    (get|post|put|delete):$", line):
            method = match[1].upper()
        elif match := re.match(r"      x-role: (\w+)$", line):
            found.append((method, path, match[1]))
    return found


def concrete(path):
    values = {"sha256": "0" * 64, "endpoint": "192.0.2.1:443", "name": "nobody-of-that-name"}
    return re.sub(r"\{(\w+)\}", lambda m: values.get(m[1], "999999"), path)


def eventually(check, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := check():
            return found
        time.sleep(0.2)
    raise AssertionError("it did not happen in time")


class World:
    def __init__(self, folder):
        self.folder = folder
        self.service = Service(folder)
        self.service.start()
        self.admin = Client(self.service.port)

    def client(self, **kwargs):
        return Client(self.service.port, **kwargs)

    def user(self, role):
        client = self.client()
        assert client.login(role) == 200
        return client


def setup_makes_the_first_administrator_once(w):
    client = w.client()
    wish = {"token": w.service.setup, "name": "admin", "password": PASSWORD}
    assert client.ask("GET", "/session")[1]["setup"] is True
    assert client.ask("POST", "/setup", {**wish, "token": "0" * 64})[0] == 403
    assert client.ask("POST", "/setup", {**wish, "password": "short"})[0] == 422
    status, body = w.admin.ask("POST", "/setup", wish)
    assert status == 201, (status, body)
    assert body["user"] == {"name": "admin", "role": "admin"} and body["setup"] is False
    cookie = w.admin.headers["Set-Cookie"]
    for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert word in cookie, cookie
    w.admin.csrf = body["csrf"]
    assert client.ask("POST", "/setup", wish)[0] == 409


def users_are_made_and_never_the_last_administrator_lost(w):
    for role in ("viewer", "operator"):
        wish = {"name": role, "role": role, "password": PASSWORD}
        status, body = w.admin.ask("POST", "/users", wish)
        assert status == 201 and body["role"] == role, (status, body)
        assert "password" not in json.dumps(body)
        assert w.admin.ask("POST", "/users", {**wish, "name": role.upper()})[0] == 409
    assert w.admin.ask("PUT", "/users/admin", {"role": "viewer"})[0] == 403
    assert w.admin.ask("PUT", "/users/admin", {"disabled": True})[0] == 403
    assert w.admin.ask("DELETE", "/users/admin")[0] == 403
    assert w.admin.ask("GET", "/session")[1]["user"]["role"] == "admin"


def every_route_asks_for_its_role(w):
    """Below it 401 or 403 and nothing else, from it on anything but those; session and token."""
    askers = {"none": [w.client()]}
    for role in ROLES[1:]:
        browser = w.user(role)
        status, body = browser.ask("POST", "/tokens", {"name": "matrix", "role": role})
        assert status == 201, (status, body)
        askers[role] = [browser, w.client(token=body["token"])]
    wrong = []
    skipped = {"/login", "/setup", "/logout", "/events", "/account/password"}
    rows = [r for r in routes() if r[1] not in skipped]
    assert len(rows) > 60, len(rows)
    for method, path, role in rows:
        for asker, clients in askers.items():
            may = ROLES.index(asker) >= ROLES.index(role)
            for client in clients:
                body = {} if method in ("POST", "PUT") else None
                status, answer = client.ask(method, concrete(path), body)
                # 403 may also be said of a thing: then it is not about the role
                denied = status in (401, 403) and ("role" in str(answer) or "log in" in str(answer))
                if denied == may or status >= 500 or (not may and status not in (401, 403)):
                    wrong.append((asker, bool(client.token), method, path, status, answer))
    assert not wrong, wrong[:5]


def rules_that_run_or_read_something_are_an_administrator_s(w):
    plain = "name: r\ntype: any\nalert: email\nemail: a@example.com\n"
    beyond = [plain.replace("alert: email", "alert: command\ncommand: [/bin/true]"),
              plain + "smtp_auth_file: /etc/login.yaml\n",
              plain.replace("alert: email", "alert: [{email: {smtp_ca_file: /etc/ca.pem}}]")]
    for yaml in beyond:
        status, body = w.user("operator").ask("POST", "/rules", {"yaml": yaml})
        assert status == 403 and "administrator" in body["error"]["message"], (yaml, status, body)
    for yaml in [plain, *beyond]:
        status, body = w.admin.ask("POST", "/rules", {"yaml": yaml, "enabled": False})
        assert status == 201, (yaml, status, body)
        assert w.user("operator").ask("DELETE", f"/rules/{body['id']}")[0] == 204


def what_changes_something_needs_the_session_s_own_header(w):
    client = w.user("operator")
    wish = {"name": "v", "state": "q="}
    csrf, client.csrf = client.csrf, None
    assert client.ask("POST", "/views", wish)[0] == 403
    client.csrf = "0" * len(csrf)
    assert client.ask("POST", "/views", wish)[0] == 403
    client.csrf = w.user("viewer").csrf  # another session's
    assert client.ask("POST", "/views", wish)[0] == 403
    client.csrf = csrf
    assert client.ask("POST", "/views", wish)[0] == 201
    client.cookie = "0" * 64
    assert client.ask("GET", "/views")[0] == 401


def tokens_are_shown_once_and_end(w):
    operator = w.user("operator")
    status, body = operator.ask("POST", "/tokens", {"name": "t", "role": "viewer"})
    assert status == 201 and body["token"].startswith("cst_")
    assert operator.ask("POST", "/tokens", {"name": "t", "role": "admin"})[0] == 403
    assert operator.ask("POST", "/tokens", {"name": "t", "expires": "2001-01-01"})[0] == 422
    program = w.client(token=body["token"])
    assert program.ask("GET", "/views")[0] == 200
    assert program.ask("POST", "/mutes", {})[0] == 403
    assert program.ask("POST", "/tokens", {"name": "child"})[0] == 403
    assert body["token"] not in json.dumps(operator.ask("GET", "/tokens")[1])
    with open(w.service.store, "rb") as store, open(w.service.store + "-wal", "rb") as log:
        stored = store.read() + log.read()
    assert body["token"].encode() not in stored and operator.cookie.encode() not in stored
    assert PASSWORD.encode() not in stored
    assert w.user("viewer").ask("DELETE", f"/tokens/{body['id']}")[0] == 404
    assert operator.ask("DELETE", f"/tokens/{body['id']}")[0] == 204
    assert program.ask("GET", "/views")[0] == 401


def another_password_ends_the_other_sessions(w):
    here, there = w.user("viewer"), w.user("viewer")
    wish = {"old": PASSWORD, "new": PASSWORD + "!"}
    assert here.ask("PUT", "/account/password", {**wish, "old": "wrong"})[0] == 403
    assert here.ask("PUT", "/account/password", wish)[0] == 204
    assert here.ask("GET", "/views")[0] == 200
    assert there.ask("GET", "/views")[0] == 401
    assert here.ask("PUT", "/account/password", {"old": wish["new"], "new": PASSWORD})[0] == 204
    assert here.ask("POST", "/logout")[0] == 204
    assert here.ask("GET", "/views")[0] == 401


def who_is_disabled_is_out(w):
    client = w.user("viewer")
    assert w.admin.ask("PUT", "/users/viewer", {"disabled": True})[0] == 200
    assert client.ask("GET", "/views")[0] == 401
    assert w.client().login("viewer") == 401
    assert w.admin.ask("PUT", "/users/viewer", {"disabled": False})[0] == 200
    assert w.client().login("viewer") == 200


def guesses_are_slowed_and_the_right_user_is_not_locked_out(w):
    """Whether there is such a user is told neither by the answer nor by the time."""
    took = {}
    for name in ("operator", "nobody"):
        attacker, answers, each = w.client(source=f"127.1.{len(took)}.1"), [], []
        for _ in range(4):
            start = time.monotonic()
            answers.append(attacker.ask("POST", "/login", {"name": name, "password": "wrong"}))
            each.append(time.monotonic() - start)
        took[name] = min(each)  # of a machine that does other things, too
        assert {a[0] for a in answers} == {401}
        assert len({a[1]["error"]["message"] for a in answers}) == 1
    print(f"# a wrong password takes {took['operator']:.2f} s of a user, "
          f"{took['nobody']:.2f} s of nobody")
    assert 0.5 < took["operator"] / took["nobody"] < 2
    statuses = [w.client(source=f"127.2.0.{i + 1}").login("operator", "wrong") for i in range(12)]
    assert 429 in statuses and 200 not in statuses, statuses
    stranger = w.client(source="127.3.0.1")
    assert stranger.login("operator") == 429
    assert int(stranger.headers["Retry-After"]) <= 10
    assert w.client().login("operator") == 200  # from where operator has come in before
    assert w.client(source="127.3.0.2").login("viewer") == 200  # and no other name waits
    time.sleep(int(stranger.headers["Retry-After"]))
    assert stranger.login("operator") == 200


@contextlib.contextmanager
def tls_server(folder):
    pem = f"{folder}/server.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout",
                    pem + ".key", "-out", pem, "-subj", "/CN=scheduled.test", "-days", "9"],
                   check=True, stderr=subprocess.DEVNULL)
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    process = subprocess.Popen(["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-cert", pem,
                                "-key", pem + ".key", "-quiet"], stdin=subprocess.PIPE,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        yield port
    finally:
        process.kill()
        process.wait()


def a_schedule_is_checked_and_scans(w):
    operator = w.user("operator")
    good = {"name": "lab", "targets": "127.0.0.1", "when": {"manual": True}, "ports": "443"}
    for bad in ({"targets": "10.0.0.0/33"}, {"targets": ""}, {"targets": "-oX"}, {"ports": "0"},
                {"ports": "top:0"}, {"exclude": "not an address"}, {"when": {"cron": "0 3 * *"}},
                {"when": {"every_s": 1}}, {"timezone": "Atlantis/City"}, {"name": ""},
                {"window": {"from": "25:00", "to": "06:00"}}):
        status, body = operator.ask("POST", "/schedules", {**good, **bad})
        assert status == 422, (bad, status, body)
    with tls_server(w.folder) as port:
        wish = {**good, "ports": str(port), "when": {"every_s": 3600}, "timezone": "+02:00",
                "window": None}
        status, body = operator.ask("POST", "/schedules", wish)
        assert status == 201 and body["next"], (status, body)

        def last():
            row = operator.ask("GET", "/schedules")[1]["rows"][0]
            return row["last"] if row["last"] and row["last"]["state"] == "completed" else None

        run = eventually(last)  # it has never been scanned: it is due at once
        status, whole = operator.ask("GET", f"/runs/{run['id']}")
        assert status == 200 and whole["result"]["certificates"] == 1, whole
        assert whole["schedule"] == body["id"] and whole["progress"]["tried"] == 1
        count = operator.ask("GET", "/count?q=subject:scheduled.test")[1]
        assert count["endpoints"] == 1, count
        eventually(lambda: operator.ask("POST", f"/schedules/{body['id']}/run")[0] == 202)
        eventually(lambda: len(operator.ask("GET", "/runs")[1]["rows"]) == 2 and last())
    assert w.user("viewer").ask("DELETE", f"/schedules/{body['id']}")[0] == 403
    assert operator.ask("DELETE", f"/schedules/{body['id']}")[0] == 204


def listen(client, seconds):
    """What GET /events says in so many seconds."""
    link = http.client.HTTPSConnection("127.0.0.1", client.port, context=TLS, timeout=seconds)
    link.request("GET", "/api/v1/events", headers={"Cookie": "__Host-certscape=" + client.cookie})
    answer, event, found = link.getresponse(), None, []
    end = time.monotonic() + seconds
    with contextlib.closing(link), contextlib.suppress(OSError):
        while time.monotonic() < end:
            line = answer.readline().decode().rstrip()
            if line.startswith("event: "):
                event = line[7:]
            elif line.startswith("data: "):
                found.append((event, line[6:]))
    return found


def a_scan_is_stopped_and_one_is_resumed_after_a_restart(w):
    operator = w.user("operator")
    wish = {"targets": "127.9.0.0/16", "ports": "9", "rate": 300}

    def running():
        rows = operator.ask("GET", "/runs")[1]["rows"]
        return rows[0] if rows and rows[0]["state"] == "running" else None

    assert operator.ask("POST", "/scan", wish)[0] == 202
    run = eventually(running)
    heard = [json.loads(data) for event, data in listen(operator, 4) if event == "run"]
    assert [r["id"] for r in heard[:2]] == [run["id"]] * 2, heard
    assert heard[-1]["progress"]["tried"] > heard[0]["progress"]["tried"], heard
    assert operator.ask("POST", f"/runs/{run['id']}/stop")[0] == 202
    eventually(lambda: operator.ask("GET", f"/runs/{run['id']}")[1]["state"] == "stopped")
    assert operator.ask("POST", f"/runs/{run['id']}/stop")[0] == 409
    assert operator.ask("POST", "/scan", wish)[0] == 202
    run = eventually(running)
    eventually(lambda: operator.ask("GET", f"/runs/{run['id']}")[1]["progress"]["tried"] > 300)
    w.service.stop()
    w.service.start()
    assert w.service.setup is None  # there are users: no link any more
    operator.port = w.service.port  # the session is in the store
    again = eventually(running)
    assert again["id"] == run["id"], (again, run)
    assert operator.ask("POST", f"/runs/{run['id']}/stop")[0] == 202
    eventually(lambda: operator.ask("GET", f"/runs/{run['id']}")[1]["state"] == "stopped")


def all_of_it_is_on_the_record(w):
    w.admin.port = w.service.port
    rows = w.admin.ask("GET", "/audit?limit=500")[1]["rows"]
    actions = {row["action"] for row in rows}
    assert {"setup", "login", "login-failed", "user.add", "token.add", "schedule.add",
            "scan"} <= actions, actions
    assert PASSWORD not in json.dumps(rows)
    assert w.user("operator").ask("GET", "/audit")[0] == 403


CASES = [
    setup_makes_the_first_administrator_once,
    users_are_made_and_never_the_last_administrator_lost,
    every_route_asks_for_its_role,
    rules_that_run_or_read_something_are_an_administrator_s,
    what_changes_something_needs_the_session_s_own_header,
    tokens_are_shown_once_and_end,
    another_password_ends_the_other_sessions,
    who_is_disabled_is_out,
    guesses_are_slowed_and_the_right_user_is_not_locked_out,
    a_schedule_is_checked_and_scans,
    a_scan_is_stopped_and_one_is_resumed_after_a_restart,
    all_of_it_is_on_the_record,
]


def main():
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        world = World(folder)
        try:
            for i, case in enumerate(CASES, 1):
                try:
                    case(world)
                    print(f"ok {i} - {case.__name__}", flush=True)
                except Exception as trouble:  # the next case may well work
                    failures += 1
                    where = traceback.extract_tb(trouble.__traceback__)[1].line
                    text = f"{where}: {type(trouble).__name__}: {trouble}"
                    print("# " + text.replace("\n", "\n# "))
                    print(f"not ok {i} - {case.__name__}", flush=True)
        finally:
            world.service.stop()
    print(f"1..{len(CASES)}")
    return failures != 0


if __name__ == "__main__":
    sys.exit(main())
