#!/usr/bin/env python3
"""Asks nm what the libraries of the pure rooms call: no clock, no file, no socket, no chance.

    tools/check_pure.py BUILD_FOLDER
"""
import os
import re
import subprocess
import sys

import house

FORBIDDEN = {
    "the clock": "time clock clock_gettime clock_getres gettimeofday ftime timespec_get sleep usleep"
                 " nanosleep alarm setitimer timerfd_create localtime localtime_r mktime"
                 " X509_cmp_current_time X509_gmtime_adj",
    "files": "open open64 openat openat64 creat fopen fopen64 freopen fdopen opendir readdir read pread"
             " write pwrite readv writev fread fwrite fgets getline close stat stat64 fstat fstat64 lstat"
             " access unlink rename mkdir mmap mmap64 ioctl fcntl fcntl64 fsync remove tmpfile mkstemp"
             " BIO_new_file BIO_new_fp SSL_load_verify_locations X509_load_cert_file",
    "the network": "socket socketpair connect bind listen accept accept4 send sendto sendmsg sendmmsg recv"
                   " recvfrom recvmsg recvmmsg getaddrinfo getnameinfo gethostbyname poll ppoll select"
                   " epoll_create1 epoll_wait epoll_ctl if_nametoindex if_indextoname",
    "the terminal": "printf vprintf puts putchar putc fputs fputc fprintf vfprintf perror scanf getchar"
                    " stdout stderr stdin syslog",
    "the process": "getenv secure_getenv setenv system popen fork execve execvp kill raise signal sigaction"
                   " getpid exit _exit pthread_create setlocale",
    "chance": "rand random srand rand_r drand48 arc4random getrandom getentropy RAND_bytes"
              " RAND_priv_bytes",
}
WHY = {symbol: why for why, symbols in FORBIDDEN.items() for symbol in symbols.split()}

# The one place where chance is made (docs/ARCHITECTURE.md).
ALLOWED = {("crypto", "random.c", "chance")}


def plain(symbol):
    """fortify's __read_chk, glibc's __isoc99_scanf and versions are the function itself."""
    symbol = symbol.split("@")[0]
    match = re.match(r"__(\w+)_chk$|__isoc\d+_(\w+)$", symbol)
    return (match.group(1) or match.group(2)) if match else symbol


def check_archive(room, archive):
    """Complaints of one room's static library."""
    out = subprocess.run(["nm", "-u", "--format=posix", archive], check=True, capture_output=True,
                         text=True)
    found, member = [], ""
    for line in out.stdout.splitlines():
        header = re.match(r".*\[(?:.*/)?(.*)\]:$", line)
        if header:
            member = re.sub(r"^src_[a-z0-9]+_|\.o$", "", header.group(1))
            continue
        symbol = plain(line.split()[0]) if line.split() else ""
        why = WHY.get(symbol)
        if why and (room, member, why) not in ALLOWED:
            found.append(f"src/{room}/{member}: calls {symbol}(), which is {why}")
    return found


def check(build):
    found = []
    for room in house.rooms().values():
        archive = os.path.join(build, f"libcertscape_{room.name}.a")
        has_sources = any(path.endswith(".c") for path in house.sources(house.ROOT, "src/" + room.name))
        if room.kind != "pure" or not has_sources:
            continue
        if os.path.exists(archive):
            found += check_archive(room.name, archive)
        else:
            found.append(f"{archive}: not built")
    return found


def planted(tap, name, code, room, member, expected):
    """Compiles the code into an archive of its own, as the build does."""
    def plant(root):
        house.write(root, member, code)
        subprocess.run(["cc", "-O2", "-c", member, "-o", f"src_{room}_{member}.o"], cwd=root, check=True)
        subprocess.run(["ar", "crsT", "lib.a", f"src_{room}_{member}.o"], cwd=root, check=True)
    tap.planted(name, lambda root: check_archive(room, os.path.join(root, "lib.a")), plant, expected)


if __name__ == "__main__":
    tap = house.Tap()
    tap.case("pure rooms ask nobody", check(sys.argv[1]))
    planted(tap, "a clock", "#include <time.h>\nlong f(void) { return time(0); }\n", "base", "a.c",
            "src/base/a.c: calls time()")
    planted(tap, "a line on the terminal", '#include <stdio.h>\nvoid f(int x) { printf("%d", x); }\n',
            "wire", "starttls_x.c", "calls printf()")
    planted(tap, "chance outside its place",
            "#include <sys/random.h>\nlong f(void *p) { return getrandom(p, 8, 0); }\n", "crypto", "kex.c",
            "src/crypto/kex.c: calls getrandom(), which is chance")
    tap.done()
