"""host.py: what the host looks like, before and after: the lab must leave nothing behind."""
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
        "packages": output("dpkg", "-l"),
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


def differences(before, after):
    """What is new or gone, key by key."""
    found = []
    for key, old in before.items():
        new = after[key]
        if isinstance(old, str):
            old, new = old.splitlines(), new.splitlines()
        found += [f"{key}: new: {line}" for line in new if line not in old]
        found += [f"{key}: gone: {line}" for line in old if line not in new]
    return found


def changes(before, listening):
    """What the lab left behind; what others do for a moment on this machine is not ours."""
    for _ in range(20):
        found = differences(before, snapshot())
        found += [f"listener: new: {where}" for where in sorted(listeners() - listening)]
        if not found:
            break
        time.sleep(0.5)
    return found
