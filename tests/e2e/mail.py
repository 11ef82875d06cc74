#!/usr/bin/env python3
"""mail.py: mail by STARTTLS and with a password, against a real mail server: a password goes only to
whom it is for, and what is not delivered says why in the server's own words. TAP on standard output.

usage: mail.py CERTSCAPE
"""
import contextlib
import email
import email.policy
import logging
import ssl
import subprocess
import sys
import tempfile
import warnings

USER, PASSWORD = "certs", "korrekt Pferd:Klammer"


def make_certificate(folder):
    """For 127.0.0.1, signed by itself."""
    pem = f"{folder}/mail.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-keyout", pem + ".key", "-out", pem,
                    "-subj", "/CN=mail.example", "-addext", "subjectAltName=IP:127.0.0.1",
                    "-days", "9"], check=True, stderr=subprocess.DEVNULL)
    return pem


class MailServer:
    """Keeps the mails it takes, and every password that it is told."""

    def __init__(self, pem=None, implicit=False, auth=False):
        from aiosmtpd.controller import Controller
        from served import free_port
        context = None
        if pem:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(pem, pem + ".key")
        self.mails, self.told, self.greeted = [], [], 0
        starttls = {} if implicit or not pem else {"tls_context": context, "require_starttls": True}
        asks = {"auth_required": True, "auth_require_tls": bool(starttls),
                "authenticator": self.authenticate} if auth else {}
        self.controller = Controller(self, hostname="127.0.0.1", port=free_port(),
                                     ssl_context=context if implicit else None, **starttls, **asks)
        self.controller.start()
        self.port = self.controller.port

    def authenticate(self, server, session, envelope, mechanism, data):
        from aiosmtpd.smtp import AuthResult
        pair = (data.login.decode(), data.password.decode())
        self.told.append((mechanism, session.ssl is not None, pair))
        return AuthResult(success=pair == (USER, PASSWORD), handled=False)

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.greeted += 1
        session.host_name = hostname
        return responses

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append((message, envelope, session))
        return "250 taken"

    def close(self):
        self.controller.stop()


class World:
    def __init__(self, folder):
        import alerts
        self.folder = folder
        self.pem = make_certificate(folder)
        self.service = alerts.Service(f"{folder}/certscape.db")
        self.service.become_admin()
        self.n = 0

    @contextlib.contextmanager
    def server(self, **kwargs):
        server = MailServer(**kwargs)
        try:
            yield server
        finally:
            server.close()

    def send(self, server, **config):
        """What the test of such a channel says: (delivered, why not)."""
        self.n += 1
        wish = {"name": f"mail {self.n}", "type": "email",
                "config": {"to": ["ops@example.com"], "from": "certs@example.com",
                           "host": "127.0.0.1", "port": server.port, **config}}
        channel = self.service.ask("POST", "/channels", wish, 201)
        got = self.service.ask("POST", f"/channels/{channel['id']}/test", {}, 200)
        self.service.ask("DELETE", f"/channels/{channel['id']}", None, 204)
        return got["ok"], got["detail"]


def a_password_goes_inside_of_starttls(w):
    with w.server(pem=w.pem, auth=True) as server:
        ok, why = w.send(server, tls="required", user=USER, password=PASSWORD, ca_file=w.pem)
        assert ok, why
        (message, envelope, session), = server.mails
        assert session.ssl and session.authenticated, "in the clear"
        assert envelope.rcpt_tos == ["ops@example.com"], envelope.rcpt_tos
        assert message["Subject"] == "Test of certscape", message["Subject"]
        assert [t[1:] for t in server.told] == [(True, (USER, PASSWORD))], server.told
        ok, why = w.send(server, user=USER, password=PASSWORD, ca_file=w.pem)  # taken as offered
        assert ok and len(server.mails) == 2 and server.mails[1][2].ssl, why


def a_wrong_password_is_told_in_the_server_s_words(w):
    with w.server(pem=w.pem, auth=True) as server:
        ok, why = w.send(server, tls="required", user=USER, password="guess", ca_file=w.pem)
        assert not ok and "535" in why and "\n" not in why, why
        assert "guess" not in why and server.told and not server.mails, (server.told, server.mails)


