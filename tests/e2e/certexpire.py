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


def case(folder):
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
    finally:
        service.end()
        mailbox.close()
    assert len(mailbox.mails) == 1, [m["Subject"] for m, _ in mailbox.mails]
    assert dry["messages"] == [], dry  # it was looked at
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


def main():
    print("1..1")
    reason = why_not()
    if reason:
        print(f"ok 1 - the mail is ElastAlert2's # SKIP {reason}")
        return 0
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    with tempfile.TemporaryDirectory() as folder:
        try:
            case(folder)
        except AssertionError as problem:
            print(f"# {str(problem)[:800]}\nnot ok 1 - the mail is ElastAlert2's")
            return 1
    print("ok 1 - the mail is ElastAlert2's")
    return 0


sys.exit(main())
