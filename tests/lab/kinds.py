"""kinds.py: the kinds of web server in the lab, a row each: key, certificate, chain, TLS, findings.

The findings are written by hand, from what the certificate is, and hold for a scan by address with
the lab's root as --ca: the ones that hold on the day of the test, of the leaf and its chain.
"""
from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    name: str
    findings: tuple = ()
    key: str = "p256"
    second_key: str = ""          # a second certificate beside the first, of this key
    issuer: str = "intermediate"  # "" signs itself
    chain: tuple = ("intermediate",)  # what the server sends after the leaf
    digest: str = "sha256"
    days: tuple = (-10, 300)      # notBefore and notAfter, from today
    names: int = 1                # subjectAltNames; 0: none at all
    subject: str = ""             # another name than the host's own
    authority: bool = False       # basicConstraints CA:TRUE
    aia: bool = False             # names where its issuer can be fetched
    server: str = ""              # nginx directives besides the certificate
    sni: int = 0                  # so many named hosts; without a name the handshake is refused


def tls(versions, *more):
    return " ".join([f"ssl_protocols {versions};", *more])


WEAK = "ssl_ciphers ALL:@SECLEVEL=0;"
ASK = "ssl_client_certificate /lab/pki/root.pem; ssl_verify_client"

KINDS = (
    # Keys.
    Kind("rsa2048", key="rsa:2048"),
    Kind("rsa1024", ("weak-key",), key="rsa:1024", server=WEAK),
    Kind("rsa4096", key="rsa:4096"),
    Kind("p256"),
    Kind("p384", key="p384"),
    Kind("ed25519", key="ed25519"),
    Kind("dual", key="rsa:2048", second_key="p256"),
    # What is wrong with the certificate.
    Kind("self-signed", ("self-signed",), issuer="", chain=()),
    Kind("expired", ("expired",), days=(-400, -3)),
    Kind("future", ("not-yet-valid",), days=(20, 400)),
    Kind("soon", ("expiring",), days=(-85, 5)),
    Kind("sha1", ("weak-signature",), key="rsa:2048", digest="sha1", server=WEAK),
    Kind("wrong-name", subject="elsewhere.example"),
    Kind("no-san", ("no-san",), names=0),
    Kind("ca-as-leaf", ("ca-as-leaf",), authority=True),
    Kind("san500", names=500),
    Kind("san3000", names=3000),
    # What is wrong with the chain. Intermediates b and c are sent by nobody.
    Kind("missing-known", ("incomplete-chain",), chain=()),
    Kind("missing-aia", ("incomplete-chain",), issuer="intermediate-b", chain=(), aia=True),
    Kind("missing-unknown", ("unknown-issuer",), issuer="intermediate-c", chain=()),
    Kind("foreign", ("unknown-issuer",), issuer="foreign-intermediate",
         chain=("foreign-intermediate",)),
    Kind("root-in-chain", chain=("intermediate", "root")),
    Kind("foreign-root-in-chain", ("self-signed-root-in-chain",), issuer="foreign-intermediate",
         chain=("foreign-intermediate", "foreign-root")),
    Kind("disordered", chain=("root-cross", "intermediate")),
    # What the server speaks.
    Kind("tls10", key="rsa:2048", server=tls("TLSv1", WEAK)),
    Kind("tls11", key="rsa:2048", server=tls("TLSv1.1", WEAK)),
    Kind("tls12", server=tls("TLSv1.2")),
    Kind("tls13", server=tls("TLSv1.3")),
    Kind("tls13-p384", server=tls("TLSv1.3", "ssl_ecdh_curve secp384r1;")),
    Kind("tls13-p256", server=tls("TLSv1.3", "ssl_ecdh_curve prime256v1;")),
    Kind("tls13-chacha", server=tls(
        "TLSv1.3", "ssl_conf_command Ciphersuites TLS_CHACHA20_POLY1305_SHA256;")),
    Kind("tls13-aes256", server=tls(
        "TLSv1.3", "ssl_conf_command Ciphersuites TLS_AES_256_GCM_SHA384;")),
    Kind("tls12-chacha", server=tls("TLSv1.2", "ssl_ciphers ECDHE-ECDSA-CHACHA20-POLY1305;")),
    Kind("rsa-exchange", key="rsa:2048", server=tls("TLSv1.2", "ssl_ciphers AES128-SHA;")),
    Kind("mtls-optional", server=f"{ASK} optional;"),
    Kind("mtls-required12", server=tls("TLSv1.2", f"{ASK} on;")),
    Kind("mtls-required13", server=tls("TLSv1.3", f"{ASK} on;")),
    Kind("sni", sni=3),
)

BY_NAME = {kind.name: kind for kind in KINDS}
