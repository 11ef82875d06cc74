#!/usr/bin/python3
"""watch.py [NAME...] [-n 5] [--build DIR] [--captures DIR]: what the sensor costs, as a Markdown
table.

Names: handshakes repeats bulk idle noise; without one, all. The whole program runs, `certscape
watch -r FILE --store X` with one worker; the time is the processor's, of its process tree, so that
neither our second process nor other people's load counts for us or against us. A figure is the
median of n runs, with contestants in turn. Captures are made once (capture.py; some minutes,
1.6 GB) and stay. The exit status is 1 if a bar is missed.
"""
import argparse
import json
import os
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path[:0] = [HERE, os.path.join(HERE, "..", "tests", "lab")]

import capture  # noqa: E402  pylint: disable=wrong-import-position
from bars import Row, at_least  # noqa: E402  pylint: disable=wrong-import-position
from measure import Peak, alternate, cost, median  # noqa: E402  pylint: disable=C0413

RUN_S = 600    # of one command
LIMIT_S = 900  # of one comparison: no repetition begins later
TSHARK = ("-Y", "tls.handshake.certificate", "-T", "fields", "-e", "tls.handshake.certificate")


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


class Bench:
    def __init__(self, build, captures, n):
        self.n, self.captures = n, captures
        self.program = os.path.join(build, "certscape")

    def capture(self, kind):
        path = os.path.join(self.captures, kind + ".pcap")
        if not os.path.exists(path):
            say(f"making {path}")
            os.makedirs(self.captures, exist_ok=True)
            capture.make(kind, path)
        with open(path, "rb") as file:  # into the machine's cache
            while file.read(1 << 24):
                pass
        return path

    def watch(self, path, watch=None):
        """A watch with a store of its own; .stats are its counts, .rows what it told."""
        with tempfile.TemporaryDirectory() as folder:
            stats = os.path.join(folder, "stats.json")
            trust = ["--ca", path + ".ca"] if os.path.exists(path + ".ca") else []
            used = checked(cost([self.program, "watch", "-r", path, "--store",
                                 os.path.join(folder, "store.db"), "--format", "ndjson",
                                 "--stats", stats, *trust], RUN_S, watch))
            with open(stats, encoding="utf-8") as file:
                used.stats = json.loads(file.readlines()[-1])
        used.rows = used.output.splitlines()
        return used

    # The bars.

    def handshakes(self):
        """Against tshark, told to show the certificates."""
        path = self.capture("handshakes")
        theirs, ours = alternate(
            self.n, LIMIT_S, lambda: checked(cost(["tshark", "-r", path, *TSHARK], RUN_S)),
            lambda: self.watch(path))
        lines = len(theirs[0].output.splitlines())
        say(f"tshark: {lines} lines of certificates, {speed(path, theirs)}; ours: "
            f"{ours[0].stats['certificates']} certificates, {speed(path, ours)}, "
            f"{median(rates(ours)):,.0f} handshakes/s")
        yield at_least("handshakes: MB/s, to tshark's",
                       [their.cpu_s / our.cpu_s for their, our in zip(theirs, ours)], 40, "×", 1)
        yield at_least("handshakes: certificates, to tshark's",
                       [100 * our.stats["certificates"] / lines for our in ours], 100, "%", 1)

    def repeats(self):
        """Handshakes a second where ten servers show ten certificates."""
        path = self.capture("repeats")
        ours, = alternate(self.n, LIMIT_S, lambda: self.watch(path))
        say(f"repeats: {speed(path, ours)}")
        yield at_least("handshakes a second, certificates repeat", rates(ours), 40000, "")

    def bulk(self):
        """Against tcpdump, which only copies; 95 % of the bytes are bulk data."""
        path = self.capture("bulk")
        theirs, ours = alternate(
            self.n, LIMIT_S,
            lambda: checked(cost(["tcpdump", "-r", path, "-w", "/dev/null"], RUN_S)),
            lambda: self.watch(path))
        say(f"tcpdump: {speed(path, theirs)}; ours: {speed(path, ours)}")
        yield at_least("bulk: MB/s, to tcpdump -w /dev/null's",
                       [100 * their.cpu_s / our.cpu_s for their, our in zip(theirs, ours)], 50, "%")

    def idle(self):
        """Memory, of all our processes, with a million connections open."""
        path = self.capture("idle")

        def run():
            peak = Peak()
            used = self.watch(path, peak)
            if used.stats["flows"] < capture.SHAPES["idle"].connections:
                raise RuntimeError(f"only {used.stats['flows']} flows were seen")
            return peak.rss_mb

        peaks, = alternate(self.n, LIMIT_S, run)
        yield Row("memory with a million idle flows", f"{median(peaks):,.0f} MB", "≤ 512 MB",
                  median(peaks) <= 512, len(peaks))

    def noise(self):
        """Random bytes in valid TCP: counted, and nothing else."""
        used = self.watch(self.capture("noise"))
        told = len(used.rows) + used.stats["sessions"] + used.stats["alerts"]
        say(f"noise: {used.stats['frames']:,} frames, {used.stats['flows']:,} flows")
        yield Row("told of random bytes", f"{told}", "0",
                  told == 0 and used.stats["flows"] == capture.SHAPES["noise"].connections, 1)


BARS = (Bench.handshakes, Bench.repeats, Bench.bulk, Bench.idle, Bench.noise)


def checked(used):
    if used.status != 0:
        raise RuntimeError(f"exit status {used.status}: {used.complaints[-2000:]}")
    return used


def speed(path, runs):
    mb = os.path.getsize(path) / 1e6
    cpu, wall = (median([getattr(run, field) for run in runs]) for field in ("cpu_s", "wall_s"))
    return f"{mb / cpu:,.1f} MB per CPU-second ({mb / wall:,.1f} MB/s by the clock on the wall)"


def rates(runs):
    return [run.stats["sessions"] / run.cpu_s for run in runs]


def parse():
    names = [bar.__name__ for bar in BARS]
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("-n", type=int, default=5, help="runs of each")
    parser.add_argument("--build", default=os.path.join(HERE, "..", "build-release"))
    parser.add_argument("--captures", default=None)
    arguments = parser.parse_args()
    for name in arguments.names:
        if name not in names:
            parser.error(f"no bar is named {name}: {' '.join(names)}")
    return arguments


def main():
    arguments = parse()
    build = os.path.abspath(arguments.build)
    bench = Bench(build, arguments.captures or os.path.join(build, "bench", "captures"),
                  arguments.n)
    met = True
    print("| what | figure | bar | met | runs |\n|---|---|---|---|---|", flush=True)
    for bar in BARS:
        if arguments.names and bar.__name__ not in arguments.names:
            continue
        for row in bar(bench):
            print(f"| {row.what} | {row.figure} | {row.bar} | {'yes' if row.met else 'NO'} | "
                  f"{row.n} |", flush=True)
            met &= row.met
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
