"""network.py: the lab's two network namespaces and what lies between them.

We are the scanner, in a namespace of our own; "servers" is the second one, joined by a veth pair. A
whole /16 is local there by one route, and nftables decides which of its addresses and ports exist.
Nothing here can reach or be seen by the host: the mounts and processes are our own as well.
"""
import ipaddress
import subprocess

GATEWAY = "10.31.0.1"      # servers' end; the lab's DNS listens here
SCANNER = "10.31.0.2"
NOBODY = "10.31.0.3"       # for scanners that are hosts of their own
GATEWAY6, SCANNER6 = "fd31::1", "fd31::2"
NETWORK, NETWORK6 = "10.32.0.0/16", "fd32::/64"
MODES = {"drop": "drop", "refuse": "meta l4proto tcp reject with tcp reset",
         "prohibit": "reject with icmpx type admin-prohibited"}

RULES = """
table inet lab {
	set open4 { type ipv4_addr . inet_service; %(open4)s }
	set open6 { type ipv6_addr . inet_service; %(open6)s }
	set alive4 { type ipv4_addr; %(alive4)s }
	set alive6 { type ipv6_addr; %(alive6)s }
	chain dead { %(dead)s; }
	chain input {
		type filter hook input priority filter; policy accept;
		ip daddr . tcp dport @open4 accept
		ip6 daddr . tcp dport @open6 accept
		ip daddr @alive4 meta l4proto tcp reject with tcp reset
		ip6 daddr @alive6 meta l4proto tcp reject with tcp reset
		ip daddr %(network)s jump dead
		ip6 daddr %(network6)s jump dead
	}
}
"""
LOSS = """
table inet loss {
	chain lost {
		type filter hook prerouting priority raw;
		iifname "lab*" numgen random mod 100 < %d drop
	}
}
"""


def run(*words, text=None):
    subprocess.run(words, input=text, text=True, check=True, timeout=60)


def inside(*words):
    """The command, to be run in the servers' namespace."""
    return ["nsenter", "--net=/run/netns/servers", *words]


def batch(namespace, *lines):
    """Commands of ip, in a namespace or, with "", in our own."""
    for family in ("-4", "-6"):
        mine = [line[3:] if line.startswith("-6 ") else line for line in lines
                if line.startswith("-6 ") == (family == "-6")]
        run("ip", *(["-n", namespace] if namespace else []), family, "-batch", "-",
            text="\n".join(mine) + "\n")


def be_many(prefix):
    """A namespace that stands for many hosts must not be as modest as one."""
    for setting in ("net.ipv6.ip_nonlocal_bind=1", "net.core.somaxconn=8192",
                    "net.ipv4.tcp_max_syn_backlog=8192", "net.ipv4.tcp_fin_timeout=5",
                    "net.ipv4.icmp_ratelimit=0", "net.ipv4.icmp_msgs_per_sec=1000000",
                    "net.ipv4.icmp_msgs_burst=50000", "net.ipv6.icmp.ratelimit=0"):
        subprocess.run([*prefix, "sysctl", "-q", "-w", setting], check=False, timeout=60,
                       stderr=subprocess.DEVNULL)


def up():
    """Both namespaces, joined. We must already have network and mount namespaces of our own."""
    run("mount", "-t", "tmpfs", "tmpfs", "/run")
    run("ip", "netns", "add", "servers")
    run("ip", "link", "set", "lo", "up")
    run("ip", "link", "add", "lab0", "type", "veth", "peer", "name", "lab1", "netns", "servers")
    run("ip", "addr", "add", SCANNER + "/29", "dev", "lab0")
    run("ip", "-6", "addr", "add", SCANNER6 + "/64", "dev", "lab0", "nodad")
    run("ip", "link", "set", "lab0", "up")
    servers = ["ip", "-n", "servers"]
    run(*servers, "link", "set", "lo", "up")
    run(*servers, "addr", "add", GATEWAY + "/29", "dev", "lab1")
    run(*servers, "-6", "addr", "add", GATEWAY6 + "/64", "dev", "lab1", "nodad")
    run(*servers, "link", "set", "lab1", "up")
    run(*servers, "route", "add", "local", NETWORK, "dev", "lo")
    run(*servers, "-6", "route", "add", "local", NETWORK6, "dev", "lo")
    run("ip", "route", "add", NETWORK, "via", GATEWAY)
    run("ip", "-6", "route", "add", NETWORK6, "via", GATEWAY6)
    be_many(inside())


def gateway_mac():
    """For scanners that make their own frames."""
    link = subprocess.run(["ip", "-n", "servers", "-br", "link", "show", "lab1"], check=True,
                          capture_output=True, text=True, timeout=60).stdout
    return link.split()[2]


def elements(things):
    return "elements = { %s };" % ", ".join(things) if things else ""


def is6(ip):
    return ipaddress.ip_address(ip).version == 6


def rules(endpoints, mode):
    """Only these endpoints are open; their addresses refuse other ports; the rest is dead."""
    pairs = sorted({(e.ip, e.port) for e in endpoints})
    sets = {}
    for family, wanted in (("4", False), ("6", True)):
        mine = [(ip, port) for ip, port in pairs if is6(ip) == wanted]
        sets["open" + family] = elements([f"{ip} . {port}" for ip, port in mine])
        sets["alive" + family] = elements(sorted({ip for ip, _ in mine}))
    ruleset = RULES % dict(sets, dead=MODES[mode], network=NETWORK, network6=NETWORK6)
    run(*inside("nft", "-f", "-"), text="flush ruleset\n" + ruleset)


def lose(percent):
    """Random loss in both directions; 0 ends it."""
    for prefix in ([], inside()):
        subprocess.run([*prefix, "nft", "delete", "table", "inet", "loss"], check=False, timeout=60,
                       stderr=subprocess.DEVNULL)
        if percent:
            run(*prefix, "nft", "-f", "-", text=LOSS % percent)
