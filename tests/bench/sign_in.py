# SPDX-License-Identifier: GPL-3.0-or-later
"""What signing in and sealing cost: the client of 2,000 hosts, and a service."""

import os
import shutil
import statistics
import subprocess
import tempfile

from apache import Apache
from curfew_agent import PASSWORD, Agent
from realm import Realm

HOSTS = 2000
SIGN_INS = 1000
CALLERS = 4  # at once
ROUNDS = 3  # of the client: a round of first tickets takes long, by the KDC
# every host has the same key, or the one responder of them all would search for the right one
KEY = "aes256-cts-hmac-sha1-96:onlyrealm"


def name_of(host):
    return f"h{host:04}.localhost"


class Fleet:
    """A realm that knows 2,000 names for loopback, and a responder that answers by all of them."""

    def __init__(self, bench):
        self.bench = bench
        self.realm = Realm()

    def __enter__(self):
        self.realm.__enter__()
        self.keytab = self.realm.path("fleet-keytab")
        self.realm.administer(*(f'addprinc -e {KEY} -pw "of no use" HTTP/{name_of(i)}'
                                for i in range(HOSTS)),
                              f"ktadd -k {self.keytab} -norandkey HTTP/{name_of(0)}")
        self.tickets = self.realm.get_ticket()
        return self

    def __exit__(self, *_):
        self.realm.__exit__()

    def write_targets(self, scheme, port, names):
        targets = self.realm.path("targets")
        with open(targets, "w", encoding="ascii") as file:
            file.writelines(f"{scheme}://{name}:{port}\n" for name in names)
        return targets

    def deliver(self, scheme, port, options, cache=None, names=None, pass_fds=()):
        """Processor milliseconds of curfewctl for each host."""
        targets = self.write_targets(scheme, port, names or map(name_of, range(HOSTS)))
        environment = {**os.environ, **self.realm.environment,
                       "KRB5CCNAME": cache or self.realm.path("none")}
        _, _, seconds = self.bench.run(
            [self.bench.curfewctl, "restart", "--method", "native", "--in", "15m", "-m", "Bench",
             "--yes", "--parallel", "64", "-o", "json", *options, "-f", targets],
            env=environment, pass_fds=pass_fds)
        return seconds * 1000 / HOSTS

    def deliver_by_password(self, scheme, port, options, names=None):
        reader, writer = os.pipe()
        os.write(writer, PASSWORD.encode() + b"\n")
        os.close(writer)
        try:
            return self.deliver(scheme, port, ["--auth", "basic", "-u", "mara", "--password-fd",
                                               str(reader), *options],
                                names=names, pass_fds=[reader])
        finally:
            os.close(reader)


def measure_client(bench):
    """Kerberos and sealed over http, against Basic over https and over http."""
    what = "sealed deliveries"
    if bench.filter not in what:
        return
    if Realm.missing:
        bench.row(what, "-", Realm.missing)
        return
    costs = {"first": [], "cached": [], "tls": [], "clear": []}
    addresses = [f"127.{1 + i // 250 // 250}.{i // 250 % 250}.{1 + i % 250}" for i in range(HOSTS)]
    pin = ["--pin", bench.fingerprint(f"{bench.certificates}/host.pem")]
    with Fleet(bench) as fleet:
        keys = {**os.environ, **fleet.realm.environment, "KRB5_KTNAME": fleet.keytab,
                "KRB5RCACHENAME": "none:"}
        with bench.Responder("--sealed", env=keys) as sealed, bench.Responder() as clear, \
                bench.Responder("--certificate", f"{bench.certificates}/host.pem") as tls:
            for _ in range(ROUNDS):
                cache = fleet.realm.path("fleet-tickets")
                shutil.copy(fleet.tickets.partition(":")[2], cache)
                for key in ("first", "cached"):
                    costs[key].append(fleet.deliver("http", sealed.port, ["--auth", "negotiate"],
                                                    f"FILE:{cache}"))
                costs["tls"].append(fleet.deliver_by_password("https", tls.port, pin))
                costs["clear"].append(fleet.deliver_by_password("http", clear.port, [],
                                                                addresses))
    for key, words in (("first", "Kerberos, first ticket"), ("cached", "Kerberos, cached ticket"),
                       ("tls", "Basic over https"), ("clear", "Basic over http")):
        bench.row(f"client, {words}: processor of each host, ms",
                  f"{statistics.median(costs[key]):.2f}", "")
    for key, words in (("first", "first ticket"), ("cached", "cached ticket")):
        ratio = statistics.median(a / b for a, b in zip(costs[key], costs["tls"]))
        bench.row(f"client, sealed, {words}: × Basic over https", f"{ratio:.2f}", "≤ 2")
    more = statistics.median(a - b for a, b in zip(costs["cached"], costs["clear"]))
    bench.row("client, sealed, cached ticket: more than Basic over http, ms", f"{more:.2f}", "≤ 1")


