#!/usr/bin/env python3
"""serve.py: `certscape serve` answers as web/openapi.yaml says: the real binary scans itself, then
every GET of the inventory is held against its schema. TAP on standard output.

usage: serve.py CERTSCAPE OPENAPI
"""
import json
import os
import re
import signal
import ssl
import subprocess
import sys
import tempfile
import traceback
import urllib.error
import urllib.request

import yaml

from schema import Schema

CERTSCAPE, OPENAPI = map(os.path.abspath, sys.argv[1:3])
TLS = ssl._create_unverified_context()


class World:
    def __init__(self, folder):
        self.store = f"{folder}/certscape.db"
        self.process = subprocess.Popen(
            [CERTSCAPE, "serve", "--listen", "127.0.0.1:0", "--store", self.store],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        text = ""
        while "Ctrl-C" not in text:
            line = self.process.stdout.readline()
            assert line, "serve has ended: " + text
            text += line
        self.port = re.search(r"https://127.0.0.1:(\d+)/", text)[1]
        self.cookie = ""
        token = re.search(r"#/setup/([0-9a-f]+)", text)[1]
        body = json.dumps({"token": token, "name": "ada", "password": "correct horse battery"})
        status, headers, _ = self.ask("/api/v1/setup", body.encode())
        assert status == 201, status
        self.cookie = headers["Set-Cookie"].split(";")[0]
        subprocess.run([CERTSCAPE, "scan", "127.0.0.1:" + self.port, "--store", self.store,
                        "--format", "ndjson"], check=True, capture_output=True)
        with open(OPENAPI, encoding="utf-8") as f:
            self.api = yaml.safe_load(f)
        self.schema = Schema(self.api)
        self.sha256 = self.get("/rows")[2]["rows"][0]["sha256"]

    def ask(self, path, body=None, **headers):
        request = urllib.request.Request(f"https://127.0.0.1:{self.port}{path}", body, {
            "Cookie": self.cookie, "Content-Type": "application/json", **headers})
        try:
            with urllib.request.urlopen(request, context=TLS, timeout=30) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def get(self, path, **headers):
        status, got, text = self.ask("/api/v1" + path, **headers)
        return status, got, json.loads(text) if text else None

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(30) == 0


def every_list_and_page_is_as_described(w):
    asked = 0
    for path, methods in w.api["paths"].items():
        content = methods.get("get", {}).get("responses", {}).get("200")
        content = content and w.schema.resolve(content).get("content", {}).get("application/json")
        if not content or "{id}" in path:
            continue
        address = path.replace("{sha256}", w.sha256).replace("{endpoint}", "127.0.0.1:" + w.port)
        address += "?fields=issuer,port,severity" if path == "/facets" else ""
        status, _, answer = w.get(address)
        assert status == 200, f"{address}: {status} {answer}"
        w.schema.check(answer, content["schema"], path)
        asked += 1
    assert asked > 25, asked


def a_certificate_says_what_its_extensions_say(w):
    said = {e["name"]: e for e in w.get("/certificates/" + w.sha256)[2]["extensions"]}
    assert said["Key usage"]["values"] == ["digital signature"] and said["Key usage"]["critical"], said
    assert said["Extended key usage"]["values"] == ["server authentication"], said
    assert said["Basic constraints"]["values"] == ["no authority"], said
    assert said["Made by"]["values"] == ["certscape"], said
    assert not any(e["partial"] for e in said.values()), said


def its_own_certificate_is_tagged(w):
    assert w.get("/certificates/" + w.sha256)[2]["tags"] == ["certscape"]
    listed = subprocess.run([CERTSCAPE, "list", "tag:certscape", "--store", w.store, "--format", "ndjson"],
                            capture_output=True, text=True, timeout=30, check=True)
    assert json.loads(listed.stdout)["sha256"] == w.sha256, listed
    assert w.get("/rows?q=tag:certscape")[2]["rows"], "the page's search"


def errors_are_as_described(w):
    for path, status in [("/rows?q=isuer:x", 400), ("/rows?sort=nothing", 400), ("/nowhere", 404),
                         ("/certificates/" + "0" * 64, 404), ("/endpoints/192.0.2.1:1", 404)]:
        got, _, answer = w.get(path)
        assert got == status, f"{path}: {got}"
        w.schema.check(answer, {"$ref": "#/components/schemas/Error"}, path)
    assert w.get("/rows?q=port:443+and+isuer:x")[2]["error"]["at"] == 13


def what_has_not_changed_is_not_sent_again(w):
    _, headers, _ = w.get("/rows")
    assert w.get("/rows", **{"If-None-Match": headers["ETag"]})[0] == 304


def exports_are_whole(w):
    _, headers, csv = w.ask("/api/v1/export?format=csv&fields=ip,port,sha256")
    assert csv.decode() == f"ip,port,sha256\r\n127.0.0.1,{w.port},{w.sha256}\r\n", csv
    assert "certscape.csv" in headers["Content-Disposition"]
    head, row = w.ask("/api/v1/export?by=certificate")[2].decode().splitlines()
    assert head.startswith("not_after,days_left,subject,") and row.endswith(w.sha256), (head, row)
    lines = w.ask("/api/v1/export?by=certificate&format=ndjson")[2].splitlines()
    assert [json.loads(line) for line in lines] == w.get("/certificates")[2]["rows"]
    assert w.get("/export?by=port")[0] == 400
    lines = w.ask("/api/v1/export?format=ndjson")[2].splitlines()
    assert [json.loads(line)["sha256"] for line in lines] == [w.sha256]


def collectors_and_supervisors_are_answered(w):
    assert w.ask("/healthz")[2] == b"ok\n"
    assert w.ask("/readyz")[0] == 200
    metrics = w.ask("/metrics")[2].decode()
    assert "\ncertscape_certificates 1\n" in metrics, metrics
    assert w.ask("/openapi.yaml")[2] == open(OPENAPI, "rb").read()


def behind_a_proxy_nobody_is_local(w):
    with subprocess.Popen([CERTSCAPE, "serve", "--behind-proxy", "--listen", "127.0.0.1:0", "--store",
                           w.store + "3"], stdout=subprocess.PIPE, text=True) as proxied:
        try:
            port = next(m[1] for line in proxied.stdout if (m := re.search(r"127\.0\.0\.1:(\d+)/", line)))
            assert urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=30).read() == b"ok\n"
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30)
                raise AssertionError("metrics without a token")
            except urllib.error.HTTPError as error:
                assert error.code == 401, error.code
        finally:
            proxied.send_signal(signal.SIGTERM)
        assert proxied.wait(30) == 0


def one_service_serves_a_store(w):
    again = subprocess.run([CERTSCAPE, "serve", "--listen", "127.0.0.1:0", "--store", w.store],
                           capture_output=True, text=True, timeout=30, check=False)
    assert again.returncode == 3 and "another" in again.stderr, again.stderr
    taken = subprocess.run([CERTSCAPE, "serve", "--listen", "127.0.0.1:" + w.port, "--store",
                            w.store + "2"], capture_output=True, text=True, timeout=30, check=False)
    assert taken.returncode == 3 and "--listen" in taken.stderr, taken.stderr


TESTS = [every_list_and_page_is_as_described, a_certificate_says_what_its_extensions_say,
         its_own_certificate_is_tagged, errors_are_as_described, what_has_not_changed_is_not_sent_again, exports_are_whole,
         collectors_and_supervisors_are_answered, behind_a_proxy_nobody_is_local,
         one_service_serves_a_store]


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
