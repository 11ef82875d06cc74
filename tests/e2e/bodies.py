#!/usr/bin/env python3
"""bodies.py: what changes something, held against web/openapi.yaml: every POST, PUT and DELETE takes
the example that stands there, and refuses whatever is not of its schema with one line, with no 5xx
and without changing anything. The wrong bodies are made of the schema. TAP on standard output.

usage: bodies.py CERTSCAPE OPENAPI
"""
import contextlib
import copy
import http.client
import json
import os
import re
import signal
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import time
import traceback

import yaml

from schema import Schema

CERTSCAPE, OPENAPI = map(os.path.abspath, sys.argv[1:3])
PASSWORD = "correct horse battery"
TLS = ssl._create_unverified_context()
BY_ITSELF = {"rules": ["last_run"], "schedules": ["next", "state", "message", "last"]}  # the service's
LISTS = ["views", "mutes", "schedules", "rules", "channels", "silences", "users", "tokens", "trust",
         "settings", "owners", "tags", "messages"]


class World:
    def __init__(self, folder):
        self.folder, self.cookie, self.csrf, self.made = folder, "", "", 0
        self.store = f"{folder}/certscape.db"
        self.process = subprocess.Popen(
            [CERTSCAPE, "serve", "--listen", "127.0.0.1:0", "--store", self.store],
            stdout=subprocess.PIPE, text=True)
        text = ""
        for line in self.process.stdout:
            text += line
            if "Ctrl-C" in line:
                break
        self.port = int(re.search(r"https://127.0.0.1:(\d+)/", text)[1])
        self.link = self.connect()
        with open(OPENAPI, encoding="utf-8") as f:
            self.api = yaml.safe_load(f)
        self.schema = Schema(self.api)
        self.taken = set()  # operations that have succeeded
        self.operations = [(m.upper(), p, ms[m]) for p, ms in self.api["paths"].items()
                           for m in ("post", "put", "delete") if m in ms]
        self.login(re.search(r"#/setup/([0-9a-f]+)", text)[1])
        subprocess.run([CERTSCAPE, "scan", f"127.0.0.1:{self.port}", "--store", self.store],
                       check=True, capture_output=True)
        self.sha256 = self.ask("GET", "/rows")[1]["rows"][0]["sha256"]

    def connect(self):
        return http.client.HTTPSConnection("127.0.0.1", self.port, context=TLS, timeout=30)

    def ask(self, method, path, body=None, as_it_is=False):
        """(status, answer); a body is JSON unless it is bytes or as_it_is."""
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        sent = {"Cookie": self.cookie, "X-CSRF-Token": self.csrf}
        if body is not None:
            sent["Content-Type"] = "application/json"
        try:
            self.link.request(method, "/api/v1" + path, body, sent)
            self.answer = self.link.getresponse()
            text = self.answer.read()
        except (BrokenPipeError, ConnectionResetError, http.client.RemoteDisconnected):
            self.link.close()  # idle for too long, or it was said before all was sent
            self.link = self.connect()
            self.link.request(method, "/api/v1" + path, body, sent)
            self.answer = self.link.getresponse()
            text = self.answer.read()
        is_json = "json" in (self.answer.headers["Content-Type"] or "")
        return self.answer.status, json.loads(text) if is_json and not as_it_is else text or None

    def login(self, token):
        wish = {**self.example("POST", "/setup"), "token": token}
        status, session = self.ask("POST", "/setup", wish)
        self.take("POST", "/setup", status, session)
        self.cookie, self.csrf = self.answer.headers["Set-Cookie"].split(";")[0], session["csrf"]

    def new_ca(self):
        pem = f"{self.folder}/ca.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-nodes", "-keyout", pem + ".key", "-out", pem,
                        "-subj", f"/CN=Example Root {self.made}", "-days", "9"],
                       check=True, stderr=subprocess.DEVNULL)
        with open(pem, encoding="ascii") as f:
            return f.read()

    def operation(self, method, path):
        return self.api["paths"][path][method.lower()]

    def content(self, operation):
        body = self.schema.resolve(operation.get("requestBody", {}))
        return body.get("content", {}).get("application/json")

    def example(self, method, path):
        """The example of openapi.yaml, with what it cannot know, and another name each time."""
        content = self.content(self.operation(method, path))
        if not content:
            return None
        self.schema.check(content["example"], content["schema"], f"{method} {path}: example")
        body = copy.deepcopy(content["example"])
        self.made += 1
        if path == "/trust":
            body["pem"] = self.new_ca()
        elif path == "/silences":
            body["key"] += str(self.made)
        elif path == "/users":
            body["name"] += str(self.made)
        elif path.startswith("/rules") and path != "/rules/check":
            body["yaml"] = body["yaml"].replace("expired", f"expired {self.made}")
        elif "name" in body and path not in ("/login", "/setup"):
            body["name"] += f" {self.made}"
        return body

    def take(self, method, path, status, answer):
        """Success as openapi.yaml has it."""
        responses = self.operation(method, path)["responses"]
        assert str(status) in responses, f"{method} {path}: {status} {answer}"
        content = self.schema.resolve(responses[str(status)]).get("content")
        if content:
            self.schema.check(answer, content["application/json"]["schema"], f"{method} {path}")
        else:
            assert answer is None, f"{method} {path}: {answer}"
        self.taken.add((method, path))

    def do(self, method, path, where, body=None):
        status, answer = self.ask(method, where, body)
        self.take(method, path, status, answer)
        return answer

    def new(self, path, **members):
        """A new member of a list, of the list's example."""
        return self.do("POST", path, path, {**self.example("POST", path), **members})

    def place(self, path):
        """The path of a thing that is there, made for it if need be."""
        if path == "/silences/{key}":
            return f"/silences/{self.new('/silences')['key']}?rule=1"
        if path == "/runs/{id}/stop":
            return f"/runs/{self.running()}/stop"
        if path == "/messages/{id}/again":
            return f"/messages/{self.failed()}/again"
        if path == "/trust/{sha256}":
            return f"/trust/{self.new('/trust')['rows'][0]['sha256']}"
        if path == "/users/{name}":
            return "/users/" + self.new("/users")["name"]
        path = path.replace("{sha256}", self.sha256)
        path = path.replace("{endpoint}", f"127.0.0.1:{self.port}")
        if "{id}" in path:
            made = self.new("/" + path.split("/")[1])
            path = path.replace("{id}", str(made["id"]))
        return path

    def eventually(self, check, seconds=30):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if found := check():
                return found
            time.sleep(0.1)
        raise AssertionError("it did not happen in time")

    def running(self):
        """A scan that takes a while."""
        self.new("/scan", targets="127.9.0.0/16", ports="9", rate=100)
        rows = self.eventually(lambda: [r for r in self.ask("GET", "/runs")[1]["rows"]
                                        if r["state"] == "running"])
        return rows[0]["id"]

    def failed(self):
        """A message that failed for good: no webhook may reach this machine."""
        text = ("name: never\ntype: any\nindex: x\nrealert: {minutes: 0}\ntimeframe: {days: 1}\n"
                "scan_entire_timeframe: true\ntimestamp_field: timestamp\nalert: post\n"
                "http_post_url: http://127.0.0.1:9/\n")
        rule = self.new("/rules", yaml=text, enabled=True)
        rows = self.eventually(lambda: [m for m in self.ask("GET", "/messages")[1]["rows"]
                                        if m["state"] in ("failed", "dead")])
        self.do("DELETE", "/rules/{id}", f"/rules/{rule['id']}")
        return rows[0]["id"]

    def state(self):
        """All that people have said; what the service does by itself is not in it."""
        state = {name: self.ask("GET", "/" + name, as_it_is=True)[1] for name in LISTS}
        for name, fields in BY_ITSELF.items():
            state[name] = json.loads(state[name])
            for row in state[name]["rows"]:
                for field in fields:
                    del row[field]
        return {**state, "note": self.ask("GET", f"/certificates/{self.sha256}")[1]["note"]}

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(30)
        self.process.stdout.close()
        assert status == 0, status


