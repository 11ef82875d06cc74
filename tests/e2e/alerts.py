#!/usr/bin/env python3
"""alerts.py: what `certscape serve` tells, from outside: a real mail server and a real HTTP server
take the messages of a real service over its API, also when it is killed in the middle. TAP on
standard output.

usage: alerts.py CERTSCAPE
"""
import collections
import contextlib
import email
import email.policy
import http.server
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

from served import free_port, serving

CERTSCAPE = os.path.abspath(sys.argv[1])
HOSTS = 12


def run(*args, **kwargs):
    return subprocess.run(args, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          timeout=120, **kwargs)


class Mailbox:
    """A mail server that keeps what it takes; slow on demand."""

    def __init__(self):
        from aiosmtpd.controller import Controller
        self.mails, self.delay, self.refuse = [], 0, ""
        self.controller = Controller(self, hostname="127.0.0.1", port=free_port())
        self.controller.start()
        self.port = self.controller.port

    async def handle_DATA(self, server, session, envelope):
        import asyncio
        if self.refuse:
            return self.refuse
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append((message, envelope))
        await asyncio.sleep(self.delay)  # the mail is here, its sender does not know yet
        return "250 taken"

    def close(self):
        self.controller.stop()


class Receiver(http.server.ThreadingHTTPServer):
    """A webhook that keeps what is posted."""
    daemon_threads = True

    def __init__(self):
        self.posts, self.delay, self.status = [], 0, 200
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.posts.append((self.headers["Idempotency-Key"], json.loads(body)))
                time.sleep(receiver.delay)
                with contextlib.suppress(OSError):  # the sender may be dead
                    self.send_response(receiver.status)
                    self.send_header("Content-Length", "0")
                    self.end_headers()

            def log_message(self, *args):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server_address[1]}/hook"


class Service:
    """`certscape serve` on a store, and its API."""

    def __init__(self, store, *options):
        self.store, self.options, self.token = store, options, None
        self.start()

    def start(self):
        self.port = free_port()
        self.process = subprocess.Popen(
            [CERTSCAPE, "serve", "--store", self.store, "--listen", f"127.0.0.1:{self.port}",
             "--behind-proxy", *self.options], stdout=subprocess.PIPE, text=True,
            start_new_session=True)
        self.setup = None
        for line in self.process.stdout:
            found = re.search(r"/#/setup/(\S+)", line)
            if found:
                self.setup = found[1]
            if "Ctrl-C" in line:
                break

    def kill(self):
        """The whole family at once, with no time to say good-bye."""
        with contextlib.suppress(ProcessLookupError):  # until the last of them is gone
            while True:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.poll()
                time.sleep(0.01)
        self.process.wait()
        self.process.stdout.close()

    def end(self):
        self.process.terminate()
        status = self.process.wait(timeout=20)
        self.process.stdout.close()
        return status

    def ask(self, method, path, body=None, status=None, headers=()):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/v1{path}", method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "X-Forwarded-Proto": "https",
                     **({"Authorization": "Bearer " + self.token} if self.token else {}),
                     **dict(headers)})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                code, text, cookie = answer.status, answer.read(), answer.headers["Set-Cookie"]
        except urllib.error.HTTPError as refused:
            code, text, cookie = refused.code, refused.read(), None
        if status is not None:
            assert code == status, (method, path, code, text)
        self.cookie = cookie
        return json.loads(text) if text else None

    def become_admin(self):
        who = self.ask("POST", "/setup", {"token": self.setup, "name": "ada",
                                          "password": "correct horse battery"}, 201)
        cookie = self.cookie.split(";")[0]
        made = self.ask("POST", "/tokens", {"name": "test", "role": "admin"}, 201,
                        [("Cookie", cookie), ("X-CSRF-Token", who["csrf"])])
        self.token = made["token"]

    def rule(self, kind):
        return next(r for r in self.ask("GET", "/rules")["rows"] if r["type"] == kind)

    def messages(self, state=""):
        return self.ask("GET", f"/messages?limit=500&state={state}")["rows"]

    def wait(self, done, seconds=30):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if done():
                return True
            time.sleep(0.1)
        return False


def inventory(store, folder, hosts=HOSTS, days=20, first=1):
    """Certificates that end soon, one a host: real servers, scanned. They were issued just now; the
    eighty days before are written into the store."""
    pem, key = f"{folder}/{first}.pem", f"{folder}/{first}.key"
    for i in range(first, first + hosts):
        name = f"host{i}.example"
        done = run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                   "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", pem, "-subj",
                   f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", "-days", str(days))
        assert done.returncode == 0, done.stderr
        with serving("-cert", pem, "-key", key, host="0.0.0.0") as port:
            done = run(CERTSCAPE, "scan", f"127.0.0.{i}:{port}", "--store", store, "--ports",
                       str(port))
            assert "127.0.0." in done.stdout, (done.stdout, done.stderr)
    with contextlib.closing(sqlite3.connect(store)) as db, db:
        db.execute("UPDATE certificates SET not_before_s = not_before_s - 80 * 86400"
                   " WHERE not_after_s - not_before_s < ?", ((days + 1) * 86400,))


