"""sclient.py: what openssl's own client sees: the truth is checked before it judges."""
import hashlib
import re
import subprocess

import network

STARTTLS = {25: "smtp", 587: "smtp", 2526: "smtp", 110: "pop3", 143: "imap", 1143: "imap",
            389: "ldap", 10389: "ldap", 5432: "postgres", 3306: "mysql", 21: "ftp"}
PEM = re.compile("-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.S)
ALGORITHMS = {"rsa": "rsa_pkcs1_sha256:rsa_pss_rsae_sha256", "ecdsa": "ecdsa_secp256r1_sha256"}
LEGACY = {"tls10": ["-tls1", "-cipher", "ALL:@SECLEVEL=0"],
          "tls11": ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"]}


def pem_digest(pem):
    """SHA-256 of the DER, by openssl."""
    der = subprocess.run(["openssl", "x509", "-outform", "DER"], input=pem.encode(),
                         capture_output=True, check=True, timeout=30).stdout
    return hashlib.sha256(der).hexdigest()


def chain_at(ip, port, sni="", kind="", algorithms=""):
    """The digests of the chain as sent; empty if there is none."""
    host = f"[{ip}]" if network.is6(ip) else ip
    words = ["openssl", "s_client", "-connect", f"{host}:{port}", "-showcerts",
             *(["-servername", sni] if sni else ["-noservername"])]
    if port in STARTTLS:
        words += ["-starttls", STARTTLS[port]]
    if algorithms:
        words += ["-sigalgs", ALGORITHMS[algorithms]]
    words += LEGACY.get(kind, ["-cipher", "ALL:@SECLEVEL=0"])
    seen = subprocess.run(words, input="", capture_output=True, text=True, timeout=30,
                          check=False).stdout
    return [pem_digest(pem) for pem in PEM.findall(seen)]
