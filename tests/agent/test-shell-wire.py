#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Remote shells of a real agent: with messages of this test's own, and with pywinrm.

usage: test-shell-wire.py AGENT FIXTURES
"""

import base64
import contextlib
import http.client
import os
import sys
import tempfile
import threading
import unittest
import urllib.parse
import uuid
import xml.etree.ElementTree as ET

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from curfew_agent import PASSWORD, Agent  # noqa: E402

try:
    from winrm.exceptions import WinRMError
    from winrm.protocol import Protocol
except ImportError:
    Protocol = None

FIXTURES = sys.argv.pop(2)
PROGRAM = sys.argv.pop(1)

RSP = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
WSMAN = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
FAULT = "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"
ROLE = "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"
URI = "http://schemas.curfew.org/test/shell"

DOCUMENT = """<PlugInConfiguration
 xmlns="http://schemas.microsoft.com/wbem/wsman/1/config/PluginConfiguration"
 xmlns:curfew="http://schemas.curfew.org/wsman/1/PluginConfiguration"
 Name="test" Filename="{module}" SDKVersion="2" curfew:Host="{host}">
 <Resources><Resource ResourceUri="{uri}" SupportsOptions="true" ExactMatch="true">
  <Capability Type="Shell"/></Resource></Resources>
 <Quotas MaxShellsPerUser="2" MaxShells="3" MaxConcurrentCommandsPerShell="2"
  MaxConcurrentUsers="10" MaxConcurrentOperationsPerUser="100" IdleTimeoutms="60000"
  MaxIdleTimeoutms="60000"/></PlugInConfiguration>"""

ENVELOPE = """<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"
 xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:w="{w}" xmlns:rsp="{rsp}">
 <s:Header><a:To>http://host/wsman</a:To><w:ResourceURI>{uri}</w:ResourceURI>
 <a:ReplyTo><a:Address>{role}</a:Address></a:ReplyTo><a:Action>{action}</a:Action>
 <w:MaxEnvelopeSize>{size}</w:MaxEnvelopeSize><a:MessageID>uuid:{id}</a:MessageID>{selectors}
 <w:OperationTimeout>PT{timeout}S</w:OperationTimeout></s:Header>
 <s:Body>{body}</s:Body></s:Envelope>"""

TIMED_OUT = 0x80338029
UNEXPECTED_SELECTORS = 0x8033805B
PLUGIN_FAILED = 0x80338083
QUOTA_MAX_SHELLS = 0x803381A5
QUOTA_LIMIT = 0x8033803F
OPERATION_ABORTED = 995
CANCELLED = 1223
SHELL_DISCONNECTED = 0x803381C4
INVALID_DESIRED_STREAMS = 0x8033818D


class Fault(Exception):
    def __init__(self, root):
        (detail,) = root.iter(f"{{{FAULT}}}WSManFault")
        self.code = int(detail.get("Code"))
        super().__init__(f"{self.code:#x}: {''.join(detail.itertext())}")


# Each request signs in anew here.
MANY = "[limits]\npassword-checks-per-minute=6000\n"


class Client:
    """One client, who signs in with each request."""

    def __init__(self, agent, user="mara", max_envelope_size=153600):
        self.netloc = urllib.parse.urlsplit(agent.endpoint).netloc
        secret = base64.b64encode(f"{user}:{PASSWORD}".encode()).decode()
        self.headers = {"Authorization": f"Basic {secret}",
                        "Content-Type": "application/soap+xml;charset=UTF-8"}
        self.max_envelope_size = max_envelope_size
        self.shell = None
        self.sizes = []

    def make(self, action, body="", shell=None, timeout=20):
        shell = shell or self.shell
        selectors = "" if shell is None else (
            f'<w:SelectorSet><w:Selector Name="ShellId">{shell}</w:Selector></w:SelectorSet>')
        return ENVELOPE.format(w=WSMAN, rsp=RSP, uri=URI, role=ROLE, action=action,
                               size=self.max_envelope_size, id=str(uuid.uuid4()).upper(),
                               selectors=selectors, timeout=timeout, body=body)

    def send(self, message):
        return self.end(self.begin(message))

    def connect(self):
        """A connection on which nobody has to be asked any more who this is."""
        connection = self.begin(self.make(f"{TRANSFER}/Get"))
        with connection.getresponse() as response:
            response.read()
        return connection

    def begin(self, message, connection=None):
        if connection is None:
            connection = http.client.HTTPConnection(self.netloc, timeout=30)
        connection.request("POST", "/wsman", message.encode(), self.headers)
        return connection

    def end(self, connection):
        with contextlib.closing(connection):
            with connection.getresponse() as response:
                text = response.read()
        self.sizes.append(len(text))
        root = ET.fromstring(text)
        if root.find(".//{http://www.w3.org/2003/05/soap-envelope}Fault") is not None:
            raise Fault(root)
        return root

    def ask(self, action, body="", **keywords):
        return self.send(self.make(action, body, **keywords))

    def create(self, content=""):
        root = self.ask(f"{TRANSFER}/Create", f"<rsp:Shell>{content}</rsp:Shell>")
        self.shell = root.findtext(f".//{{{WSMAN}}}Selector[@Name='ShellId']")
        return root

    def command(self, line, *arguments):
        rest = "".join(f"<rsp:Arguments>{argument}</rsp:Arguments>" for argument in arguments)
        root = self.ask(f"{RSP}/Command", f"<rsp:CommandLine><rsp:Command>{line}</rsp:Command>"
                                          f"{rest}</rsp:CommandLine>")
        return root.findtext(f".//{{{RSP}}}CommandId")

    def make_receive(self, command, streams="", timeout=20):
        return self.make(f"{RSP}/Receive",
                         f'<rsp:Receive><rsp:DesiredStream CommandId="{command}">{streams}'
                         f"</rsp:DesiredStream></rsp:Receive>", timeout=timeout)

    def receive(self, command, streams="", timeout=20):
        return self.send(self.make_receive(command, streams, timeout))

    def signal(self, command, code="terminate"):
        return self.ask(f"{RSP}/Signal", f'<rsp:Signal CommandId="{command}">'
                                         f"<rsp:Code>{RSP}/signal/{code}</rsp:Code></rsp:Signal>")

    def delete(self):
        return self.ask(f"{TRANSFER}/Delete")

    def run(self, line, *arguments):
        """What came on stdout, and the exit code."""
        command = self.command(line, *arguments)
        output = b""
        while True:
            root = self.receive(command)
            for stream in root.iter(f"{{{RSP}}}Stream"):
                if stream.get("Name") == "stdout":
                    output += base64.b64decode(stream.text or "")
            (state,) = root.iter(f"{{{RSP}}}CommandState")
            if state.get("State") == f"{RSP}/CommandState/Done":
                return output, int(state.findtext(f"{{{RSP}}}ExitCode"))


class Later:
    """A request in a thread of its own."""

    def __init__(self, function):
        self.result = None
        self.thread = threading.Thread(target=self.run, args=(function,))
        self.thread.start()

    def run(self, function):
        try:
            self.result = function()
        except (Fault, OSError, http.client.HTTPException) as error:
            self.result = error

    def join(self):
        self.thread.join(30)
        return self.result


@contextlib.contextmanager
def serving(host="agent", fixture="good", users=("mara", "kim")):
    with tempfile.TemporaryDirectory(prefix="curfew-") as folder:
        module = os.path.join(FIXTURES, f"fixture-{fixture}.so")
        path = os.path.join(folder, "test.xml")
        with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as file:
            file.write(DOCUMENT.format(module=module, host=host, uri=URI))
        with Agent(PROGRAM, users=users, config=MANY,
                   arguments=["--plugins", folder]) as agent:
            yield agent


class Raw(unittest.TestCase):
    host = "agent"

    def assert_fault(self, code, function, *arguments, **keywords):
        with self.assertRaises(Fault) as context:
            function(*arguments, **keywords)
        self.assertEqual(hex(context.exception.code), hex(code), context.exception)

    def test_life_of_a_shell(self):
        with serving(self.host) as agent:
            client = Client(agent)
            root = client.create("<rsp:IdleTimeOut>PT7200.000S</rsp:IdleTimeOut>")
            (shell,) = root.iter(f"{{{RSP}}}Shell")
            self.assertEqual(shell.findtext(f"{{{RSP}}}ShellId"), client.shell)
            self.assertRegex(client.shell, "^[0-9A-F-]{36}$")
            self.assertEqual(shell.findtext(f"{{{RSP}}}Owner"), "mara")
            self.assertEqual(shell.findtext(f"{{{RSP}}}ClientIP"), "127.0.0.1")
            self.assertEqual(shell.findtext(f"{{{RSP}}}OutputStreams"), "stdout stderr")
            self.assertEqual(client.run("echo", "one", "zwei ☂"), ("onezwei ☂".encode(), 0))
            self.assertEqual(client.run("states"), (b"a", 3))
            root = client.ask(f"{TRANSFER}/Get")
            self.assertEqual(root.findtext(f".//{{{RSP}}}ShellId"), client.shell)
            client.delete()
            self.assert_fault(UNEXPECTED_SELECTORS, client.delete)
            self.assert_fault(UNEXPECTED_SELECTORS, client.command, "echo")

    def test_much_output(self):
        expected = bytes(i % 251 for i in range(1000000))
        with serving(self.host) as agent:
            for size in (8192, 153600):
                with self.subTest(size=size):
                    client = Client(agent, max_envelope_size=size)
                    client.create()
                    self.assertEqual(client.run("big", "1000000"), (expected, 0))
                    self.assertLessEqual(max(client.sizes), size)
                    client.delete()

    def test_nothing_to_receive(self):
        with serving(self.host) as agent:
            client = Client(agent)
            client.create()
            command = client.command("hold")
            self.assert_fault(TIMED_OUT, client.receive, command, timeout=1)
            self.assert_fault(TIMED_OUT, client.receive, command, timeout=1)
            self.assert_fault(INVALID_DESIRED_STREAMS, client.receive, command, "stdout nothing")
            client.signal(command)
            client.signal(command)
            client.delete()

    def test_answer_is_asked_for_again(self):
        with serving(self.host) as agent:
            client = Client(agent)
            client.create()
            message = client.make_receive(client.command("echo", "once"))
            first = client.send(message)
            again = client.send(message)
            self.assertEqual(ET.tostring(first), ET.tostring(again))

    def test_quotas(self):
        with serving(self.host) as agent:
            client = Client(agent)
            client.create()
            client.command("hold")
            client.command("hold")
            self.assert_fault(QUOTA_LIMIT, client.command, "hold")
            Client(agent).create()
            self.assert_fault(QUOTA_MAX_SHELLS, Client(agent).create)
            client.delete()
            Client(agent).create()

    def test_others_see_nothing(self):
        with serving(self.host) as agent:
            client = Client(agent)
            client.create()
            other = Client(agent, user="kim")
            other.shell = client.shell
            self.assert_fault(UNEXPECTED_SELECTORS, other.command, "echo")
            self.assert_fault(UNEXPECTED_SELECTORS, other.delete)
            client.delete()

    def test_delete_ends_receive(self):
        with serving(self.host) as agent:
            client = Client(agent)
            client.create()
            command = client.command("hold")
            # after this one the plug-in's Receive is surely open
            self.assert_fault(TIMED_OUT, client.receive, command, timeout=1)
            later = Later(lambda: client.receive(command))
            client.delete()
            result = later.join()
            # which of the two comes first is not this test's to say
            self.assertIsInstance(result, Fault)
            self.assertIn(result.code, (OPERATION_ABORTED, UNEXPECTED_SELECTORS))

    def test_newer_receive(self):
        with serving(self.host) as agent:
            client = Client(agent)
            client.create()
            command = client.command("hold")
            # after this one the plug-in's Receive is surely open
            self.assert_fault(TIMED_OUT, client.receive, command, timeout=1)
            older = Later(lambda: client.receive(command))
            newer = Later(lambda: client.receive(command))
            while older.thread.is_alive() and newer.thread.is_alive():
                older.thread.join(0.01)
            first = older if not older.thread.is_alive() else newer
            self.assertEqual(first.join().code, TIMED_OUT)
            client.signal(command)
            last = newer if first is older else older
            # the fixture ends its output when it is told to terminate
            result = last.join()
            self.assertIsInstance(result, ET.Element, result)
            state = result.find(f".//{{{RSP}}}CommandState")
            self.assertEqual(state.get("State"), f"{RSP}/CommandState/Done")
            client.delete()

    def test_disconnect(self):
        with serving(self.host) as agent:
            client = Client(agent)
            client.create()
            command = client.command("echo", "kept")
            client.ask(f"{RSP}/Disconnect", "<rsp:Disconnect/>")
            self.assert_fault(SHELL_DISCONNECTED, client.receive, command)
            root = client.ask(f"{TRANSFER}/Get")
            self.assertEqual(root.findtext(f".//{{{RSP}}}State"), "Disconnected")
            client.ask(f"{RSP}/Reconnect", "<rsp:Reconnect/>")
            root = client.receive(command)
            self.assertEqual(base64.b64decode(root.findtext(f".//{{{RSP}}}Stream")), b"kept")

    def test_agent_stops(self):
        """Whoever waits is told, and not just hung up on."""
        with serving(self.host) as agent:
            client = Client(agent)
            client.create()
            command = client.command("hold")
            self.assert_fault(TIMED_OUT, client.receive, command, timeout=1)
            connection = client.begin(client.make_receive(command), client.connect())
            client.ask(f"{TRANSFER}/Get")  # the agent has seen the one before
        # leaving the block stopped the agent, and would have failed if that had not ended well
        with self.assertRaises(Fault) as raised:
            client.end(connection)
        self.assertIn(raised.exception.code, (OPERATION_ABORTED, CANCELLED))


class RawInHelper(Raw):
    host = "helper"

    def test_plugin_dies(self):
        with serving(self.host) as agent:
            client = Client(agent)
            client.create()
            held = client.command("hold")
            self.assert_fault(TIMED_OUT, client.receive, held, timeout=1)
            self.assert_fault(PLUGIN_FAILED, client.command, "crash")
            self.assert_fault(UNEXPECTED_SELECTORS, client.receive, held)


@unittest.skipIf(Protocol is None, "pywinrm is not installed")
class Pywinrm(unittest.TestCase):
    def test_shutdown(self):
        with Agent(PROGRAM, config=MANY) as agent:
            # as octets: requests would write text in Latin-1, the agent reads UTF-8
            protocol = Protocol(agent.endpoint, transport="plaintext", username="mara",
                                password=PASSWORD.encode())
            shell = protocol.open_shell(codepage=65001)

            def run(command, *arguments):
                identifier = protocol.run_command(shell, command, arguments)
                result = protocol.get_command_output(shell, identifier)
                protocol.cleanup_command(shell, identifier)
                return result

            output, errors, code = run("shutdown", "/r", "/t", "60")
            self.assertEqual((code, errors), (0, b""))
            self.assertIn(b"60", output)
            output, errors, code = run("shutdown", "/r", "/t", "60")
            self.assertEqual((code, output), (1190, b""))
            self.assertIn(b"(1190)", errors)
            self.assertEqual(run("shutdown", "/a")[2], 0)
            self.assertEqual(run("dir")[2], 9009)
            protocol.close_shell(shell)
            with self.assertRaises(WinRMError) as context:
                protocol.run_command(shell, "shutdown")
            self.assertIn(str(UNEXPECTED_SELECTORS), str(context.exception))
        self.assertIn("restart in 60 s", agent.log)


if __name__ == "__main__":
    unittest.main(verbosity=2)