def every_operation_takes_its_example(w):
    """And answers as it says. The session that ends and the password that changes come last."""
    last = ["/account/password", "/logout", "/login"]
    for method, path, _ in sorted(w.operations, key=lambda o: o[1] in last):
        if path in last or path == "/setup":
            continue
        if path == "/channels/{id}/test":  # shows that it could not be delivered
            assert w.do(method, path, w.place(path))["ok"] is False
        elif method == "DELETE" or not w.content(w.operation(method, path)):
            w.do(method, path, w.place(path))
        else:
            w.do(method, path, w.place(path), w.example(method, path))
    here = w.cookie, w.csrf
    session = w.do("POST", "/login", "/login", w.example("POST", "/login"))
    w.cookie, w.csrf = w.answer.headers["Set-Cookie"].split(";")[0], session["csrf"]
    w.do("POST", "/logout", "/logout")
    w.cookie, w.csrf = here
    wish = w.example("PUT", "/account/password")
    w.do("PUT", "/account/password", "/account/password", wish)
    w.do("PUT", "/account/password", "/account/password", {"old": wish["new"], "new": wish["old"]})
    left = {(m, p) for m, p, _ in w.operations} - w.taken
    assert not left and len(w.taken) > 35, left


VALUES = {"string": "x", "integer": 7, "number": 1.5, "boolean": True, "array": [], "object": {},
          "null": None}


