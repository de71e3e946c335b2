# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests of the warning have in common: an agent in rehearsal, or somebody who plays one, the
window's program, and what is on the screen, as X and as a screen reader has it.

A test runs on a display of its own: tests/support/with-display.py --a11y --wm."""

import base64
import http.client
import os
import select
import subprocess
import sys
import tempfile
import threading
import time
import xml.etree.ElementTree as ET
from xml.sax.saxutils import escape

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from curfew_agent import PASSWORD, Agent  # noqa: E402
from wsman_messages import N, abortion, initiation  # noqa: E402

# A warning is fatal for what is tested, not for the libraries that look at it.
STRICT = {"G_DEBUG": os.environ.pop("G_DEBUG", "fatal-warnings")}

try:
    import gi
    gi.require_version("Atspi", "2.0")
    from gi.repository import Atspi, Gio, GLib
except (ImportError, ValueError) as missing:
    print(f"a Python module is not installed: {missing}")
    sys.exit(77)

AGENT = "org.curfew.Agent1"
AGENT_PATH = "/org/curfew/Agent1"
PATIENCE = 20  # seconds until something that should happen is taken for broken
FORCE, RESTART, POWER_OFF = 0x01, 0x04, 0x08
AUTHORIZATION = "Basic " + base64.b64encode(f"mara:{PASSWORD}".encode()).decode()


def wait_for(what, happened, patience=PATIENCE):
    """Until happened() is true; returns what it says."""
    deadline = time.monotonic() + patience
    while not (answer := happened()):
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} does not come")
        time.sleep(0.02)
    return answer


def boot_usec():
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000


# ---------------------------------------------------------------------------- the agent


class AgentOnBus:
    """org.curfew.Agent1 on the session bus, whoever is behind it."""

    def __init__(self):
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION)

    def call(self, method, arguments=None, interface=AGENT):
        return self.bus.call_sync(AGENT, AGENT_PATH, interface, method, arguments, None,
                                  Gio.DBusCallFlags.NO_AUTO_START, PATIENCE * 1000).unpack()

    def get(self, name):
        (value,) = self.call("Get", GLib.Variant("(ss)", (AGENT, name)),
                             "org.freedesktop.DBus.Properties")
        return value


class RehearsingAgent(Agent):
    """A real agent that never acts."""

    def __init__(self, program, signed_in=(), config="", arguments=()):
        people = [word for name in signed_in for word in ("--signed-in", name)]
        super().__init__(program, config=config,
                         arguments=["--bus", "session", *people, *arguments])

    def __enter__(self):
        super().__enter__()
        self.on_bus = AgentOnBus()
        return self

    def post(self, message):
        port = int(self.endpoint.rpartition(":")[2].partition("/")[0])
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request("POST", "/wsman", message.encode(), {
                "Content-Type": "application/soap+xml;charset=UTF-8",
                "Authorization": AUTHORIZATION})
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        if answer.status != 200:
            raise AssertionError(f"{answer.status}: {body.decode()}")
        return int(ET.fromstring(body).find(f".//{{{N}}}ReturnValue").text)

    def request(self, grace=600, message="Security update.", flags=FORCE | RESTART,
                postponing=(2, 900)):
        """Has the agent accept a request; returns its deadline."""
        value = self.post(initiation(flags, grace, escape(message), None, postponing))
        if value != 0:
            raise AssertionError(f"the request was refused: {value}\n{self.read_log()}")
        return self.on_bus.get("Deadline")

    def call_off(self):
        return self.post(abortion())

    def read_record(self):
        try:
            with open(os.path.join(self.directory, "state", "rehearsed.log"),
                      encoding="utf-8") as file:
                return file.read()
        except FileNotFoundError:
            return ""


class Played:
    """Somebody on the session bus, with a connection and a thread of their own."""

    def __init__(self, name):
        self.name = name

    def __enter__(self):
        address = os.environ["DBUS_SESSION_BUS_ADDRESS"]
        self.context = GLib.MainContext()
        self.context.push_thread_default()
        self.bus = Gio.DBusConnection.new_for_address_sync(
            address, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT |
            Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
        self.register()
        self.context.pop_thread_default()
        self.bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                           "RequestName", GLib.Variant("(su)", (self.name, 4)), None, 0, -1)
        self.loop = GLib.MainLoop(self.context)
        self.thread = threading.Thread(target=self.loop.run, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.loop.quit()
        self.thread.join()
        self.bus.close_sync()


class PlayedAgent(Played):
    """Somebody who says on the bus what a test wants an agent to say, true or not."""

    INTERFACE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "data",
                             "dbus", "org.curfew.Agent1.xml")

    def __init__(self, **properties):
        super().__init__(AGENT)
        left = properties.pop("left", 300)
        now, real = boot_usec(), time.time_ns() // 1000
        self.calls = []
        self.refusal = None
        with open(self.INTERFACE, encoding="utf-8") as file:
            self.info = Gio.DBusNodeInfo.new_for_xml(file.read()).interfaces[0]
        self.signatures = {known.name: known.signature for known in self.info.properties}
        self.values = {name: {"s": "", "b": False, "u": 0, "t": 0}.get(signature, [])
                       for name, signature in self.signatures.items()}
        self.values |= {
            "State": "pending", "Action": "restart", "RequestCode": "K7M-2QX", "HasMessage": True,
            "Message": "Security update.", "Requester": "mara from 192.0.2.7",
            "Change": "accepted", "Announced": now,
            "Deadline": now + left * 1000000, "DeadlineReal": real + left * 1000000,
            "FirstDeadline": now + left * 1000000, "OrganizationName": "Contoso IT",
            "HelpContact": "help: 4711", "PostponesLeft": 2, "PostponeSeconds": 900,
            "PostponeUntil": now + 7200 * 1000000, "PostponeUntilReal": real + 7200 * 1000000,
            "People": [(os.getuid(), "alice", "screen", False, False, False)],
            "Reason": 0x80020012, "RespectMeetings": True, "Flags": FORCE | RESTART,
        }
        self.values |= properties

    def variant(self, name):
        return GLib.Variant(self.signatures[name], self.values[name])

    def register(self):
        self.bus.register_object(AGENT_PATH, self.info, self.on_call,
                                 lambda *arguments: self.variant(arguments[4]), None)

    def refuse(self, name, sentence):
        """From now on every call is refused so."""
        self.refusal = (f"{AGENT}.Error.{name}", sentence)

    def on_call(self, bus, sender, path, interface, method, arguments, invocation):
        self.calls.append((method, arguments.unpack()))
        if self.refusal is not None:
            invocation.return_dbus_error(*self.refusal)
            return
        answers = {"Postpone": "(t)", "ReportReturned": "(t)"}
        answer = GLib.Variant("(t)", (self.values["Deadline"],)) if method in answers else None
        invocation.return_value(answer)

    def leave(self):
        """Nobody is the agent from now on."""
        self.bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                           "ReleaseName", GLib.Variant("(s)", (AGENT,)), None, 0, -1)

    def change(self, **values):
        self.values |= values
        changed = {name: self.variant(name) for name in values}
        self.bus.emit_signal(None, AGENT_PATH, "org.freedesktop.DBus.Properties",
                             "PropertiesChanged",
                             GLib.Variant("(sa{sv}as)", (AGENT, changed, [])))


class PlayedSessionManager(Played):
    """What gnome-session says of the programs of a session: app id, reason, flags of each."""

    PATH = "/org/gnome/SessionManager"
    INTERFACES = """<node><interface name="org.gnome.SessionManager">
        <method name="GetInhibitors"><arg type="ao" direction="out"/></method>
        <signal name="InhibitorAdded"><arg type="o"/></signal>
        <signal name="InhibitorRemoved"><arg type="o"/></signal>
      </interface><interface name="org.gnome.SessionManager.Inhibitor">
        <method name="GetAppId"><arg type="s" direction="out"/></method>
        <method name="GetReason"><arg type="s" direction="out"/></method>
        <method name="GetFlags"><arg type="u" direction="out"/></method>
      </interface></node>"""

    def __init__(self, *inhibitors):
        super().__init__("org.gnome.SessionManager")
        self.inhibitors = {f"{self.PATH}/Inhibitor{number}": inhibitor
                           for number, inhibitor in enumerate(inhibitors)}

    def register(self):
        manager, inhibitor = Gio.DBusNodeInfo.new_for_xml(self.INTERFACES).interfaces
        self.bus.register_object(self.PATH, manager, self.on_call, None, None)
        for path in self.inhibitors:
            self.bus.register_object(path, inhibitor, self.on_call, None, None)

    def on_call(self, bus, sender, path, interface, method, arguments, invocation):
        app_id, reason, flags = self.inhibitors.get(path, ("", "", 0))
        invocation.return_value({
            "GetInhibitors": lambda: GLib.Variant("(ao)", (list(self.inhibitors),)),
            "GetAppId": lambda: GLib.Variant("(s)", (app_id,)),
            "GetReason": lambda: GLib.Variant("(s)", (reason,)),
            "GetFlags": lambda: GLib.Variant("(u)", (flags,)),
        }[method]())

    def remove(self, app_id):
        (path,) = [path for path, known in self.inhibitors.items() if known[0] == app_id]
        del self.inhibitors[path]
        self.bus.emit_signal(None, self.PATH, "org.gnome.SessionManager", "InhibitorRemoved",
                             GLib.Variant("(o)", (path,)))


# ---------------------------------------------------------------------------- the window


class Window:
    """curfew-warning-window, to which the test is the helper."""

    def __init__(self, program, *arguments, bus="session"):
        options = [*(["--bus", bus] if bus else []), *arguments]
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen([program, *options], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=self.log,
                                        env={**os.environ, **STRICT})
        self.words = []
        self.rest = b""

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if self.process.poll() is None:
            if not self.process.stdin.closed:
                self.process.stdin.close()
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process.stdout.close()
        if not self.process.stdin.closed:
            self.process.stdin.close()
        log = self.read_log()
        self.log.close()
        if kind is None and (self.process.returncode != 0 or "ERROR:" in log):
            raise AssertionError(f"the window ended with {self.process.returncode}:\n{log}")

    def read_log(self):
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    @property
    def pid(self):
        return self.process.pid

    def say(self, word):
        self.process.stdin.write(word.encode() + b"\n")
        self.process.stdin.flush()

    def listen(self, seconds=0.0):
        """Takes what it has said meanwhile."""
        while select.select([self.process.stdout], [], [], seconds)[0]:
            octets = os.read(self.process.stdout.fileno(), 4096)
            if not octets:
                return
            *lines, self.rest = (self.rest + octets).split(b"\n")
            self.words += [line.decode() for line in lines]
            seconds = 0.0

    def expect(self, word, count=1):
        """Until it has said the word so often since it was started."""
        deadline = time.monotonic() + PATIENCE
        while self.words.count(word) < count:
            # first this, then its last words
            is_over = time.monotonic() > deadline or self.process.poll() is not None
            self.listen(0.0 if is_over else 0.1)
            if is_over and self.words.count(word) < count:
                raise AssertionError(f"“{word}” does not come: {self.words}\n{self.read_log()}")

    def present(self):
        self.listen()
        count = self.words.count("shown")
        self.say("present")
        self.expect("shown", count + 1)

    def is_on_bus(self):
        """Whether it has got so far as to look for an agent."""
        bus = Gio.bus_get_sync(Gio.BusType.SESSION)

        def ask(method, *arguments):
            return bus.call_sync("org.freedesktop.DBus", "/", "org.freedesktop.DBus", method,
                                 *arguments, None, 0, -1, None).unpack()[0]
        for name in ask("ListNames", None):
            try:
                if ask("GetConnectionUnixProcessID", GLib.Variant("(s)", (name,))) == self.pid:
                    return True
            except GLib.Error:
                continue
        return False

    def find_mapped(self):
        """Its X windows that are on the screen, dialogs included."""
        done = subprocess.run(["xdotool", "search", "--onlyvisible", "--pid", str(self.pid)],
                              capture_output=True, text=True, check=False)
        return [int(word) for word in done.stdout.split()]

    def wait_until_active(self):
        """The window that is in front is this one."""
        def is_active():
            done = subprocess.run(["xdotool", "getactivewindow", "getwindowpid"],
                                  capture_output=True, text=True, check=False)
            return done.stdout.strip() == str(self.pid)
        wait_for("the focus", is_active)

    @staticmethod
    def press(*keys):
        subprocess.run(["xdotool", "key", "--clearmodifiers", *keys], check=True, timeout=PATIENCE)

    def press_until(self, key, happened):
        """A key that may come too early, again and again."""
        def try_once():
            self.press(key)
            return happened()
        wait_for(f"what {key} does", try_once)

    def get_geometry(self):
        """Left, top, width and height on the screen, with the frame of its window manager."""
        done = subprocess.run(["xdotool", "getwindowgeometry", "--shell",
                               str(self.find_mapped()[0])],
                              capture_output=True, text=True, check=True)
        values = dict(line.split("=") for line in done.stdout.split())
        return [int(values[name]) for name in ("X", "Y", "WIDTH", "HEIGHT")]

    def click(self, across, down):
        """At a place of the window: 0 to 1 from its left and top."""
        left, top, width, height = self.get_geometry()
        subprocess.run(["xdotool", "mousemove", str(left + int(across * width)),
                        str(top + int(down * height)), "click", "1"], check=True, timeout=PATIENCE)

    def get_title(self):
        for number in self.find_mapped():
            done = subprocess.run(["xdotool", "getwindowname", str(number)], capture_output=True,
                                  text=True, check=False)
            if done.stdout.strip():
                return done.stdout.strip()
        return ""

    # what a screen reader has of it

    def application(self):
        """Its root in the tree; None while it is not there."""
        desktop = Atspi.get_desktop(0)
        forget(desktop)
        for index in range(desktop.get_child_count()):
            try:
                child = desktop.get_child_at_index(index)
                if child is not None and child.get_process_id() == self.pid:
                    return child
            except GLib.Error:
                continue
        return None

    def nodes(self):
        root = self.application()
        return list(walk(root)) if root is not None else []

    def find(self, role=None, name=None, within=None):
        """The first node that is on the screen, of a role, whose name begins so; None otherwise."""
        for node in (self.nodes() if within is None else walk(within)):
            try:
                if ((role is None or role_of(node) == role) and
                        (name is None or (node.get_name() or "").startswith(name)) and
                        is_shown(node)):
                    return node
            except GLib.Error:
                continue
        return None

    def wait_for_node(self, role=None, name=None):
        try:
            return wait_for(f"a {role} “{name}”", lambda: self.find(role, name))
        except AssertionError as error:
            raise AssertionError(f"{error} in\n{self.dump()}\n{self.read_log()}") from None

    def activate(self, role, name):
        """What a screen reader's person does with a button: the first of them that does anything."""
        self.wait_for_node(role, name)
        for node in self.nodes():
            if role_of(node) == role and (node.get_name() or "").startswith(name) and \
                    is_shown(node) and node.get_n_actions() > 0:
                node.do_action(0)
                return
        raise AssertionError(f"{name} has no action")

    def activate_until(self, role, name, happened):
        """Likewise, as often as it takes: buttons do nothing while the window is new."""
        self.wait_for_node(role, name)
        self.activate_any_until(lambda: self.find(role, name), name, happened)

    def choose_until(self, button, item, happened):
        """An item of a button's menu; one that is chosen too early closes its menu, and no more."""
        self.wait_for_node("push button", button)
        self.activate_any_until(
            lambda: self.find("menu item", item) or self.find("push button", button), item, happened)

    def activate_any_until(self, find, name, happened):
        def try_once():
            if happened():
                return True
            node = find()
            try:
                if node is not None:
                    node.do_action(0)
            except GLib.Error:
                pass  # it is gone: so it has happened
            end = time.monotonic() + 0.4
            while time.monotonic() < end:
                if happened():
                    return True
                time.sleep(0.02)
            return False
        try:
            wait_for(f"what {name} does", try_once)
        except AssertionError as error:
            raise AssertionError(f"{error} in\n{self.dump()}\n{self.read_log()}") from None

    def activate_for(self, seconds, role, name):
        """Likewise, for some time, when nothing is to come of it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.activate(role, name)
            time.sleep(0.1)

    def has_said(self, word):
        self.listen()
        return word in self.words

    def dump(self):
        """The tree as text, a line for each node that has something to say."""
        lines = []
        for node in self.nodes():
            try:
                if is_shown(node) and (node.get_name() or node.get_description()):
                    lines.append(f"{role_of(node)}: {node.get_name()!r} {node.get_description()!r}")
            except GLib.Error:
                continue
        return "\n".join(lines)


ROLES = {"button": "push button", "toggle button": "push button",  # names of the same by version
         "notification": "alert"}


def forget(node):
    """What the library remembers of it: newer ones can do so without its children."""
    getattr(node, "clear_cache_single", node.clear_cache)()


def role_of(node):
    name = node.get_role_name()
    if name == "alert":  # newer versions say so of a window, too
        parent = node.get_parent()
        if parent is not None and parent.get_role_name() == "application":
            return "dialog"
    return ROLES.get(name, name)


def is_shown(node):
    """On 4.8 parts that are hidden stay in the tree, without a size."""
    forget(node)
    if not node.get_state_set().contains(Atspi.StateType.VISIBLE):
        return False
    component = node.get_component_iface()
    if component is None:
        return True
    extents = component.get_extents(Atspi.CoordType.WINDOW)
    return extents.width > 0 and extents.height > 0


def is_sensitive(node):
    """Whether it can be used."""
    try:
        forget(node)
        return node.get_state_set().contains(Atspi.StateType.SENSITIVE)
    except GLib.Error:
        return False


def text_of(node):
    count = node.get_character_count() if node.get_text_iface() is not None else 0
    return Atspi.Text.get_text(node, 0, count) if count else node.get_name()


def walk(node, depth=0):
    if depth > 60:
        return
    yield node
    try:
        forget(node)
        for index in range(node.get_child_count()):
            child = node.get_child_at_index(index)
            if child is not None:
                yield from walk(child, depth + 1)
    except GLib.Error:
        return
