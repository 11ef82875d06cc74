"""pki.py: the lab's keys and certificates, made by the openssl command.

Everything that the truth says of a certificate comes from openssl's own output, never from a parser
of ours: a certificate's name is "openssl x509 -fingerprint -sha256".
"""
import datetime
import os
import subprocess
import tempfile
import threading
from dataclasses import dataclass

CONFIG = """
[ca]
default_ca = lab
[lab]
database = {0}/index.txt
new_certs_dir = {0}
rand_serial = yes
unique_subject = no
policy = any
default_md = sha256
email_in_dn = no
[any]
commonName = supplied
"""


@dataclass(frozen=True)
class Certificate:
    path: str     # PEM
    key: str      # PEM
    sha256: str   # lower-case hex, from openssl


def openssl(*words, text=None):
    """Runs openssl; returns its standard output, shows its complaint if it fails."""
    run = subprocess.run(["openssl", *words], input=text, capture_output=True, text=True,
                         timeout=120, check=False)
    if run.returncode != 0:
        raise RuntimeError(f"openssl {' '.join(words)}: {run.stderr}")
    return run.stdout


def sha256_of(path):
    return openssl("x509", "-in", path, "-noout", "-fingerprint", "-sha256") \
        .strip().split("=")[1].replace(":", "").lower()


def utc(days):
    when = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)
    return when.strftime("%Y%m%d%H%M%SZ")


class Pki:
    """Keys and certificates below one folder. Thread-safe: a certificate takes two processes."""

    def __init__(self, folder):
        self.folder = folder
        self.keys = {}
        self.lock = threading.Lock()
        os.makedirs(folder, exist_ok=True)
        self.authorities = {}
        self.add_authority("root", "")
        self.add_authority("foreign-root", "")
        self.add_authority("intermediate", "root")
        self.add_authority("intermediate-b", "root")
        self.add_authority("intermediate-c", "root")
        self.add_authority("foreign-intermediate", "foreign-root")
        # The root as somebody else signed it: a chain that does not go straight up.
        self.add_authority("root-cross", "foreign-root", subject="root", key="root")

    def path(self, name):
        return os.path.join(self.folder, name)

    def key(self, label, kind):
        """A key of its own for each label: rsa:<bits>, p256, p384 or ed25519, and a request."""
        with self.lock:
            if label in self.keys:
                return self.keys[label]
            path = self.path(label + ".key")
            if kind.startswith("rsa:"):
                how = ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:" + kind[4:]]
            elif kind == "ed25519":
                how = ["-algorithm", "ED25519"]
            else:
                curve = {"p256": "P-256", "p384": "P-384"}[kind]
                how = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:" + curve]
            openssl("genpkey", *how, "-out", path)
            openssl("req", "-new", "-key", path, "-subj", "/CN=any", "-out", path + ".csr")
            self.keys[label] = path
            return path

    def sign(self, name, key, issuer, subject, extensions, days=(-10, 300), digest="sha256"):
        """A certificate for key, signed by an authority ("" signs itself)."""
        path = self.path(name + ".pem")
        with tempfile.TemporaryDirectory(dir=self.folder) as scratch:
            config, extfile = os.path.join(scratch, "ca.cnf"), os.path.join(scratch, "ext.cnf")
            with open(config, "w", encoding="ascii") as out:
                out.write(CONFIG.format(scratch))
            with open(extfile, "w", encoding="ascii") as out:
                out.write("\n".join(extensions) + "\n")
            with open(os.path.join(scratch, "index.txt"), "w", encoding="ascii"):
                pass
            if issuer:
                by = self.authorities[issuer]
                signer = ["-cert", by.path, "-keyfile", by.key]
            else:
                signer = ["-selfsign", "-keyfile", key]
            # An Edwards key signs the message itself.
            md = "null" if "ed25519" in signer[-1] else digest
            openssl("ca", "-batch", "-notext", "-config", config, *signer, "-in", key + ".csr",
                    "-subj", "/CN=" + subject, "-startdate", utc(days[0]), "-enddate",
                    utc(days[1]), "-md", md, "-extfile", extfile, "-out", path)
        return Certificate(path, key, sha256_of(path))

    def add_authority(self, name, issuer, subject="", key=""):
        label = key or name
        self.authorities[name] = self.sign(
            name, self.key("authority-" + label, "rsa:2048" if label == "root" else "p256"),
            issuer, "Lab " + (subject or name).replace("-", " ").title(),
            ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign",
             "subjectKeyIdentifier=hash"] + (["authorityKeyIdentifier=keyid"] if issuer else []),
            days=(-100, 3650))

    def leaf(self, kind, name, second=False):
        """The certificate of one web server of a kind, for the host name."""
        key_kind = kind.second_key if second else kind.key
        label = kind.name + ("-second" if second else "")
        subject = kind.subject or name
        extensions = ["subjectKeyIdentifier=hash", "extendedKeyUsage=serverAuth"]
        extensions.append(f"basicConstraints=critical,CA:{str(kind.authority).upper()}")
        if kind.issuer:
            extensions.append("authorityKeyIdentifier=keyid")
        if kind.names:
            more = [f"DNS:name-{i}.{subject}" for i in range(1, kind.names)]
            extensions.append("subjectAltName=" + ",".join([f"DNS:{subject}", *more]))
        if kind.aia:
            extensions.append(f"authorityInfoAccess=caIssuers;URI:http://{kind.issuer}.lab.test/ca")
        return self.sign(f"{label}.{name}", self.key(label, key_kind), kind.issuer, subject,
                         extensions, kind.days, kind.digest)

    def bundle(self, certificate, chain):
        """What a server is given: the leaf and what it sends after it, in one file. Returns the
        path and the digests in the order sent."""
        parts = [certificate, *(self.authorities[name] for name in chain)]
        path = certificate.path[:-len(".pem")] + ".chain.pem"
        with open(path, "w", encoding="ascii") as out:
            for part in parts:
                with open(part.path, encoding="ascii") as pem:
                    out.write(pem.read())
        return path, [part.sha256 for part in parts]