def wrong_values(w, node, needed):
    """What a member of this schema must not be."""
    node = w.schema.resolve(node)
    for kind, value in VALUES.items():
        # null is as good as nothing where nothing may be said
        if not w.schema.fits(value, node) and (kind != "null" or needed):
            yield value
    if w.schema.fits("x", node) and "pattern" not in node:
        yield "x" * 100000
        yield "\0"
    if w.schema.fits("xx", node) and w.schema.fits(["x"], node):
        return
    if w.schema.fits([], node) and not w.schema.fits([7], node):
        yield from ([7], [None], ["x" * 70000], ["x"] * 5000)
    if w.schema.fits(7, node) and "minimum" in node:
        yield node["minimum"] - 1
    if w.schema.fits(7, node):
        yield from (1 << 62, 10 ** 30)


def wrong_bodies(w, schema, body):
    """A good body with one thing wrong, wherever in it."""
    properties, required = w.schema.members(schema)
    for name, node in properties.items():
        for value in wrong_values(w, node, name in required):
            yield name, {**body, name: value}
        if name in required:
            yield f"no {name}", {n: v for n, v in body.items() if n != name}
        inner = next((part for part in w.schema.resolve(node).get("oneOf", [node])
                      if w.schema.members(part)[0]), None)
        if inner and isinstance(body.get(name), dict):
            for at, wrong in wrong_bodies(w, inner, body[name]):
                yield f"{name}.{at}", {**body, name: wrong}


NO_OBJECTS = [b"", b"{", b"[]", b"null", b"7", b'"x"', b"{}{}", b'{"name":"a","name":"b"}',
              b'{"name":"\xff"}', b'{"name":"\\ud800"}', b"{\"a\":" * 3000, b"[" * 100000,
              b'{"a":1e999}']
TOO_LARGE = b'{"name":"' + b"x" * 900000 + b'"}'


def refused(w, what, status, answer, expected=(400, 404, 413, 422)):
    text = f"{what}: {status} {answer}"
    assert status in expected, text[:600]
    w.schema.check(answer, {"$ref": "#/components/schemas/Error"}, what)
    message = answer["error"]["message"]
    assert 3 < len(message) < 500 and "\n" not in message and not re.search(r"[^.]\.$", message), text[:600]


def what_is_wrong_is_refused_and_changes_nothing(w):
    asked, wrong = 0, []
    for method, path, operation in w.operations:
        content = w.content(operation)
        if not content or path == "/setup":
            continue
        where, good = w.place(path), w.example(method, path)
        bodies = [(repr(b[:20]), b) for b in NO_OBJECTS] + [("too large", TOO_LARGE)]
        bodies += list(wrong_bodies(w, content["schema"], good))
        before = w.state()
        for at, body in bodies:
            if path == "/rules/check" and at == "yaml" and isinstance(body["yaml"], str):
                continue  # that is what it is asked for
            try:
                refused(w, f"{method} {path}: {at} ({str(body)[:60]})", *w.ask(method, where, body))
            except AssertionError as trouble:
                wrong.append(str(trouble))
            asked += 1
        after = w.state()
        wrong += [f"{method} {path}: {name} changed" for name in after if after[name] != before[name]]
    print(f"# {asked} wrong bodies of {len(w.operations)} operations")
    assert not wrong, "\n".join(wrong)
    assert asked > 500, asked


