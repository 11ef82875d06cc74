"""capture.py KIND FILE: captures to measure `certscape watch` with; FILE.ca is the root to trust.

The handshakes are real: OpenSSL on both sides, through memory, once a certificate. What they said
is then said again by other addresses and ports, some connections at once, in Ethernet, IPv4 and
TCP with right checksums.
"""
import os
import random
import shutil
import ssl
import struct
import sys
import tempfile
import time
from dataclasses import dataclass

sys.dont_write_bytecode = True
sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests", "lab"))

import kinds as lab_kinds  # noqa: E402  pylint: disable=wrong-import-position
from pki import Pki  # noqa: E402  pylint: disable=wrong-import-position

MSS = 1460
AT_ONCE = 64        # connections that talk in turn
FRAME_US = 10       # between two frames
FIN, SYN, PSH, ACK = 1, 2, 8, 16
CLIENTS, SERVERS = 0x0a000000, 0xc6120000  # 10.0.0.0/8 and 198.18.0.0/15
TLS13_EVERY = 5     # certificates: the last of so many is shown in TLS 1.3

GOOD = (
    lab_kinds.Kind("rsa2048", key="rsa:2048", names=3),
    lab_kinds.Kind("p256", names=10),
    lab_kinds.Kind("san40", names=40),
)
# One server in four has one of these: many more than in a real network.
BAD = (
    lab_kinds.Kind("self-signed", issuer="", chain=()),
    lab_kinds.Kind("expired", days=(-400, -3)),
    lab_kinds.Kind("foreign", issuer="foreign-intermediate", chain=("foreign-intermediate",)),
)


@dataclass
class Shape:
    """One kind of capture."""
    connections: int
    certificates: int = 0  # 0: no TLS
    servers: int = 1
    answer: int = 500      # bytes that a server says after the handshake
    text: str = ""         # without TLS: "" nothing, "noise" random bytes of both sides


SHAPES = {
    "handshakes": Shape(25000, 300, 2000),
    "repeats": Shape(50000, 10, 10),
    "bulk": Shape(8000, 100, 400, 112 << 10),
    "idle": Shape(1000000, servers=50000),
    "noise": Shape(5000, servers=100, text="noise"),
}


# Talks: lists of (from_client, bytes).

def listen(side):
    try:
        side.do_handshake()
        while True:
            side.read(1 << 20)
    except ssl.SSLWantReadError:
        pass


def pump(talk, begins, sides):
    """What both have to say, until neither says anything. sides: (object, incoming, outgoing)."""
    turn, silent = begins, 0
    while silent < 2:
        said = sides[turn][2].read()
        silent = 0 if said else silent + 1
        if said:
            talk.append((turn == 0, said))
            sides[1 - turn][1].write(said)
        turn = 1 - turn
        listen(sides[turn][0])


