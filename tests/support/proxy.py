# SPDX-License-Identifier: GPL-3.0-or-later
"""Whoever is in between: passes HTTP messages on, keeps every octet, and alters what it is told
to."""

import socket
import threading
import urllib.parse

from http_client import read_message

REQUEST = "request"
ANSWER = "answer"


def end(connection):
    """Closes it although a stream may still refer to it."""
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # it has ended
    connection.close()


class Message:
    """`upstream` is the connection to the server, for those who send more on it."""

    def __init__(self, direction, upstream, start, fields, body):
        self.direction = direction
        self.upstream = upstream
        self.start = start
        self.fields = fields
        self.body = body

    @property
    def is_sealed(self):
        return any(name.lower() == "content-type" and value.startswith("multipart/encrypted")
                   for name, value in self.fields)

    def to_octets(self, body=None):
        body = self.body if body is None else body
        fields = [(name, str(len(body)) if name.lower() == "content-length" else value)
                  for name, value in self.fields]
        head = "\r\n".join([self.start, *(f"{name}: {value}" for name, value in fields), "", ""])
        return head.encode("latin-1") + body


class Proxy:
    """`change` gets each Message and returns the octets to pass on instead, or None to pass it on
    as it came. With `swap`, each request goes out on a connection of its own."""

    def __init__(self, endpoint, change=None, swap=False):
        self.upstream = urllib.parse.urlsplit(endpoint)
        self.change = change or (lambda message: None)
        self.swap = swap
        self.octets = {REQUEST: bytearray(), ANSWER: bytearray()}
        self.messages = []
        self.connections = 0
        self.open = []

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        port = self.listener.getsockname()[1]
        self.endpoint = f"http://{self.upstream.hostname}:{port}/wsman"
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for one in self.open:
            end(one)

    def connect(self):
        upstream = socket.create_connection(("127.0.0.1", self.upstream.port), 30)
        self.connections += 1
        self.open.append(upstream)
        return upstream

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.open.append(client)
            threading.Thread(target=self.serve, args=[client], daemon=True).start()

    def pass_on(self, message, to):
        octets = self.change(message)
        octets = message.to_octets() if octets is None else octets
        self.messages.append(message)
        self.octets[message.direction] += octets
        to.sendall(octets)

    def serve(self, client):
        requests = client.makefile("rb")
        upstream = None
        try:
            while (parts := read_message(requests)):
                if upstream is None or self.swap:
                    upstream = self.connect()
                    answers = upstream.makefile("rb")
                self.pass_on(Message(REQUEST, upstream, *parts), upstream)
                answer = read_message(answers)
                if answer is None:
                    break
                self.pass_on(Message(ANSWER, upstream, *answer), client)
        except (OSError, ValueError):
            pass  # one of them closed
        finally:
            for one in (client, upstream):
                if one is not None:
                    end(one)
