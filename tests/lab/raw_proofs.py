"""raw_proofs.py: what the raw scanner promises: a function each, which returns complaints.

The listeners are no TLS servers: a row says that a port is open, and that is what is proved here. A
scan talks to each open port, too, by ordinary connections, whose ports are not those of its probes.
"""
import ipaddress
import os
import re
import signal
import subprocess
import threading
import time

import certscape as program_module
import raw_net
import raw_others
import tap
from certscape import ended_well
from raw_net import FAR, NEAR, QUICK_PORTS, REFUSE, SILENT

TEN = QUICK_PORTS[:10]
TEN_TEXT = f"{TEN[0]}-{TEN[-1]}"
RAW = ("--engine", "raw")
SCANS = 5
SENDERS = ("sendmmsg", "xdp", "live")
WANTED = 0.995           # found at 5 % loss each way
ADAPTIVE_S = 12          # 20,480 targets from 1,000/s on, and three passes' waits
PROBES_ANSWERED, PROBES_SILENT = 1.3, 2.1
DECOYS = 1               # of a host with open ports: one that nobody uses is asked, too
SAMPLE, TWO_SAMPLES = 1.1, 1.12   # some of the probes are sent twice, to know what is lost; and decoys


def ports_of(rows):
    return {(row["ip"], row["port"]) for row in rows}


def differences(wanted, got):
    """Complaints unless both sets are the same."""
    return [f"missed: {what}" for what in sorted(wanted - got)[:20]] + \
        [f"not open: {what}" for what in sorted(got - wanted)[:20]] + \
        ([f"{len(wanted & got)} of {len(wanted)} found, {len(got - wanted)} too many"]
         if wanted != got else [])


def exactly(wanted, scan):
    got = [(row["ip"], row["port"]) for row in scan.rows]
    return ended_well(scan) + differences(wanted, set(got)) + \
        ([] if len(got) == len(set(got)) else ["a port is told of twice"])


def enough(wanted, got):
    """So many that not fewer than WANTED of them are found, chance granted: three deviations."""
    n = len(wanted)
    least = WANTED * n - 3 * (n * WANTED * (1 - WANTED)) ** 0.5
    return differences(wanted, got) if len(wanted & got) < least or got - wanted else []


def at_most(what, figure, bar):
    return [] if figure <= bar else [f"{what}: {figure:,.3f}, at most {bar:,.3f} is right"]


def number_in(pattern, text):
    found = re.search(pattern, text)
    return int(found[1].replace(",", "")) if found else -1


def hosts_of(text, n=0):
    hosts = [str(ip) for ip in ipaddress.ip_network(text)]
    return hosts[:n] if n else hosts


def count_of(text):
    return ipaddress.ip_network(text).num_addresses


