#!/usr/bin/python3
"""raw_listener.py MANNER PORT...: listens on all addresses of its namespace, says "ready".

    refusing    answers the first bytes as a web server without TLS does, and closes
    silent      accepts and never says a word
    single      one connection at a time, the others wait unaccepted; each is kept half a second
    delayed     as refusing, but thinks about it for two seconds
"""
import selectors
import socket
import sys
import threading
import time

REFUSAL = b"HTTP/1.0 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
BACKLOG = 8192
SINGLE_S, DELAY_S = 0.5, 2


class Refusing:
    """Closes only once the client has spoken: then nobody calls it a reset."""

    def __init__(self, selector):
        self.selector = selector

    def accepted(self, connection):
        self.selector.register(connection, selectors.EVENT_READ, self.readable)

    def readable(self, connection):
        try:
            if connection.recv(4096):
                connection.send(REFUSAL)
        except OSError:
            pass
        self.selector.unregister(connection)
        connection.close()


class Silent(Refusing):

    def readable(self, connection):
        try:
            if connection.recv(4096):
                return
        except OSError:
            pass
        self.selector.unregister(connection)
        connection.close()


class Single(Refusing):

    def accepted(self, connection):
        super().accepted(connection)
        time.sleep(SINGLE_S)


class Delayed(Refusing):

    def readable(self, connection):
        self.selector.unregister(connection)
        threading.Timer(DELAY_S, self.answer, [connection]).start()

    def answer(self, connection):
        with connection:
            try:
                connection.recv(4096)
                connection.send(REFUSAL)
            except OSError:
                pass


MANNERS = {"refusing": Refusing, "silent": Silent, "single": Single, "delayed": Delayed}


def main():
    selector = selectors.DefaultSelector()
    manner = MANNERS[sys.argv[1]](selector)

    def acceptable(listener):
        try:
            connection, _ = listener.accept()
        except OSError:
            return  # it was gone again
        connection.setblocking(False)
        manner.accepted(connection)

    backlog = 1 if sys.argv[1] == "single" else BACKLOG
    for port in map(int, sys.argv[2:]):
        listener = socket.create_server(("::", port), family=socket.AF_INET6, backlog=backlog,
                                        dualstack_ipv6=True)
        listener.setblocking(False)
        selector.register(listener, selectors.EVENT_READ, acceptable)
    print("ready", flush=True)
    while True:
        for key, _ in selector.select():
            key.data(key.fileobj)


if __name__ == "__main__":
    main()
