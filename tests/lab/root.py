"""root.py: the lab's own root: a minimal Debian with the servers of packaging/apt-lab.txt.

Built once into a cache folder outside the tree; a run puts an overlay above it, so a root is never
changed by what happens in it. No server is started while it is installed (policy-rc.d), and the
installation runs in mount and process namespaces of its own: nothing of it survives on the host.

"""
import hashlib
import os
import shutil
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))
LIST = os.path.join(HERE, "..", "..", "packaging", "apt-lab.txt")
CACHE = os.environ.get("CERTSCAPE_LAB_CACHE", "/var/cache/certscape-lab")
SUITE = "bookworm"
LIMIT_S = 1200

INSTALL = """
set -eu
mount -t proc proc "$1/proc"
mount --bind /dev "$1/dev"
cp /etc/resolv.conf "$1/etc/resolv.conf"
chroot "$1" sh -c '
	export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
	apt-get -q update
	apt-get -q install -y --no-install-recommends "$@"
	apt-get clean' install $2
"""


def packages():
    with open(LIST, encoding="utf-8") as lines:
        words = (line.split("#")[0].strip() for line in lines)
        return [word for word in words if word]


def key():
    """Names the root: another list or another way to build makes another root."""
    parts = [SUITE, INSTALL, *packages()]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def quietly(words):
    """Runs a long and talkative command; what it said is shown only if it fails."""
    done = subprocess.run(words, check=False, timeout=LIMIT_S, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{words[0]}: exit status {done.returncode}\n{done.stdout[-4000:]}")


def build(path):
    """Builds a root at path; a half-built one never gets its final name."""
    shutil.rmtree(path, ignore_errors=True)
    quietly(["debootstrap", "--variant=minbase", "--include=ca-certificates", SUITE, path])
    policy = os.path.join(path, "usr/sbin/policy-rc.d")
    with open(policy, "w", encoding="utf-8") as script:
        script.write("#!/bin/sh\nexit 101\n")
    os.chmod(policy, 0o755)
    # The archive of security updates lies beside the one that debootstrap took.
    with open(os.path.join(path, "etc/apt/sources.list"), "r+", encoding="utf-8") as sources:
        mirror = sources.read().split()[1]
        sources.write(f"deb {mirror}-security {SUITE}-security main\n")
    quietly(["unshare", "--mount", "--pid", "--ipc", "--uts", "--fork", "--kill-child",
             "sh", "-c", INSTALL, "install", path, " ".join(packages())])


def ensure():
    """The root's folder, built if it is not there yet; outdated ones of yesterday are removed."""
    path = os.path.join(CACHE, "root-" + key())
    if os.path.isdir(path):
        return path
    os.makedirs(CACHE, exist_ok=True)
    for old in os.listdir(CACHE):
        if old.startswith("root-") and os.stat(f"{CACHE}/{old}").st_mtime < time.time() - 86400:
            shutil.rmtree(os.path.join(CACHE, old))
    build(path + ".part")
    os.rename(path + ".part", path)
    return path
