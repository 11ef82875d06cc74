"""raw_net.py: the networks of the raw scanner's proofs; no server but plain listeners.

    scanner on0 --- switch (a bridge) --- on1 near      10.41.0.0/20 and fd41::/112, on our own link
    scanner up0 --- router ------------- down1 far      10.42.0.0/16 and fd42::/64, behind a router

We are the scanner. Losses and bottlenecks are the switch's and the router's, for a packet socket
sees a frame before any rule of our own could drop it. They count, too, what we send. In `near` an
address exists if it has a route of its own, so it alone answers ARP; in `far` all of the network
does, and rules decide what is open and whether the rest refuses or is silent.
"""
import errno
import ipaddress
import json
import os
import random
import socket
import subprocess
import sys
import time

import network
import raw_others

HERE = os.path.dirname(os.path.abspath(__file__))
NEAR, NEAR6 = "10.41.0.0/20", "fd41::/112"
FAR, FAR6 = "10.42.0.0/16", "fd42::/64"
LINK, LINK6 = "10.41.0.%d", "fd41::%x"      # our own end is 2, near's 1
TRANSIT, TRANSIT6 = "10.43.0.%d", "fd43::%x"  # our own end is 2, the router's 1; 3 is nobody
PORTS = tuple(range(30800, 30900))
QUICK_PORTS, TARPIT_PORT = PORTS[:98], PORTS[98]
TARPIT, TARPIT_END = "10.42.255.7", "10.44.0.2"
REFUSE, SILENT = "meta l4proto tcp reject with tcp reset", "drop"
READY_S = 20

HOSTS = """
flush ruleset
table inet lab {
	set open4 { type ipv4_addr . inet_service; %(open4)s }
	set open6 { type ipv6_addr . inet_service; %(open6)s }
	chain input {
		type filter hook input priority filter; policy accept;
		ip daddr . tcp dport @open4 accept
		ip6 daddr . tcp dport @open6 accept
		iif != lo meta l4proto tcp %(rest)s
	}
}
"""

# One host that accepts on every port. (The other way to it is nobody's.)
TARPIT_RULES = """
table inet tarpit {
	chain input {
		type nat hook prerouting priority dstnat;
		ip daddr %s meta l4proto tcp redirect to :%d
	}
}
"""

# A veth takes live frames only if its peer polls, which it does when it may join packets: what
# "ethtool -K up1 gro on" says.
POLLING = """
import array, fcntl, socket, struct, sys
SIOCETHTOOL, ETHTOOL_SGRO = 0x8946, 0x2c
value = array.array("I", [ETHTOOL_SGRO, int(sys.argv[1])])
request = struct.pack("16sQ16x", b"up1", value.buffer_info()[0])
fcntl.ioctl(socket.socket(), SIOCETHTOOL, request)
"""

# Our probes come from ports outside those of connections; what we say after them, from those.
PATH = """
flush ruleset
table %(family)s lab {
	counter probes { }
	counter elsewhere { }
	counter everything { }
	counter too_fast { }
	set sources { type inet_service; size 65535; flags dynamic; }
	set expected4 { type ipv4_addr; flags interval; %(expected4)s }
	set expected6 { type ipv6_addr; flags interval; %(expected6)s }
	chain probe {
		counter name probes
		add @sources { tcp sport }
		ip daddr @expected4 return
		ip6 daddr @expected6 return
		counter name elsewhere
	}
	chain count {
		type filter hook forward priority -10;
		iifname != "%(scanner)s" return
		counter name everything
		%(speed)s
		tcp flags & (syn | ack) == syn tcp sport != 32768-60999 jump probe
	}
	chain path {
		type filter hook forward priority 0;
		%(harm)s
	}
}
"""
FIREWALL = """
table inet firewall {
	chain input {
		type filter hook input priority 0; policy drop;
		ct state established,related accept
		iif lo accept
		icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
	}
}
"""


def lossy(percent):
    """Random loss of each way."""
    return f"numgen random mod 100 < {percent} drop" if percent else ""


def bottleneck(per_s):
    return f'iifname "up1" limit rate over {per_s}/second burst {max(per_s // 20, 5)} packets drop'


def refusal(ip, port):
    """The error of a connection, 0 if it succeeds."""
    with socket.socket(socket.AF_INET6 if network.is6(ip) else socket.AF_INET) as connection:
        connection.settimeout(1)
        return connection.connect_ex((ip, port))