def sign_in(bench, realm, cache, port, pid):
    """Sign-ins in a second, and processor milliseconds of the server for each."""
    before = bench.processor_msec(pid)
    environment = {**os.environ, **realm.environment, "KRB5CCNAME": cache}
    callers = [subprocess.Popen([bench.sign_in, str(port), "/wsman", str(SIGN_INS // CALLERS)],
                                env=environment, stdout=subprocess.PIPE)
               for _ in range(CALLERS)]
    seconds = [float(caller.communicate()[0]) for caller in callers]
    return SIGN_INS / max(seconds), (bench.processor_msec(pid) - before) / SIGN_INS


def check_with_curl(realm, cache, port):
    """That what is measured is what curl does. At an agent it does nothing over http: it asks for no
    sequence."""
    done = subprocess.run(["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--negotiate",
                           "-u", ":", "-d", "", f"http://localhost:{port}/wsman"],
                          env={**os.environ, **realm.environment, "KRB5CCNAME": cache},
                          stdout=subprocess.PIPE, check=False).stdout.decode()
    if done != "200":
        raise RuntimeError(f"curl --negotiate got {done} of port {port}")


def measure_service(bench):
    """Sign-ins by Kerberos, at the agent and at an Apache with mod_auth_gssapi."""
    what = "agent, sign-ins"
    if bench.filter not in what:
        return
    if Realm.missing or Apache.missing:
        bench.row(what, "-", Realm.missing or Apache.missing)
        return
    ours, theirs = [], []
    with Realm() as realm, tempfile.TemporaryDirectory() as directory:
        cache = f"FILE:{directory}/tickets"
        shutil.copy(realm.get_ticket().partition(":")[2], cache.partition(":")[2])
        os.environ["KRB5_CONFIG"] = realm.environment["KRB5_CONFIG"]
        config = bench.fast + f"\n[kerberos]\nkeytab={realm.keytab}\n"
        with Apache(realm) as apache, Agent(bench.agent, config=config) as agent:
            port = int(agent.endpoint.rpartition(":")[2].partition("/")[0])
            servers = ((ours, port, agent.process.pid), (theirs, apache.port, apache.process.pid))
            check_with_curl(realm, cache, apache.port)
            for measured, port, pid in servers:
                sign_in(bench, realm, cache, port, pid)  # warm
            for _ in range(bench.rounds):
                for measured, port, pid in servers:
                    measured.append(sign_in(bench, realm, cache, port, pid))
        del os.environ["KRB5_CONFIG"]
    for measured, words in ((ours, "agent"), (theirs, "Apache with mod_auth_gssapi")):
        rate, cost = (statistics.median(column) for column in zip(*measured))
        bench.row(f"sign-ins, {words}: processor of each, ms", f"{cost:.2f}", "≤ 2"
                  if measured is ours else "")
        bench.row(f"sign-ins, {words}: each second, 4 at once", f"{rate:.0f}", "")
    ratio = statistics.median(a[1] / b[1] for a, b in zip(ours, theirs))
    bench.row("sign-ins, agent: processor, × Apache", f"{ratio:.2f}", "")
