# SPDX-License-Identifier: GPL-3.0-or-later
"""One machine of the lab: a Debian with systemd as its first process, in systemd-nspawn. It
restarts, powers off and halts for real, and what it did is seen from outside."""

import os
import shlex
import signal
import subprocess
import threading
import time
import uuid

from namespaces import join_cgroup, new_cgroup

RESTARTED = 133  # what systemd-nspawn ends with when its machine restarted; 0 is off or halted
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class LabError(Exception):
    """The machine did not do what the test has to rely on."""


def wait_for(condition, what, timeout=60, interval=0.05):
    """Waits until the condition holds, and returns what it returned; a test that waits in vain
    fails. The limit is for a computer that is busy with other things."""
    deadline = time.monotonic() + timeout
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {timeout} s")
        time.sleep(interval)


class Machine:
    """Made from layers (directories, the topmost first); what it writes stays in memory."""

    def __init__(self, name, number, layers):
        self.name = name
        self.address = f"198.51.100.{20 + number}"
        self.exits = []  # how systemd-nspawn ended, once for each time the machine went down
        self.process = None
        self._place = f"/run/lab/{name}"
        self._cgroup = new_cgroup(name)
        self._stay_off = False
        self._changed = threading.Condition()
        self.root = os.path.join(self._place, "root")
        self._prepare(layers)

    def _prepare(self, layers):
        for directory in ("upper", "work", "root"):
            os.makedirs(os.path.join(self._place, directory))
        for command in (
                ["mount", "-t", "overlay", "lab", "-o", f"lowerdir={':'.join(layers)},"
                 f"upperdir={self._place}/upper,workdir={self._place}/work", self.root],
                ["ip", "netns", "add", self.name],
                ["ip", "link", "add", f"ve-{self.name}", "type", "veth", "peer", "name", "host0",
                 "netns", self.name],
                ["ip", "link", "set", f"ve-{self.name}", "master", "br0", "up"],
                ["ip", "-n", self.name, "address", "add", f"{self.address}/24", "dev", "host0"],
                ["ip", "-n", self.name, "link", "set", "host0", "up"]):
            subprocess.run(command, check=True, timeout=30)
        # without one systemd would take this for a first boot and enable all units there are
        self.write("/etc/machine-id", uuid.uuid4().hex + "\n")
        self.write("/etc/hostname", self.name + "\n")

    # --- its files, seen from outside

    def path(self, name):
        return os.path.join(self.root, name.lstrip("/"))

    def write(self, name, text, mode=0o644):
        """Writes a file of the machine that does not belong to a file system mounted there."""
        descriptor = os.open(self.path(name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)

    def append(self, name, text):
        with open(self.path(name), "a", encoding="utf-8") as file:
            file.write(text)

    def read(self, name):
        """Reads a file as the running machine sees it, /run and /proc included."""
        with open(f"/proc/{self.leader}/root/{name.lstrip('/')}", encoding="utf-8") as file:
            return file.read()

    def exists(self, name):
        return os.path.lexists(f"/proc/{self.leader}/root/{name.lstrip('/')}")

    # --- on and off

    def start(self):
        """Switches it on; from then on it comes back after each restart, until it powers off."""
        self._stay_off = False
        self._launch()
        threading.Thread(target=self._look_after, daemon=True).start()
        self.wait_running()

    def _launch(self):
        with open(os.path.join(self._place, "console"), "ab") as console:
            process = subprocess.Popen(
                ["systemd-nspawn", "-q", "-D", self.root, "-b", f"--machine={self.name}",
                 "--register=no", "--keep-unit", f"--network-namespace-path=/run/netns/{self.name}",
                 # as on a real machine: PrivateNetwork= of units needs it
                 "--capability=CAP_NET_ADMIN",
                 "--resolv-conf=off", "--timezone=off", "--link-journal=no", "--console=pipe"],
                env={"PATH": PATH, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"},
                stdin=subprocess.DEVNULL, stdout=console, stderr=subprocess.STDOUT,
                preexec_fn=lambda: join_cgroup(self._cgroup))
        with self._changed:
            self.process = process
            self._changed.notify_all()

    def _look_after(self):
        while True:
            status = self.process.wait()
            with self._changed:
                self.exits.append(status)
                self._changed.notify_all()
            if status != RESTARTED or self._stay_off:
                return
            self._launch()

    def end(self):
        """Pulls the plug."""
        self._stay_off = True
        if self.process is None:
            return
        leader = self._find_leader()
        for pid in filter(None, [leader, self.process.pid]):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def _find_leader(self):
        pid = self.process.pid
        try:
            with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
                children = file.read().split()
        except OSError:
            return None
        return int(children[0]) if children else None

    @property
    def leader(self):
        """The process id, here, of the machine's first process."""
        leader = self._find_leader()
        if leader is None:
            raise LabError(f"{self.name} is off. Its console said:\n{self.console()}")
        return leader

    def is_on(self):
        return self.process is not None and self._find_leader() is not None

    def console(self):
        with open(os.path.join(self._place, "console"), encoding="utf-8", errors="replace") as file:
            return file.read()

    def boot_id(self):
        return self.read("/proc/sys/kernel/random/boot_id").strip()

    def wait_running(self, timeout=120):
        def is_up():
            if not self.is_on():
                return False
            state = self.run("systemctl", "is-system-running", check=False).stdout.strip()
            return state in ("running", "degraded")

        wait_for(is_up, f"{self.name} is up", timeout)

    def wait_ended(self, count, timeout=90):
        """Waits until it went down for the count-th time; returns how."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.exits) >= count, timeout):
                raise AssertionError(f"{self.name} is still up after {timeout} s")
            return self.exits[count - 1]

    # --- commands

    def enter(self, *command):
        """The command line that runs a command inside, as root and with a fresh environment."""
        return ["nsenter", "-t", str(self.leader), "-m", "-u", "-i", "-n", "-p", "-C", "-r", "-w",
                "--", "env", "-i", f"PATH={PATH}", "LC_ALL=C.UTF-8", "TERM=dumb", "PAGER=cat",
                *command]

    def run(self, *command, check=True, timeout=60, **keywords):
        """Runs a command inside to its end."""
        try:
            line = self.enter(*command)
        except LabError:
            if check:
                raise
            return subprocess.CompletedProcess(command, 255, "", "the machine is off")
        completed = subprocess.run(line, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True, errors="replace",
                                   timeout=timeout, check=False, **keywords)
        if check and completed.returncode != 0:
            raise LabError(f"{shlex.join(command)} ended with {completed.returncode}:\n"
                           f"{completed.stdout}{completed.stderr}")
        return completed

    def run_as(self, user, *command, session=None, **keywords):
        """As a person, and, where a session is named, as one of its processes."""
        script = 'exec setpriv --reuid="$0" --regid="$0" --init-groups env HOME=/ "$@"'
        if session is not None:
            uid = self.run("id", "-u", user).stdout.strip()
            scope = f"/sys/fs/cgroup/user.slice/user-{uid}.slice/session-{session}.scope"
            script = f"echo $$ > {scope}/cgroup.procs && {script}"
        return self.run("sh", "-c", script, user, *command, **keywords)

    # --- sessions

    def sign_in(self, user, *command, unit, **environment):
        """A session of logind's, whose leader is the command; returns its id."""
        before = self.sessions()
        properties = [f"-pEnvironment={name}={value}" for name, value in environment.items()]
        self.run("systemd-run", "--quiet", f"--unit={unit}", f"--uid={user}", "-pPAMName=login",
                 "-pEnvironment=XDG_SESSION_CLASS=user", *properties, *command)

        return self._wait_session(user, before)

    def sign_in_from(self, address, user, unit):
        """The same for a login over the network, with a shell; returns the session's id."""
        before = self.sessions()
        login = f"sleep infinity | script -qfc 'exec login -f -h {address} {user}' /dev/null"
        self.run("systemd-run", "--quiet", f"--unit={unit}", "sh", "-c", login)
        return self._wait_session(user, before)

    def _wait_session(self, user, before):
        def new_session():
            for session, (name, kind) in self.sessions().items():
                if session not in before and name == user and kind == "user":
                    return session
            return None

        return wait_for(new_session, f"{user} is signed in")

    def sessions(self):
        """id: (user, class)"""
        found = {}
        for line in self.run("loginctl", "--no-legend", "list-sessions").stdout.splitlines():
            session = line.split()[0]
            shown = self.run("loginctl", "show-session", session, "-pName", "-pClass", "-pState",
                             check=False).stdout
            values = dict(one.split("=", 1) for one in shown.splitlines())
            # "opening" is not there yet, "closing" not any more
            if values.get("State") in ("online", "active"):
                found[session] = (values["Name"], values["Class"])
        return found

    def sign_out(self, unit):
        self.run("systemctl", "stop", unit, check=False)
