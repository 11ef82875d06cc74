"""host.py: what the host looks like, before and after: the lab must leave nothing behind."""
import hashlib
import os
import re
import subprocess
import time


def output(*words):
    try:
        return subprocess.run(words, capture_output=True, text=True, timeout=60,
                              check=False).stdout
    except FileNotFoundError:
        return ""


def listeners():
    """Local addresses that accept TCP, and UDP sockets that are bound to a well-known port."""
    tcp = [line.split()[3] for line in output("ss", "-H", "-l", "-t", "-n").splitlines()]
    udp = [line.split()[3] for line in output("ss", "-H", "-l", "-u", "-n").splitlines()]
    return {"tcp " + a for a in tcp} | {"udp " + a for a in udp if int(a.rsplit(":", 1)[1]) < 1024}


def mounts():
    with open("/proc/mounts", encoding="utf-8") as table:
        return sorted(line.split()[1] for line in table)


def snapshot():
    addresses = re.sub(r"(valid_lft|preferred_lft) \S+", "", output("ip", "-o", "addr"))
    return {
        "packages": hashlib.sha256(output("dpkg", "-l").encode()).hexdigest(),
        "addresses": addresses,
        "links": re.sub(r"<[^>]*>", "", output("ip", "-o", "link")),
        "routes": output("ip", "route", "show", "table", "all"),
        "routes6": re.sub(r"expires \S+", "", output("ip", "-6", "route", "show", "table", "all")),
        "firewall": output("nft", "list", "ruleset"),
        "namespaces": output("ip", "netns", "list"),
        "mounts": mounts(),
        "run": sorted(os.listdir("/run")),
        "mnt": sorted(os.listdir("/mnt")),
        "resolver": open("/etc/resolv.conf", encoding="utf-8").read()
                    if os.path.exists("/etc/resolv.conf") else "",
    }


def changes(before, listening):
    """What differs from before; a listener of somebody else that comes and goes is not ours."""
    after = snapshot()
    found = [f"{key}: {before[key]!r} became {after[key]!r}" for key in before
             if before[key] != after[key]]
    for _ in range(20):
        more = listeners() - listening
        if not more:
            return found
        time.sleep(0.5)
    return found + [f"new listeners: {sorted(more)}"]
