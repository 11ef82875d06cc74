"""hunted.py: the hunters' network: an inside host, a router with the sensor, an outside host.

We are the router, in a namespace of our own; the inside host and the servers outside have one each.
nginx and Apache serve every kind of certificate, each on an address of its own in both families:
TLS 1.2 from nginx on IPv4 and from Apache on IPv6, TLS 1.3 the other way round. Nobody asks a name
server: the inside host has its names from /etc/hosts.
"""
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass

import kinds
import network
import pki as pki_module
import root as base_root
import servers
from servers import LAB

HERE = os.path.dirname(os.path.abspath(__file__))
INSIDE, INSIDE6 = "192.168.77.2", "fd77::2"
OUTSIDE, OUTSIDE6 = "203.0.113.%d", "2001:db8:113::%d"
TAP = "tap0"  # the router's leg to the inside host: where the sensor and tcpdump sit
READY_S = 60

# A port for each client, so that each has a server, and alerts, of its own.
CURL, CURL_K, WGET, WGET_K = 443, 444, 445, 446
PORTS = (CURL, CURL_K, WGET, WGET_K)
# What a person types, and the same without a look at the certificate.
CLIENTS = {
    CURL: "curl -s {family} {url} >/dev/null",
    CURL_K: "curl -s -k {family} {url} >/dev/null",
    WGET: "wget -q {family} {url} -O /dev/null",
    WGET_K: "wget -q --no-check-certificate {family} {url} -O /dev/null",
}

WEAK = {"nginx": "ssl_ciphers ALL:@SECLEVEL=0;", "apache": "SSLCipherSuite ALL:@SECLEVEL=0"}

# The good ones, then what the hunters hunt.
KINDS = (
    kinds.Kind("good"),
    kinds.Kind("good-rsa", key="rsa:2048"),
    kinds.Kind("private-ca", issuer="foreign-intermediate", chain=("foreign-intermediate",)),
    kinds.Kind("self-signed", key="rsa:2048", issuer="", chain=()),
    kinds.Kind("expired", days=(-400, -3)),
    kinds.Kind("wrong-name", subject="elsewhere.example"),
    kinds.Kind("missing-intermediate", issuer="intermediate-b", chain=(), aia=True),
    kinds.Kind("sha1", key="rsa:2048", digest="sha1", server="weak"),
    kinds.Kind("rsa1024", key="rsa:1024", server="weak"),
)
VERSIONS = ("tls12", "tls13")

APACHE = """
ServerRoot /etc/apache2
ServerName hunted.test
PidFile /run/apache2.pid
Mutex file:/run default
ErrorLog /lab/log/apache.error
User www-data
Group www-data
%s
DocumentRoot /lab/www
DirectoryIndex index.html
<Directory /lab/www>
	Require all granted
</Directory>
Protocols h2 http/1.1
%s
"""
MODULES = ("mpm_event", "authz_core", "dir", "ssl", "http2")

VHOST = """
%(listens)s
<VirtualHost %(wheres)s>
	ServerName %(name)s
	SSLEngine on
	SSLProtocol -all +%(version)s
	SSLCertificateFile %(crt)s
	SSLCertificateKeyFile %(key)s
	%(more)s
</VirtualHost>
"""

NGINX_SERVER = """
	server {
		%(listens)s
		ssl_protocols %(version)s;
		ssl_certificate %(crt)s; ssl_certificate_key %(key)s;
		%(more)s
		root /lab/www;
	}
"""


@dataclass(frozen=True)
class Site:
    """A certificate, served with one version of TLS on one address of each family."""
    kind: str
    version: str
    number: int
    bundle: str
    key: str
    sha256: tuple
    weak: bool = False

    @property
    def name(self):
        return f"{self.kind}.{self.version}.hunted.test"

    @property
    def ip(self):
        return OUTSIDE % self.number

    @property
    def ip6(self):
        return OUTSIDE6 % self.number

    def served_by(self, daemon):
        """Which of the addresses is this daemon's."""
        return self.ip if (self.version == "tls12") == (daemon == "nginx") else self.ip6


def inside(*words):
    """The command, to be run on the inside host."""
    return ["nsenter", "--net=/run/netns/inside", *words]


