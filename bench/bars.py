"""bars.py: the bars of the project: a function each, which yields rows of the table."""
import json
import os
import re
import tempfile
from dataclasses import dataclass

import field
from compare import compare
from measure import Peak, alternate, cost, median

LIMIT_S = 300    # of one comparison: no repetition begins later
RUN_S = 600      # of one command
LOSS_PERCENT = 2
N_NMAPS = 10
COMPLAINTS = 20  # shown, of the first run
SWEEP_PORTS = "443,8443,9999"
SWEEP_IN_FLIGHT, SWEEP_TIMEOUT_S = 4096, 1
BRIEF = ("--rate", "0", "--timeout", str(SWEEP_TIMEOUT_S), "--retries", "0")
TEN_PORTS = "25,443,465,636,993,995,3389,5432,8443,9999"
LIVE_PER_HOST = "8"  # 800 at once: the servers share our cores and must answer in time
STORED, CHAINS = 100000, 5000


@dataclass
class Row:
    what: str
    figure: str
    bar: str
    met: bool
    n: int


def at_least(what, values, bar, unit, digits=0):
    value = median(values)
    return Row(what, f"{value:,.{digits}f} {unit}", f"≥ {bar:,.{digits}f} {unit}", value >= bar,
               len(values))


def parse(text):
    return [json.loads(line) for line in text.splitlines()]


