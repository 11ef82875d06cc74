"""recorder.py: real conversations as captures of a network that does not exist: a proxy on loopback
writes down what a client and a server say to each other, and it is told again as TCP between any
two addresses at any time. TCP's checksums are left out: no sensor asks for them."""
import contextlib
import ipaddress
import select
import socket
import struct
import subprocess
import time

SYN, ACK, FIN, RST, PSH = 2, 16, 1, 4, 8


def relay(client, server):
    """Until both have closed: [(from the client?, bytes)]."""
    said = []
    ends = {client: server, server: client}
    open_ends = [client, server]
    while open_ends:
        ready, _, _ = select.select(open_ends, [], [], 10)
        if not ready:
            break
        for end in ready:
            try:
                data = end.recv(65536)
            except ConnectionError:
                data = b""
            said.append((end is client, data))
            if data:
                with contextlib.suppress(OSError):
                    ends[end].sendall(data)
            else:
                open_ends.remove(end)
                with contextlib.suppress(OSError):
                    ends[end].shutdown(socket.SHUT_WR)
    return said


def conversation(server_port, make_client):
    """What make_client(port) says to the server behind server_port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        process = make_client(listener.getsockname()[1])
        client, _ = listener.accept()
        with client, socket.create_connection(("127.0.0.1", server_port)) as server:
            said = relay(client, server)
    process.wait(timeout=20)
    return said


def s_client(*args, say=b""):
    def start(port):
        process = subprocess.Popen(["openssl", "s_client", "-connect", f"127.0.0.1:{port}", *args],
                                   stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        if say:
            process.stdin.write(say)
        process.stdin.close()
        return process
    return start


def ip_packet(src, dst, payload):
    src, dst = ipaddress.ip_address(src), ipaddress.ip_address(dst)
    if src.version == 6:
        return (struct.pack("!IHBB", 6 << 28, len(payload), 6, 64) + src.packed + dst.packed +
                payload)
    return struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 0, 0x4000, 64, 6, 0,
                       src.packed, dst.packed) + payload


class Capture:
    """A pcap file of raw IP that grows by whole conversations."""

    def __init__(self, path, start=1_700_000_000.0):
        self.file = open(path, "wb")
        self.file.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, 101))
        self.path, self.now = path, start

    def packet(self, flow, seq, flags, data=b""):
        src, sport, dst, dport = flow
        tcp = struct.pack("!HHIIBBHHH", sport, dport, seq[0] & 0xffffffff, seq[1] & 0xffffffff,
                          5 << 4, flags, 65535, 0, 0) + data
        ip = ip_packet(src, dst, tcp)
        self.now += 0.0001
        self.file.write(struct.pack("<IIII", int(self.now), int(self.now % 1 * 1e6), len(ip),
                                    len(ip)) + ip)

    def tell(self, said, client, server, mss=1400):
        """client, server: (address, port)."""
        to, back = (*client, *server), (*server, *client)
        seq = [1000, 5000]
        self.packet(to, (seq[0], 0), SYN)
        self.packet(back, (seq[1], seq[0] + 1), SYN | ACK)
        seq = [seq[0] + 1, seq[1] + 1]
        self.packet(to, seq, ACK)
        for from_client, data in said:
            flow, mine = (to, 0) if from_client else (back, 1)
            for at in range(0, len(data), mss):
                part = data[at:at + mss]
                self.packet(flow, (seq[mine], seq[1 - mine]), ACK | PSH, part)
                seq[mine] += len(part)
            if not data:
                self.packet(flow, (seq[mine], seq[1 - mine]), ACK | FIN)
                seq[mine] += 1
        self.now += 1

    def close(self):
        self.file.close()
        return self.path