class World:
    def __init__(self, folder):
        self.folder = folder
        self.store = f"{folder}/certscape.db"
        self.mailbox, self.receiver = Mailbox(), Receiver()
        inventory(self.store, folder)
        os.mkdir(f"{folder}/commands")
        self.service = Service(self.store, "--commands", f"{folder}/commands")
        self.service.become_admin()
        self.service.ask("PUT", "/settings", {"allow_webhooks_to": ["127.0.0.0/8"],
                                              "public_url": "https://certs.example"}, 200)

    def channel(self, name, kind, **config):
        return self.service.ask("POST", "/channels", {"name": name, "type": kind,
                                                      "config": config}, 201)["id"]

    def close(self):
        self.service.end()
        self.mailbox.close()
        self.receiver.shutdown()
        self.receiver.server_close()


def tests_show_what_is_wrong(w):
    """The test of a channel says whether it was taken, and why not."""
    w.mail = w.channel("mail", "email", to=["ops@example.com"], host="127.0.0.1",
                       port=w.mailbox.port, **{"from": "Certscape <certs@example.com>"})
    w.hook = w.channel("hook", "post", url=w.receiver.url)
    assert w.service.ask("POST", f"/channels/{w.mail}/test", {}, 200)["ok"]
    assert w.service.ask("POST", f"/channels/{w.hook}/test", {}, 200)["ok"]
    assert w.mailbox.mails[-1][0]["Subject"] == "Test of certscape"
    assert w.receiver.posts[-1][1]["detail"] == {"event": "test"}
    w.mailbox.refuse = "550 5.7.1 not from you"
    got = w.service.ask("POST", f"/channels/{w.mail}/test", {}, 200)
    assert not got["ok"] and "not from you" in got["detail"], got
    w.mailbox.refuse = ""


def secrets_do_not_come_back(w):
    """A password is three stars; sent back, they are the password that is there."""
    made = w.service.ask("POST", "/channels", {"name": "auth", "type": "email", "config": {
        "to": ["a@example.com"], "host": "127.0.0.1", "user": "u", "password": "s3cret"}}, 201)
    assert made["config"]["password"] == "***", made
    rows = json.dumps(w.service.ask("GET", "/channels"))
    assert "s3cret" not in rows and w.receiver.url not in rows
    changed = dict(made["config"], to=["b@example.com"])
    w.service.ask("PUT", f"/channels/{made['id']}", {"name": "auth", "type": "email",
                                                     "config": changed}, 200)
    with contextlib.closing(sqlite3.connect(w.store)) as db:
        config = json.loads(db.execute("SELECT config FROM channels WHERE id = ?",
                                       (made["id"],)).fetchone()[0])
    assert config["password"] == "s3cret" and config["to"] == ["b@example.com"], config
    w.service.ask("DELETE", f"/channels/{made['id']}", None, 204)
    bad = w.service.ask("POST", "/channels", {"name": "x", "type": "email",
                                              "config": {"host": "a"}}, 422)
    assert "to is missing" in bad["error"]["message"], bad


def a_dry_run_is_what_is_sent(w):
    """The first pass over what was there is one digest, and the dry run has shown it."""
    rule = w.service.rule("expiry")
    assert rule["last_run"] is None, rule
    w.service.ask("PUT", f"/rules/{rule['id']}", {"channels": [w.mail, w.hook],
                                                  "enabled": False}, 200)
    dry = w.service.ask("POST", f"/rules/{rule['id']}/dry-run", {}, 200)
    assert [m["subject"] for m in dry["messages"]] == \
        [f"{HOSTS} certificates to look at: {HOSTS} notice"] * 2, dry["messages"]
    before = len(w.mailbox.mails)
    w.service.ask("PUT", f"/rules/{rule['id']}", {"enabled": True}, 200)
    assert w.service.wait(lambda: len(w.mailbox.mails) > before)
    mail = w.mailbox.mails[-1][0]
    assert mail["Subject"] == dry["messages"][0]["subject"]
    plain = mail.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert plain.strip() == dry["messages"][0]["body"].strip()
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "<table" in mail.get_body(("html",)).get_content()
    assert w.service.wait(lambda: len(w.service.messages("sent")) == 2)