def tls_talk(bundle, key, name, version, answer):
    """One connection: handshake, request, answer; nobody says goodbye but TCP."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(bundle, key)
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    client.minimum_version = client.maximum_version = version
    bios = [ssl.MemoryBIO() for _ in range(4)]
    us = client.wrap_bio(*bios[:2], server_hostname=name)
    them = server.wrap_bio(*bios[2:], server_side=True)
    sides, talk = ((us, *bios[:2]), (them, *bios[2:])), []
    listen(us)
    pump(talk, 0, sides)
    us.write(b"GET / HTTP/1.1\r\nHost: " + name.encode() + b"\r\n\r\n")
    pump(talk, 0, sides)
    them.write(os.urandom(answer))
    pump(talk, 1, sides)
    return talk


def kind_of(i):
    return BAD[i // 4 % len(BAD)] if i % 4 == 3 else GOOD[i // 4 % len(GOOD)]


def tls_talks(shape, ca):
    talks = []
    with tempfile.TemporaryDirectory() as folder:
        pki = Pki(folder)
        shutil.copyfile(pki.authorities["root"].path, ca)
        for i in range(shape.certificates):
            kind, name = kind_of(i), f"w{i}.example.test"
            leaf = pki.leaf(kind, name)
            bundle, _ = pki.bundle(leaf, kind.chain)
            last = i % TLS13_EVERY == TLS13_EVERY - 1
            version = ssl.TLSVersion.TLSv1_3 if last else ssl.TLSVersion.TLSv1_2
            talks.append(tls_talk(bundle, leaf.key, name, version, shape.answer))
    return talks


def noise_talks(rng):
    return [[(i % 2 == 0, rng.randbytes(rng.randrange(1, 4000))) for i in range(10)]
            for _ in range(200)]


# Frames.

def ones_sum(data):
    """The sum of RFC 1071, not folded: data is one number to the base 65536."""
    return int.from_bytes(data if len(data) % 2 == 0 else data + b"\0", "big") % 65535


class Connection:
    """The TCP segments of one talk, as frames, in order."""

    def __init__(self, number, server, talk, closes):
        self.ends = ((CLIENTS + number // 50000 * 251 + number % 251, 10000 + number % 50000),
                     (SERVERS + server, 443))
        self.next, self.talk, self.closes = [number * 7919, number * 104729], talk, closes

    def frame(self, sender, flags, payload=b""):
        (src, sport), (dst, dport) = self.ends[sender], self.ends[1 - sender]
        ip = struct.pack("!BBHHHBBHII", 0x45, 0, 40 + len(payload), 0, 0x4000, 64, 6, 0, src, dst)
        ip = ip[:10] + struct.pack("!H", -ones_sum(ip) % 65535) + ip[12:]
        ack = self.next[1 - sender] & 0xffffffff if flags & ACK else 0
        tcp = struct.pack("!HHIIBBHHH", sport, dport, self.next[sender] & 0xffffffff, ack, 0x50,
                          flags, 65000, 0, 0)
        pseudo = struct.pack("!IIHH", src, dst, 6, 20 + len(payload))
        check = -(ones_sum(pseudo + tcp) + ones_sum(payload)) % 65535
        self.next[sender] += len(payload) + (flags & (SYN | FIN) != 0)
        return (b"\2\0\0\0\0\2\2\0\0\0\0\1\x08\0" + ip + tcp[:16] + struct.pack("!H", check) +
                tcp[18:] + payload)

    def frames(self):
        yield self.frame(0, SYN)
        yield self.frame(1, SYN | ACK)
        yield self.frame(0, ACK)
        for from_client, said in self.talk:
            sender = 0 if from_client else 1
            for n, at in enumerate(range(0, len(said), MSS)):
                yield self.frame(sender, PSH | ACK, said[at:at + MSS])
                if n % 2:
                    yield self.frame(1 - sender, ACK)
        if self.closes:
            yield self.frame(0, FIN | ACK)
            yield self.frame(1, FIN | ACK)
            yield self.frame(0, ACK)


def in_turn(connections):
    """Frames of AT_ONCE connections, one each in turn."""
    connections, talking = iter(connections), []
    while True:
        while len(talking) < AT_ONCE:
            connection = next(connections, None)
            if not connection:
                break
            talking.append(connection.frames())
        if not talking:
            return
        still = []
        for frames in talking:
            frame = next(frames, None)
            if frame:
                still.append(frames)
                yield frame
        talking = still


def write(path, frames):
    time_us = int(time.time() * 1e6)  # when the certificates are valid
    with open(path + ".part", "wb", 1 << 20) as out:
        out.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
        for frame in frames:
            out.write(struct.pack("<IIII", time_us // 1000000, time_us % 1000000,
                                  len(frame), len(frame)) + frame)
            time_us += FRAME_US
    os.rename(path + ".part", path)


def make(kind, path):
    shape = SHAPES[kind]
    rng = random.Random(kind)
    talks = [[]]
    if shape.certificates:
        talks = tls_talks(shape, path + ".ca")
    elif shape.text == "noise":
        talks = noise_talks(rng)
    write(path, in_turn(
        Connection(i, i % shape.servers, talks[i % shape.servers % len(talks)], kind != "idle")
        for i in range(shape.connections)))


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in SHAPES:
        sys.exit(f"usage: capture.py {'|'.join(SHAPES)} FILE")
    make(sys.argv[1], sys.argv[2])
