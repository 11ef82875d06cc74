"""served.py: openssl s_server on a port of its own."""
import contextlib
import random
import socket
import subprocess
import time

# Below the ports that connections are given: one of those can be taken before a server has it. No
# protocol that we know has its port here.
FIRST_PORT, LAST_PORT = 29000, 31999
PATIENCE_S = 10


def free_port(host="127.0.0.1"):
    while True:
        port = random.randint(FIRST_PORT, LAST_PORT)
        with socket.socket() as s, contextlib.suppress(OSError):
            s.bind((host, port))
            return port


@contextlib.contextmanager
def serving(*options, host="127.0.0.1", port=0):
    """Yields its port; 0: a free one."""
    port = port or free_port(host)
    process = subprocess.Popen(["openssl", "s_server", "-accept", f"{host}:{port}", "-quiet", *options],
                               stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + PATIENCE_S
        while True:
            with contextlib.suppress(OSError), socket.create_connection((host, port), 1):
                break
            assert process.poll() is None and time.monotonic() < end, "openssl s_server does not serve"
            time.sleep(0.05)
        yield port
    finally:
        process.kill()
        process.wait()
