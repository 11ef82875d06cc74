"""tap.py: proofs, told as TAP."""
import time
import traceback

FAILED = 3       # 1 is Python's own, for a crash
COMPLAINTS = 60  # shown of one proof


class Skip(Exception):
    """A proof cannot be held here; says why, word for word as in tests/allowed-skips."""


def run(functions, proofs, only=""):
    """Each of the functions with this in its name, without the plan. Returns FAILED or 0."""
    failed = 0
    for proof in functions:
        if only not in proof.__name__:
            continue
        began = time.monotonic()
        try:
            complaints = proof(proofs)
        except Skip as reason:
            print(f"ok - {proof.__name__} # SKIP {reason}", flush=True)
            continue
        except Exception:  # pylint: disable=broad-except
            complaints = traceback.format_exc().splitlines()
        failed += bool(complaints)
        for complaint in complaints[:COMPLAINTS]:
            print(f"# {complaint}")
        print(f"# {time.monotonic() - began:.1f} s")
        print(f"{'not ' if complaints else ''}ok - {proof.__name__}", flush=True)
    return FAILED if failed else 0