def namespace(name, link, addresses):
    """A namespace with one leg to us: (ours, its) for each family."""
    network.run("ip", "netns", "add", name)
    network.run("ip", "link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", name)
    there = ["ip", "-n", name]
    network.run(*there, "link", "set", "lo", "up")
    for ours, its, bits in addresses:
        family = "-6" if network.is6(ours) else "-4"
        nodad = ["nodad"] if family == "-6" else []
        network.run("ip", family, "addr", "add", f"{ours}/{bits}", "dev", link, *nodad)
        network.run(*there, family, "addr", "add", f"{its}/{bits}", "dev", "eth0", *nodad)
    network.run("ip", "link", "set", link, "up")
    network.run(*there, "link", "set", "eth0", "up")
    for ours, _, _ in addresses:
        family = "-6" if network.is6(ours) else "-4"
        network.run(*there, family, "route", "add", "default", "via", ours)


def up(n_sites):
    network.run("mount", "-t", "tmpfs", "tmpfs", "/run")
    network.run("ip", "link", "set", "lo", "up")
    namespace("inside", TAP, [("192.168.77.1", INSIDE, 24), ("fd77::1", INSIDE6, 64)])
    # Its name as servers.py knows it.
    namespace("servers", "wan0", [("203.0.113.254", OUTSIDE % 1, 24),
                                  ("2001:db8:113::fe", OUTSIDE6 % 1, 64)])
    for number in range(2, 2 + n_sites):
        network.run("ip", "-n", "servers", "addr", "add", f"{OUTSIDE % number}/24", "dev", "eth0")
        network.run("ip", "-n", "servers", "-6", "addr", "add", f"{OUTSIDE6 % number}/64", "dev",
                    "eth0", "nodad")
    for setting in ("net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1"):
        network.run("sysctl", "-q", "-w", setting)


