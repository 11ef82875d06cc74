#!/usr/bin/env python3
"""Records the flights of real servers (openssl s_server) for flight_test and the fuzzer.

    tests/unit/wire/record_flights.py build/tests/wire_flight_test

Writes tests/fuzz/corpus/flight/NAME and tests/unit/wire/flights.txt. What stands there is what the
server was told to do and what openssl says of the certificate: never what our parser found.
"""
import hashlib
import os
import socket
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
CORPUS = os.path.join(HERE, "../../fuzz/corpus/flight")
MODERN, TLS12, LEGACY, TLS10, SSL3, SMALL = range(1, 7)
ANY, RSA, ECDSA = range(3)
CERT, ALERT = 1, 2
AES128, AES256, CHACHA, CCM, CCM8 = range(0x1301, 0x1306)
SUITE = {AES128: "TLS_AES_128_GCM_SHA256", AES256: "TLS_AES_256_GCM_SHA384",
         CHACHA: "TLS_CHACHA20_POLY1305_SHA256", CCM: "TLS_AES_128_CCM_SHA256",
         CCM8: "TLS_AES_128_CCM_8_SHA256"}
GROUP = {"X25519": 29, "P-256": 23, "P-384": 24, "P-521": 25, "X448": 30}


def openssl(*words, **more):
    return subprocess.run(("openssl",) + words, check=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, **more).stdout


def make_keys():
    names = ",".join(f"DNS:host{i}.department.server.example" for i in range(700))
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem",
            "-subj", "/CN=Recorded CA", "-days", "3650")
    for name, key in (("rsa", ("rsa:2048",)), ("ec", ("ec", "-pkeyopt", "ec_paramgen_curve:P-256")),
                      ("ed", ("ed25519",)), ("big", ("rsa:2048",))):
        san = names if name == "big" else "DNS:server.example"
        with open(f"{name}.ext", "w") as f:
            f.write(f"subjectAltName={san}\nauthorityInfoAccess=OCSP;URI:http://ocsp.example\n")
        openssl("req", "-newkey", *key, "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr",
                "-subj", "/CN=server.example")
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                "-days", "3000", "-extfile", f"{name}.ext", "-out", f"{name}.pem",
                "-set_serial", "0x1234")
    open("index.txt", "w").write("V\t350101000000Z\t\t1234\tunknown\t/CN=server.example\n")
    openssl("ocsp", "-index", "index.txt", "-CA", "ca.pem", "-rsigner", "ca.pem", "-rkey", "ca.key",
            "-issuer", "ca.pem", "-cert", "rsa.pem", "-reqout", "request.der")
    openssl("ocsp", "-index", "index.txt", "-CA", "ca.pem", "-rsigner", "ca.pem", "-rkey", "ca.key",
            "-reqin", "request.der", "-respout", "response.der", "-ndays", "3000")


def leaf_of(cert):
    return hashlib.sha256(openssl("x509", "-in", f"{cert}.pem", "-outform", "DER")).hexdigest()


class Row:
    def __init__(self, name, server, variant=MODERN, keys=ANY, end=CERT, version="0304", cipher=0,
                 group=0, alpn="-", alert=0, retry=0, asked=0, certs=2, ocsp=0, cert="rsa"):
        chain = f"-cert {cert}.pem -key {cert}.key -cert_chain ca.pem" if cert else ""
        self.__dict__.update(locals())
        self.server = f"{server} {chain}".split()


