"""What the house checks share: the table of rooms, and speaking TAP.

A check is a function from a source root to a list of lines "file:line: what is wrong". Each also
plants what it must find into a scratch folder and looks for it: a check that cannot fail proves
nothing.
"""
import os
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Room:
    def __init__(self, name, kind, below, libraries):
        self.name, self.kind, self.below, self.libraries = name, kind, below, libraries


def rooms(root=ROOT):
    """Name -> Room, in the order of tools/rooms.txt."""
    table = {}
    with open(os.path.join(root, "tools", "rooms.txt"), encoding="utf-8") as file:
        for line in file:
            words = line.split()
            if not words or words[0].startswith("#"):
                continue
            name, kind, below, libraries = words
            table[name] = Room(name, kind, *({w for w in column.split(",") if w != "-"}
                                             for column in (below, libraries)))
    return table


def sources(root, *folders, suffixes=(".c", ".h")):
    """Paths below the folders, relative to root, sorted."""
    found = []
    for folder in folders:
        for path, _, names in os.walk(os.path.join(root, folder)):
            found += [os.path.relpath(os.path.join(path, name), root)
                      for name in names if name.endswith(suffixes)]
    return sorted(found)


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as file:
        return file.read()


def write(root, path, text):
    """Plants a file for a self-test."""
    full = os.path.join(root, path)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    with open(full, "w", encoding="utf-8") as file:
        file.write(text)


class Tap:
    def __init__(self):
        self.count = self.failed = 0

    def case(self, name, complaints, todo=""):
        """Passes where there are none; prints them otherwise. todo: why it need not pass yet."""
        self.count += 1
        self.failed += bool(complaints and not todo)
        for line in complaints:
            print(f"# {line}")
        print(f"{'not ' if complaints else ''}ok {self.count} - {name}" +
              (f" # TODO {todo}" if complaints and todo else ""))

    def planted(self, name, check, plant, expected):
        """The check must complain of `expected`, and of nothing else, where `plant` has been."""
        with tempfile.TemporaryDirectory() as root:
            plant(root)
            found = check(root)
        wrong = [] if len(found) == 1 and expected in found[0] else \
            [f"expected one complaint with {expected!r}, got {found}"]
        self.case(f"finds {name}", wrong)

    def done(self):
        print(f"1..{self.count}")
        sys.exit(self.failed != 0)
