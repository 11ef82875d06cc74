"""evidence.py: what a capture of tcpdump proves, read without any of our own C.

The network loses and reorders nothing, so bytes are counted as they come. The packet with the last
byte of a Certificate message, of a client's fatal alert in clear, or the client's first FIN or RST
is the evidence; an alert must carry the time of that packet or of the next one.
"""
import ipaddress
import struct
from dataclasses import dataclass, field

HANDSHAKE, ALERT, DATA = 22, 21, 23
CERTIFICATE = 11
FATAL = 2
FIN, SYN, RST = 1, 2, 4
REFUSALS = range(42, 49)


@dataclass(frozen=True)
class Packet:
    index: int     # in its file
    time_us: int
    source: tuple  # (ip, port)
    target: tuple
    flags: int
    payload: bytes


def records(path):
    """(header, frame) of a file of libpcap's own format, with microseconds."""
    with open(path, "rb") as stream:
        head = stream.read(24)
        assert head[:4] == b"\xd4\xc3\xb2\xa1" and head[20] == 1, "not tcpdump's, or no Ethernet"
        while len(header := stream.read(16)) == 16:
            yield header, stream.read(struct.unpack("<IIII", header)[2])


def tcp(index, header, frame):
    """The packet of a frame, or None where it is no TCP. No tags and no options of IPv6 here."""
    seconds, micros = struct.unpack("<II", header[:8])
    kind, ip = frame[12:14], frame[14:]
    if kind == b"\x08\x00" and ip[9] == 6:
        size, at = struct.unpack(">H", ip[2:4])[0], (ip[0] & 15) * 4
        ends = [str(ipaddress.ip_address(ip[i:i + 4])) for i in (12, 16)]
    elif kind == b"\x86\xdd" and ip[6] == 6:
        size, at = 40 + struct.unpack(">H", ip[4:6])[0], 40
        ends = [str(ipaddress.ip_address(ip[i:i + 16])) for i in (8, 24)]
    else:
        return None
    ports = struct.unpack(">HH", ip[at:at + 4])
    return Packet(index, seconds * 1000000 + micros, (ends[0], ports[0]), (ends[1], ports[1]),
                  ip[at + 13], ip[at + (ip[at + 12] >> 4) * 4:size])


def packets(path):
    found = (tcp(i, *record) for i, record in enumerate(records(path)))
    return [packet for packet in found if packet]


def tls_records(stream):
    """(type, body, where it ends) of all whole records."""
    at = 0
    while len(stream) >= at + 5:
        size = struct.unpack(">H", stream[at + 3:at + 5])[0]
        if len(stream) < at + 5 + size:
            return
        yield stream[at], stream[at + 5:at + 5 + size], at + 5 + size
        at += 5 + size


def has_certificate(stream):
    """A server's bytes: a whole Certificate message in clear is among them."""
    messages = b"".join(body for kind, body, _ in tls_records(stream) if kind == HANDSHAKE)
    at = 0
    while len(messages) >= at + 4:
        size = int.from_bytes(messages[at + 1:at + 4], "big")
        if len(messages) < at + 4 + size or messages[at] not in (2, 4, 11, 12, 13, 14, 22):
            return False
        if messages[at] == CERTIFICATE:
            return True
        at += 4 + size
    return False


def has_refusal(stream):
    """A client's bytes: a fatal alert about the certificate, in clear."""
    return any(kind == ALERT and len(body) == 2 and body[0] == FATAL and body[1] in REFUSALS
               for kind, body, _ in tls_records(stream))


@dataclass
class Connection:
    """One TCP connection, its packets in order; the client is who sent the SYN."""
    client: tuple
    server: tuple
    packets: list = field(default_factory=list)

    def first(self, proof, source):
        """The packet that completes what proof(bytes of source) asks for, or None."""
        stream = b""
        for packet in self.packets:
            if packet.source == source and packet.payload:
                stream += packet.payload
                if proof(stream):
                    return packet
        return None

    def certificate(self):
        return self.first(has_certificate, self.server)

    def refusal(self):
        return self.first(has_refusal, self.client)

    def leaving(self):
        """Who closes: the client's first FIN or RST."""
        for packet in self.packets:
            if packet.source == self.client and packet.flags & (FIN | RST):
                return packet
        return None

    def next(self, packet):
        """The one after it in this connection; itself if it is the last."""
        at = self.packets.index(packet)
        return self.packets[min(at + 1, len(self.packets) - 1)]


def connections(path):
    """All connections to each server: {(ip, port): [Connection, ...]}, in order of their SYN."""
    table, running = {}, {}
    for packet in packets(path):
        if packet.flags & SYN and not packet.flags & 16:
            running[packet.source, packet.target] = Connection(packet.source, packet.target)
            table.setdefault(packet.target, []).append(running[packet.source, packet.target])
        connection = running.get((packet.source, packet.target)) or \
            running.get((packet.target, packet.source))
        if connection:
            connection.packets.append(packet)
    return table


def cut(path, n, target):
    """The first n packets of a capture, as a capture."""
    with open(path, "rb") as stream, open(target, "wb") as out:
        out.write(stream.read(24))
        for i, (header, frame) in enumerate(records(path)):
            if i == n:
                break
            out.write(header + frame)
    return target
