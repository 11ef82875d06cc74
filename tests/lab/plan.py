"""plan.py: who is alive in the lab and what each address serves; from it, the truth.

Deterministic: the same size gives the same addresses and kinds. The truth is a list of endpoints,
each with the outcomes that are right for it and the chains that it serves.
"""
import concurrent.futures
import ipaddress
import random
from dataclasses import dataclass, field

import kinds

NETWORK6 = "fd32::/120"


@dataclass(frozen=True)
class Size:
    network: str
    alive: int
    alive6: int


SIZES = {"small": Size("10.32.0.0/21", 40, 8), "full": Size("10.32.0.0/16", 655, 32)}

# What an address is, in turn; the ports follow from it.
PROFILES = ("web", "web", "web", "mail", "web", "web", "web", "directory", "web", "web", "database",
            "web", "web", "files", "web", "web", "desktop", "web", "web", "odd")
PROFILES6 = ("web", "mail", "web", "database", "directory", "desktop", "files", "odd")
WEB_PORTS = (443, 8443)
UNUSUAL_PORT = 9999  # every fifth web server also listens here

MAIL = {"postfix": (25, 465, 587, 2526), "dovecot": (110, 995, 143, 993, 1143)}
SERVICES = {
    "mail": MAIL,
    "directory": {"slapd": (389, 636, 10389)},
    "database": {"postgresql": (5432,), "mariadb": (3306,)},
    "files": {"vsftpd": (21, 990)},
    "desktop": {"xrdp": (3389,)},
}
# What has no certificate, and what a scan must say of it.
ODD = {
    22: ("ssh", ("no-tls",)),
    4443: ("silent", ("timeout",)),
    5061: ("closing", ("closed",)),
    6514: ("garbage", ("no-tls",)),
    8080: ("http", ("no-tls",)),
    8883: ("resetting", ("closed",)),
    9443: ("malformed", ("malformed",)),
    10443: ("alerting", ("no-cert",)),
    # Prints what it is sent, so it is sent nothing unless asked for by its number.
    9100: ("printer", ("open",)),
}
FRAGILE = (9100,)


@dataclass
class Chain:
    bundle: str      # the file the server sends
    key: str
    sha256: list     # leaf first
    findings: list


@dataclass
class Endpoint:
    ip: str
    port: int
    service: str                                  # "nginx", "postfix", ..., or the odd one's name
    kind: str = ""
    sni: str = ""
    outcomes: tuple = ("certificate",)
    chains: list = field(default_factory=list)
    optional: bool = False                        # may be seen, need not be

    def truth(self):
        return {"ip": self.ip, "port": self.port, "service": self.service, "kind": self.kind,
                "sni": self.sni, "outcomes": list(self.outcomes), "optional": self.optional,
                "chains": [{"sha256": c.sha256, "findings": c.findings} for c in self.chains]}


@dataclass
class Plan:
    size: Size
    endpoints: list
    addresses: dict   # host name -> address, for the lab's DNS
    pointers: dict    # address -> host name

    @property
    def ports(self):
        """What a scan is told, each by its number: the fragile ones are not among them."""
        return sorted({e.port for e in self.endpoints} - set(FRAGILE))

    def truth(self):
        return {"network": self.size.network, "network6": NETWORK6, "ports": self.ports,
                "endpoints": [e.truth() for e in self.endpoints if e.port not in FRAGILE]}


def alive_addresses(network, n):
    everything = ipaddress.ip_network(network)
    numbers = random.Random(network).sample(range(1, everything.num_addresses), n)
    return [str(everything[i]) for i in sorted(numbers)]


class Planner:
    """Walks the alive addresses and hands out kinds, names and certificates."""

    def __init__(self, pki):
        self.pki = pki
        self.n_kinds = 0
        self.jobs = []        # (endpoint, kind, host name, second)
        self.plan = None
        self.shared = {}      # daemon -> its one chain

    def make(self, size):
        self.plan = Plan(size, [], {}, {})
        for i, ip in enumerate(alive_addresses(size.network, size.alive)):
            self.host(i, ip, PROFILES[i % len(PROFILES)])
        for i, ip in enumerate(alive_addresses(NETWORK6, size.alive6)):
            self.host(i, ip, PROFILES6[i % len(PROFILES6)])
        # Keys first, one after another, then certificates on every core.
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            for endpoint, chain in pool.map(self.certify, self.jobs):
                endpoint.chains.append(chain)
        return self.plan

    def host(self, i, ip, profile):
        if profile == "web":
            for port in WEB_PORTS + ((UNUSUAL_PORT,) if i % 5 == 0 else ()):
                self.web(ip, port, kinds.KINDS[self.n_kinds % len(kinds.KINDS)])
                self.n_kinds += 1
        elif profile == "odd":
            for port, (service, outcomes) in ODD.items():
                self.plan.endpoints.append(Endpoint(ip, port, service, outcomes=outcomes))
        else:
            for daemon, ports in SERVICES[profile].items():
                for port in ports:
                    self.plan.endpoints.append(
                        Endpoint(ip, port, daemon, kind=daemon, chains=self.of_daemon(daemon)))

    def name(self, ip, name):
        self.plan.addresses[name] = ip
        self.plan.pointers.setdefault(ip, name)
        return name

    def web(self, ip, port, kind):
        n = len(self.plan.endpoints)
        if not kind.sni:
            endpoint = Endpoint(ip, port, "nginx", kind.name)
            self.plan.endpoints.append(endpoint)
            host = self.name(ip, f"{kind.name}-{n}.lab.test")
            self.jobs.append((endpoint, kind, host, False))
            if kind.second_key:
                self.jobs.append((endpoint, kind, host, True))
            return
        # Without a name it refuses; only the first name is also the address's name in DNS.
        self.plan.endpoints.append(Endpoint(ip, port, "nginx", kind.name, outcomes=("no-cert",),
                                            optional=True))
        for i in range(kind.sni):
            host = f"{kind.name}-{n}-{i}.lab.test"
            if i == 0:
                self.plan.pointers[ip] = host
            endpoint = Endpoint(ip, port, "nginx", kind.name, sni=host, optional=i > 0)
            self.plan.addresses[host] = ip
            self.plan.endpoints.append(endpoint)
            self.jobs.append((endpoint, kind, host, False))

    def certify(self, job):
        endpoint, kind, host, second = job
        leaf = self.pki.leaf(kind, host, second)
        bundle, digests = self.pki.bundle(leaf, kind.chain)
        return endpoint, Chain(bundle, leaf.key, digests, list(kind.findings))

    def of_daemon(self, daemon):
        """One certificate for each daemon, on whatever address and port it is reached."""
        if daemon not in self.shared:
            kind = kinds.Kind(daemon, key="rsa:2048")
            _, chain = self.certify((None, kind, f"{daemon}.lab.test", False))
            self.shared[daemon] = [chain]
        return self.shared[daemon]
