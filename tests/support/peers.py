# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of tests/peers share: agents that sign people in by everything, and the programs
that ask them."""

import hashlib
import json
import os
import subprocess
import sys
import urllib.parse
import xml.etree.ElementTree as ElementTree

import kerberos_shim
import ntlm_users
from curfew_agent import Agent
from realm import PASSWORD
from wsman_messages import GET, N, envelope

PROFILE = "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"
CONFIG = """[limits]
failed-sign-in-msec=10
throttle-seconds={throttle}
[tls]
certificate-file={host}
[kerberos]
keytab={keytab}
channel-binding={binding}
[ntlm]
users={ntlm_users}
channel-binding={binding}
[certificates]
authorities={authority}
users={certificate_users}
"""
STATUS = envelope(N, GET)


def skip(reason):
    """Ends a test program the way meson shows as skipped."""
    print(reason)
    sys.exit(77)


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


class ClientCertificates:
    """An authority, a certificate of mara and one of somebody who is nobody here."""

    def __init__(self, directory):
        self.directory = directory
        self.authority = self.path("client-authority.pem")
        self.make_key("client-authority")
        openssl("req", "-new", "-x509", "-key", self.path("client-authority.key"), "-days", "30",
                "-subj", "/CN=Clients", "-addext", "keyUsage=critical,keyCertSign", "-out",
                self.authority)
        self.make("mara")
        self.make("stranger")
        self.users = self.path("certificate-users.conf")
        with open(self.users, "w", encoding="utf-8") as file:
            file.write("[user mara]\nsubject=CN=mara\n")

    def path(self, name):
        return os.path.join(self.directory, name)

    def make_key(self, name):
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out",
                self.path(f"{name}.key"))

    def make(self, name):
        self.make_key(name)
        with open(self.path("extensions"), "w", encoding="utf-8") as file:
            file.write("basicConstraints=CA:FALSE\nextendedKeyUsage=clientAuth\n")
        openssl("req", "-new", "-key", self.path(f"{name}.key"), "-subj", f"/CN={name}", "-out",
                self.path(f"{name}.csr"))
        openssl("x509", "-req", "-in", self.path(f"{name}.csr"), "-CA", self.authority, "-CAkey",
                self.path("client-authority.key"), "-set_serial", "7", "-days", "30", "-extfile",
                self.path("extensions"), "-out", self.path(f"{name}.pem"))


class PeerAgent(Agent):
    """Speaks http and https; `binding` is offered, required or relaxed. What is not wanted is None."""

    def __init__(self, program, certificates, directory, keytab=None, clients=None,
                 binding="offered", throttle=600, names=None, ntlm=True, listen=(), access=None):
        values = {"host": os.path.join(certificates, "host.pem"), "throttle": throttle,
                  "keytab": keytab, "binding": binding}
        sections = CONFIG.split("[")[1:]
        if ntlm:
            values["ntlm_users"] = names or ntlm_users.write_ntlm_users(
                os.path.join(directory, "ntlm-users"), ("mara", "kim"), PASSWORD)
        if clients is not None:
            values.update(authority=clients.authority, certificate_users=clients.users)
        wanted = {"limits": True, "tls": True, "kerberos": keytab, "ntlm": ntlm,
                  "certificates": clients}
        config = "".join(f"[{section}" for section in sections
                         if wanted[section.partition("]")[0]])
        super().__init__(program, config=config.format(**values), access=access,
                         listen=("127.0.0.1:0", "https://127.0.0.1:0", *listen))

    def get_endpoint(self, scheme, host="localhost", address="127.0.0.1"):
        """Where the agent listens on this address, called by another name of it."""
        (port,) = [parts.port for parts in map(urllib.parse.urlsplit, self.endpoints)
                   if (parts.scheme, parts.hostname) == (scheme, address)]
        return f"{scheme}://{host}:{port}/wsman"


class Outcome:
    def __init__(self, done):
        self.status = done.returncode
        self.output = done.stdout.decode(errors="replace")
        self.errors = done.stderr.decode(errors="replace")

    @property
    def host(self):
        (host,) = json.loads(self.output)["hosts"]
        return host


class Curfewctl:
    """The program, with an empty home of its own and no keyring."""

    def __init__(self, program, home, authority):
        self.program = program
        self.home = home
        self.authority = authority

    def run(self, verb, endpoint, *arguments, user=None, password=PASSWORD, environment=None):
        command = [self.program, verb, "-o", "json", *arguments]
        if endpoint.startswith("https:"):
            command += ["--ca-file", self.authority]
        reader, writer = os.pipe()
        if user is not None:
            command += ["-u", user]
            if password is not None:
                command += ["--password-fd", str(reader)]
                os.write(writer, password.encode() + b"\n")
        os.close(writer)
        try:
            return Outcome(subprocess.run(
                [*command, endpoint], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, timeout=60, check=False, pass_fds=[reader],
                env={**os.environ, "XDG_DATA_HOME": self.home, "XDG_CONFIG_HOME": self.home,
                     "DBUS_SESSION_BUS_ADDRESS": "disabled:", **(environment or {})}))
        finally:
            os.close(reader)


def curl(endpoint, authority, *arguments, text=STATUS, secret=None, address=None, environment=None):
    """(HTTP status, body, error text); a name and password go by a file of curl's, not by argv."""
    command = ["curl", "--silent", "--show-error", "--max-time", "30", "--noproxy", "*",
               "--config", "-", "--write-out", "\n%{http_code}", "--header",
               "Content-Type: application/soap+xml;charset=UTF-8", "--data-binary", text,
               *arguments]
    if endpoint.startswith("https:"):
        command += ["--cacert", authority]
    if address is not None:
        command += ["--interface", address]
    config = f"user = {json.dumps(secret, ensure_ascii=False)}\n" if secret is not None else ""
    done = subprocess.run([*command, endpoint], input=config.encode(), stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=60, check=False,
                          env={**os.environ, **(environment or {})})
    body, _, status = done.stdout.decode(errors="replace").rpartition("\n")
    return int(status or 0), body, done.stderr.decode(errors="replace")


def import_pywinrm():
    """pywinrm with what Debian's Python no longer has or does not have yet: MD4 and a kerberos
    module that seals."""
    kerberos_shim.install()
    real = hashlib.new

    class MD4:
        def __init__(self, data):
            self.data = data

        def digest(self):
            return ntlm_users.md4(self.data)

        def hexdigest(self):
            return self.digest().hex()

    hashlib.new = lambda name, data=b"", **keywords: \
        MD4(data) if name.lower() == "md4" else real(name, data, **keywords)
    try:
        import winrm
    except ImportError as error:
        skip(f"pywinrm is not installed: {error}")
    return winrm


def read_state(text):
    """The state that an answer to STATUS tells."""
    (status,) = ElementTree.fromstring(text).iter(f"{{{N}}}WindowsShutdown")
    return status.find(f"{{{N}}}State").text
