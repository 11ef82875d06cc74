#!/usr/bin/python3
"""run.py [NAME...] [-n 5] [--build DIR] [--size full|small]: the bars, as a Markdown table.

Names: recall nmap sweep tls13 rss second; without one, all of these. By name only, for they take
long: sixteen twenty seed (a whole job and other scanners'), eight (memory). A figure is the median
of n runs, with contestants in turn in one and the same run; CPU is that of the whole process tree.
Needs root: the bars stand on the lab of tests/lab, in namespaces that end with it. The exit status is
1 if a bar is missed.
"""
import argparse
import os
import subprocess
import sys
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path[:0] = [HERE, os.path.join(HERE, "..", "tests", "lab")]

import bars  # noqa: E402  pylint: disable=wrong-import-position
import lab as lab_module  # noqa: E402  pylint: disable=wrong-import-position
import root  # noqa: E402  pylint: disable=wrong-import-position
import whole  # noqa: E402  pylint: disable=wrong-import-position

LIMIT_S = 7200
INSIDE = "--inside"


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def new_lab(size):
    import stage  # pylint: disable=import-outside-toplevel
    return stage.Stage(size, say)


def one_bar(bench, bar):
    """Prints the rows of one bar. True if all are met; what cannot be measured is not."""
    say(bar.__doc__.split("\n")[0])
    met = True
    try:
        for row in bar(bench):
            print(f"| {row.what} | {row.figure} | {row.bar} | {'yes' if row.met else 'NO'} | "
                  f"{row.n} |", flush=True)
            met &= row.met
    except Exception:  # pylint: disable=broad-except
        say(traceback.format_exc())
        print(f"| {bar.__name__} | could not be measured | | NO | |", flush=True)
        return False
    return met


def measure(arguments):
    bench, missed = bars.Bench(os.path.abspath(arguments.build), arguments.n,
                               lambda: new_lab(arguments.size), say), False
    print("| what | figure | bar | met | runs |\n|---|---|---|---|---|", flush=True)
    try:
        for bar in bars.BARS + whole.BARS:
            if bar.__name__ in (arguments.names or [bar.__name__ for bar in bars.BARS]):
                missed |= not one_bar(bench, bar)
    finally:
        bench.done()
    return 1 if missed else 0


def parse():
    names = [bar.__name__ for bar in bars.BARS + whole.BARS]
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("-n", type=int, default=5, help="runs of each")
    parser.add_argument("--build", default=os.path.join(HERE, "..", "build-release"))
    parser.add_argument("--size", choices=("small", "full"), default="full")
    parser.add_argument(INSIDE, action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    for name in arguments.names:
        if name not in names:
            parser.error(f"no bar is named {name}: {' '.join(names)}")
    return arguments


def main():
    arguments = parse()
    if os.geteuid() != 0:
        print("run.py: needs root, for namespaces, mounts and nftables", file=sys.stderr)
        return 2
    if arguments.inside:
        return measure(arguments)
    root.ensure()
    command = lab_module.NAMESPACES + [sys.executable, "-B", os.path.abspath(__file__), INSIDE,
                                       *sys.argv[1:]]
    return subprocess.run(command, check=False, timeout=LIMIT_S).returncode


if __name__ == "__main__":
    sys.exit(main())