def a_server_that_wants_to_know_who_sends_is_told_so(w):
    with w.server(pem=w.pem, auth=True) as server:
        ok, why = w.send(server, tls="required", verify=False)
        assert not ok and "530" in why, why
        assert not server.mails and not server.told


def without_starttls_nothing_goes_where_it_is_required(w):
    """A wire that takes the offer away gets neither password nor mail."""
    with w.server(auth=True) as server:
        for config in ({"tls": "required"}, {"tls": "required", "user": USER, "password": PASSWORD},
                       {"tls": "offered", "user": USER, "password": PASSWORD}):
            ok, why = w.send(server, **config)
            assert not ok and "TLS" in why, (config, why)
        assert server.greeted and not server.told and not server.mails
        ok, why = w.send(server, tls="never", user=USER, password=PASSWORD)  # asked for by name
        assert ok and server.told[-1][1:] == (False, (USER, PASSWORD)), why
    with w.server() as server:
        # No password: TLS only where it is offered. A name, which the sandbox lets it resolve.
        ok, why = w.send(server, host="localhost")
        assert ok and not server.mails[0][2].ssl, why


def a_server_that_nobody_vouches_for_gets_no_password(w):
    with w.server(pem=w.pem, auth=True) as server:
        ok, why = w.send(server, tls="required", user=USER, password=PASSWORD)
        assert not ok and "certificate" in why and not server.told, why
    with w.server(pem=w.pem) as server:
        ok, why = w.send(server, tls="required", verify=True)
        assert not ok and "certificate" in why and not server.mails, why
        ok, why = w.send(server, tls="required")  # against who only listens
        assert ok and server.mails[0][2].ssl, why


def tls_from_the_first_byte(w):
    with w.server(pem=w.pem, implicit=True, auth=True) as server:
        ok, why = w.send(server, tls="implicit", user=USER, password=PASSWORD, ca_file=w.pem)
        assert ok, why
        assert server.told[-1][2] == (USER, PASSWORD) and len(server.mails) == 1


RULE = """type: any
alert: email
email: ops@example.com
smtp_host: 127.0.0.1
smtp_port: {port}
smtp_auth_file: login.yaml
smtp_ca_file: mail.pem
"""


def a_rule_has_its_password_in_a_file_beside_it(w):
    import alerts
    store = w.service.store
    alerts.inventory(store, w.folder, hosts=1)
    with w.server(pem=w.pem, auth=True) as server:
        for name, text in (("secret", RULE.format(port=server.port)),
                           ("login", f"user: {USER}\npassword: '{PASSWORD}'\n")):
            with open(f"{w.folder}/{name}.yaml", "w", encoding="utf-8") as f:
                f.write(text)
        done = alerts.run(alerts.CERTSCAPE, "rules", "add", "secret.yaml", "--store", store,
                          cwd=w.folder)
        assert done.returncode == 0 and "good certificate" in done.stderr, done
        rule = next(r for r in w.service.ask("GET", "/rules")["rows"] if r["name"] == "secret")
        w.service.ask("PUT", f"/rules/{rule['id']}", {"enabled": True}, 200)
        assert w.service.wait(lambda: server.mails, 60), w.service.messages()
        assert [t[1:] for t in server.told] == [(True, (USER, PASSWORD))], server.told
        assert PASSWORD not in str(w.service.messages()) + str(rule)


CASES = [a_password_goes_inside_of_starttls, a_wrong_password_is_told_in_the_server_s_words,
         a_server_that_wants_to_know_who_sends_is_told_so,
         without_starttls_nothing_goes_where_it_is_required,
         a_server_that_nobody_vouches_for_gets_no_password, tls_from_the_first_byte,
         a_rule_has_its_password_in_a_file_beside_it]


def main():
    print(f"1..{len(CASES)}")
    try:
        import aiosmtpd  # noqa: F401
    except ImportError:
        for i, case in enumerate(CASES, 1):
            print(f"ok {i} - {case.__name__} # SKIP python3-aiosmtpd is not installed")
        return 0
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        warnings.simplefilter("ignore")  # of the server, which is to be careless
        logging.disable()
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
        world.service.end()
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
