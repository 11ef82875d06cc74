#!/usr/bin/python3
"""senders.py [-n 5] [--seconds 2] [--far pass|gro] [--build DIR]: what sending costs, as a Markdown
table.

Contestants: our three senders (bench/send.c), a bare one of each kind (bench/bare_send.c), masscan
and zmap, in turn, on a virtual cable whose far end, in a namespace of its own, drops all that comes
(nftables, ingress). Frames are those that the cable counts. The processor's time is that of the
sender's threads, in whose place the kernel also works off the far end. --far: how that end takes
redirected frames, by an XDP program that passes them on or by gathering them (GRO). A figure is the
median of n windows of some seconds; bars are of frames per CPU-second, for others may want the
machine, too. The exit status is 1 if a bar is missed. Needs root.
"""
import argparse
import glob
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path[:0] = [HERE, os.path.join(HERE, "..", "tests", "lab")]

from bars import Row  # noqa: E402  pylint: disable=wrong-import-position
from measure import alternate, median  # noqa: E402  pylint: disable=wrong-import-position

WARM_S = 1.5    # until a sender has started
LIMIT_S = 600   # no round begins later
INSIDE = "--inside"
TARGETS, SOURCE, ROUTER = "198.18.0.0/15", "10.0.0.1", "02:00:00:00:00:0b"
KINDS = ("mmsg", "xdp", "live")
DROP = """table netdev t {
    chain c {
        type filter hook ingress device "vb" priority 0; policy accept;
        drop
    }
}
"""


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def run(*words, text=None):
    return subprocess.run(words, check=True, input=text, text=True,
                          stdout=subprocess.PIPE).stdout


def started(*words):
    """A helper that says a line when it is ready and then stays."""
    helper = subprocess.Popen(  # pylint: disable=consider-using-with
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    if not helper.stdout.readline():
        raise RuntimeError(f"{words[0]} did not start")
    return helper


class Cable:
    """From va, here, to vb, in a namespace that ends with its only process."""

    def __init__(self, bench, far):
        self.helpers = [started("unshare", "--net", "sh", "-c", "echo ready; exec cat")]
        there = ["nsenter", "--net", "--target", str(self.helpers[0].pid)]
        run("ip", "link", "add", "va", "type", "veth", "peer", "name", "vb", "netns",
            str(self.helpers[0].pid))
        run("ip", "link", "set", "va", "arp", "off", "up")
        run("ip", "addr", "add", SOURCE + "/24", "dev", "va")
        run(*there, "ip", "link", "set", "vb", "arp", "off", "up")
        run(*there, "nft", "-f", "-", text=DROP)
        self.helpers.append(started(*there, os.path.join(bench, "take_frames"), far, "vb"))

    def done(self):
        for helper in reversed(self.helpers):
            helper.kill()
            helper.wait()


@dataclass
class Speed:
    per_s: float
    per_cpu_s: float


def frames_sent():
    row = json.loads(run("ip", "-json", "-stats", "link", "show", "dev", "va"))[0]
    return row["stats64"]["tx"]["packets"]


def cpu_s(pid):
    """Of all its threads, in nanoseconds' steps."""
    total = 0
    for path in glob.glob(f"/proc/{pid}/task/*/schedstat"):
        with open(path, encoding="ascii") as file:
            total += int(file.read().split()[0])
    return total / 1e9


def speed(words, seconds):
    """Starts a sender, looks at it for some seconds while it sends, and ends it."""
    sender = subprocess.Popen(  # pylint: disable=consider-using-with
        words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        time.sleep(WARM_S)
        began = time.monotonic(), frames_sent(), cpu_s(sender.pid)
        time.sleep(seconds)
        ended = time.monotonic(), frames_sent(), cpu_s(sender.pid)
        if sender.poll() is not None:
            raise RuntimeError(f"{' '.join(words)}: ended by itself")
    finally:
        sender.kill()
        sender.wait()
    wall, frames, cpu = (b - a for a, b in zip(began, ended))
    return Speed(frames / wall, frames / cpu if cpu else 0.0)


def contestants(bench):
    ours = {kind: [os.path.join(bench, "send"), kind, "va"] for kind in KINDS}
    bare = {"bare " + kind: [os.path.join(bench, "bare_send"), kind, "va"] for kind in KINDS}
    return ours | bare | {
        "masscan": ["masscan", "-e", "va", "--adapter-ip", SOURCE, "--router-mac", ROUTER,
                    TARGETS, "-p1-65535", "--rate", "100000000", "--wait", "0", "-oJ", "/dev/null"],
        "zmap": ["zmap", "-i", "va", "-G", ROUTER, "-S", SOURCE, "-p", "443", "-T", "1", "-r", "0",
                 "-b", "/dev/null", "-o", "/dev/null", "0.0.0.0/0"],
    }


def ratio(what, measured, above, below, bar):
    """Of frames per CPU-second, round by round: both met the same mood of the machine."""
    values = [a.per_cpu_s / b.per_cpu_s for a, b in zip(measured[above], measured[below])]
    return Row(what, f"{median(values):.2f} ×", f"≥ {bar} ×", median(values) >= bar, len(values))


def bars(measured):
    yield ratio("sendmmsg: ours / bare", measured, "mmsg", "bare mmsg", 0.9)
    yield ratio("AF_XDP: ours / bare", measured, "xdp", "bare xdp", 0.9)
    yield ratio("live frames / AF_XDP, ours", measured, "live", "xdp", 1.8)
    yield ratio("sendmmsg / masscan", measured, "mmsg", "masscan", 2)
    best = max(KINDS, key=lambda kind: median([s.per_cpu_s for s in measured[kind]]))
    yield ratio(f"the best ({best}) / masscan", measured, best, "masscan", 3)


def measure(arguments):
    bench = os.path.join(os.path.abspath(arguments.build), "bench")
    cable = Cable(bench, arguments.far)
    try:
        words = contestants(bench)
        results = alternate(arguments.n, LIMIT_S, *[
            lambda w=w: speed(w, arguments.seconds) for w in words.values()])
    finally:
        cable.done()
    measured = dict(zip(words, results))
    print(f"| sender (far end: {arguments.far}) | frames/s | frames per CPU-second | runs |\n"
          "|---|---|---|---|")
    for name, speeds in measured.items():
        print(f"| {name} | {median([s.per_s for s in speeds]):,.0f} | "
              f"{median([s.per_cpu_s for s in speeds]):,.0f} | {len(speeds)} |")
    print("\n| frames per CPU-second | figure | bar | met | runs |\n|---|---|---|---|---|")
    missed = False
    for row in bars(measured):
        print(f"| {row.what} | {row.figure} | {row.bar} | {'yes' if row.met else 'NO'} | {row.n} |")
        missed |= not row.met
    return 1 if missed else 0


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("-n", type=int, default=5, help="windows of each")
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--far", choices=("pass", "gro"), default="pass")
    parser.add_argument("--build", default=os.path.join(HERE, "..", "build-release"))
    parser.add_argument(INSIDE, action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if os.geteuid() != 0:
        say("needs root, for namespaces and nftables")
        return 2
    if arguments.inside:
        return measure(arguments)
    return subprocess.run(["unshare", "--net", sys.executable, "-B", os.path.abspath(__file__),
                           INSIDE, *sys.argv[1:]], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
