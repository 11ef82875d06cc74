"""whole.py: a whole job, from a network to its certificates, by certscape and by others.

Everyone gets the same network and ports, and at first the same rate of packets. masscan and ten
nmaps is how it is done by hand: what masscan found open is dealt to the nmaps. masscan alone can
fetch certificates with --banners if it is given a hello of TLS 1.2, for its own ends at 1.1.
"""
import base64
import hashlib
import html
import ipaddress
import os
import re
import shlex
import ssl
import subprocess
from dataclasses import dataclass, field as data_field

import field
import network
import plan
import raw_others
from bars import Row, RUN_S, LIMIT_S, N_NMAPS, TEN_PORTS
from compare import compare
from measure import Peak, alternate, cost, median

MASSCAN_WAIT_S = 10    # its own
NMAP_ALONE_S = 60     # it is not waited for longer
BEYOND_PROBES_S = 5
SOONER_LIFTED = 15
CEILING = "1000000"    # of packets a second to a /24: others have none
SERVICES = "/usr/share/nmap/nmap-services"
HELLO = "/mnt/hello"
SENT_S, SENT_RATE = 60, 50000
# The far end of the cable takes every probe and says nothing.
SWALLOW = """
table netdev swallow {
	chain everything {
		type filter hook ingress device lab1 priority 0;
		tcp flags & (syn | ack) == syn drop
	}
}
"""
OPEN = re.compile(r'"ip": "([0-9.]+)".*"port": (\d+), "proto": "tcp", "status": "open"')
BANNER = re.compile(r'"ip": "([0-9.]+)".*"port": (\d+), .*"name": "X509", "banner": "([^"]*)"')
XML_HOST = re.compile(r"<host .*?</host>", re.S)
XML_IP = re.compile(r'<address addr="([0-9.]+)"')
XML_PORT = re.compile(r'<port protocol="tcp" portid="(\d+)"><state state="open".*?</port>', re.S)
PEM = re.compile(r"-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", re.S)


@dataclass
class Job:
    name: str
    network: str
    ports: list
    rate: int
    ours: tuple        # how certscape is told the ports
    lifted: float = 1      # so many times sooner than masscan and nmaps, if the rate is lifted

    @property
    def probes(self):
        return field.size_of(self.network) * len(self.ports)

    @property
    def port_text(self):
        return ",".join(map(str, self.ports))

    def has(self, endpoint):
        """Is this endpoint of the truth part of the job?"""
        ip = endpoint["ip"]
        return not network.is6(ip) and endpoint["port"] in self.ports and \
            ipaddress.ip_address(ip) in ipaddress.ip_network(self.network)


@dataclass
class Run:
    """What a tool needed, and what it found."""
    wall_s: float = 0
    cpu_s: float = 0
    wait_s: float = 0      # of the wall time: it only waited, because it always does
    services: set = data_field(default_factory=set)
    certificates: set = data_field(default_factory=set)  # (ip, port, SHA-256)
    note: str = ""

    def spend(self, used):
        self.wall_s += used.wall_s
        self.cpu_s += used.cpu_s


def digest(text):
    """Of a certificate in Base64; what cannot be read is none, and so is half a certificate."""
    try:
        der = base64.b64decode("".join(text.split()), validate=True)
    except ValueError:
        return "unreadable"
    return hashlib.sha256(der).hexdigest()


def top_ports(n):
    """The TCP ports that are open most often, by nmap's table."""
    rows = []
    with open(SERVICES, encoding="utf-8") as table:
        for line in table:
            fields = line.split()
            if len(fields) > 2 and fields[1].endswith("/tcp"):
                rows.append((-float(fields[2]), int(fields[1].split("/")[0])))
    return sorted(port for _, port in sorted(rows)[:n])


