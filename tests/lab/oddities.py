#!/usr/bin/python3
"""oddities.py: the ports without a certificate, and the lab's DNS; in the servers' namespace.

    oddities.py zone.json      the zone: {"addresses": {name: ip}, "pointers": {ip: name}}

Each odd port does one thing to whoever connects: says nothing, closes, resets, talks rubbish.
"""
import asyncio
import ipaddress
import json
import socket
import struct
import sys

import network
import plan

IDLE_S = 30  # nobody is kept longer
HELLO = bytes.fromhex("16030300040200ffff")  # a ServerHello that promises 65,535 bytes and lies
ALERT = bytes.fromhex("15030300020228")      # fatal handshake_failure
PRINTED = "/mnt/lab/log/printed"
SPEECH = {
    "ssh": b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n",
    "garbage": bytes(range(0x80, 0x100)) * 4,
}
ANSWER = {
    "http": b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
    "malformed": HELLO + bytes(64),
    "alerting": ALERT,
}


async def visit(behaviour, reader, writer):
    try:
        if behaviour == "resetting":
            writer.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif behaviour in SPEECH:
            writer.write(SPEECH[behaviour])
            await asyncio.wait_for(reader.read(4096), IDLE_S)
        elif behaviour in ANSWER:
            await asyncio.wait_for(reader.read(4096), IDLE_S)
            writer.write(ANSWER[behaviour])
        elif behaviour == "printer":
            while data := await asyncio.wait_for(reader.read(4096), IDLE_S):
                with open(PRINTED, "ab") as paper:
                    paper.write(data)
        elif behaviour == "silent":
            while await asyncio.wait_for(reader.read(4096), IDLE_S):
                pass
    except (OSError, asyncio.TimeoutError):
        pass
    finally:
        writer.close()


def encode(name):
    labels = [label.encode() for label in name.strip(".").split(".")]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def question_of(query):
    """The name and type of a query's one question, and where it ends."""
    at, labels = 12, []
    while query[at]:
        labels.append(query[at + 1:at + 1 + query[at]].decode("ascii", "replace").lower())
        at += 1 + query[at]
    return ".".join(labels), struct.unpack(">H", query[at + 1:at + 3])[0], at + 5


class Dns(asyncio.DatagramProtocol):
    """Answers A, AAAA and PTR from the zone, anything else with NXDOMAIN."""
    A, PTR, AAAA = 1, 12, 28

    def __init__(self, zone):
        self.records = {}
        for name, ip in zone["addresses"].items():
            address = ipaddress.ip_address(ip)
            kind = self.AAAA if address.version == 6 else self.A
            self.records.setdefault(name, []).append((kind, address.packed))
        for ip, name in zone["pointers"].items():
            reverse = ipaddress.ip_address(ip).reverse_pointer
            self.records.setdefault(reverse, []).append((self.PTR, encode(name)))
        self.transport = None

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, addr):
        try:
            name, kind, end = question_of(data)
        except (IndexError, struct.error):
            return
        known = self.records.get(name)
        answers = [rdata for type_, rdata in known or [] if type_ == kind]
        flags = 0x8580 | (0 if known else 3)
        reply = data[:2] + struct.pack(">HHHHH", flags, 1, len(answers), 0, 0) + data[12:end]
        for rdata in answers:
            reply += b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 60, len(rdata)) + rdata
        self.transport.sendto(reply, addr)


async def serve(zone):
    loop = asyncio.get_running_loop()
    await loop.create_datagram_endpoint(lambda: Dns(zone), local_addr=(network.GATEWAY, 53))
    servers = []
    for port, (behaviour, _) in plan.ODD.items():
        def visitor(reader, writer, behaviour=behaviour):
            return visit(behaviour, reader, writer)
        servers.append(await asyncio.start_server(visitor, ["0.0.0.0", "::"], port, backlog=1024))
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as source:
        asyncio.run(serve(json.load(source)))