class Part:
    """A path of the network and the hosts at its end."""

    def __init__(self, hosts, path, family, scanner, networks):
        self.hosts, self.path, self.family, self.scanner = hosts, path, family, scanner
        self.networks = networks

    def inside(self, *words):
        return ["nsenter", f"--net=/run/netns/{self.hosts}", *words]

    def nft(self, namespace, text):
        network.run("nsenter", f"--net=/run/netns/{namespace}", "nft", "-f", "-", text=text)

    def opened(self, endpoints, rest=REFUSE):
        """Only these are open; the rest does what it is told to."""
        endpoints = sorted({*endpoints, (TARPIT_END, TARPIT_PORT)})
        sets = {family: network.elements([f"{ip} . {port}" for ip, port in endpoints
                                          if network.is6(ip) == (family == "open6")])
                for family in ("open4", "open6")}
        self.nft(self.hosts, HOSTS % dict(sets, rest=rest))

    def way(self, harm="", expected=(), faster_than=0):
        """What happens on the way, where probes may go to, and what is counted as too fast."""
        expected = expected or self.networks
        sets = {family: network.elements([e for e in expected if (":" in e) == six])
                for family, six in (("expected4", False), ("expected6", True))}
        speed = faster_than and (f"meta l4proto tcp limit rate over {faster_than}/second burst "
                                 f"{max(faster_than // 10, 5)} packets counter name too_fast")
        self.nft(self.path, PATH % dict(sets, family=self.family, scanner=self.scanner, harm=harm,
                                        speed=speed or ""))

    def listed(self, *what):
        """The objects of this kind on the way."""
        table = subprocess.run(["nsenter", f"--net=/run/netns/{self.path}", "nft", "-j", "list",
                                *what], capture_output=True, text=True, check=True,
                               timeout=60).stdout
        return [value for row in json.loads(table)["nftables"] for value in row.values()]

    def counted(self):
        """Packets by counter since the way was made."""
        return {row["name"]: row["packets"] for row in self.listed("counters") if "packets" in row}

    def sources(self):
        """The ports that probes came from."""
        return {port for row in self.listed("set", self.family, "lab", "sources")
                for port in row.get("elem", [])}

    def half_open(self):
        """Connections of the hosts that wait for the last word of a handshake."""
        return subprocess.run(self.inside("ss", "-H", "-t", "-n", "state", "syn-recv"), check=True,
                              capture_output=True, text=True, timeout=60).stdout.splitlines()


