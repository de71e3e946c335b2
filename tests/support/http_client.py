# SPDX-License-Identifier: GPL-3.0-or-later
"""One HTTP connection that does what a test says and nothing by itself."""

import socket
import ssl
import urllib.parse

SOAP = "application/soap+xml;charset=UTF-8"


def read_message(stream):
    """(start line, [(name, value)…], body) of one HTTP message; None at the end of the stream."""
    start = stream.readline()
    if not start:
        return None
    fields = []
    while (line := stream.readline().rstrip(b"\r\n")):
        name, _, value = line.partition(b":")
        fields.append((name.decode("latin-1"), value.strip().decode("latin-1")))
    length = next((int(value) for name, value in fields if name.lower() == "content-length"), 0)
    return start.rstrip(b"\r\n").decode("latin-1"), fields, stream.read(length)


class Answer:
    def __init__(self, start, fields, body):
        self.status = int(start.split()[1])
        self.fields = fields
        self.body = body

    def get_all(self, name):
        return [value for field, value in self.fields if field.lower() == name.lower()]

    def get(self, name):
        return next(iter(self.get_all(name)), None)


class Connection:
    """Refuses nothing: certificates are not checked, since the tests know whom they speak to."""

    def __init__(self, endpoint, source="127.0.0.1", timeout=30):
        parts = urllib.parse.urlsplit(endpoint)
        self.host = parts.hostname
        self.target = f"{parts.hostname}:{parts.port}"
        self.certificate = None
        self.socket = socket.create_connection(("127.0.0.1", parts.port), timeout, (source, 0))
        if parts.scheme == "https":
            context = ssl.create_default_context()
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            self.socket = context.wrap_socket(self.socket, server_hostname=parts.hostname)
            self.certificate = self.socket.getpeercert(binary_form=True)
        self.stream = self.socket.makefile("rb")

    def send(self, body=b"", fields=(), content_type=SOAP):
        lines = [f"Host: {self.target}", f"Content-Length: {len(body)}", *fields]
        if body:
            lines.append(f"Content-Type: {content_type}")
        self.socket.sendall("\r\n".join(["POST /wsman HTTP/1.1", *lines, "", ""]).encode() + body)

    def receive(self):
        """The next answer; None if the connection was closed instead."""
        try:
            message = read_message(self.stream)
        except ConnectionResetError:
            return None
        return Answer(*message) if message else None

    def post(self, *arguments, **keywords):
        self.send(*arguments, **keywords)
        return self.receive()

    def close(self):
        self.stream.close()
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