class Bench:
    """One lab (up when first asked for) and the programs of one build."""

    def __init__(self, build, n, new_lab, say):
        self.n, self.say, self.new_lab = n, say, new_lab
        self.program = os.path.join(build, "certscape")
        self.bench = os.path.join(build, "bench")
        self._lab, self.n_stores = None, 0

    @property
    def lab(self):
        if not self._lab:
            self._lab = self.new_lab()
        return self._lab

    def done(self):
        if self._lab:
            self._lab.servers.stop()

    def scan(self, *words, watch=None):
        """A scan into a store of its own, with its rows."""
        self.n_stores += 1
        store = f"/mnt/bench-{self.n_stores}.db"
        used = cost([self.program, "scan", "--store", store, "--format", "ndjson", "--ca",
                     self.lab.root_ca, *words], RUN_S, watch)
        for suffix in ("", "-wal", "-shm"):
            if os.path.exists(store + suffix):
                os.unlink(store + suffix)
        if used.status != 0:
            raise RuntimeError(f"certscape: exit status {used.status}: {used.complaints[-2000:]}")
        used.rows = parse(used.output)
        return used

    # The bars.

    def recall(self):
        """Everything is found and nothing else, in a network that drops, refuses or loses."""
        lab = self.lab
        quick = ["-p", lab.ports, "--rate", "20000", "--timeout", "2", *lab.targets]
        for name, mode, loss, more, bar in (
                ("refusing", "refuse", 0, [], 1.0),
                ("dropping", "drop", 0, ["--retries", "0", "--per-host", "8"], 1.0),
                (f"{LOSS_PERCENT} % loss", "refuse", LOSS_PERCENT, [], 0.995)):
            lab.rules(mode)
            field.lose(loss)
            runs, = alternate(self.n, LIMIT_S, lambda m=more: self.scan(*m, *quick))
            field.lose(0)
            lab.rules("refuse")
            results = [compare(lab.truth, run.rows) for run in runs]
            for complaint in results[0].complaints[:COMPLAINTS]:
                self.say(f"{name}: {complaint}")
            yield at_least(f"recall, {name}", [100 * r.recall for r in results], 100 * bar, "%", 2)
            precision = [100 * r.found / (r.found + r.extra or 1) for r in results]
            yield at_least(f"precision, {name}", precision, 100, "%", 2)

    def nmap(self):
        """The same open ports, given to us and to ten nmaps."""
        places = field.open_ports(self.lab)
        with open("/mnt/open.txt", "w", encoding="ascii") as out:
            out.writelines(f"{ip}:{port}\n" for ip, port in places)
        script = field.nmaps(places, N_NMAPS)
        theirs, ours = alternate(
            self.n, LIMIT_S, lambda: cost(["sh", "-c", script], RUN_S),
            lambda: self.scan("--no-resolve", "--targets-from", "/mnt/open.txt"))
        found = [len({(r["ip"], r["port"]) for r in run.rows if r.get("sha256")}) for run in ours]
        seen = [run.output.count('<script id="ssl-cert"') for run in theirs]
        self.say(f"nmap: {median(seen):.0f} of {len(places)} open ports with a certificate in "
                 f"{median([run.wall_s for run in theirs]):.1f} s, "
                 f"{median([run.cpu_s for run in theirs]):.1f} s CPU; ours {median(found):.0f} in "
                 f"{median([run.wall_s for run in ours]):.1f} s, "
                 f"{median([run.cpu_s for run in ours]):.2f} s CPU")
        efficiency = [(n / our.cpu_s) / (m / their.cpu_s)
                      for n, our, m, their in zip(found, ours, seen, theirs)]
        sooner = [their.wall_s / our.wall_s for our, their in zip(ours, theirs)]
        yield at_least("certificates per CPU-second, to ten nmaps'", efficiency, 20, "×", 1)
        yield at_least("sooner done than ten nmaps", sooner, 5, "×", 1)

    def sweep(self):
        """1 % of the addresses alive: we and a bare connect() client, each with its own rate."""
        network = self.lab.plan.size.network
        bare = [os.path.join(self.bench, "bare_connect"), network, SWEEP_PORTS,
                str(SWEEP_IN_FLIGHT), str(1000 * SWEEP_TIMEOUT_S)]
        ours = [*BRIEF, "--no-resolve", "-p", SWEEP_PORTS, "--concurrency",
                str(SWEEP_IN_FLIGHT), network]
        total = field.size_of(network) * len(SWEEP_PORTS.split(","))
        for mode, name in (("refuse", "refusing"), ("drop", "dropping")):
            self.lab.rules(mode)
            ceiling, swept = alternate(self.n, LIMIT_S, lambda: cost(bare, RUN_S),
                                       lambda: self.scan(*ours))
            self.lab.rules("refuse")
            rates = [[total / run.cpu_s for run in runs] for runs in (ceiling, swept)]
            self.say(f"sweep, {name}: bare connect {median(rates[0]):,.0f} endpoints per "
                     f"CPU-second, ours {median(rates[1]):,.0f}")
            yield at_least(f"sweep of 1 % alive, {name}, to bare connect's",
                           [100 * b / a for a, b in zip(*rates)], 60, "%", 1)

    def tls13(self):
        """Ten thousand live endpoints fetched, judged, stored.

        Two connections each, for a certificate of the other key; with --one-key one."""
        live = field.Live(self.lab)
        try:
            everything = ["--no-resolve", "-p", live.ports, "--rate", "0", "--per-host",
                          LIVE_PER_HOST, live.network]
            for name, more in (("", []), (", --one-key", ["--one-key"])):
                runs, = alternate(self.n, LIMIT_S, lambda m=more: self.scan(*m, *everything))
                found = [sum(r["outcome"] == "certificate" for r in run.rows) for run in runs]
                self.say(f"tls13{name}: {median(found):.0f} of {live.n} in "
                         f"{median([run.wall_s for run in runs]):.1f} s")
                yield at_least(f"TLS 1.3 endpoints per CPU-second, judged and stored{name}",
                               [n / run.cpu_s for n, run in zip(found, runs)], 2000, "/s")
        finally:
            live.stop()

    def rss(self):
        """All our processes together while 65,536 × 10 are swept."""
        def one():
            peak = Peak()
            self.scan(*BRIEF, "--no-resolve", "-p", TEN_PORTS, self.lab.plan.size.network,
                      watch=peak)
            return peak
        self.lab.rules("drop")
        peaks, = alternate(self.n, LIMIT_S, one)
        self.lab.rules("refuse")
        for name, values in (("RSS", [p.rss_mb for p in peaks]),
                             ("PSS", [p.pss_mb for p in peaks])):
            value = median(values)
            yield Row(f"sum of {name}, 65,536 × 10", f"{value:.0f} MB", "< 150 MB", value < 150,
                      len(values))

    def second(self):
        """The same observations once more into a store that has them."""
        def one():
            with tempfile.TemporaryDirectory(dir=self.bench) as folder:  # on a disk
                used = cost([os.path.join(self.bench, "store_second"), f"{folder}/store.db",
                             str(STORED), str(CHAINS)], RUN_S)
            return float(re.search(r"second (\d+)/s", used.output)[1])
        rates, = alternate(self.n, LIMIT_S, one)
        yield at_least(f"second scan of {STORED:,}, observations into the store", rates, 20000,
                       "/s")


# Without a name in the command line.
BARS = (Bench.recall, Bench.nmap, Bench.sweep, Bench.tls13, Bench.rss, Bench.second)
