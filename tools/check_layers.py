#!/usr/bin/env python3
"""Every #include in src/ goes where tools/rooms.txt lets it: rooms downward, libraries by name."""
import re

import house

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)', re.M)

# Header prefix -> the library that a room must name for it.
LIBRARIES = {
    "openssl/": "libcrypto",
    "sqlite3": "sqlite3",
    "ares": "libcares",
    "expat": "expat",
    "seccomp": "libseccomp",
    "jansson": "jansson",
    "yaml": "yaml-0.1",
    "pcap": "libpcap",
    "bpf/": "libbpf",
    "xdp/": "libxdp",
    "zlib": "zlib",
    "event": "libevent",
    "curl/": "libcurl",
}


def complaint(table, room, own, system):
    """What is wrong with one include in this room, or None."""
    if own:
        target = own.split("/")[0]
        if "/" not in own or target not in table:
            return f'"{own}" is no header of a room: write "room/name.h"'
        if target != room.name and target not in room.below:
            return f'{room.name} may not include "{own}" (tools/rooms.txt)'
        return None
    for prefix, library in LIBRARIES.items():
        if system.startswith(prefix) and library not in room.libraries:
            return f"{room.name} does not use {library}, so not <{system}> (tools/rooms.txt)"
    return None


def check(root):
    table = house.rooms(root)
    found = []
    for path in house.sources(root, "src"):
        name = path.split("/")[1]
        if name not in table:
            found.append(f"{path}:1: {name} is no room of tools/rooms.txt")
            continue
        text = house.read(root, path)
        for match in INCLUDE.finditer(text):
            what = complaint(table, table[name], *match.groups())
            if what:
                line = text.count("\n", 0, match.start(1 if match.group(1) else 2)) + 1
                found.append(f"{path}:{line}: {what}")
    return found


def below_is_below(root):
    """A room's row names only rooms above it in the table, so there is no circle."""
    seen, found = set(), []
    for name, room in house.rooms(root).items():
        found += [f"tools/rooms.txt: {name} names {below}, which does not come before it"
                  for below in sorted(room.below - seen)]
        seen.add(name)
    return found


ROWS = "base pure - -\nwire pure base -\nstore edge base sqlite3\n"


def planter(path, text):
    def plant(root):
        house.write(root, "tools/rooms.txt", ROWS)
        house.write(root, "src/base/buf.h", "#pragma once\n#include <stdint.h>\n")
        house.write(root, "src/store/store.c", '#include "base/buf.h"\n#include <sqlite3.h>\n')
        house.write(root, path, text)
    return plant


if __name__ == "__main__":
    tap = house.Tap()
    tap.case("every include goes downward", check(house.ROOT))
    tap.case("the table of rooms has no circle", below_is_below(house.ROOT))
    tap.planted("a room included upward", check,
                planter("src/wire/a.c", '\n#include "store/store.h"\n'), "src/wire/a.c:2: wire may not")
    tap.planted("a library in the wrong room", check,
                planter("src/wire/a.c", "#include <sqlite3.h>\n"), "src/wire/a.c:1: wire does not use")
    tap.planted("a header without its room", check,
                planter("src/base/a.c", '# include "buf.h"\n'), "src/base/a.c:1: \"buf.h\"")
    tap.planted("a folder that is no room", check,
                planter("src/attic/a.c", ""), "attic is no room")
    tap.planted("a circle", below_is_below,
                lambda root: house.write(root, "tools/rooms.txt", "a pure b -\nb pure - -\n"), "a names b")
    tap.done()