def config_of(w, kind):
    """A good configuration of a channel of that type, and what each of its options must not be."""
    good = {"text": "x", "url": "https://hooks.example/x", "urls": ["https://hooks.example/x"],
            "texts": ["a@example.com"], "map": {"a": "b"}, "number": 1, "bool": True, "json": {}}
    bad = {"text": [[], {}], "url": ["ftp://x", "x", 7, []], "urls": [["x"], [7], 7], "texts": [[7], {}],
           "map": [7, [], {"a": []}], "number": ["x", 1.5, -1, []], "bool": [7, "perhaps", []],
           "word": ["nothing-of-that", 7, []], "json": []}
    config = {o["key"]: good[o["kind"]] for o in kind["options"] if o["needed"]}
    wrong = [{**config, o["key"]: v} for o in kind["options"] for v in bad[o["kind"]]]
    return config, wrong + [{**config, "no-option": 1}]


def options_of_channels_and_rules_are_checked(w):
    wrong = []
    for kind in w.ask("GET", "/channels/types")[1]["rows"]:
        config, bad = config_of(w, kind)
        wish = {"name": "of " + kind["type"], "type": kind["type"], "enabled": False}
        made = w.do("POST", "/channels", "/channels", {**wish, "config": config})
        before = w.state()
        for i, config in enumerate(bad):
            wish["config"] = config
            for method, where in (("POST", "/channels"), ("PUT", f"/channels/{made['id']}")):
                try:
                    refused(w, f"{kind['type']}: {config}", *w.ask(method, where, {**wish, "name": str(i)}))
                except AssertionError as trouble:
                    wrong.append(str(trouble))
        if w.state() != before:
            wrong.append(kind["type"] + ": changed")
    for rule in w.ask("GET", "/rules")[1]["rows"]:
        for name in rule.get("settings", {}):
            for value in ("x", [7], {"a": 1}, -1):
                status, answer = w.ask("PUT", f"/rules/{rule['id']}", {"settings": {name: value}})
                try:
                    refused(w, f"{rule['name']}: {name}: {value}", status, answer)
                except AssertionError as trouble:
                    wrong.append(str(trouble))
    assert not wrong, "\n".join(wrong)


IDS = ["0", "-1", "+1", "1e3", "1x", "x", "%20", "%00", "1%2f2", "..", "999999999999999999999",
       "99999", "%C3%28", "x" * 3000]


def a_thing_that_is_not_there_is_not_found(w):
    wrong = []
    before = w.state()
    for method, path, _ in w.operations:
        for variable in re.findall(r"\{(\w+)\}", path):
            for word in IDS:
                where = path.replace("{" + variable + "}", word)
                body = w.example(method, path)
                if (path, word) == ("/silences/{key}", "%20"):
                    continue  # a key may be anything
                try:
                    refused(w, f"{method} {where}"[:80], *w.ask(method, where, body), (400, 404))
                except AssertionError as trouble:
                    wrong.append(str(trouble))
    after = w.state()
    wrong += [f"{name} changed" for name in after if after[name] != before[name]]
    assert not wrong, "\n".join(wrong)


def a_path_takes_its_methods_and_says_which(w):
    for path, methods in w.api["paths"].items():
        where = re.sub(r"\{\w+\}", "1", path)
        told = {m.upper() for m in methods if m in ("get", "post", "put", "delete")}
        for method in {"POST", "PUT", "DELETE"} - told:
            status, answer = w.ask(method, where, {} if method != "DELETE" else None)
            if path in ("/rules/check", "/channels/types") and status == 404:
                continue  # that is a thing of this name
            refused(w, f"{method} {path}", status, answer, (405,))
            assert told <= set(re.findall("[A-Z]+", w.answer.headers["Allow"])), (method, path)


def the_store_is_whole(w):
    with contextlib.closing(sqlite3.connect(w.store)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert not db.execute("PRAGMA foreign_key_check").fetchall()


TESTS = [every_operation_takes_its_example, what_is_wrong_is_refused_and_changes_nothing,
         options_of_channels_and_rules_are_checked,
         a_thing_that_is_not_there_is_not_found, a_path_takes_its_methods_and_says_which,
         the_store_is_whole]


def main():
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        world = World(folder)
        for number, test in enumerate(TESTS, 1):
            try:
                test(world)
                print(f"ok {number} - {test.__name__}", flush=True)
            except Exception:  # a TAP line, whatever it was
                failed += 1
                print(f"not ok {number} - {test.__name__}\n# "
                      + traceback.format_exc().replace("\n", "\n# "), flush=True)
        world.end()
    print(f"1..{len(TESTS)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
