#!/usr/bin/python3
"""lab.py test|hunters|raw|demo|run|prepare: a network of real servers in namespaces of its own.

    lab.py test [--size small|full] [--build DIR] [--only WORD]   the proofs, as TAP
    lab.py hunters [--build DIR] [--only WORD] the sensor's proofs, in the hunters' network, as TAP
    lab.py raw [--build DIR] [--only WORD]    the raw scanner's proofs, in networks of plain
                                              listeners, as TAP
    lab.py demo [--build DIR]                 a scan of the lab, on this terminal
    lab.py run [--size small|full] COMMAND... COMMAND in the scanner's place, the lab up
    lab.py run --hunters COMMAND...           COMMAND in the router's place, the hunters' network up
    lab.py run --raw COMMAND...               COMMAND in the scanner's place of the raw networks
    lab.py prepare                            only builds the servers' root

Needs root. Everything lives in mount, process and network namespaces that end with it; the host is
compared before and after.
"""
import argparse
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, HERE)

import host  # noqa: E402  pylint: disable=wrong-import-position
import root  # noqa: E402  pylint: disable=wrong-import-position

NAMESPACES = ["unshare", "--mount", "--pid", "--net", "--ipc", "--uts", "--fork", "--kill-child",
              "--mount-proc", "--propagation", "private"]
PROOFS = ("test", "hunters", "raw")
LIMIT_S = {"test": 1800, "hunters": 600, "raw": 600, "demo": 600, "run": 7200}


def say(text):
    print(f"lab: {text}", file=sys.stderr, flush=True)


def outside(arguments, words):
    """Enters the namespaces and runs ourselves there; afterwards looks at what is left."""
    if arguments.action != "raw":
        root.ensure()
    if arguments.action == "prepare":
        return 0
    before, listening = host.snapshot(), host.listeners()
    command = NAMESPACES + [sys.executable, "-B", os.path.abspath(__file__), "--inside", *words]
    if arguments.action not in PROOFS:
        return subprocess.run(command, check=False, timeout=LIMIT_S[arguments.action]).returncode
    cases, failed = 0, False
    with subprocess.Popen(["timeout", str(LIMIT_S[arguments.action]), *command],
                          stdout=subprocess.PIPE, text=True) as inside:
        for line in inside.stdout:
            cases += line.startswith(("ok ", "not ok "))
            failed |= line.startswith("not ok ")
            print(line, end="", flush=True)
    endings = [("the_lab_runs_to_its_end", [f"exit status {inside.returncode}"]
                if inside.returncode not in (0, 3) else [])]
    endings.append(("the_host_is_as_it_was", host.changes(before, listening)))
    for name, complaints in endings:
        for complaint in complaints:
            print(f"# {complaint}")
        print(f"{'not ' if complaints else ''}ok - {name}")
        failed |= bool(complaints)
    print(f"1..{cases + len(endings)}")
    return 1 if failed else 0


def stage_of(arguments):
    if arguments.action == "hunters" or arguments.hunters:
        import hunted  # pylint: disable=import-outside-toplevel
        return hunted.Hunted(say)
    if arguments.action == "raw" or arguments.raw:
        import raw_net  # pylint: disable=import-outside-toplevel
        return raw_net.RawNet(say)
    import stage  # pylint: disable=import-outside-toplevel
    return stage.Stage(arguments.size, say)


def inside_namespaces(arguments):
    lab = stage_of(arguments)
    try:
        if arguments.action == "run":
            return subprocess.run(arguments.command or [os.environ.get("SHELL", "/bin/sh")],
                                  check=False).returncode
        program = os.path.abspath(os.path.join(arguments.build, "certscape"))
        if arguments.action == "hunters":
            import hunters  # pylint: disable=import-outside-toplevel
            return hunters.run(lab, program, arguments.only)
        if arguments.action == "raw":
            import raw_proofs  # pylint: disable=import-outside-toplevel
            return raw_proofs.run(lab, program, arguments.only)
        import proofs  # pylint: disable=import-outside-toplevel
        if arguments.action == "demo":
            return proofs.demo(lab, program)
        return proofs.run(lab, program, arguments.size, arguments.only)
    finally:
        lab.servers.stop()


def parse():
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--size", choices=("small", "full"), default="small")
    shared.add_argument("--build", default=os.path.join(HERE, "..", "..", "build"))
    shared.add_argument("--only", default="", help="only the proofs with this in their name")
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    actions = parser.add_subparsers(dest="action", required=True)
    for name in ("test", "hunters", "raw", "demo", "run", "prepare"):
        actions.add_parser(name, parents=[shared])
    parser.set_defaults(hunters=False, raw=False)
    actions.choices["run"].add_argument("--hunters", action="store_true")
    actions.choices["run"].add_argument("--raw", action="store_true")
    actions.choices["run"].add_argument("command", nargs=argparse.REMAINDER)
    return parser.parse_args()


def main():
    arguments = parse()
    if os.geteuid() != 0:
        print("lab.py: needs root, for namespaces, mounts and nftables", file=sys.stderr)
        return 2
    if arguments.inside:
        return inside_namespaces(arguments)
    return outside(arguments, sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
