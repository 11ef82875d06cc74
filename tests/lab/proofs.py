"""proofs.py: what certscape promises of a network, each promise a function that returns complaints."""
import copy
import random
import re
import traceback

import certscape as program_module
import sclient
from compare import compare

FAILED = 3
QUICK = ("--timeout", "2", "--rate", "20000", "--retries", "1")


class Proofs:
    """One lab, one program, and the store of the first whole scan, which later proofs go on from."""

    def __init__(self, lab, program):
        self.lab = lab
        self.certscape = program_module.Certscape(program, lab.root_ca)
        self.whole = ["-p", lab.ports, *QUICK]
        self.first_store = self.certscape.new_store()
        self.first = None

    # The lab itself.

    def the_truth_is_what_openssl_sees(self):
        complaints, seen = [], set()
        for endpoint in self.lab.plan.endpoints:
            if (endpoint.kind, endpoint.port) in seen or endpoint.service == "xrdp":
                continue  # openssl cannot ask for TLS in RDP
            seen.add((endpoint.kind, endpoint.port))
            for i, chain in enumerate(endpoint.chains):
                algorithms = ("rsa", "ecdsa")[i] if len(endpoint.chains) > 1 else ""
                real = sclient.chain_at(endpoint.ip, endpoint.port, endpoint.sni, endpoint.kind,
                                        algorithms)
                if real != chain.sha256:
                    complaints.append(f"{endpoint.ip} port {endpoint.port} ({endpoint.kind}): "
                                      f"openssl sees {real}, the truth is {chain.sha256}")
        return complaints


PROOFS = (
    Proofs.the_truth_is_what_openssl_sees,
)


def run(lab, program, only=""):
    """All proofs as TAP, without the plan. Returns FAILED or 0: 1 is Python's own, for a crash."""
    proofs, failed = Proofs(lab, program), 0
    for proof in PROOFS:
        if only not in proof.__name__:
            continue
        try:
            complaints = proof(proofs)
        except Exception:  # pylint: disable=broad-except
            complaints = traceback.format_exc().splitlines()
        failed += bool(complaints)
        for complaint in complaints[:20]:
            print(f"# {complaint}")
        print(f"{'not ' if complaints else ''}ok - {proof.__name__}", flush=True)
    return FAILED if failed else 0
