#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures Curfew against public programs in the same run and prints a table.

usage: run-bench.py CURFEWCTL AGENT RESPONDER SOUP_SERVER PLUGIN_SERVER PLUGIN HELPER SIGN_IN
           CERTIFICATES [FILTER]

Each figure is the median of several rounds in which the two programs take turns, so that a machine
whose speed drifts slows both. Nothing is judged here: README.md holds the goals.
"""

import base64
import http.client
import json
import os
import re
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import types

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))
import sign_in  # noqa: E402
from curfew_agent import PASSWORD, Agent  # noqa: E402
from wsman_messages import N, envelope, initiation  # noqa: E402

(CURFEWCTL, AGENT, RESPONDER, SOUP_SERVER, PLUGIN_SERVER, PLUGIN, HELPER, SIGN_IN,
 CERTIFICATES) = map(os.path.abspath, sys.argv[1:10])
FILTER = sys.argv[10] if len(sys.argv) > 10 else ""
BENCH = "http://schemas.curfew.org/bench"
SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
HOSTS = 2000
WRK_SECONDS = 4
ROUNDS = 5
FAST = """
[limits]
connections=4096
connections-not-signed-in=4096
connections-per-address=4096
connections-per-address-not-signed-in=4096
requests-per-connection=100000000
requests-per-minute-per-user=100000000
password-checks-per-minute=6000
"""
rows = []


def row(name, value, goal):
    rows.append((name, value, goal))
    print(f"{name:<58} {value:>14}   {goal}", flush=True)


def run(command, **keywords):
    """Returns seconds, peak memory in MiB and processor seconds of one finished process."""
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               **keywords)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}")
    return seconds, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime


class Responder:
    def __init__(self, *arguments, env=None):
        self.process = subprocess.Popen([RESPONDER, *arguments], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, env=env)
        self.port = int(self.process.stdout.readline())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()


def addresses(scheme, port):
    return [f"{scheme}://127.{1 + i // 250 // 250}.{i // 250 % 250}.{1 + i % 250}:{port}"
            for i in range(HOSTS)]


def fingerprint(certificate):
    output = subprocess.run(["openssl", "x509", "-in", certificate, "-noout", "-fingerprint",
                             "-sha256"], stdout=subprocess.PIPE, check=True).stdout.decode()
    return output.strip().rpartition("=")[2]


def measure_client(name, scheme, arguments, goal_rate, goal_memory):
    if FILTER not in name:
        return
    with Responder(*arguments) as responder, tempfile.TemporaryDirectory() as directory:
        targets = os.path.join(directory, "targets")
        config = os.path.join(directory, "curl")
        body = os.path.join(directory, "body")
        message = invocation("00000000-0000-0000-0000-000000000000")
        with open(body, "w", encoding="utf-8") as file:
            file.write(message)
        with open(targets, "w", encoding="utf-8") as file:
            file.writelines(f"{address}\n" for address in addresses(scheme, responder.port))
        authorization = base64.b64encode(f"mara:{PASSWORD}".encode()).decode()
        with open(config, "w", encoding="utf-8") as file:
            file.write("\nnext\n".join(
                f'url = "{address}/wsman"\noutput = "/dev/null"\ndata-binary = "@{body}"\n'
                "insecure\n"
                f'header = "Authorization: Basic {authorization}"\n'
                'header = "Content-Type: application/soap+xml;charset=UTF-8"'
                for address in addresses(scheme, responder.port)))
        # One certificate for 2,000 addresses: both take it without looking at its names, curl
        # blindly, curfewctl by its pin.
        trust = ["--pin", fingerprint(f"{CERTIFICATES}/host.pem")] if scheme == "https" else []
        ours, theirs, memory, ratios = [], [], [], []
        for _ in range(ROUNDS):
            reader, writer = os.pipe()
            os.write(writer, PASSWORD.encode() + b"\n")
            os.close(writer)
            seconds, peak, _ = run(
                [CURFEWCTL, "restart", "--method", "native", "--in", "15m", "-m", "Bench",
                 "--yes", "--parallel", "64", "-u", "mara", "--password-fd", str(reader), *trust,
                 "-o", "json", "-f", targets], pass_fds=[reader])
            os.close(reader)
            curl, _, _ = run(["curl", "-s", "--parallel", "--parallel-immediate",
                              "--parallel-max", "64", "-K", config])
            ours.append(HOSTS / seconds)
            theirs.append(HOSTS / curl)
            ratios.append(curl / seconds)
            memory.append(peak)
        row(f"client, {name}: hosts/s", f"{statistics.median(ours):.0f}",
            f"curl {statistics.median(theirs):.0f}")
        row(f"client, {name}: ratio to curl", f"{statistics.median(ratios):.2f}",
            f"≥ {goal_rate}")
        row(f"client, {name}: peak memory, MiB", f"{max(memory):.1f}", f"≤ {goal_memory}")


def invocation(message_id):
    uri = "http://schemas.curfew.org/wsman/1/WindowsShutdown"
    return (
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
        'xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" '
        'xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" '
        'xmlns:p="http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"><s:Header>'
        "<a:To>http://127.0.0.1/wsman</a:To>"
        f'<w:ResourceURI s:mustUnderstand="true">{uri}</w:ResourceURI>'
        '<a:ReplyTo><a:Address s:mustUnderstand="true">'
        "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address></a:ReplyTo>"
        f'<a:Action s:mustUnderstand="true">{uri}/WsdrAbortShutdown</a:Action>'
        '<w:MaxEnvelopeSize s:mustUnderstand="true">512000</w:MaxEnvelopeSize>'
        f"<a:MessageID>uuid:{message_id}</a:MessageID>"
        '<w:Locale xml:lang="en-US" s:mustUnderstand="false"/>'
        '<p:DataLocale xml:lang="en-US" s:mustUnderstand="false"/>'
        "<w:OperationTimeout>PT30.000S</w:OperationTimeout></s:Header><s:Body>"
        f'<n:WsdrAbortShutdown_INPUT xmlns:n="{uri}"><n:lpClientHint>bench</n:lpClientHint>'
        "</n:WsdrAbortShutdown_INPUT></s:Body></s:Envelope>")


def echo(message_id):
    return (invocation(message_id).replace(N + "/WsdrAbortShutdown", BENCH + "/Echo")
            .replace(N, BENCH).replace("WsdrAbortShutdown", "Echo")
            .replace("lpClientHint", "Text"))


def wrk(url, directory, message=invocation):
    before, after = message("@@@").split("@@@")
    authorization = base64.b64encode(f"mara:{PASSWORD}".encode()).decode()
    script = os.path.join(directory, "invoke.lua")
    with open(script, "w", encoding="utf-8") as file:
        file.write(f"""
