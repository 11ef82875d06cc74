"""raw_others.py: what masscan, nmap and zmap find open, each asked as its users ask it.

None of them comes without a trap. masscan 1.3.2 needs an address that is nobody's (or our kernel
resets what it finds), has its router's hardware address from the command line, and on an idle veth
never ends until a packet arrives. zmap asks one port a run and by default leaves private networks
out, without a word. nmap is exact, and slow where hosts are silent.
"""
import contextlib
import os
import re
import shutil
import socket
import subprocess
import threading

NEEDED = ("masscan", "nmap", "zmap")
LIMIT_S = 40
TRIES = 3      # masscan, on a busy machine, now and then hears nothing at all
RATE = "2000"
MASSCAN_OPEN = re.compile(r"^open tcp (\d+) (\S+)", re.M)
NMAP_HOST = re.compile(r"^Host: (\S+) .*Ports: (.*)$", re.M)
NMAP_PORT = re.compile(r"(\d+)/open/")


def missing():
    return [name for name in NEEDED if not shutil.which(name)]


def run(*words):
    return subprocess.run(["timeout", "--kill-after=5", "--signal=INT", str(LIMIT_S), *words],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=False, text=True,
                          stderr=subprocess.DEVNULL, timeout=LIMIT_S + 10).stdout


class Way:
    """How to a network behind a router: the interface, the router's hardware address, an address on
    the link that is nobody's, and one behind the router that answers."""

    def __init__(self, interface, mac, nobody, answers):
        self.interface, self.mac, self.nobody, self.answers = interface, mac, nobody, answers

    def send_until(self, done):
        while not done.wait(0.3):
            with socket.socket() as connection:
                connection.settimeout(0.1)
                connection.connect_ex((self.answers, 1))

    @contextlib.contextmanager
    def awake(self):
        """Packets arrive on the interface all the while."""
        done = threading.Event()
        sender = threading.Thread(target=self.send_until, args=(done,))
        sender.start()
        try:
            yield
        finally:
            done.set()
            sender.join()


def masscan(way, ports, network):
    with way.awake():
        for _ in range(TRIES):
            said = run("masscan", network, "-p", ports, "--interface", way.interface, "--adapter-ip",
                       way.nobody, "--router-mac", way.mac, "--rate", RATE, "--wait", "2", "-oL",
                       "-")
            if found := {(ip, int(port)) for port, ip in MASSCAN_OPEN.findall(said)}:
                return found
    return set()


def nmap(ports, *networks):
    said = run("nmap", "-sS", "-n", "-Pn", "-T4", "--min-rate", RATE, "--open", "-p", ports, "-oG",
               "-", *networks)
    return {(ip, int(port)) for ip, line in NMAP_HOST.findall(said)
            for port in NMAP_PORT.findall(line)}


def zmap(way, port, network):
    said = run("zmap", "-p", str(port), "-i", way.interface, "-G", way.mac, "-r", RATE, "-c", "2",
               "-b", os.devnull, "-o", "-", "-q", network)
    return {(ip, port) for ip in said.split()}
