#!/usr/bin/python3
"""manners.py MANNER ADDRESS PORT NAME TRUSTED: clients that leave a connection as honest ones do.

A browser's preconnect, a load balancer's health check, a connection that idles: none of them
thinks ill of the certificate, and the sensor must not either.
"""
import socket
import ssl
import sys
import time

GET = b"GET / HTTP/1.1\r\nHost: hunted.test\r\nConnection: close\r\n\r\n"
# The preface of HTTP/2 and an empty SETTINGS frame: what a client says before it has a request.
HTTP2 = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes([0, 0, 0, 4, 0, 0, 0, 0, 0])


class Server:
    """Who is called, and by whose certificate it is known."""

    def __init__(self, ip, port, name, trusted):
        self.where, self.name = (ip, port), name
        self.context = ssl.create_default_context(cafile=trusted)
        self.context.set_alpn_protocols(["http/1.1"])

    def connect(self):
        return self.context.wrap_socket(socket.create_connection(self.where, timeout=20),
                                        server_hostname=self.name)

    def talk(self, connection=None):
        with connection or self.connect() as tls:
            tls.sendall(GET)
            while tls.recv(4096):
                pass

    def come_and_go(self):
        self.connect().close()


def preconnect(server):
    """One connection in reserve beside each that is used, as browsers do."""
    for _ in range(5):
        reserve = server.connect()
        server.talk()
        reserve.close()


def preconnects(server):
    """Four at once, one of them is used; the others idle a moment and are closed one by one."""
    for _ in range(2):
        crowd = [server.connect() for _ in range(4)]
        server.talk(crowd.pop())
        time.sleep(0.2)
        for idle in crowd:
            idle.close()


def health_check(server):
    """Does it still shake hands? Real traffic goes on in between."""
    for _ in range(5):
        server.come_and_go()
        server.come_and_go()
        server.talk()


def idle_http2(server):
    """The preface is data; then nothing for a while."""
    server.context.set_alpn_protocols(["h2"])
    for _ in range(4):
        with server.connect() as tls:
            tls.sendall(HTTP2)
            time.sleep(0.3)


def resumed(server):
    """Sessions that go on: no certificate is sent, nothing can be wrong with it."""
    session = None
    for _ in range(4):
        tls = server.context.wrap_socket(socket.create_connection(server.where, timeout=20),
                                         server_hostname=server.name, session=session)
        server.talk(tls)
        session = tls.session or session


MANNERS = (preconnect, preconnects, health_check, idle_http2, resumed)


def main():
    manner, ip, port, name, trusted = sys.argv[1:]
    {m.__name__: m for m in MANNERS}[manner](Server(ip, int(port), name, trusted))


if __name__ == "__main__":
    main()
