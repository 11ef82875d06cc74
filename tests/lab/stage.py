"""stage.py: the lab, up and running: what the proofs, the demo and the benchmarks stand on."""
import json
import os
import subprocess
import time

import network
import pki as pki_module
import plan as planning
import root as base_root
import servers as servers_module


class Stage:
    """The lab of one size. Must be made inside namespaces of its own (lab.py sees to that)."""

    def __init__(self, size, say=lambda text: None):
        started = time.monotonic()
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/mnt"], check=True, timeout=60)
        base = base_root.ensure()
        servers_module.make_root(base)
        network.up()
        say("keys and certificates")
        self.pki = pki_module.Pki(f"{servers_module.LAB}/pki")
        self.planner = planning.Planner(self.pki)
        self.plan = self.planner.make(planning.SIZES[size])
        with open("/mnt/truth.json", "w", encoding="utf-8") as out:
            json.dump(self.plan.truth(), out, indent=1)
        self.truth = self.plan.truth()
        self.root_ca = self.pki.authorities["root"].path
        say("servers")
        # Open to all until everything is up: readiness must not depend on the rules.
        self.servers = servers_module.Servers()
        self.servers.start(self.plan)
        self.rules("refuse")
        self.resolver()
        say(f"{len(self.plan.endpoints)} endpoints on {self.n_alive()} addresses of "
            f"{self.plan.size.network}, up after {time.monotonic() - started:.0f} s")

    def n_alive(self):
        return len({e.ip for e in self.plan.endpoints})

    def rules(self, mode):
        network.rules(self.plan.endpoints, mode)

    def resolver(self):
        """The lab's DNS is ours, whatever the host asks; nothing of the host is written."""
        with open("/mnt/resolv.conf", "w", encoding="ascii") as out:
            out.write(f"nameserver {network.GATEWAY}\noptions timeout:1 attempts:2\n")
        target = os.path.realpath("/etc/resolv.conf")
        if not os.path.exists(target):  # it pointed into the /run that we have hidden
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(target, "w", encoding="ascii"):
                pass
        subprocess.run(["mount", "--bind", "/mnt/resolv.conf", target], check=True, timeout=60)

    @property
    def targets(self):
        return [self.plan.size.network, planning.NETWORK6]

    @property
    def ports(self):
        return ",".join(str(port) for port in self.plan.ports)