class RawNet:
    """The networks, up, with listeners. Must be made inside namespaces of its own."""

    def __init__(self, say=lambda text: None):
        began = time.monotonic()
        for folder in ("/mnt", "/run"):
            network.run("mount", "-t", "tmpfs", "tmpfs", folder)
        self.near = Part("near", "switch", "bridge", "s0", (NEAR, NEAR6))
        self.far = Part("far", "router", "inet", "up1", (FAR, FAR6))
        self.random = random.Random("raw")
        self.listeners = []
        self.servers = self  # lab.py stops them
        network.run("ip", "link", "set", "lo", "up")
        for name in ("switch", "near", "router", "far"):
            network.run("ip", "netns", "add", name)
            network.run("ip", "-n", name, "link", "set", "lo", "up")
        self.on_link()
        self.routed()
        for prefix in (self.near.inside(), self.far.inside()):
            network.be_many(prefix)
        self.clean()
        self.listen(self.near.inside(), PORTS)
        self.listen(self.far.inside(), PORTS)
        self.wait()
        say(f"two networks, up after {time.monotonic() - began:.1f} s")

    @staticmethod
    def on_link():
        ip = network.batch
        ip("", "link add on0 type veth peer name s0 netns switch",
           f"addr add {LINK % 2}/20 dev on0", f"-6 addr add {LINK6 % 2}/112 dev on0 nodad",
           "link set on0 up")
        ip("switch", "link add bridge type bridge", "link set bridge up",
           "link add s1 type veth peer name on1 netns near", "link set s0 master bridge",
           "link set s1 master bridge", "link set s0 up", "link set s1 up")
        ip("near", f"addr add {LINK % 1}/20 dev on1", f"-6 addr add {LINK6 % 1}/112 dev on1 nodad",
           "link set on1 up")

    @staticmethod
    def routed():
        ip = network.batch
        ip("", "link add up0 type veth peer name up1 netns router",
           f"addr add {TRANSIT % 2}/29 dev up0", f"-6 addr add {TRANSIT6 % 2}/64 dev up0 nodad",
           "link set up0 up", f"route add {FAR} via {TRANSIT % 1}",
           f"-6 route add {FAR6} via {TRANSIT6 % 1}")
        ip("router", f"addr add {TRANSIT % 1}/29 dev up1",
           f"-6 addr add {TRANSIT6 % 1}/64 dev up1 nodad", "link set up1 up",
           "link add down0 type veth peer name down1 netns far", "addr add 10.44.0.1/30 dev down0",
           "-6 addr add fd44::1/64 dev down0 nodad", "link set down0 up")
        ip("far", f"addr add {TARPIT_END}/30 dev down1", "-6 addr add fd44::2/64 dev down1 nodad",
           "link set down1 up", "route add default via 10.44.0.1",
           "-6 route add default via fd44::1", f"route add local {FAR} dev lo",
           f"-6 route add local {FAR6} dev lo")
        ip("router", f"route add {FAR} via 10.44.0.2", f"-6 route add {FAR6} via fd44::2")
        network.run("ip", "netns", "exec", "router", "sysctl", "-q", "-w", "net.ipv4.ip_forward=1",
                    "net.ipv6.conf.all.forwarding=1")

    def tarpit(self):
        """TARPIT accepts on every port, besides what is opened already."""
        self.far.nft("far", TARPIT_RULES % (TARPIT, TARPIT_PORT))

    @staticmethod
    def router_polls(polls):
        """If so, it takes live frames, too."""
        network.run("ip", "netns", "exec", "router", sys.executable, "-c", POLLING,
                    str(int(polls)))

    def near_hosts(self, n, n6):
        """Makes n and n6 addresses of our own link exist. Those that did do no more."""
        everyone = [str(ip) for ip in ipaddress.ip_network(NEAR).hosts()][2:]
        hosts = self.random.sample(everyone, n)
        hosts6 = [LINK6 % i for i in self.random.sample(range(3, 0x100), n6)]
        network.batch("near", "route flush table local proto static",
                      "-6 addr flush dev on1 scope global",
                      f"-6 addr add {LINK6 % 1}/112 dev on1 nodad",
                      *(f"route add local {ip} dev lo proto static" for ip in hosts),
                      *(f"-6 addr add {ip}/112 dev on1 nodad" for ip in hosts6))
        return hosts, hosts6

    @staticmethod
    def way_to_far():
        """For scanners that make their own frames."""
        mac = subprocess.run(["ip", "-n", "router", "-br", "link", "show", "up1"], check=True,
                             capture_output=True, text=True, timeout=60).stdout.split()[2]
        return raw_others.Way("up0", mac, TRANSIT % 3, "10.42.0.1")

    def some(self, hosts, ports, n):
        """n endpoints of these hosts and ports, by chance, the same in each run."""
        return set(self.random.sample([(ip, port) for ip in hosts for port in ports], n))

    def clean(self):
        """Nothing is open, nothing happens on the way."""
        for part in (self.near, self.far):
            part.opened(())
            part.way()
        self.router_polls(False)
        subprocess.run(["nft", "flush", "ruleset"], check=True, timeout=60)

    @staticmethod
    def firewall():
        """Drops on our side whatever does not belong to a connection of our kernel's."""
        network.run("nft", "-f", "-", text=FIREWALL)

    def listen(self, prefix, ports, manner="refusing"):
        command = [*prefix, sys.executable, "-B", f"{HERE}/raw_listener.py", manner,
                   *map(str, ports)]
        listener = subprocess.Popen(  # pylint: disable=consider-using-with
            command, stdout=subprocess.PIPE, text=True, start_new_session=True)
        self.listeners.append(listener)
        if not listener.stdout.readline():
            raise RuntimeError(f"no listener: exit status {listener.wait(timeout=READY_S)}")
        return listener

    @staticmethod
    def wait():
        """Until everybody refuses: an interface that is up has a carrier only some time later."""
        end = time.monotonic() + READY_S
        for ip in (LINK % 1, LINK6 % 1, "10.42.0.1", "fd42::1"):
            while (error := refusal(ip, PORTS[0])) != errno.ECONNREFUSED:
                assert time.monotonic() < end, f"{ip} is not reached: {os.strerror(error)}"
                time.sleep(0.05)

    def stop(self):
        for listener in self.listeners:
            listener.kill()
            listener.wait(timeout=READY_S)
        self.listeners.clear()