def rows():
    for group, number in GROUP.items():
        for cipher in (AES128, AES256, CHACHA):
            if group in ("P-521", "X448") and cipher != AES128:
                continue
            retry = int(group not in ("X25519", "P-256"))
            tag = group.lower().replace("-", "")
            yield Row(f"tls13-{tag}-{cipher:04x}", f"-tls1_3 -groups {group} -ciphersuites {SUITE[cipher]}",
                      cipher=cipher, group=number, retry=retry)
    one = f"-tls1_3 -groups X25519 -ciphersuites {SUITE[AES128]}"
    in13 = dict(cipher=AES128, group=29)
    yield Row("tls13-ccm", f"-tls1_3 -groups X25519 -ciphersuites {SUITE[CCM]}", cipher=CCM, group=29)
    yield Row("tls13-ccm8", f"-tls1_3 -groups X25519 -ciphersuites {SUITE[CCM8]}", cipher=CCM8, group=29)
    yield Row("tls13-mtls", f"{one} -Verify 1", asked=1, **in13)
    yield Row("tls13-mtls-retry", f"-tls1_3 -groups P-384 -ciphersuites {SUITE[AES256]} -Verify 1 -CAfile ca.pem",
              asked=1, retry=1, cipher=AES256, group=24)
    yield Row("tls13-ed25519", one, cert="ed", **in13)
    yield Row("tls13-alpn", f"{one} -alpn http/1.1", cert="ec", alpn="http/1.1", **in13)
    yield Row("tls13-fragments", f"{one} -max_send_frag 512", **in13)
    yield Row("tls13-long", one, cert="big", **in13)
    yield Row("tls13-ocsp", f"{one} -status_file response.der", ocsp=os.path.getsize("response.der"), **in13)
    both = "-dcert ec.pem -dkey ec.key -dcert_chain ca.pem"
    yield Row("tls13-both-rsa", f"{one} {both}", keys=RSA, **in13)
    yield Row("tls13-both-ecdsa", f"{one} {both} -cert rsa.pem -key rsa.key", keys=ECDSA, cert="ec", **in13)
    yield Row("tls13-refused", one, keys=ECDSA, end=ALERT, version="0000", alert=40, certs=0)
    yield Row("tls13-only", one, variant=TLS12, end=ALERT, version="0000", alert=70, certs=0)
    two = "-tls1_2 -groups X25519 -cipher ECDHE-RSA-AES128-GCM-SHA256"
    in12 = dict(version="0303", cipher=0xc02f, group=29)
    yield Row("tls12", two, **in12)
    yield Row("tls12-hello", two, variant=TLS12, **in12)
    yield Row("tls12-small", "-tls1_2 -groups P-256 -cipher ECDHE-RSA-AES256-GCM-SHA384", variant=SMALL,
              version="0303", cipher=0xc030, group=23)
    yield Row("tls12-ecdsa", "-tls1_2 -groups P-384 -cipher ECDHE-ECDSA-CHACHA20-POLY1305", cert="ec",
              version="0303", cipher=0xcca9, group=24)
    yield Row("tls12-both-ecdsa", f"-tls1_2 -groups P-256 {both} -cert rsa.pem -key rsa.key "
              "-cipher ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256", keys=ECDSA, cert="ec",
              version="0303", cipher=0xc02b, group=23)
    yield Row("tls12-mtls", f"{two} -Verify 1", asked=1, **in12)
    yield Row("tls12-ocsp", f"{two} -status_file response.der", ocsp=os.path.getsize("response.der"), **in12)
    yield Row("tls12-long", two, cert="big", **in12)
    yield Row("tls12-fragments", f"{two} -max_send_frag 512", **in12)
    yield Row("tls12-alpn", f"{two} -alpn h2", alpn="h2", **in12)
    yield Row("tls12-name-warning", f"{two} -servername other.example -cert2 ec.pem -key2 ec.key",
              alert=112, **in12)
    yield Row("tls12-dhe", "-tls1_2 -cipher DHE-RSA-AES128-GCM-SHA256", version="0303", cipher=0x009e)
    yield Row("tls12-rsa-kx", "-tls1_2 -cipher AES128-SHA", version="0303", cipher=0x002f)
    old = "-cipher ECDHE-RSA-AES128-SHA:@SECLEVEL=0 -groups P-256"
    yield Row("tls11", f"-tls1_1 {old}", version="0302", cipher=0xc013, group=23)
    yield Row("tls10", f"-tls1 {old}", version="0301", cipher=0xc013, group=23)
    yield Row("tls10-hello", f"-tls1 {old}", variant=TLS10, version="0301", cipher=0xc013, group=23)
    yield Row("tls10-legacy", "-tls1 -cipher CAMELLIA128-SHA:@SECLEVEL=0", variant=LEGACY, version="0301",
              cipher=0x0041)
    yield Row("ssl3-refused", f"-tls1 {old}", variant=SSL3, end=ALERT, version="0000", alert=40, certs=0)


def connect(port):
    for _ in range(50):
        try:
            return socket.create_connection(("127.0.0.1", port))
        except ConnectionRefusedError:
            time.sleep(0.1)
    sys.exit("the server does not listen")


def record(client, row, port):
    server = subprocess.Popen(["openssl", "s_server", "-accept", f"127.0.0.1:{port}"] + row.server,
                              stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)
    try:
        with connect(port) as sock:
            subprocess.run([client, str(row.variant), str(row.keys), os.path.join(CORPUS, row.name)],
                           stdin=sock.fileno(), check=True, timeout=20)
    finally:
        server.kill()
        server.wait()
    return (f"{row.name} {row.end} {row.version} {row.cipher:04x} {row.group} {row.alpn} {row.alert} "
            f"{row.retry} {row.asked} {row.certs} {row.ocsp} {leaf_of(row.cert) if row.certs else '-'}\n")


def main():
    client = os.path.abspath(sys.argv[1])
    os.makedirs(CORPUS, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        os.chdir(work)
        make_keys()
        lines = [record(client, row, 20100 + i) for i, row in enumerate(rows())]
    with open(os.path.join(HERE, "flights.txt"), "w") as f:
        f.write("# recording, end, version, cipher, group, ALPN, alert, retry, client certificate asked,\n"
                "# certificates, bytes of stapled response, SHA-256 of the leaf. By record_flights.py.\n")
        f.writelines(lines)


main()
