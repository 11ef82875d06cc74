#!/usr/bin/env python3
"""A .c that reads bytes of strangers has a fuzz target of its name, or a reason in fuzz_exempt.txt.

In the rooms that read them, that is every file with a function that takes a struct span. A fuzz target
counts if the room's tests/unit/<room>/meson.build lists it and its corpus has a seed.
"""
import os
import re

import house

ROOMS = ["base", "doc", "inet", "wire", "x509", "observe", "import", "query", "link", "http",
         "alert"]
COMMENT = re.compile(r"/\*.*?\*/", re.S)
# The head of a function definition with a span among its parameters: "name(... struct span ...)\n{".
READER = re.compile(r"^[a-z][^\n;={}]*\([^;={}]*\bstruct span\b[^;={}]*\)\n\{", re.M)


def readers(root):
    """Paths of the files, below src/, that read spans."""
    found = []
    for room in ROOMS:
        for path in house.sources(root, "src/" + room, suffixes=(".c",)):
            if READER.search(COMMENT.sub("", house.read(root, path))):
                found.append(path[len("src/"):])
    return found


def targets(root, room):
    """The fuzz targets that the room's tests list."""
    path = f"tests/unit/{room}/meson.build"
    if not os.path.exists(os.path.join(root, path)):
        return set()
    lists = re.findall(r"^fuzz_tests \+?= \[(.*?)\]", house.read(root, path), re.M | re.S)
    return set(re.findall(r"'(\w+)'", " ".join(lists)))


def exemptions(root):
    rows = {}
    for line in house.read(root, "tools/fuzz_exempt.txt").splitlines():
        words = line.split(None, 1)
        if words and not line.startswith("#"):
            rows[words[0]] = words[1] if len(words) > 1 else ""
    return rows


def through(reason):
    """The targets that read a file which has none of its name: "through a,b: why"."""
    names = re.match(r"through ([\w,]+): ", reason)
    return names[1].split(",") if names else []


def has_seed(root, name):
    folder = os.path.join(root, "tests/fuzz/corpus", name)
    return os.path.isdir(folder) and any(not n.startswith(".") for n in os.listdir(folder))


def check(root):
    exempt, found = exemptions(root), []
    needed = set()
    for path in readers(root):
        room, below = path.split("/", 1)
        name = below[:-len(".c")].replace("/", "_")
        if name not in targets(root, room):
            needed.add(path)
            if not exempt.get(path):
                found.append(f"src/{path}:1: reads spans and has no fuzz target"
                             f" tests/unit/{room}/{name}_fuzz.c")
        elif not has_seed(root, name):
            found.append(f"tests/fuzz/corpus/{name}:1: no seed")
    listed = set().union(*(targets(root, room) for room in ROOMS))
    found += [f"tools/fuzz_exempt.txt: {path} goes through {name}, which is no target"
              for path, reason in exempt.items() for name in through(reason) if name not in listed]
    found += [f"tools/fuzz_exempt.txt: {path} needs no exemption" for path in sorted(set(exempt) - needed)]
    return found


READS = "/* a(struct span s) */\nint a_read(struct span s)\n{\n\treturn 1;\n}\n"


def planter(path=None, code=READS, listed="", exempt="", seed=True):
    def plant(root):
        house.write(root, "tools/fuzz_exempt.txt", exempt)
        house.write(root, "src/wire/quiet.c", "/* f(struct span s) */\nint f(int s)\n{\n\treturn s;\n}\n")
        house.write(root, "tests/unit/wire/meson.build", f"fuzz_tests = [\n  {listed}\n]\n")
        if path:
            house.write(root, path, code)
        if seed:
            house.write(root, "tests/fuzz/corpus/starttls_x/1", "")
    return plant


if __name__ == "__main__":
    tap = house.Tap()
    tap.case("every reader of spans is fuzzed", check(house.ROOT))
    tap.planted("a reader without a target", check, planter("src/wire/starttls/x.c"),
                "src/wire/starttls/x.c:1: reads spans")
    tap.planted("a target without a seed", check,
                planter("src/wire/starttls/x.c", listed="'starttls_x',", seed=False), "no seed")
    tap.planted("an exemption that nobody needs", check,
                planter("src/wire/starttls/x.c", listed="'starttls_x'", exempt="wire/starttls/x.c old\n"),
                "needs no exemption")
    tap.planted("an exemption without a reason", check,
                planter("src/wire/a.c", exempt="wire/a.c\n"), "src/wire/a.c:1: reads spans")
    tap.planted("an exemption through no target", check,
                planter("src/wire/a.c", exempt="wire/a.c through b: why\n"), "b, which is no target")
    tap.done()