def a_killed_service_loses_nothing(w):
    """kill -9 in the middle of deliveries, again and again: every message arrives, and one that
    arrives twice has the same key."""
    rule = w.service.rule("expiry")
    w.mailbox.delay = w.receiver.delay = 0.3
    first_mail, first_post = len(w.mailbox.mails), len(w.receiver.posts)
    w.service.end()
    inventory(w.store, w.folder, hosts=8, first=101)
    for round_ in range(5):
        w.service.start()
        w.service.wait(lambda: len(w.mailbox.mails) > first_mail + round_, 20)
        w.service.kill()
    w.mailbox.delay = w.receiver.delay = 0
    w.service.start()
    assert w.service.wait(lambda: not w.service.messages("queued"), 60), \
        w.service.messages("queued")[:2]
    stored = [m for m in w.service.messages("sent") if "host1" in m["subject"]]
    assert len(stored) == 16, [m["subject"] for m in stored]
    with contextlib.closing(sqlite3.connect(w.store)) as db:
        keys = [row[0] for row in db.execute("SELECT dedupe FROM messages WHERE rule = ? AND "
                                             "subject LIKE '%host1__.example%'", (rule["id"],))]
    posts = [key for key, _ in w.receiver.posts[first_post:]]
    assert set(posts) == set(keys), (posts, keys)
    subjects = collections.defaultdict(set)
    for mail, _ in w.mailbox.mails[first_mail:]:
        subjects[mail["Message-ID"]].add(mail["Subject"])
    assert len(subjects) == 8 and all(len(s) == 1 for s in subjects.values()), subjects
    twice = len(posts) - len(set(posts))
    print(f"# {len(posts)} posts of {len(set(posts))} messages: {twice} arrived twice")


def a_receiver_that_is_down_is_tried_again(w):
    """503 is a later, 404 is a never; neither holds up the mail."""
    yaml = ("name: all\ntype: any\nindex: x\nrealert: {minutes: 0}\n"
            "timeframe: {days: 1}\nscan_entire_timeframe: true\n"
            "timestamp_field: timestamp\nalert: post\nhttp_post_url: %s\n")
    w.receiver.status = 503
    rule = w.service.ask("POST", "/rules", {"yaml": yaml % w.receiver.url}, 201)
    assert w.service.wait(lambda: any(m["attempts"] > 0 for m in w.service.messages("queued")))
    waiting = next(m for m in w.service.messages("queued") if m["attempts"])
    assert "503" in waiting["last_error"] and waiting["next_try"], waiting
    sent = len(w.mailbox.mails)
    assert w.service.ask("POST", f"/channels/{w.mail}/test", {}, 200)["ok"]
    assert len(w.mailbox.mails) == sent + 1
    w.service.ask("DELETE", f"/rules/{rule['id']}", None, 204)
    w.receiver.status = 200


def a_command_runs_where_it_may(w):
    """Only out of its folder, without a shell; its input is the message."""
    out = f"{w.folder}/heard"
    program = f"{w.folder}/commands/tell"
    with open(program, "w") as f:
        f.write(f"#!/bin/sh\nprintf '%s|' \"$@\" > {out}\ncat >> {out}\n")
    os.chmod(program, 0o755)
    ok = w.channel("command", "command", argv=[program, "{{subject}}; touch /nowhere $(id)"])
    assert w.service.ask("POST", f"/channels/{ok}/test", {}, 200)["ok"]
    with open(out) as f:
        words, message = f.read().split("|", 1)
    assert words == "Test of certscape; touch /nowhere $(id)", words
    assert json.loads(message)["subject"] == "Test of certscape"
    other = w.channel("other", "command", argv=["/bin/true"])
    got = w.service.ask("POST", f"/channels/{other}/test", {}, 200)
    assert not got["ok"] and "--commands" in got["detail"], got


def a_guarded_address_is_not_reached(w):
    """What no setting allows, no webhook reaches."""
    w.service.ask("PUT", "/settings", {"allow_webhooks_to": []}, 200)
    got = w.service.ask("POST", f"/channels/{w.hook}/test", {}, 200)
    assert not got["ok"] and "this machine" in got["detail"], got


CASES = [tests_show_what_is_wrong, secrets_do_not_come_back, a_dry_run_is_what_is_sent,
         a_killed_service_loses_nothing, a_receiver_that_is_down_is_tried_again,
         a_command_runs_where_it_may, a_guarded_address_is_not_reached]


def main():
    print(f"1..{len(CASES)}")
    failed = 0
    try:
        import aiosmtpd  # noqa: F401
    except ImportError:
        for i, case in enumerate(CASES, 1):
            print(f"ok {i} - {case.__name__} # SKIP python3-aiosmtpd is not installed")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        world = World(folder)
        for i, case in enumerate(CASES, 1):
            try:
                case(world)
                print(f"ok {i} - {case.__name__}", flush=True)
            except Exception as problem:  # noqa: BLE001
                failed += 1
                line = problem.__traceback__
                while line.tb_next:
                    line = line.tb_next
                print(f"# line {line.tb_lineno}: {type(problem).__name__}: {str(problem)[:600]}")
                print(f"not ok {i} - {case.__name__}", flush=True)
        world.close()
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
