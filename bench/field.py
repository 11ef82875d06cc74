"""field.py: what is measured on: the lab's open ports, and ten thousand live ones of our own."""
import ipaddress
import os
import shlex
import signal
import socket
import subprocess
import time

import kinds
import network
from network import lose  # noqa: F401  pylint: disable=unused-import
from servers import LAB, ROOT, inside_root, write

LIVE_NETWORK, LIVE_HOSTS, LIVE_PORTS = "10.33.0.0/24", 100, range(30800, 30900)
CERTS_PER_HOST = 4   # each serves a quarter of its host's ports
READY_S = 60
# (Their last three digits are no port of a protocol that greets first, so nothing is guessed.)

NGINX = """
user www-data;
worker_processes 2;
worker_rlimit_nofile 65536;
daemon off;
pid /run/nginx-live.pid;
error_log /lab/log/nginx-live.error crit;
events { worker_connections 8192; multi_accept on; }
http {
	access_log off;
	lingering_close off;
	keepalive_timeout 5;
	ssl_protocols TLSv1.3;
%s
}
"""


def size_of(text):
    return ipaddress.ip_network(text).num_addresses


def open_ports(lab):
    """The lab's open ports of IPv4, as another scanner would have found them."""
    return sorted({(e.ip, e.port) for e in lab.plan.endpoints if not network.is6(e.ip)})


def nmaps(places, n, xml="-"):
    """A shell command: n nmaps at once, which write XML (a %d in the name is the number of each). Hosts with the same ports go to the same nmap, for an nmap
    has one list of ports for all its hosts; each gets about as many ports to try."""
    hosts = {}
    for ip, port in places:
        hosts.setdefault(ip, set()).add(port)
    in_order = sorted(hosts, key=lambda ip: sorted(hosts[ip]))
    share, parts, weight = len(places) / n, [[] for _ in range(n)], 0
    for ip in in_order:
        parts[min(int(weight / share), n - 1)].append(ip)
        weight += len(hosts[ip])
    commands = []
    for i, part in enumerate(filter(None, parts)):
        ports = ",".join(map(str, sorted(set.union(*(hosts[ip] for ip in part)))))
        commands.append(shlex.join(["nmap", "-Pn", "-n", "-sT", "--script", "ssl-cert", "-p", ports,
                                    "-oX", xml.replace("%d", str(i)), *part]))
    return " & ".join(commands) + " & wait"


class Live:
    """LIVE_HOSTS addresses x LIVE_PORTS, all alive, all TLS 1.3, with some hundred certificates.

    One socket a port: nginx, told of a wildcard too, binds only that and looks at the address."""

    def __init__(self, lab):
        subprocess.run(network.inside("ip", "route", "add", "local", LIVE_NETWORK, "dev", "lo"),
                       check=True, timeout=60)
        subprocess.run(["ip", "route", "add", LIVE_NETWORK, "via", network.GATEWAY], check=True,
                       timeout=60)
        hosts = [str(ip) for ip in ipaddress.ip_network(LIVE_NETWORK)][1:LIVE_HOSTS + 1]
        self.network = f"{hosts[0]}-{hosts[-1]}"
        self.ports = f"{LIVE_PORTS[0]}-{LIVE_PORTS[-1]}"
        self.n = len(hosts) * len(LIVE_PORTS)
        servers = [self.server(lab.pki, ip, k) for ip in hosts for k in range(CERTS_PER_HOST)]
        servers.append("\tserver { %s ssl_reject_handshake on; }" %
                       " ".join(f"listen {port} ssl;" for port in LIVE_PORTS))
        write(f"{LAB}/nginx-live.conf", NGINX % "\n".join(servers))
        self.process = subprocess.Popen(  # pylint: disable=consider-using-with
            network.inside("chroot", ROOT, "nginx", "-c", "/lab/nginx-live.conf"),
            stdin=subprocess.DEVNULL, start_new_session=True)
        self.wait(hosts[-1], LIVE_PORTS[-1])

    @staticmethod
    def server(pki, ip, k):
        kind = kinds.Kind(f"live-{k}")
        leaf = pki.leaf(kind, f"h{ip.replace('.', '-')}-{k}.live.test")
        bundle, _ = pki.bundle(leaf, kind.chain)
        listen = " ".join(f"listen {ip}:{port} ssl;" for port in LIVE_PORTS[k::CERTS_PER_HOST])
        return (f"\tserver {{ {listen} ssl_certificate {inside_root(bundle)}; "
                f"ssl_certificate_key {inside_root(leaf.key)}; }}")

    @staticmethod
    def wait(ip, port):
        end = time.monotonic() + READY_S
        while True:
            try:
                socket.create_connection((ip, port), timeout=2).close()
                return
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.2)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)
        os.unlink(f"{LAB}/nginx-live.conf")
        for prefix, words in (([], [LIVE_NETWORK]), (network.inside(), ["local", LIVE_NETWORK])):
            subprocess.run([*prefix, "ip", "route", "del", *words], check=True, timeout=60)