class Proofs:
    """The networks and the program. Each proof begins with both networks empty and unharmed."""

    def __init__(self, net, program):
        self.net = net
        self.certscape = program_module.Certscape(program, None)
        self.random = net.random

    def scan(self, *words, engine=RAW, store=None, limit_s=60):
        return self.certscape.scan(store or self.certscape.new_store(), "--no-resolve", *engine,
                                   *words, limit_s=limit_s)

    def summary(self, *words):
        """What a scan says to a person."""
        done = self.certscape.run("scan", self.certscape.new_store(), "--format", "table",
                                  "--no-resolve", *RAW, "--rate", "20000", *words)
        return done.stdout + done.stderr

    def routed(self, n, network="10.42.16.0/22", rest=REFUSE):
        """n open ports of TEN in a network behind the router."""
        wanted = self.net.some(hosts_of(network), TEN, n)
        self.net.far.opened(wanted, rest)
        return wanted, ("-p", TEN_TEXT, network)

    # All that is open is found, and nothing else.

    def a_network_that_refuses_is_found_exactly(self):
        wanted, words = self.routed(200)
        self.net.far.way()
        scan = self.scan("--rate", "20000", *words)
        probes = self.net.far.counted()["probes"]
        return exactly(wanted, scan) + at_most("probes per target", probes / 10240, SAMPLE)

    def a_silent_network_is_found_exactly(self):
        wanted, words = self.routed(200, rest=SILENT)
        self.net.far.way()
        scan = self.scan("--rate", "20000", *words)
        probes = self.net.far.counted()["probes"]
        return exactly(wanted, scan) + at_most("probes per target", probes / 10240, PROBES_SILENT)

    def our_own_network_is_found_exactly_and_the_dead_get_no_probe(self):
        hosts, _ = self.net.near_hosts(60, 0)
        wanted = self.net.some(hosts, TEN, 150)
        self.net.near.opened(wanted)
        self.net.near.way(expected=[*hosts, raw_net.LINK % 1])
        scan = self.scan("--rate", "20000", "-p", TEN_TEXT, NEAR)
        counts = self.net.near.counted()
        # Open ports are asked twice, to know what is lost; more so where targets are few.
        most = SAMPLE * 10 * (60 + 1) + DECOYS * (60 + 1) + len(wanted)
        return exactly(wanted, scan) + at_most("probes to nobody", counts["elsewhere"], 0) + \
            at_most("probes", counts["probes"], most)

    def the_dead_of_our_own_network_are_told(self):
        self.net.near_hosts(20, 0)
        said = self.summary("-p", TEN_TEXT, NEAR)
        dead = number_in(r"([\d,]+) +no answer to ARP", said)
        # Of 4,096 addresses 20 are hosts, one is near's own, one ours, two are no host's.
        complaints = [] if 40700 <= dead <= 40740 else [f"{dead} targets are told of", said]
        last = hosts_of(NEAR)[-1]
        told = f"1 host: the broadcast address of a network of ours, left out ({last}:" in said
        return complaints + ([] if told else [f"{last} is not told of:", said])

    def the_summary_counts_what_was_sent(self):
        _, words = self.routed(20)
        self.net.far.way()
        said = number_in(r"Sent ([\d,]+) probes", self.summary(*words))
        sent = self.net.far.counted()["probes"]
        return [] if said == sent else [f"{said} probes, it says; {sent} were seen"]

    def every_sender_finds_the_same(self):
        """But live frames vanish in a router that does not poll, which is noticed at once."""
        wanted, words = self.routed(200, "10.42.40.0/24")
        lost = self.scan("--sender", "live", *words)
        complaints = [] if lost.status and "do not leave" in lost.complaints else \
            ["live frames vanish unnoticed:", *lost.complaints.splitlines()]
        self.net.router_polls(True)
        return complaints + [f"{sender}: {what}" for sender in SENDERS for what in exactly(
            wanted, self.scan("--sender", sender, "--workers", "1", "--rate", "20000", *words))]

    def shards_are_the_whole_and_do_not_overlap(self):
        wanted, words = self.routed(200, "10.42.44.0/24")
        found, complaints = [], []
        for i in (1, 2, 3):
            scan = self.scan("--shard", f"{i}/3", "--rate", "20000", *words)
            complaints += ended_well(scan)
            found += ports_of(scan.rows)
        return complaints + differences(wanted, set(found)) + \
            ["a port is in two shards"] * (len(found) != len(set(found)))

    def refusal_prohibition_and_silence_are_told_apart(self):
        """By code: a router's word is not a host's."""
        self.net.far.opened((), "jump rest\n\t}\n\tchain rest {\n"
                            "\t\tip daddr 10.42.60.0/26 drop\n"
                            "\t\tip daddr 10.42.60.64/26 reject with icmp type admin-prohibited\n"
                            "\t\tip daddr 10.42.60.128/26 reject with icmp type host-unreachable\n"
                            "\t\tmeta l4proto tcp reject with tcp reset")
        said = self.summary("-p", TEN_TEXT, "10.42.60.0/24")
        complaints = [f"{reason}: {n} of {right}" for reason, right in (
            ("no answer", 640), ("connection refused", 640), ("unreachable", 1280))
            if (n := number_in(rf"([\d,]+) +{reason}", said)) != right]
        for reason in ("prohibit", "No route to host"):  # in a line, of all workers' hosts
            if (told := re.findall(rf"(\d+) hosts?: .*{reason}", said)) != ["64"]:
                complaints.append(f"{reason}: {told}, not of 64 hosts")
        return complaints + said.splitlines() * bool(complaints)

    def ipv6_is_found_on_our_link_and_behind_a_router(self):
        _, hosts6 = self.net.near_hosts(0, 40)
        wanted_near = self.net.some(hosts6, TEN, 60)
        far6 = [f"fd42::{i:x}" for i in self.random.sample(range(1, 0x10000), 100)]
        wanted_far = self.net.some(far6, TEN, 80)
        self.net.near.opened(wanted_near)
        self.net.near.way(expected=[*hosts6, raw_net.LINK6 % 1])
        self.net.far.opened(wanted_far)
        with open("/mnt/targets6", "w", encoding="ascii") as targets:
            targets.writelines(f"{ip}\n" for ip in far6)
        scan = self.scan("--rate", "20000", "-p", TEN_TEXT, "-i", "/mnt/targets6", "fd41::/120",
                         "fd42:0:0:0:1::/122")
        return exactly(wanted_near | wanted_far, scan) + \
            at_most("probes to nobody", self.net.near.counted()["elsewhere"], 0)

    def neighbours_are_found_by_multicast(self):
        """Nobody told of them but they themselves, each by one address of those it has."""
        self.net.near_hosts(0, 0)
        wanted = {(raw_net.LINK6 % 1, port) for port in TEN[:3]}
        self.net.near.opened(wanted)
        return exactly(wanted, self.scan("--ipv6-neighbours", "-p", TEN_TEXT))

    def several_interfaces_and_the_loopback_are_one_scan(self):
        hosts, _ = self.net.near_hosts(20, 0)
        near = self.net.some(hosts, TEN, 40)
        far, words = self.routed(40, "10.42.80.0/24")
        self.net.near.opened(near)
        here = self.net.listen([], TEN[:2])
        try:
            scan = self.scan("--rate", "20000", *words, NEAR, "127.0.0.1")
        finally:
            here.kill()
        # Our own address on the link is this machine, too.
        local = {(ip, port) for ip in ("127.0.0.1", raw_net.LINK % 2) for port in TEN[:2]}
        return exactly(near | far | local, scan)

    def five_scans_in_a_row_find_the_same(self):
        """masscan as it is recommended found 10, then 2, then 1 of 10: its source port was fixed,
        and the servers remembered it."""
        wanted, words = self.routed(200, "10.42.32.0/24")
        complaints, store, before = [], self.certscape.new_store(), set()
        for i in range(SCANS):
            self.net.far.way()
            scan = self.scan("--rate", "20000", *words, store=store)
            sources = self.net.far.sources()
            complaints += [f"scan {i + 1}: {what}" for what in exactly(wanted, scan)]
            complaints += [f"scan {i + 1} probed from ports of the scan before"] * \
                bool(sources & before) + ["it probed from no port"] * (not sources)
            before = sources
        return complaints

    def other_scanners_find_the_same(self):
        """Each difference would be explained here; where nothing is lost there is none."""
        if raw_others.missing():
            raise tap.Skip("no masscan, nmap and zmap")
        wanted, words = self.routed(100, "10.42.96.0/25")
        way = self.net.way_to_far()
        found = {"connect": ports_of(self.scan("--rate", "5000", *words,
                                               engine=("--engine", "connect")).rows),
                 "masscan": raw_others.masscan(way, *words[1:]),
                 "nmap": raw_others.nmap(*words[1:])}
        complaints = exactly(wanted, self.scan("--rate", "5000", *words))
        for name, got in found.items():
            complaints += [f"{name}: {what}" for what in differences(wanted, got)]
        mine = {where for where in wanted if where[1] == TEN[0]}
        return complaints + [f"zmap: {what}" for what in differences(
            mine, raw_others.zmap(way, TEN[0], words[-1]))]

    def what_others_miss_where_packets_are_lost_is_found(self):
        """At 5 % masscan misses about as many: it asks once, and only the target repeats itself."""
        if raw_others.missing():
            raise tap.Skip("no masscan, nmap and zmap")
        wanted, words = self.routed(600, "10.42.96.0/25")
        self.net.far.way(raw_net.lossy(5))
        theirs = raw_others.masscan(self.net.way_to_far(), *words[1:])
        ours = ports_of(self.scan("--rate", "5000", *words).rows)
        print(f"# of 600 masscan finds {len(theirs)}, we {len(ours)}", flush=True)
        return enough(wanted, ours) + [f"masscan: not open: {what}" for what in theirs - wanted] + \
            ([] if len(theirs) < len(ours) else ["masscan misses no more than we do"])

    # Loss.

    def lossy(self, percent, rest, network="10.42.16.0/21"):
        """Complaints, and the probes per target, of 20,480 targets, a thousand of them open. Those
        are asked once more, to know what is lost, and are far more than where people scan."""
        wanted, words = self.routed(1000, network, rest)
        self.net.far.way(raw_net.lossy(percent))
        scan = self.scan("--rate", "20000", *words, limit_s=120)
        probes = self.net.far.counted()["probes"] - len(wanted)
        each = probes / (count_of(network) * len(TEN))
        print(f"# {percent} % lost each way: {len(ports_of(scan.rows) & wanted)} of {len(wanted)}, "
              f"{each:.2f} probes per target, {scan.seconds:.1f} s", flush=True)
        return ended_well(scan) + enough(wanted, ports_of(scan.rows)), each

    def loss_is_made_good_where_hosts_refuse(self):
        complaints = []
        for percent in (2, 5):
            more, each = self.lossy(percent, REFUSE)
            complaints += more + at_most("probes per target", each, PROBES_ANSWERED)
        return complaints

    def loss_is_made_good_in_silence(self):
        complaints = []
        for percent in (2, 5):
            more, each = self.lossy(percent, SILENT)
            complaints += more + at_most("probes per target", each, PROBES_SILENT)
        return complaints

    def loss_is_made_good_on_our_link(self):
        """ARP may be lost, too."""
        n = 1500
        hosts, _ = self.net.near_hosts(n, 0)
        wanted = self.net.some(hosts, TEN, 1000)
        self.net.near.opened(wanted)
        self.net.near.way(raw_net.lossy(5))
        scan = self.scan("--rate", "20000", "-p", TEN_TEXT, NEAR, limit_s=120)
        each = self.net.near.counted()["probes"] / (10 * (n + 1))
        return ended_well(scan) + enough(wanted, ports_of(scan.rows)) + \
            at_most("probes per target", each, PROBES_ANSWERED)

    # Pace.

    def a_bottleneck_is_noticed(self):
        """The same is found through it, however fast we were allowed to be."""
        found, narrow = [], 4000
        wanted, words = self.routed(1000, "10.42.16.0/21")
        for most in (narrow, 10 * narrow):
            self.net.far.way(raw_net.bottleneck(narrow))
            scan = self.scan("--max-rate", str(most), *words, limit_s=120)
            found.append(ports_of(scan.rows))
            each = self.net.far.counted()["probes"] / 20480
            print(f"# at most {most}/s through {narrow}/s: {len(found[-1])} found, {each:.2f} probes "
                  f"per target, {scan.seconds:.1f} s", flush=True)
        return differences(wanted, found[0] & found[1] & wanted)[-1:] \
            if len(found[0] ^ found[1]) > 0.002 * len(wanted) else []

    def an_outage_on_the_way_is_outlasted(self):
        """Where answers came and now do not, it is asked again later."""
        wanted, words = self.routed(1000, "10.42.16.0/21")
        self.net.far.way()
        process = self.certscape.start_scan(self.certscape.new_store(), "--no-resolve", *RAW,
                                            "--rate", "5000", *words)
        for harm, seconds in ("", 2), ("drop", 4), ("", 0):
            self.net.far.way(harm)
            time.sleep(seconds)
        out, said = process.communicate(timeout=120)
        return enough(wanted, ports_of(program_module.parse(out))) + \
            said.splitlines() * (process.returncode != 0)

    def a_line_of_its_own_losses_is_no_bottleneck(self):
        """Nobody says how fast: what is lost at any rate is no reason to crawl."""
        wanted, words = self.routed(1000, "10.42.16.0/21")
        complaints = []
        for percent in (0, 5):
            self.net.far.way(raw_net.lossy(percent))
            scan = self.scan("--max-rate", "100000", *words, limit_s=120)
            print(f"# {percent} % lost each way: {len(ports_of(scan.rows))} found, "
                  f"{scan.seconds:.1f} s", flush=True)
            complaints += ended_well(scan) + enough(wanted, ports_of(scan.rows)) + \
                at_most(f"seconds at {percent} %", scan.seconds, ADAPTIVE_S)
        return complaints

    def no_more_is_sent_than_was_told(self):
        _, words = self.routed(100, "10.42.16.0/22")
        complaints = []
        for option, most in (("--rate", 3000), ("--max-rate", 3000)):
            self.net.far.way(faster_than=int(1.1 * most))
            scan = self.scan(option, str(most), *words)
            complaints += ended_well(scan) + \
                at_most(f"too fast for {option}", self.net.far.counted()["too_fast"], 0)
        return complaints

    def where_all_ports_are_open_no_more_is_sent_either(self):
        """Each SYN-ACK is answered by our reset and our kernel's."""
        self.net.far.opened(())
        self.net.tarpit()
        complaints = []
        for option in "--rate", "--host-rate":
            self.net.far.way(faster_than=int(1.1 * 900))
            scan = self.scan(option, "900", "-p", "30001-32000", raw_net.TARPIT)
            complaints += ended_well(scan) + \
                at_most(f"too fast for {option}", self.net.far.counted()["too_fast"], 0)
        return complaints

    def few_hosts_meet_no_more_than_their_shares(self):
        """Of a local network ten are there, and all that may go would go to them."""
        hosts, _ = self.net.near_hosts(9, 0)
        ports = f"{QUICK_PORTS[0]}-{QUICK_PORTS[-1]}"
        complaints = []
        for option, most, together in (("--host-rate", 50, 500), ("--net-rate", 400, 4000)):
            wanted = self.net.some(hosts, QUICK_PORTS, 30)
            self.net.near.opened(wanted)
            self.net.near.way(faster_than=int(1.1 * together))
            scan = self.scan("--rate", "20000", option, str(most), "-p", ports, NEAR)
            complaints += exactly(wanted, scan) + \
                at_most(f"too fast for {option}", self.net.near.counted()["too_fast"], 0)
        said = self.scan("--rate", "20000", "-p", ports, hosts[0]).complaints
        return complaints + said.splitlines() * ("only 1000 packets a second" not in said)

    def slow_hosts_stall_nobody(self):
        """Some never speak, some take a connection at a time, some shake hands for two seconds: what
        is quick is told as soon as without them."""
        quick, words = self.routed(200, "10.42.64.0/24")
        slow_ports = {"silent": 31800, "single": 31801, "delayed": 31802}
        slow = {(f"10.42.65.{i}", port) for i in range(1, 6) for port in slow_ports.values()}
        self.net.far.opened(quick | slow)
        servers = [self.net.listen(self.net.far.inside(), [port], manner)
                   for manner, port in slow_ports.items()]
        try:
            process = self.certscape.start_scan(
                self.certscape.new_store(), "--no-resolve", *RAW, "--rate", "5000",
                "-p", ",".join(map(str, (*TEN, *slow_ports.values()))), words[-1], "10.42.65.0/28")
            told, began = {}, time.monotonic()
            reader = threading.Thread(target=self.read_rows, args=(process, told, began))
            reader.start()
            complaints = process.stderr.read().splitlines()
            reader.join()
            status = process.wait(timeout=60)
        finally:
            for server in servers:
                server.kill()
        late = max((told.get(where, 99.0) for where in quick), default=99.0)
        return ([f"exit status {status}", *complaints] if status else []) + \
            differences(quick | slow, set(told)) + at_most("the last quick host, seconds", late, 6)

    @staticmethod
    def read_rows(process, told, began):
        for line in process.stdout:
            for row in program_module.parse(line):
                told[(row["ip"], row["port"])] = time.monotonic() - began

    # Firewalls and tarpits.

    def behind_our_own_firewall_all_is_found_and_nothing_is_left_half_open(self):
        """It swallows the SYN-ACKs, so our kernel does not refuse them: we must."""
        wanted, words = self.routed(200, "10.42.48.0/23")
        self.net.firewall()
        scan = self.scan("--rate", "20000", *words)
        end = time.monotonic() + 3
        while (left := [line for line in self.net.far.half_open()  # not of scans before
                        if "10.42.48." in line or "10.42.49." in line]) and time.monotonic() < end:
            time.sleep(0.2)
        return exactly(wanted, scan) + [f"half-open: {line}" for line in left[:5]]

    def a_host_that_accepts_everywhere_is_told_as_such(self):
        wanted, words = self.routed(50, "10.42.254.0/24")
        self.net.tarpit()
        ports = f"{QUICK_PORTS[0]}-{QUICK_PORTS[-1]}"
        scan = self.scan("--rate", "20000", "-p", ports, *words[2:], raw_net.TARPIT)
        there = {where for where in ports_of(scan.rows) if where[0] != raw_net.TARPIT}
        complaints = ended_well(scan) + differences(wanted, there)
        told = [line for line in scan.complaints.splitlines() if raw_net.TARPIT in line]
        said = self.summary("-p", ports, raw_net.TARPIT)
        unasked = number_in(r"([\d,]+) +open like all ports", said)
        return complaints + ([] if told else ["nothing is told of it:",
                                              *scan.complaints.splitlines()]) + \
            ([] if unasked == len(QUICK_PORTS) else [f"{unasked} ports were not asked:", said])

    # Ends.

    def killed_it_goes_on_and_repeats_next_to_nothing(self):
        """At most a second of probes; also in silence, where everybody is asked a second time."""
        return self.killed(400, "10.42.16.0/21", REFUSE, 4000, 3, TWO_SAMPLES) + \
            self.killed(50, "10.42.16.0/20", SILENT, 8000, 4, 2.01)

    def killed(self, n, network, rest, rate, after_s, needed):
        store = self.certscape.new_store()
        wanted, words = self.routed(n, network, rest)
        self.net.far.way()
        command = self.certscape.scan_command(store, ["--no-resolve", *RAW, "--rate", str(rate),
                                                      *words])
        # Into a file: a full pipe would hold up the scan, and lose what is stored and not printed.
        with open("/mnt/cut", "w+", encoding="utf-8") as out:
            process = subprocess.Popen(  # pylint: disable=consider-using-with
                command, stdout=out, stderr=subprocess.DEVNULL, start_new_session=True)
            time.sleep(after_s)
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=30)
            out.seek(0)
            cut = program_module.parse(out.read())
        before = self.net.far.counted()["probes"]
        more = self.certscape.scan(store, "--resume", "1", "--no-resolve", *RAW, "--rate",
                                   str(rate))
        probes = self.net.far.counted()["probes"]
        complaints = ended_well(more)
        if not cut or not more.rows:
            complaints.append(f"{len(cut)} rows before, {len(more.rows)} after: no proof")
        twice = ports_of(cut) & ports_of(more.rows)
        repeated = probes - count_of(network) * len(TEN) * needed
        print(f"# {probes} probes, of them {before} before, {repeated:.0f} repeated", flush=True)
        return complaints + differences(wanted, ports_of(cut) | ports_of(more.rows)) + \
            [f"told twice: {where}" for where in sorted(twice)[:5]] + \
            at_most("probes repeated", repeated, rate)

    def a_single_host_gets_all_of_its_rate_from_many_workers(self):
        self.net.far.opened({("10.42.16.7", TEN[0])})
        scan = self.scan("--workers", "8", "-p", "30001-34000", "10.42.16.7")
        return exactly({("10.42.16.7", TEN[0])}, scan) + at_most("seconds", scan.seconds, 4 + 5)

    def an_interface_that_goes_down_is_waited_for(self):
        """Nobody is called silent for it, and nothing is asked twice."""
        hosts, _ = self.net.near_hosts(60, 0)
        wanted = self.net.some(hosts, QUICK_PORTS, 100)
        self.net.near.opened(wanted)
        self.net.near.way()
        process = self.certscape.start_scan(
            self.certscape.new_store(), "--no-resolve", *RAW, "--rate", "1000", "-p",
            f"{QUICK_PORTS[0]}-{QUICK_PORTS[-1]}", NEAR)
        for state, seconds in ("up", 4), ("down", 2), ("up", 0):
            subprocess.run(["ip", "link", "set", "on0", state], check=True, timeout=60)
            time.sleep(seconds)
        out, said = process.communicate(timeout=60)
        probes = self.net.near.counted()["probes"]
        got = ports_of(program_module.parse(out))
        return enough(wanted, got) + \
            at_most("probes per target", probes / (61 * len(QUICK_PORTS)), SAMPLE) + \
            [f"not told: {line}" for line in ("on0 is down", "on0 is up") if line not in said] + \
            said.splitlines() * (process.returncode != 0)

    # The choice of an engine.

    def the_engine_is_chosen_by_what_we_may(self):
        """With the right it is raw, without it is connect, and either says so in a line."""
        wanted, words = self.routed(20, "10.42.90.0/28")
        complaints = []
        for prefix, engine, status in ((), "raw", 0), (self.no_right(), "connect", 0):
            said = self.run_as(prefix, "auto", words)
            complaints += differences(wanted, ports_of(said.rows))
            lines = [line for line in said.complaints.splitlines() if f"engine {engine}" in line]
            if said.status != status or len(lines) != 1:
                complaints += [f"auto is not {engine}:", *said.complaints.splitlines()]
        refused = self.run_as(self.no_right(), "raw", words)
        if refused.status == 0 or "setcap cap_net_raw" not in refused.complaints:
            complaints += ["--engine raw without the right:", *refused.complaints.splitlines()]
        return complaints

    @staticmethod
    def no_right():
        return ("setpriv", "--bounding-set=-net_raw", "--inh-caps=-net_raw")

    def run_as(self, prefix, engine, words):
        command = self.certscape.scan_command(self.certscape.new_store(),
                                              ["--no-resolve", "--engine", engine, *words])
        return program_module.run_scan([*prefix, *command], 60)

    def a_dry_run_sends_nothing(self):
        _, words = self.routed(20, "10.42.90.0/28")
        self.net.far.way()
        said = self.summary("--dry-run", *words)
        return at_most("packets", self.net.far.counted()["everything"], 0) + \
            [f"it does not say {what}: {said}" for what in ("raw", "up0", "160")
             if what not in said]


PROOFS = [getattr(Proofs, name) for name in vars(Proofs)
          if name.count("_") > 2 and not name.startswith("_")]


class Fresh:
    """A proof with the networks as they were at first."""

    def __init__(self, proof):
        self.proof, self.__name__ = proof, proof.__name__

    def __call__(self, proofs):
        proofs.net.clean()
        return self.proof(proofs)


def run(net, program, only=""):
    return tap.run([Fresh(proof) for proof in PROOFS], Proofs(net, program), only)
