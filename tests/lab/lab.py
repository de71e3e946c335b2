# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run of the lab needs: the agent as it is built here, installed into a layer over an image,
machines made from both, and curfewctl beside them."""

import base64
import contextlib
import fcntl
import hashlib
import http.client
import json
import os
import platform
import re
import shutil
import ssl
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import namespaces  # noqa: E402
from machine import PATH, Machine  # noqa: E402
from wsman_messages import N, invocation  # noqa: E402

# Each is long enough that no log has it by chance.
PASSWORDS = {
    "mara": "Käse-canary-5c1b7f0e-mara",
    "kim": "canary-93d2a6b8-kim",
    "alice": "canary-b81f4430-alice",
    "bob": "canary-0d57c9ee-bob",
}
DOMAIN = "curfew.test"
HOSTS = "/run/lab/hosts"
UNITS = "/usr/lib/systemd/system"
NOT_BY_DEFAULT = ("curfew-agent-http.socket", "curfew-agent-front.socket")

class Outcome:
    """What curfewctl did."""

    def __init__(self, completed):
        self.status = completed.returncode
        self.output = completed.stdout.decode()
        self.errors = completed.stderr.decode()

    @property
    def json(self):
        try:
            return json.loads(self.output)
        except ValueError:
            raise AssertionError(f"no JSON, exit status {self.status}: {self}") from None

    @property
    def host(self):
        (host,) = self.json["hosts"]
        return host

    @property
    def code(self):
        return self.host["code"]

    def __str__(self):
        return f"{self.output}{self.errors}".strip()


# --- whether there can be a lab here

def reason_against(image):
    """Why there can be no lab here; None if there can."""
    if os.geteuid() != 0:
        return "the lab needs root"
    for program in ("systemd-nspawn", "nsenter", "unshare", "ip", "mount", "chroot", "setpriv"):
        if shutil.which(program, path=PATH) is None:
            return f"{program} is not installed"
    if namespaces.cgroup_root() is None:
        return "there is no control group file system (cgroup2) that can be written"
    if not os.path.isfile(os.path.join(image, "etc/curfew-lab-image")):
        return f"there is no image {image}; build-aux/lab-images makes it"
    here, there = platform.libc_ver()[1], image_glibc(image)
    if numbers(here) > numbers(there):
        return f"programs of this system (glibc {here}) do not run on the image's glibc {there}"
    return None


def reason_against_containers(image):
    """The same, found out by starting one; inside the run's namespaces."""
    cgroup = namespaces.new_cgroup("probe")
    probe = subprocess.run(
        ["systemd-nspawn", "-q", "-D", image, "--volatile=overlay", "--as-pid2", "--register=no",
         "--keep-unit", "--private-network", "--resolv-conf=off", "--timezone=off",
         "--link-journal=no", "--console=pipe", "true"],
        env={"PATH": PATH, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"}, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False,
        preexec_fn=lambda: namespaces.join_cgroup(cgroup))
    if probe.returncode != 0:
        return f"no container can start here: {probe.stdout.decode(errors='replace').strip()}"
    return None


def numbers(version):
    return [int(part) for part in re.findall(r"\d+", version)]


def image_glibc(image):
    asked = subprocess.run(
        ["dpkg-query", f"--admindir={image}/var/lib/dpkg", "-W", "-f", "${Version}", "libc6"],
        stdout=subprocess.PIPE, check=True, timeout=60)
    return asked.stdout.decode().partition("-")[0]


# --- the agent, as it is built here

def build_agent(source):
    """What build-aux/check compiled as distributions do, with prefix /usr; without it a build for
    the lab alone, which is configured once. Compiles what has changed; returns the directory."""
    build = os.path.join(source, "build-release")
    if not is_for_installing(build):
        build = os.path.join(source, "build-lab", "build")
        os.makedirs(build, exist_ok=True)
    with lock_on(build):
        environment = {**os.environ, "PATH": f"{PATH}:{os.environ.get('PATH', '')}"}
        commands = [["ninja", "-C", build]]
        if not os.path.exists(os.path.join(build, "build.ninja")):
            commands.insert(0, ["meson", "setup", build, source, "-Dprefix=/usr",
                                "-Dsysconfdir=/etc", "-Dtests=false"])
        for command in commands:
            done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
            if done.returncode != 0:
                tail = done.stdout.decode(errors="replace").splitlines()[-30:]
                raise RuntimeError(f"{' '.join(command)} failed:\n" + "\n".join(tail))
    return build


def is_for_installing(build):
    """Whether what is compiled there looks for its files where an installation has them."""
    try:
        with open(os.path.join(build, "meson-info", "intro-buildoptions.json"), "rb") as file:
            options = {option["name"]: option["value"] for option in json.load(file)}
    except (OSError, ValueError):
        return False
    return (options["prefix"], options["sysconfdir"], options["b_sanitize"]) == (
        "/usr", "/etc", "none")


@contextlib.contextmanager
def lock_on(build):
    """The suites run at the same time, and meson writes a log of what it installs."""
    with open(os.path.join(build, ".lab-lock"), "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class Lab:
    """One image, one build, any number of machines."""

    def __init__(self, image, build):
        self.build = build
        self.curfewctl = os.path.join(build, "src/cli/curfewctl")
        self._image = image
        self._machines = []
        self._lock = threading.Lock()  # machines are made in several threads
        os.mkdir("/run/lab")
        subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "lab", "/run/lab"], check=True,
                       timeout=30)
        self._base = self._install()
        # machines have names, as Kerberos knows no addresses; the file is this run's alone
        shutil.copy("/etc/hosts", HOSTS)
        subprocess.run(["mount", "--bind", HOSTS, "/etc/hosts"], check=True, timeout=30)

    def _install(self):
        """The layer that all machines share: the agent, its units switched on, and people."""
        place = "/run/lab/base"
        for directory in ("upper", "work", "root"):
            os.makedirs(f"{place}/{directory}")
        root = f"{place}/root"
        options = f"lowerdir={self._image},upperdir={place}/upper,workdir={place}/work"
        self._must(["mount", "-t", "overlay", "lab", "-o", options, root])
        with lock_on(self.build):
            self._must(["meson", "install", "--quiet", "--no-rebuild", "-C", self.build],
                       DESTDIR=root)
        self._must(["systemd-sysusers", f"--root={root}"])
        for user, password in PASSWORDS.items():
            groups = ["-G", "sudo"] if user == "mara" else []
            self._must(["chroot", root, "useradd", "-m", "-s", "/bin/bash", *groups, user])
            # quick to check: the strength of hashes is not what is tested
            hashed = subprocess.run(["openssl", "passwd", "-6", "-salt", "lab", "-stdin"],
                                    input=password.encode(), stdout=subprocess.PIPE,
                                    check=True, timeout=30).stdout.decode().strip()
            self._must(["chroot", root, "chpasswd", "-e"], stdin=f"{user}:{hashed}\n")
        self._must(["systemctl", "--quiet", f"--root={root}", "enable",
                    *self._units_to_enable(root)])
        self._must(["chroot", root, "journalctl", "--update-catalog"])
        self._must(["umount", root])
        return f"{place}/upper"

    @staticmethod
    def _must(command, stdin=None, **environment):
        done = subprocess.run(command, input=(stdin or "").encode(), stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=120, check=False,
                              env={"PATH": f"{PATH}:{os.environ.get('PATH', '')}",
                                   "LC_ALL": "C.UTF-8", **environment})
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)} failed:\n"
                               f"{done.stdout.decode(errors='replace')}")

    @staticmethod
    def _units_to_enable(root):
        names = []
        for name in sorted(os.listdir(root + UNITS)):
            if name.startswith("curfew") and name not in NOT_BY_DEFAULT:
                with open(f"{root}{UNITS}/{name}", encoding="utf-8") as file:
                    if "\n[Install]\n" in file.read():
                        names.append(name)
        if not names:
            raise RuntimeError("the build installs no curfew units that can be enabled")
        return names

    def new_machine(self, name):
        with self._lock:
            machine = Machine(name, len(self._machines) + 1, [self._base, self._image])
            self._machines.append(machine)
            with open(HOSTS, "a", encoding="ascii") as hosts:
                hosts.write(f"{machine.address} {full_name(machine)}\n")
        return machine

    def end(self):
        for machine in self._machines:
            machine.end()

    # --- curfewctl, on another computer of the same network

    def ask(self, machine, *arguments, user="mara", password=None, trust=None, timeout=120):
        """Runs curfewctl; the password comes in on a descriptor, trust from the pin."""
        reader, writer = os.pipe()
        os.write(writer, (password or PASSWORDS[user]).encode() + b"\n")
        os.close(writer)
        command = [self.curfewctl, *arguments, "--pin", trust or pin(machine), "-u", user,
                   "--password-fd", str(reader), f"https://{machine.address}"]
        try:
            return Outcome(subprocess.run(command, stdin=subprocess.DEVNULL,
                                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                          pass_fds=[reader], timeout=timeout, check=False))
        finally:
            os.close(reader)

    def ask_by(self, scheme, machine, *arguments, environment=None, password=None, timeout=60):
        """The same by name, over http or https, with other ways to sign in among the arguments."""
        command = [self.curfewctl, *arguments, f"{scheme}://{full_name(machine)}"]
        if scheme == "https":
            command += ["--pin", pin(machine)]
        reader, writer = os.pipe()
        os.write(writer, f"{password}\n".encode())
        os.close(writer)
        if password is not None:
            command += ["--password-fd", str(reader)]
        try:
            return Outcome(subprocess.run(command, stdin=subprocess.DEVNULL,
                                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                          env={**os.environ, **(environment or {})},
                                          pass_fds=[reader], timeout=timeout, check=False))
        finally:
            os.close(reader)

    @staticmethod
    def initiate(machine, user="mara", **fields):
        """A request in the raw, for what curfewctl has no option for; returns the Win32 code."""
        trust = ssl.create_default_context(cadata=certificate(machine))
        trust.check_hostname = False
        connection = http.client.HTTPSConnection(machine.address, 5986, timeout=60, context=trust)
        body = invocation(N, "WsdrInitiateShutdown", fields.items())
        credentials = base64.b64encode(f"{user}:{PASSWORDS[user]}".encode()).decode()
        connection.request("POST", "/wsman", body.encode(), {
            "Content-Type": "application/soap+xml;charset=UTF-8",
            "Authorization": f"Basic {credentials}"})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        found = re.search(r"ReturnValue>(\d+)<", text)
        if found is None:
            raise AssertionError(f"HTTP status {answer.status}: {text}")
        return int(found[1])

    def status(self, machine, **keywords):
        return self.ask(machine, "status", "-o", "json", **keywords).host