def write_hello():
    """A hello as OpenSSL says it, TLS 1.2 at most and without a name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ALL:@SECLEVEL=0")
    said = ssl.MemoryBIO()
    try:
        context.wrap_bio(ssl.MemoryBIO(), said).do_handshake()
    except ssl.SSLWantReadError:
        pass
    with open(HELLO, "wb") as out:
        out.write(said.read())


def masscan(job, run, *more):
    """Its JSON, which may lack an end; and no packet that arrives, no end of it: hence the limit."""
    path = "/mnt/masscan.json"
    limit_s = 2 * job.probes / job.rate + MASSCAN_WAIT_S + 60
    words = ["timeout", "--signal=INT", "--kill-after=5", str(int(limit_s)), "masscan", job.network,
             "-p", job.port_text, "--interface", "lab0", "--adapter-ip", network.NOBODY,
             "--router-mac", network.gateway_mac(), "--rate", str(job.rate), "--wait",
             str(MASSCAN_WAIT_S), "-oJ", path, *more]
    if os.path.exists(path):
        os.unlink(path)
    way = raw_others.Way("lab0", network.gateway_mac(), network.NOBODY, network.GATEWAY)
    with way.awake():
        run.spend(cost(words, limit_s + 30))
    run.wait_s += MASSCAN_WAIT_S
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8") as written:
        return written.read()


def read_nmap(run, text):
    for host in XML_HOST.findall(text):
        ip = XML_IP.search(host)[1]
        for port in XML_PORT.finditer(host):
            run.services.add((ip, int(port[1])))
            plain = html.unescape(port[0])
            run.certificates |= {(ip, int(port[1]), digest(pem)) for pem in PEM.findall(plain)}


def masscan_and_nmaps(job):
    run = Run()
    found = masscan(job, run)
    run.services = {(ip, int(port)) for ip, port in OPEN.findall(found)}
    if not run.services:
        run.note = "masscan found nothing"
        return run
    sweep_s = run.wall_s
    script = field.nmaps(sorted(run.services), N_NMAPS, "/mnt/nmap-%d.xml")
    run.spend(cost(["sh", "-c", script], RUN_S))
    run.note = f"masscan {sweep_s:.1f} s, then {N_NMAPS} nmaps {run.wall_s - sweep_s:.1f} s"
    for i in range(N_NMAPS):
        if os.path.exists(f"/mnt/nmap-{i}.xml"):
            with open(f"/mnt/nmap-{i}.xml", encoding="utf-8") as xml:
                read_nmap(run, xml.read())
            os.unlink(f"/mnt/nmap-{i}.xml")
    return run


def masscan_banners(job, serving):
    """A thousand hellos are too much for its command line: it is told the ports that anybody
    serves."""
    run = Run()
    tls = [word for port in sorted(set(job.ports) & set(serving) - {25, 3389, 5432})
           for word in (f"--hello-file[{port}]", HELLO)]
    found = masscan(job, run, "--banners", *tls)
    run.services = {(ip, int(port)) for ip, port in OPEN.findall(found)}
    run.certificates = {(ip, int(port), digest(text)) for ip, port, text in BANNER.findall(found)}
    return run


def nmap_alone(job):
    run = Run()
    words = ["nmap", "-Pn", "-n", "-sS", "-T4", "--script", "ssl-cert", "-p", job.port_text, "-oX",
             "/mnt/alone.xml", job.network]
    used = cost(["timeout", "--signal=INT", str(NMAP_ALONE_S), *words], NMAP_ALONE_S + 30)
    run.spend(used)
    if used.status:
        run.note = f"given up after {NMAP_ALONE_S} s"
    with open("/mnt/alone.xml", encoding="utf-8") as xml:
        read_nmap(run, xml.read())
    return run


def certscape(bench, job, *pace):
    used = bench.scan("--engine", "raw", "--net-rate", CEILING, *pace, *job.ours, job.network)
    run = Run(used.wall_s, used.cpu_s)
    run.services = {(row["ip"], row["port"]) for row in used.rows}
    run.certificates = {(row["ip"], row["port"], row["sha256"]) for row in used.rows
                        if row.get("sha256")}
    rows = [row for row in used.rows if row["port"] not in plan.FRAGILE]
    run.result = compare(bench.lab.truth, rows, only=job.has)
    return run


class Truth:
    """What there is to be found in a job: leaves that must be, and what else would be right."""

    def __init__(self, lab, job):
        self.leaves, self.right, self.services = set(), set(), set()
        for endpoint in filter(job.has, lab.truth["endpoints"]):
            where = (endpoint["ip"], endpoint["port"])
            self.services.add(where)
            for chain in endpoint["chains"]:
                self.right |= {(*where, digest) for digest in chain["sha256"]}
                if not endpoint["optional"]:
                    self.leaves.add((*where, chain["sha256"][0]))

    def judge(self, name, run):
        hosts = len({ip for ip, _ in run.services})
        found, wrong = len(run.certificates & self.leaves), len(run.certificates - self.right)
        return (f"{name}: {run.wall_s:.1f} s" +
                (f" ({run.wait_s:.0f} s of them its own wait)" if run.wait_s else "") +
                f", {run.cpu_s:.1f} s CPU, {hosts} hosts, "
                f"{len(run.services & self.services)} of {len(self.services)} services, "
                f"{found} of {len(self.leaves)} certificates ({100 * found / len(self.leaves):.1f} %"
                f"), {wrong} that nobody serves{'; ' if run.note else ''}{run.note}")


def sooner(theirs, ours, wait=True):
    return [(a.wall_s - (0 if wait else a.wait_s)) / b.wall_s for a, b in zip(theirs, ours)]


def whole(bench, job):
    """Rows of one job; what each tool found is said."""
    write_hello()
    bench.lab.rules("drop")
    truth = Truth(bench.lab, job)
    contestants = {
        "masscan and ten nmaps": lambda: masscan_and_nmaps(job),
        "masscan --banners": lambda: masscan_banners(job, bench.lab.plan.ports),
        f"certscape --rate {job.rate}": lambda: certscape(bench, job, "--rate", str(job.rate)),
        "certscape, as fast as it finds right": lambda: certscape(bench, job, "--max-rate",
                                                                  "1000000"),
    }
    runs = alternate(bench.n, LIMIT_S, *contestants.values())
    for name, kept in zip(contestants, runs):
        for run in kept:
            bench.say(truth.judge(f"{job.name}, {name}", run))
    bench.say(truth.judge(f"{job.name}, nmap alone", nmap_alone(job)))
    bench.lab.rules("refuse")
    nmaps, banners, ours, lifted = runs
    for what in ours[0].result.complaints[:20]:
        bench.say(f"{job.name}: {what}")
    n, bar = len(ours), job.probes / job.rate + BEYOND_PROBES_S
    value = median([run.wall_s for run in ours])
    yield Row(f"{job.name} at {job.rate:,}/s", f"{value:.1f} s", f"≤ {bar:.1f} s", value <= bar, n)
    for name, values, least in (
            ("masscan and nmaps", sooner(nmaps, ours), 1),
            ("masscan and nmaps without masscan's wait", sooner(nmaps, ours, wait=False), 1),
            ("masscan --banners", sooner(banners, ours), 1),
            ("masscan and nmaps, rate lifted", sooner(nmaps, lifted), job.lifted)):
        value = median(values)
        yield Row(f"{job.name}, sooner done than {name}", f"{value:.1f} ×", f"≥ {least} ×",
                  value >= least, n)
    for name, kept in (("", ours), (", rate lifted", lifted)):
        recall = median([100 * run.result.recall for run in kept])
        extra = median([run.result.extra for run in kept])
        yield Row(f"{job.name}, recall{name}", f"{recall:.2f} %", "100 %", recall == 100, n)
        yield Row(f"{job.name}, certificates that are not there{name}", f"{extra:.0f}", "0",
                  extra == 0, n)


def sixteen(bench):
    """A /16 and ten ports: by certscape, masscan and ten nmaps, masscan --banners, nmap."""
    ports = [int(port) for port in TEN_PORTS.split(",")]
    yield from whole(bench, Job("/16 × 10", bench.lab.plan.size.network, ports, 20000,
                                ("-p", TEN_PORTS), SOONER_LIFTED))


def twenty(bench):
    """A /20 and the thousand ports that are open most often."""
    inner = next(ipaddress.ip_network(bench.lab.plan.size.network).subnets(new_prefix=20)) \
        if bench.lab.plan.size.network.endswith("/16") else bench.lab.plan.size.network
    yield from whole(bench, Job("/20 × 1000", str(inner), top_ports(1000), 50000,
                                ("--services", SERVICES, "--top-ports", "1000")))


def seed(bench):
    """A /16 and the thousand ports that are open most often: once, it takes half an hour."""
    yield from whole(bench, Job("/16 × 1000", bench.lab.plan.size.network, top_ports(1000), 200000,
                                ("--services", SERVICES, "--top-ports", "1000")))


def eight(bench):
    """Memory, while packets for a /8 and a thousand ports are really sent for a minute."""
    bench.lab.rules("drop")
    subprocess.run(["ip", "route", "replace", "10.0.0.0/8", "via", network.GATEWAY], check=True,
                   timeout=60)
    network.run(*network.inside("nft", "-f", "-"), text=SWALLOW)
    words = ["timeout", "--signal=INT", str(SENT_S), bench.program, "scan", "--store",
             "/mnt/eight.db", "--format", "table", "--no-resolve", "--engine", "raw", "--rate",
             str(SENT_RATE), "--services", SERVICES, "--top-ports", "1000", "10.0.0.0/8"]

    def one():
        peak = Peak()
        used = cost(words, SENT_S + 60, peak)
        sent = re.search(r"Sent ([\d,]+) probes", used.output)
        if not sent:
            raise RuntimeError(f"nothing was sent: {used.output}{used.complaints}")
        return peak, int(sent[1].replace(",", "")) / SENT_S, used.cpu_s
    runs, = alternate(bench.n, LIMIT_S, one)
    network.run(*network.inside("nft", "delete", "table", "netdev", "swallow"))
    subprocess.run(["ip", "route", "del", "10.0.0.0/8"], check=True, timeout=60)
    bench.say(f"/8 × 1000: {median([rate for _, rate, _ in runs]):,.0f} probes/s, "
              f"{median([cpu_s for _, _, cpu_s in runs]):.1f} s CPU in {SENT_S} s")
    value = median([peak.rss_mb for peak, _, _ in runs])
    yield Row(f"sum of RSS, {SENT_S} s of a /8 × 1000", f"{value:.0f} MB", "≤ 150 MB", value <= 150,
              len(runs))


BARS = (sixteen, twenty, eight, seed)