local id = 0
local thread_number = 0
function setup (thread)
  thread:set ("number", thread_number)
  thread_number = thread_number + 1
end
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/soap+xml;charset=UTF-8"
wrk.headers["Authorization"] = "Basic {authorization}"
function request ()
  id = id + 1
  return wrk.format (nil, nil, nil, [==[{before}]==] .. string.format ("%08d-%08d", number, id)
                     .. [==[{after}]==])
end
""")
    output = subprocess.run(["wrk", "-t", "1", "-c", "64", "-d", f"{WRK_SECONDS}s", "-s", script,
                             url], stdout=subprocess.PIPE, check=True).stdout.decode()
    if "Non-2xx" in output or "Socket errors" in output:
        raise RuntimeError(output)
    return float(output.partition("Requests/sec:")[2].split()[0])


def measure_agent_rate():
    name = "agent, authenticated Invoke"
    if FILTER not in name:
        return
    soup = subprocess.Popen([SOUP_SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    soup_port = int(soup.stdout.readline())
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as directory, Agent(AGENT, config=FAST) as agent:
        for _ in range(ROUNDS):
            ours.append(wrk(agent.endpoint, directory))
            theirs.append(wrk(f"http://127.0.0.1:{soup_port}/wsman", directory))
        memory = resident(agent.process.pid)
    soup.stdin.close()
    soup.wait()
    ratio = statistics.median(a / b for a, b in zip(ours, theirs))
    row(f"{name}: requests/s, 64 connections", f"{statistics.median(ours):.0f}",
        f"SoupServer {statistics.median(theirs):.0f}")
    row(f"{name}: ratio to a bare SoupServer", f"{ratio:.2f}", "≥ 1.0")
    row("agent: memory after that load, MiB", f"{memory:.1f}", "")


class PluginServer:
    """A service whose one method is answered in one of three places."""

    def __init__(self, where):
        self.process = subprocess.Popen([PLUGIN_SERVER, where, PLUGIN, HELPER],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL)
        self.url = self.process.stdout.readline().decode().strip()

    def measure(self, directory):
        """Requests in a second, and microseconds of processor time that each of them takes."""
        before = self.processor_msec()
        rate = wrk(self.url, directory, echo)
        return rate, (self.processor_msec() - before) * 1000 / (rate * WRK_SECONDS)

    def processor_msec(self):
        """Of the service and of its helpers."""
        pid = self.process.pid
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            return sum(map(processor_msec, [pid, *file.read().split()]))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.stdout.close()
        if self.process.wait(timeout=30) != 0:
            raise RuntimeError("the service with a plug-in ended badly")


def measure_plugins():
    """What a plug-in costs, against a handler that is built in and does the same."""
    name = "plug-in"
    if FILTER not in name:
        return
    places = ("built-in", "agent", "helper")
    measured = {where: [] for where in places}
    with PluginServer("built-in") as built_in, PluginServer("agent") as agent, \
            PluginServer("helper") as helper, tempfile.TemporaryDirectory() as directory:
        servers = dict(zip(places, (built_in, agent, helper)))
        for server in servers.values():
            server.measure(directory)  # signed in, started, warm
        for _ in range(ROUNDS):
            for where, server in servers.items():
                measured[where].append(server.measure(directory))
    for where, words, goal in (("built-in", "built-in handler", None),
                               ("agent", "in the agent", 1.25), ("helper", "in a helper", 2)):
        rate, cost = (statistics.median(column) for column in zip(*measured[where]))
        row(f"{name}, {words}: requests/s", f"{rate:.0f}", "")
        row(f"{name}, {words}: processor time of each, µs", f"{cost:.1f}", "")
        if goal is not None:
            ratio = statistics.median(
                own[1] / other[1] for own, other in zip(measured[where], measured["built-in"]))
            row(f"{name}, {words}: × built-in", f"{ratio:.2f}", f"≤ {goal}")


class ShellClient:
    """One connection with one shell and one command in it."""

    def __init__(self, url):
        self.connection = http.client.HTTPConnection(url.split("/")[2], timeout=60)
        self.headers = {"Content-Type": "application/soap+xml;charset=UTF-8",
                        "Authorization": "Basic " + base64.b64encode(b"mara:x").decode()}
        body = (f'<r:Shell xmlns:r="{SHELL}"><r:InputStreams>stdin</r:InputStreams>'
                "<r:OutputStreams>stdout stderr</r:OutputStreams></r:Shell>")
        answer = self.ask("http://schemas.xmlsoap.org/ws/2004/09/transfer/Create", body)
        self.shell = re.search(r"ShellId>([^<]+)<", answer)[1]
        answer = self.ask(f"{SHELL}/Command", f'<r:CommandLine xmlns:r="{SHELL}"><r:Command>x'
                          "</r:Command></r:CommandLine>", self.shell)
        self.command = re.search(r"CommandId>([^<]+)<", answer)[1]

    def send(self, action, body, shell=None):
        message = envelope(f"{BENCH}/shell", action, body).replace("PT20S", "PT60S")
        if shell is not None:
            message = message.replace("</s:Header>", '<w:SelectorSet><w:Selector Name="ShellId">'
                                      f"{shell}</w:Selector></w:SelectorSet></s:Header>")
        self.connection.request("POST", "/wsman", message.encode(), self.headers)

    def ask(self, action, body, shell=None):
        self.send(action, body, shell)
        response = self.connection.getresponse()
        text = response.read().decode()
        if response.status != 200:
            raise RuntimeError(text)
        return text

    def receive(self):
        self.send(f"{SHELL}/Receive", f'<r:Receive xmlns:r="{SHELL}"><r:DesiredStream '
                  f'CommandId="{self.command}">stdout stderr</r:DesiredStream></r:Receive>',
                  self.shell)


def measure_receives():
    """1,000 Receives that wait for output which does not come."""
    if FILTER not in "plug-in, 1,000 open Receives":
        return
    with PluginServer("agent") as server:
        pid = server.process.pid
        first = ShellClient(server.url)
        before = resident(pid)
        clients = [ShellClient(server.url) for _ in range(1000)]
        for client in clients:
            client.receive()
        time.sleep(20)  # GLib's threads for what blocks end by themselves
        cost = resident(pid) - before
        used, slept = processor_msec(pid), woken(pid)
        time.sleep(20)
        used, slept = processor_msec(pid) - used, woken(pid) - slept
        for client in [first, *clients]:
            client.connection.close()
    row("plug-in, 1,000 open Receives: memory, MiB", f"{cost:.1f}", "≤ 64")
    row("plug-in, 1,000 open Receives: processor in 20 s, ms", str(used), "0")
    row("plug-in, 1,000 open Receives: woken up in 20 s", str(slept), "")


def processor_msec(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 // os.sysconf("SC_CLK_TCK")


def resident(pid):
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
        for line in file:
            if line.startswith("Rss:"):
                return int(line.split()[1]) / 1024
    raise RuntimeError("no Rss line")


def measure_start():
    if FILTER not in "agent, start":
        return
    times, memory = [], []
    for _ in range(ROUNDS * 2):
        started = time.monotonic()
        process = subprocess.Popen([AGENT, "--rehearse", "--listen", "127.0.0.1:0"],
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        process.stdout.readline()
        times.append((time.monotonic() - started) * 1000)
        memory.append(resident(process.pid))
        process.terminate()
        process.wait()
    row("agent, start to ready, ms", f"{statistics.median(times):.1f}", "≤ 50")
    row("agent, idle memory, MiB", f"{statistics.median(memory):.1f}", "≤ 12")


def ask(port, authorization):
    body = invocation(f"slow-{time.monotonic_ns()}").encode()
    head = (f"POST /wsman HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {authorization}\r\n"
            "Content-Type: application/soap+xml;charset=UTF-8\r\n"
            f"Content-Length: {len(body)}\r\n\r\n").encode()
    started = time.monotonic()
    with socket.create_connection(("127.0.0.2", port), source_address=("127.0.0.2", 0)) as good:
        good.sendall(head + body)
        if b"200" not in good.recv(64):
            raise RuntimeError("the good request was not answered")
    return (time.monotonic() - started) * 1000


def measure_slow():
    """1,000 connections that have sent half a head: what they cost, and a good request beside."""
    if FILTER not in "agent, slow connections":
        return
    authorization = base64.b64encode(f"mara:{PASSWORD}".encode()).decode()
    config = FAST + "head-msec=5000\n"
    with Agent(AGENT, config=config, listen=("127.0.0.2:0",)) as agent:
        port = int(agent.endpoint.rpartition(":")[2].partition("/")[0])
        ask(port, authorization)
        idle = resident(agent.process.pid)
        slow = []
        for _ in range(1000):
            connection = socket.create_connection(("127.0.0.2", port))
            connection.sendall(b"POST /wsman HTTP/1.1\r\nHo")
            slow.append(connection)
        times = [ask(port, authorization) for _ in range(20)]
        cost = resident(agent.process.pid) - idle
        started = time.monotonic()
        for connection in slow:
            connection.settimeout(20)
            while connection.recv(4096):
                pass
        gone = time.monotonic() - started
        for connection in slow:
            connection.close()
    row("agent, 1,000 slow connections: memory, MiB", f"{cost:.1f}", "≤ 8")
    row("agent, 1,000 slow connections: good request, ms (worst)", f"{max(times):.1f}",
        "≤ 20")
    row("agent, 1,000 slow connections: gone after, s", f"{gone:.1f}", "deadline 5")


def accept(agent, grace):
    """Sends one request and waits for its answer."""
    authorization = base64.b64encode(f"mara:{PASSWORD}".encode()).decode()
    connection = http.client.HTTPConnection("127.0.0.1", int(agent.endpoint.split(":")[2][:-6]))
    connection.request("POST", "/wsman", initiation(5, grace).encode(), {
        "Content-Type": "application/soap+xml;charset=UTF-8",
        "Authorization": f"Basic {authorization}"})
    connection.getresponse().read()
    connection.close()


def measure_countdown():
    """How exact a deadline is, and what an agent takes that counts down for hours."""
    if FILTER not in "agent, countdown":
        return
    late = []
    for _ in range(ROUNDS):
        with Agent(AGENT) as agent:
            state = os.path.join(agent.directory, "state")
            accept(agent, 5)
            with open(os.path.join(state, "pending-rehearsal"), encoding="utf-8") as pending:
                promised = int(re.search(r"^deadline=(\d+)$", pending.read(), re.MULTILINE)[1])
            while not os.path.exists(os.path.join(state, "rehearsed.log")):
                time.sleep(0.001)
            late.append(time.clock_gettime(time.CLOCK_BOOTTIME) * 1000 - promised / 1000)
    row("agent, countdown: after a promised 5 s, ms (worst)", f"{max(late, key=abs):+.1f}",
        "≤ 100")
    with Agent(AGENT) as agent:
        accept(agent, 3 * 3600 + 600)
        pid = agent.process.pid
        time.sleep(20)  # GLib's threads for what blocks end by themselves
        before = woken(pid)
        time.sleep(60)
        row("agent, countdown: woken up in a minute", str(woken(pid) - before), "< 1")
        row("agent, countdown: memory, MiB", f"{resident(pid):.1f}", "≤ 14")


def woken(pid):
    """How often any thread of it has gone to sleep so far."""
    count = 0
    for thread in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{thread}/status", encoding="ascii") as status:
            count += sum(int(line.split()[1]) for line in status
                         if line.startswith("voluntary_ctxt_switches"))
    return count


def main():
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(8192, limit[1]), limit[1]))
    print(f"{'what':<58} {'measured':>14}   goal or reference")
    measure_client("http, answered at once", "http", [], 0.5, 25)
    measure_client("http, answered after 20 ms", "http", ["--delay-msec", "20"], 0.9, 25)
    measure_client("https, answered after 20 ms", "https",
                   ["--delay-msec", "20", "--certificate", f"{CERTIFICATES}/host.pem"], 0.7, 40)
    measure_agent_rate()
    bench = types.SimpleNamespace(
        curfewctl=CURFEWCTL, agent=AGENT, sign_in=SIGN_IN, certificates=CERTIFICATES,
        filter=FILTER, rounds=ROUNDS, fast=FAST, run=run, row=row, Responder=Responder,
        fingerprint=fingerprint, processor_msec=processor_msec)
    sign_in.measure_client(bench)
    sign_in.measure_service(bench)
    measure_plugins()
    measure_receives()
    measure_start()
    measure_slow()
    measure_countdown()
    print(json.dumps([{"name": name, "measured": value, "goal": goal}
                      for name, value, goal in rows]))


if __name__ == "__main__":
    main()
