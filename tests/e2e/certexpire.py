#!/usr/bin/env python3
"""certexpire.py: the rule of the inventory's forerunner, run by the service, its mail taken by a real mail
server: Subject, From, To, Reply-To and body as ElastAlert2 makes them of the same row. Only the mail
server's name is another one. TAP on standard output.

usage: certexpire.py CERTSCAPE
"""
import contextlib
import os
import sqlite3
import sys
import tempfile

SEED = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                    "../../../shared/data/seed/certexpire.yaml")


def why_not():
    try:
        import aiosmtpd  # noqa: F401
    except ImportError:
        return "python3-aiosmtpd is not installed"
    return "" if os.path.exists(SEED) else "the forerunner's rule is not beside the tree"


def by_mail(folder):
    """The forerunner's rule, run by the service."""
    import alerts
    store = f"{folder}/certscape.db"
    mailbox = alerts.Mailbox()
    alerts.inventory(store, folder, hosts=1)
    with contextlib.closing(sqlite3.connect(store)) as db:
        ip, port, hostname, ends = db.execute(
            "SELECT e.ip, e.port, e.hostname, strftime('%Y-%m-%dT%H:%M:%S', c.not_after_s, 'unixepoch')"
            " FROM endpoints e, certificates c").fetchone()
    with open(SEED, encoding="utf-8") as f:
        yaml = f.read().replace("smtp.example.com", f"127.0.0.1\nsmtp_port: {mailbox.port}")
    service = alerts.Service(store)
    try:
        service.become_admin()
        rule = service.ask("POST", "/rules", {"yaml": yaml}, 201)
        assert [w["line"] for w in rule["warnings"]] == [3, 24], rule["warnings"]
        assert service.wait(lambda: mailbox.mails), service.rule("any")
        service.wait(lambda: len(mailbox.mails) > 1, 3)
        dry = service.ask("POST", f"/rules/{rule['id']}/dry-run", {}, 200)
        fresh = service.ask("POST", f"/rules/{rule['id']}/dry-run?fresh=1", {}, 200)
        again = service.ask("POST", f"/rules/{rule['id']}/dry-run", {}, 200)
    finally:
        service.end()
        mailbox.close()
    assert len(mailbox.mails) == 1, [m["Subject"] for m, _ in mailbox.mails]
    assert dry["messages"] == again["messages"] == [], dry  # it was looked at
    assert [m["subject"] for m in fresh["messages"]] == [mailbox.mails[0][0]["Subject"]], fresh
    mail, envelope = mailbox.mails[0]
    to = "test@example.com, info@example.com"
    assert mail["Subject"] == f"ElastAlert: Certificate expiry check - {ip}, {port}", mail["Subject"]
    assert mail["From"] == "ElastAlert" or str(mail["From"]) == "ElastAlert", mail["From"]
    assert (mail["To"], mail["Reply-To"]) == (to, to), (mail["To"], mail["Reply-To"])
    assert envelope.rcpt_tos == to.split(", "), envelope.rcpt_tos
    assert mail.get_content_type() == "text/plain" and mail.get_content_charset() == "utf-8"
    assert mail["Content-Transfer-Encoding"] == "base64"
    body = mail.get_payload(decode=True).decode()
    want = (" The following certificate expires soon:\n"
            f" Host: {hostname or '<MISSING VALUE>'}\n IP: {ip} \n Port: {port} \n"
            " Subject: host1.example \n Issuer: host1.example \n"
            f" Not valid after: {ends} \n SANs: ['host1.example'] \n \n\n")
    assert body == want, (body, want)


def rules(folder, store, *words, status=0):
    import alerts
    options = [] if words[0] == "check" else ["--store", store]
    done = alerts.run(alerts.CERTSCAPE, "rules", *words, *options, cwd=folder)
    assert done.returncode == status, (words, done.returncode, done.stdout, done.stderr)
    return done.stdout, done.stderr


def by_hand(folder):
    """certscape rules: check, add, list, test, remove."""
    import alerts
    store = f"{folder}/certscape.db"
    alerts.inventory(store, folder, hosts=2)
    good = "type: any\nrelaert: {days: 1}\nalert: email\nemail: ops@example.com\n"
    for name, text in [("good", good), ("bad", "type: spike\nalert: jira\n")]:
        with open(f"{folder}/{name}.yaml", "w", encoding="utf-8") as f:
            f.write(text)
    out, err = rules(folder, store, "check", "good.yaml", "bad.yaml", status=3)
    assert out == "good.yaml: good, of type any: good\n", out
    assert err.splitlines()[0].startswith('good.yaml:2:1: warning: relaert: no option'), err
    assert [line.split(" ")[0] for line in err.splitlines()[1:]] == \
        ["bad.yaml:1:7:", "bad.yaml:2:8:"], err
    assert rules(folder, store, "add", "good.yaml")[0] == "good: added\n"
    assert rules(folder, store, "add", "good.yaml")[0] == "good: replaced\n"
    assert "good  " in rules(folder, store, "list")[0]
    for word in ["good", "good.yaml"]:
        out = rules(folder, store, "test", word)[0]
        assert out.endswith("good: 2 documents, 2 matches, 1 messages, 1 silent\n"), out
        assert "  ElastAlert: good\n" in out and "  | port: " in out, out
    rules(folder, store, "remove", "good")
    assert "good  " not in rules(folder, store, "list")[0]
    assert "no rule" in rules(folder, store, "remove", "good", status=2)[1]
    assert "rules takes" in rules(folder, store, "remove", status=2)[1]


def main():
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    print("1..2")
    failed = 0
    for i, (run, reason) in enumerate([(by_hand, ""), (by_mail, why_not())], 1):
        if reason:
            print(f"ok {i} - {run.__name__} # SKIP {reason}")
            continue
        try:
            with tempfile.TemporaryDirectory() as folder:
                run(folder)
            print(f"ok {i} - {run.__name__}", flush=True)
        except AssertionError as problem:
            failed += 1
            print(f"# {str(problem)[:800]}\nnot ok {i} - {run.__name__}", flush=True)
    return failed != 0


sys.exit(main())
