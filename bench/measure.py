"""measure.py: what a command costs: wall time, CPU time of its whole process tree, peak memory."""
import os
import statistics
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass

import certscape as program_module

SAMPLE_S = 0.1


@dataclass
class Cost:
    status: int
    wall_s: float
    cpu_s: float      # user and system, of the process and of everything it waited for
    output: str
    complaints: str


def cost(words, limit_s, watch=None):
    """Runs a command to its end; killed after limit_s. watch(pid) is called while it runs.

    The kernel's own account: a child's times are added to its parent when the parent waits for it,
    so the tree is complete if nobody in it leaves orphans."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        began = time.monotonic()
        process = subprocess.Popen(  # pylint: disable=consider-using-with
            words, stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True)
        killer = threading.Timer(limit_s, os.killpg, (process.pid, 9))
        killer.start()
        done = threading.Event()
        watcher = threading.Thread(target=keep_watching, args=(watch, process.pid, done))
        watcher.start()
        try:
            _, status, used = os.wait4(process.pid, 0)
            wall_s = time.monotonic() - began
        finally:
            done.set()
            killer.cancel()
            watcher.join()
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        return Cost(process.returncode, wall_s, used.ru_utime + used.ru_stime, out.read(),
                    err.read())


def keep_watching(watch, pid, done):
    while watch and not done.wait(SAMPLE_S):
        watch(pid)


def memory_kib(pid):
    """(RSS, PSS) of one process; PSS shares out the pages that several have. Zero if it is gone."""
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as rollup:
            fields = dict(line.split(":") for line in rollup.readlines()[1:])
        return tuple(int(fields[name].split()[0]) for name in ("Rss", "Pss"))
    except (OSError, KeyError, ValueError):
        return 0, 0


class Peak:
    """The highest sum of memory over a process tree that was seen."""

    def __init__(self):
        self.rss_mb = self.pss_mb = 0.0

    def __call__(self, pid):
        rss, pss = map(sum, zip(*map(memory_kib, program_module.family(pid))))
        self.rss_mb, self.pss_mb = max(self.rss_mb, rss / 1024), max(self.pss_mb, pss / 1024)


def alternate(n, limit_s, *contestants):
    """Each contestant in turn, n times, or until limit_s are over. Returns a list a contestant: the
    machine's moods meet all of them."""
    results, end = [[] for _ in contestants], time.monotonic() + limit_s
    for _ in range(n):
        for kept, contestant in zip(results, contestants):
            kept.append(contestant())
        if time.monotonic() > end:
            break
    return results


def median(values):
    return statistics.median(values)
