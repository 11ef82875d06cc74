#!/usr/bin/env python3
"""check_man.py: what --help offers stands in the man page, and the man page offers nothing else.

usage: check_man.py CERTSCAPE MAN_SOURCE
"""
import re
import subprocess
import sys

program, source = sys.argv[1:3]
with open(source, encoding="utf-8") as f:
    manual = f.read()


def run(*args):
    return subprocess.run([program, *args], capture_output=True, text=True, check=True).stdout


commands = re.findall(r"^  certscape (\w+)", run("help"), re.M)
offered = {option for c in commands for option in re.findall(r"--[a-z][a-z-]+", run(c, "--help"))}
told = set(re.findall(r"--[a-z][a-z-]+", manual))
problems = [f"{o} is not in the man page" for o in sorted(offered - told)]
problems += [f"{o} of the man page is no option" for o in sorted(told - offered - {"--help"})]
problems += [f"{c} is not in the man page" for c in commands if f"certscape {c}" not in manual]
# Every field that can be searched for has its row, with its other names.
for line in run("list", "--fields").splitlines():
    names = re.findall(r"[\w]+", re.match(r"\w+(?: \(.*?\))?", line)[0])
    row = "|  " + ", ".join(names).replace("_", "\\_") + "\n"
    if row not in manual:
        problems.append(f"the field {', '.join(names)} is not in the man page's table")
for problem in problems:
    print("#", problem)
print("not ok" if problems else "ok", "1 - the man page tells every option\n1..1")
sys.exit(bool(problems))