def full_name(machine):
    return f"{machine.name}.{DOMAIN}"


def certificate(machine):
    """The machine's certificate in PEM."""
    with open(machine.path("/etc/curfew/tls/server.pem"), encoding="ascii") as file:
        return re.search(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n", file.read(),
                         re.DOTALL)[0]


def pin(machine):
    """SHA-256 of it, as curfewctl takes it."""
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(certificate(machine))).hexdigest()


def journal(machine, *matches, boot="all"):
    """The entries that match, oldest first."""
    machine.run("journalctl", "--sync")
    done = machine.run("journalctl", "--quiet", "--no-pager", "-o", "json", f"--boot={boot}",
                       *matches)
    return [json.loads(line) for line in done.stdout.splitlines()]


def run_shell_command(machine, command, arguments=(), user="mara"):
    """What pywinrm, a client of others, gets for one command in a remote shell."""
    import winrm  # only here: the lab needs it for nothing else

    # requests would look there even though it is told to look at no certificate
    for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        os.environ.pop(variable, None)
    # requests sends Latin-1; the agent reads UTF-8
    password = PASSWORDS[user].encode().decode("latin-1")
    session = winrm.Session(f"https://{machine.address}:5986/wsman", (user, password),
                            transport="basic", server_cert_validation="ignore",
                            read_timeout_sec=30, operation_timeout_sec=20)
    answer = session.run_cmd(command, arguments)
    return answer.status_code, answer.std_out.decode(), answer.std_err.decode()