class Hunted:
    """The network, up and running. Must be made inside namespaces of its own (see lab.py)."""

    def __init__(self, say=lambda text: None):
        started = time.monotonic()
        network.run("mount", "-t", "tmpfs", "tmpfs", "/mnt")
        servers.make_root(base_root.ensure())
        up(len(KINDS) * len(VERSIONS) + len(VERSIONS))
        say("keys and certificates")
        self.pki = pki_module.Pki(f"{LAB}/pki")
        self.sites = {}
        for kind in KINDS:
            for version in VERSIONS:
                self.add(kind, version)
        for version in VERSIONS:
            self.add_by_hand(version)
        self.root_ca = self.pki.authorities["root"].path
        self.private_ca = self.pki.authorities["foreign-root"].path
        self.trust()
        say("servers")
        self.servers = servers.Servers()
        self.start()
        say(f"{len(self.sites)} sites, up after {time.monotonic() - started:.0f} s")

    def add(self, kind, version):
        leaf = self.pki.leaf(kind, f"{kind.name}.{version}.hunted.test")
        bundle, digests = self.pki.bundle(leaf, kind.chain)
        self.sites[kind.name, version] = Site(kind.name, version, 2 + len(self.sites), bundle,
                                              leaf.key, tuple(digests), bool(kind.server))

    def add_by_hand(self, version):
        """What everybody makes in the end: one command, no SAN, CA:TRUE."""
        path = self.pki.path(f"by-hand.{version}")
        pki_module.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "365", "-subj",
                           "/CN=localhost", "-keyout", path + ".key", "-out", path + ".pem")
        self.sites["by-hand", version] = Site(
            "by-hand", version, 2 + len(self.sites), path + ".pem", path + ".key",
            (pki_module.sha256_of(path + ".pem"),))

    def trust(self):
        """The inside host trusts the lab's root and its own company's, and knows the names."""
        with open("/mnt/trusted.pem", "w", encoding="ascii") as out:
            for path in (self.root_ca, self.private_ca):
                with open(path, encoding="ascii") as pem:
                    out.write(pem.read())
        servers.write("/mnt/wgetrc", "ca_certificate = /mnt/trusted.pem\ntries = 1\ntimeout = 20\n")
        servers.write("/mnt/.curlrc", 'cacert = "/mnt/trusted.pem"\nmax-time = 20\n')
        lines = ["127.0.0.1 localhost"]
        lines += [f"{ip} {s.name}" for s in self.sites.values() for ip in (s.ip, s.ip6)]
        servers.write("/mnt/hosts", "\n".join(lines) + "\n")
        network.run("mount", "--bind", "/mnt/hosts", "/etc/hosts")
        self.environment = dict(os.environ, WGETRC="/mnt/wgetrc", CURL_HOME="/mnt",
                                LC_ALL="C.UTF-8")
        for name in ("http_proxy", "https_proxy", "all_proxy", "SSL_CERT_FILE", "CURL_CA_BUNDLE"):
            self.environment.pop(name, None)
            self.environment.pop(name.upper(), None)

    def start(self):
        os.makedirs(f"{LAB}/www", exist_ok=True)
        servers.write(f"{LAB}/www/index.html", "the lab\n")
        servers.write(f"{LAB}/openssl.cnf", servers.OPENSSL_CNF)
        lenient = ["env", "OPENSSL_CONF=/lab/openssl.cnf"]
        servers.write(f"{LAB}/nginx.conf", servers.NGINX % self.nginx())
        servers.write(f"{LAB}/apache.conf", self.apache())
        self.servers.spawn("nginx", [*lenient, "nginx", "-c", "/lab/nginx.conf"])
        self.servers.spawn("apache", [*lenient, "apache2", "-DFOREGROUND", "-f",
                                      "/lab/apache.conf"])
        waiting = [(ip, port) for s in self.sites.values() for ip in (s.ip, s.ip6)
                   for port in PORTS]
        end = time.monotonic() + READY_S
        while waiting:
            waiting = [where for where in waiting if not servers.accepts(*where)]
            if waiting and time.monotonic() > end:
                raise RuntimeError(f"not up: {waiting[:5]}{self.servers.complaints()}")
            time.sleep(0.2 if waiting else 0)

    def facts(self, site, daemon):
        ip = servers.bracketed(site.served_by(daemon))
        version = {"tls12": "TLSv1.2", "tls13": "TLSv1.3"}[site.version]
        crt, key = servers.inside_root(site.bundle), servers.inside_root(site.key)
        return {"ip": ip, "name": site.name, "version": version, "crt": crt, "key": key,
                "more": WEAK[daemon] if site.weak else ""}

    def nginx(self):
        parts = []
        for site in self.sites.values():
            facts = self.facts(site, "nginx")
            facts["listens"] = " ".join(f"listen {facts['ip']}:{p} ssl http2;" for p in PORTS)
            parts.append(NGINX_SERVER % facts)
        return "".join(parts)

    def apache(self):
        parts = []
        for site in self.sites.values():
            facts = self.facts(site, "apache")
            facts["listens"] = "\n".join(f"Listen {facts['ip']}:{p} https" for p in PORTS)
            facts["wheres"] = " ".join(f"{facts['ip']}:{p}" for p in PORTS)
            parts.append(VHOST % facts)
        modules = "\n".join(f"LoadModule {m}_module /usr/lib/apache2/modules/mod_{m}.so"
                            for m in MODULES)
        return APACHE % (modules, "".join(parts))

    # What the inside host does.

    def shell(self, script, limit_s=120):
        """A script on the inside host. What its commands think of the certificates is theirs."""
        subprocess.run(inside("sh", "-c", script), env=self.environment, check=False,
                       timeout=limit_s, stdin=subprocess.DEVNULL)

    def visit(self, site, port, times=1):
        """One client, that many times on each family."""
        script = ""
        for family in ("-4", "-6"):
            command = CLIENTS[port].format(family=family, url=f"https://{site.name}:{port}/")
            script += f"for i in $(seq {times}); do {command}; done\n"
        self.shell(script)

    def manner(self, name, site, ip, port=443, limit_s=60):
        """One of the clients of manners.py."""
        subprocess.run(inside(sys.executable, "-B", f"{HERE}/manners.py", name, ip, str(port),
                              site.name, "/mnt/trusted.pem"), env=self.environment, check=True,
                       timeout=limit_s)


assert shutil.which("wget") and shutil.which("curl"), "the inside host needs curl and wget"
