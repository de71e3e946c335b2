#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""curfew-agent as a process: options, files, sockets, signals.

usage: test-process.py AGENT CERTIFICATES
"""

import base64
import http.client
import json
import os
import select
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import unittest
import unittest.mock

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from curfew_agent import PASSWORD, Agent, make_hash  # noqa: E402

CERTIFICATES = sys.argv.pop()
PROGRAM = sys.argv.pop()
IDENTIFY = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
    'xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd">'
    "<s:Header/><s:Body><i:Identify/></s:Body></s:Envelope>")


def identify(connection):
    connection.request("POST", "/wsman-anon/identify", IDENTIFY,
                       {"Content-Type": "application/soap+xml;charset=UTF-8"})
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, body


def is_in_memory(pid, octets):
    """Looks through what the process may write to, but not the shadow of a sanitizer."""
    with open(f"/proc/{pid}/maps", encoding="utf-8") as maps, \
            open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in maps:
            span, rights = line.split()[:2]
            start, end = (int(number, 16) for number in span.split("-"))
            if not rights.startswith("rw") or end - start > 256 << 20:
                continue
            memory.seek(start)
            try:
                found = octets in (memory.read(end - start) or b"")
            except OSError:
                continue  # no page of it can be read
            if found:
                return True
    return False


def start_and_fail(*arguments):
    completed = subprocess.run([PROGRAM, *arguments], stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60,
                               check=False)
    return completed.returncode, completed.stderr.decode(), completed.stdout.decode()


class Process(unittest.TestCase):
    def test_several_addresses(self):
        config = f"[tls]\ncertificate-file={CERTIFICATES}/host.pem\n"
        listen = ("127.0.0.1:0", "http://[::1]:0", "https://127.0.0.1:0")
        try:
            socket.create_server(("::1", 0), family=socket.AF_INET6).close()
        except OSError:
            listen = (listen[0], listen[2])
        with Agent(PROGRAM, config=config, listen=listen) as agent:
            self.assertEqual(len(agent.endpoints), len(listen))
            for endpoint in agent.endpoints:
                host, _, port = endpoint.partition("//")[2].removesuffix("/wsman").rpartition(":")
                if endpoint.startswith("https"):
                    trust = ssl.create_default_context(cafile=f"{CERTIFICATES}/authority.pem")
                    connection = http.client.HTTPSConnection(host, int(port), context=trust)
                else:
                    connection = http.client.HTTPConnection(host.strip("[]"), int(port))
                status, body = identify(connection)
                self.assertEqual(status, 200)
                self.assertIn("Curfew", body)

    def test_inherited_socket(self):
        with socket.create_server(("127.0.0.1", 0)) as listening:
            port = listening.getsockname()[1]
            # LISTEN_PID has to be the agent's own: the shell becomes it
            process = subprocess.Popen(
                ["/bin/sh", "-c", f'LISTEN_PID=$$ LISTEN_FDS=1 exec "$0" --rehearse '
                                  f"3<&{listening.fileno()}", PROGRAM],
                pass_fds=[listening.fileno()], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            ready = json.loads(process.stdout.readline())
        self.assertEqual(ready["endpoints"], [f"http://127.0.0.1:{port}/wsman"])
        self.assertEqual(identify(http.client.HTTPConnection("127.0.0.1", port))[0], 200)
        process.terminate()
        self.assertEqual(process.wait(timeout=20), 0)
        process.stdout.close()

    def test_identify_can_be_switched_off(self):
        with Agent(PROGRAM, config="[agent]\nidentify=no\n") as agent:
            port = int(agent.endpoint.rpartition(":")[2].partition("/")[0])
            self.assertEqual(identify(http.client.HTTPConnection("127.0.0.1", port))[0], 401)

    def test_what_cannot_start_says_why(self):
        with tempfile.TemporaryDirectory() as directory, socket.create_server(
                ("127.0.0.1", 0)) as taken:
            bad = os.path.join(directory, "bad.conf")
            with open(bad, "w", encoding="utf-8") as file:
                file.write("[agent]\nidentfy=no\n")
            users = os.path.join(directory, "users")
            with open(users, "w", encoding="utf-8") as file:
                file.write(f"mara:{make_hash(PASSWORD)}\n")
            os.chmod(users, 0o644)
            port = taken.getsockname()[1]
            rehearse = ["--rehearse", "--listen", "127.0.0.1:0"]
            cases = [
                (["--rehearse", "--bus", "user"], 2, "--bus"),
                (["--bus", "none"], 2, "--rehearse"),
                (["--bus", "session"], 2, "--rehearse"),
                (["--users", users], 2, "--users"),
                (["--signed-in", "alice"], 2, "--signed-in"),
                (["--rehearse"], 1, "--listen"),
                (["--rehearse", "--listen", "localhost:5985"], 2, "--listen"),
                (["--rehearse", "--listen", "127.0.0.1"], 2, "ADDRESS:PORT"),
                (["--rehearse", "--listen", f"127.0.0.1:{port}"], 1, str(port)),
                (["--rehearse", "--listen", "https://127.0.0.1:0"], 1, "certificate-file"),
                ([*rehearse, "--config", bad], 1, "identfy"),
                ([*rehearse, "--config", os.path.join(directory, "none")], 1, "none"),
                ([*rehearse, "--users", users], 1, "chmod 600"),
                ([*rehearse, "--state-dir", f"{bad}/state"], 2, "bad.conf/state"),
                ([*rehearse, "--run-dir", f"{bad}/run"], 2, "bad.conf/run"),
                ([*rehearse, "--frobnicate"], 2, "frobnicate"),
                ([*rehearse, "extra"], 2, "extra"),
            ]
            for arguments, expected, named in cases:
                with self.subTest(arguments=arguments):
                    status, errors, output = start_and_fail(*arguments)
                    self.assertEqual(status, expected, errors)
                    self.assertIn(named, errors)
                    self.assertEqual(len(errors.strip().splitlines()), 1, errors)
                    self.assertEqual(output, "")

    def test_root_cannot_act(self):
        """Whatever else happens, the agent that can restart the machine is not root's."""
        if os.geteuid() != 0:
            self.skipTest("only root can try to run it as root")
        with tempfile.TemporaryDirectory() as directory:
            made = os.path.join(directory, "state")
            status, errors, _ = start_and_fail("--state-dir", made, "--run-dir", made)
            self.assertEqual(status, 2, errors)
            self.assertIn("as root", errors)
            self.assertFalse(os.path.exists(made))

    def test_session_bus_rehearsal(self):
        """Found by its name on a bus; a second agent does not take the first one's place."""
        daemon = subprocess.Popen(["dbus-daemon", "--session", "--nofork", "--print-address=1"],
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        try:
            address = daemon.stdout.readline().decode().strip()
            with unittest.mock.patch.dict(os.environ, DBUS_SESSION_BUS_ADDRESS=address):
                with Agent(PROGRAM, arguments=("--bus", "session")):
                    answer = subprocess.run(
                        ["gdbus", "call", "--session", "--dest", "org.curfew.Agent1",
                         "--object-path", "/org/curfew/Agent1", "--method",
                         "org.freedesktop.DBus.Properties.Get", "org.curfew.Agent1", "State"],
                        stdout=subprocess.PIPE, check=True, timeout=60).stdout
                    self.assertEqual(answer, b"(<'idle'>,)\n")
                    status, errors, _ = start_and_fail("--rehearse", "--bus", "session", "--listen",
                                                       "127.0.0.1:0")
                    self.assertEqual(status, 1)
                    self.assertIn("org.curfew.Agent1", errors)
        finally:
            daemon.kill()
            daemon.communicate()

    def test_help_and_version(self):
        for option in ("--help", "--version"):
            completed = subprocess.run([PROGRAM, option], stdout=subprocess.PIPE, check=True,
                                       timeout=60)
            self.assertIn(b"curfew-agent", completed.stdout)

    def test_password_leaves_the_memory(self):
        """Signed in, in pieces, refused, cut: what freed memory holds is nobody's password."""
        token = base64.b64encode(f"mara:{PASSWORD}".encode())
        head = (b"POST /wsman HTTP/1.1\r\nHost: x\r\nAuthorization: Basic " + token +
                b"\r\nContent-Length: 0\r\n\r\n")
        refused = head.replace(b"Content-Length", b"Origin")
        half = len(head) - 4
        with Agent(PROGRAM) as agent:
            port = int(agent.endpoint.rpartition(":")[2].partition("/")[0])
            for pieces in ([head], [head[:70], head[70:75], head[75:90], head[90:]], [refused],
                           [head[:80], head[80:half]]):
                with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
                    for piece in pieces:
                        connection.sendall(piece)
                        time.sleep(0.05)  # or they might arrive as one
                    connection.shutdown(socket.SHUT_WR)
                    while connection.recv(65536):
                        pass
            try:
                self.assertFalse(is_in_memory(agent.process.pid, token[6:-4]))
            except PermissionError:
                self.skipTest("only root may look into the agent's memory")

    def test_half_second_handshake_leaves_nothing(self):
        """TLS 1.2 lets a client begin again; whoever then stops keeps neither thread nor file."""
        config = (f"[tls]\ncertificate-file={CERTIFICATES}/host.pem\n"
                  "[limits]\nidle-not-signed-in-msec=1000\n")
        with Agent(PROGRAM, config=config, listen=("https://127.0.0.1:0",)) as agent, \
                socket.create_server(("127.0.0.1", 0)) as between:
            files = f"/proc/{agent.process.pid}/fd"
            try:
                before = len(os.listdir(files))
            except PermissionError:
                self.skipTest("only root may look at the agent's files")
            port = int(agent.endpoint.rpartition(":")[2].partition("/")[0])
            client = subprocess.Popen(
                ["openssl", "s_client", "-tls1_2", "-connect",
                 f"127.0.0.1:{between.getsockname()[1]}"],
                stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            near, _ = between.accept()
            with near, socket.create_connection(("127.0.0.1", port), timeout=20) as far:
                while ready := select.select([near, far], [], [], 0.4)[0]:  # the first handshake
                    for end in ready:
                        (far if end is near else near).sendall(end.recv(65536))
                client.stdin.write(b"R\n")
                client.stdin.flush()
                far.sendall(near.recv(65536))  # its second hello, and then nothing more
                while far.recv(65536):
                    pass
                # meson's time-out is the guard
                while len(os.listdir(files)) > before:
                    time.sleep(0.05)
            client.kill()
            client.communicate()

    def test_bad_requests_do_not_end_it(self):
        heads = [b"\0\0\0\0", b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01",
                 b"POST /wsman HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n",
                 b"POST /wsman HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nshort",
                 b"A" * 100000, b"POST /wsman HTTP/1.1\nHost: x\n\n"]
        with Agent(PROGRAM, config="[limits]\nhead-msec=300\nbody-msec=300\n") as agent:
            port = int(agent.endpoint.rpartition(":")[2].partition("/")[0])
            for head in heads:
                with self.subTest(head=head[:30]), socket.create_connection(
                        ("127.0.0.1", port), timeout=20) as connection:
                    try:
                        connection.sendall(head)
                        connection.shutdown(socket.SHUT_WR)
                        while connection.recv(65536):
                            pass
                    except TimeoutError:
                        raise
                    except OSError:
                        pass  # the agent has hung up already
                self.assertEqual(identify(http.client.HTTPConnection("127.0.0.1", port))[0], 200)


if __name__ == "__main__":
    unittest.main(verbosity=2, warnings="ignore")
