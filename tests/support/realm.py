# SPDX-License-Identifier: GPL-3.0-or-later
"""A Kerberos realm for a test: MIT's KDC on loopback, with people, services and their keys.

The KDC is the one in PATH or the one that build-aux/check unpacked to build-servers/. Nothing of
this machine's own Kerberos set-up is read or written.
"""

import glob
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

from ntlm_users import write_ntlm_users

NAME = "CURFEW.TEST"
PASSWORD = "Käse & <brötchen>"
USERS = ("mara", "kim")
SERVICES = ("HTTP/localhost", "HTTP/agent.curfew.test", "WSMAN/wsman-only.curfew.test")
SERVERS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "build-servers")
FAKETIME = glob.glob("/usr/lib/*/faketime/libfaketime.so.1")

CLIENT_CONFIG = """[libdefaults]
  default_realm = {name}
  dns_lookup_realm = false
  dns_lookup_kdc = false
  dns_canonicalize_hostname = false
  rdns = false
  udp_preference_limit = 1
  kdc_timesync = 0
  {extra}
[realms]
  {name} = {{
    kdc = 127.0.0.1:{port}
  }}
[domain_realm]
  localhost = {name}
  .localhost = {name}
  .curfew.test = {name}
"""

KDC_CONFIG = """[kdcdefaults]
  kdc_listen = ""
  kdc_tcp_listen = 127.0.0.1:{port}
[realms]
  {name} = {{
    database_name = {directory}/principal
    key_stash_file = {directory}/stash
    acl_file = {directory}/acl
    max_life = 10h
    supported_enctypes = aes256-cts-hmac-sha1-96:normal aes128-cts-hmac-sha1-96:normal
    default_principal_flags = +preauth
  }}
[dbmodules]
  {modules}
"""


# A test that takes too long is ended; its servers are not to outlive it.
signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by a signal"))


def find_server(program):
    """The path of one of the KDC's programs; None where there is none."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin",
                            os.path.join(SERVERS, "usr", "sbin")])
    return shutil.which(program, path=path)


def find_free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for_port(port, process, seconds=20):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"a server ended at once with {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"nobody listens on port {port}")


class Realm:
    """A context manager around one KDC. `environment` is what programs need to use it.

    `enctype` limits the keys of services, such as "arcfour-hmac:normal"; `extra` is further lines of
    [libdefaults].
    """

    missing = None if find_server("krb5kdc") and find_server("kadmin.local") else \
        "there is no krb5kdc, and build-aux/check has not unpacked one"

    def __init__(self, name=NAME, services=SERVICES, enctype=None, extra=""):
        self.name = name
        self.services = services
        self.enctype = enctype
        self.extra = extra
        self.process = None

    def __enter__(self):
        self.directory = tempfile.mkdtemp(prefix="curfew-realm-")
        os.mkdir(self.path("test"), 0o700)
        try:
            self.make()
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.directory)

    def path(self, name):
        return os.path.join(self.directory, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        return self.path(name)

    def make(self):
        kdc = os.path.realpath(find_server("krb5kdc"))
        folders = glob.glob(os.path.join(os.path.dirname(kdc), "..", "lib", "*", "krb5", "plugins",
                                         "kdb"))
        modules = f"db_module_dir = {os.path.realpath(folders[0])}" if folders else ""
        self.port = find_free_port()
        client = self.write("krb5.conf", CLIENT_CONFIG.format(name=self.name, port=self.port,
                                                              extra=self.extra))
        server = self.write("kdc.conf", KDC_CONFIG.format(name=self.name, port=self.port,
                                                          directory=self.directory,
                                                          modules=modules))
        self.environment = {"KRB5_CONFIG": client}
        self.server_environment = {**os.environ, "KRB5_CONFIG": client, "KRB5_KDC_PROFILE": server}
        self.call("kdb5_util", ["-r", self.name, "create", "-s", "-P", "of no use to anybody"])
        self.add_people()
        self.keytab = self.path("keytab")
        self.add_services(self.services, self.keytab)

    def call(self, program, arguments, text=""):
        done = subprocess.run([find_server(program), *arguments], input=text.encode(),
                              env=self.server_environment, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{program}: {done.stdout.decode(errors='replace')}")
        return done.stdout.decode(errors="replace")

    def administer(self, *commands):
        """Has kadmin.local do all of these, or fails."""
        said = self.call("kadmin.local", ["-r", self.name, "-p", f"admin/admin@{self.name}"],
                         "".join(f"{command}\n" for command in commands))
        if ": " in said and any(word in said for word in ("while ", "usage:", "Unknown request")):
            raise RuntimeError(f"kadmin.local: {said}")
        return said

    def add_people(self):
        people = [f'addprinc -pw "{PASSWORD}" {user}' for user in (*USERS, "admin/helpdesk")]
        people.append(f'addprinc -pw "{PASSWORD}" -allow_tix locked')
        people.append(f'addprinc -pw "{PASSWORD}" -pwexpire 1999-12-31 expired')
        self.administer(*people)

    def add_services(self, names, keytab):
        """Adds principals with random keys and writes these to a keytab, which only we can read."""
        limit = f"-e {self.enctype} " if self.enctype else ""
        self.administer(*(f"addprinc -randkey {limit}{name}" for name in names),
                        *(f"ktadd -k {keytab} {limit}-norandkey {name}" for name in names))
        os.chmod(keytab, 0o600)

    def get_ticket(self, user="mara", cache=None, lifetime="10h", password=PASSWORD):
        """Signs a person in; returns the name of a cache that has their ticket."""
        cache = cache or f"FILE:{self.path('tickets-' + user.replace('/', '-'))}"
        subprocess.run(["kinit", "-l", lifetime, "-c", cache, f"{user}@{self.name}"],
                       input=f"{password}\n".encode(), stdout=subprocess.DEVNULL,
                       env={**os.environ, **self.environment}, check=True)
        return cache

    def start(self, clock=None):
        """Starts the KDC; `clock` such as "+10m" has it live at another time."""
        environment = dict(self.server_environment)
        if clock is not None:
            environment.update(LD_PRELOAD=FAKETIME[0], FAKETIME=clock)
        with open(self.path("kdc.log"), "ab") as log:
            self.process = subprocess.Popen(
                [find_server("krb5kdc"), "-n", "-r", self.name, "-P", self.path("pid")],
                env=environment, stdout=log, stderr=log)
        wait_for_port(self.port, self.process)

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=20)
            self.process = None

    def describe(self):
        """The environment that with-realm.py gives to a test."""
        return {
            **self.environment,
            "KRB5CCNAME": self.get_ticket(),
            "CURFEW_TEST_REALM": self.name,
            "CURFEW_TEST_PASSWORD": PASSWORD,
            "CURFEW_TEST_KEYTAB": self.keytab,
            "CURFEW_TEST_NTLM_USERS": write_ntlm_users(self.path("ntlm-users"), USERS, PASSWORD),
            "CURFEW_TEST_DIRECTORY": self.path("test"),
        }
