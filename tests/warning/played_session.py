# SPDX-License-Identifier: GPL-3.0-or-later
"""Who curfew-warning meets in a session, each as a test wants it: the window's program, a server of
notifications, logind, GNOME's session manager."""

import os
import shutil
import stat
import subprocess
import threading
from pathlib import Path

from gi.repository import Gio, GLib

BUS_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


class Bus:
    """A bus of one's own."""

    def __init__(self, folder):
        config = Path(folder) / "bus.conf"
        config.write_text(BUS_CONFIG)
        self.daemon = subprocess.Popen(
            ["dbus-daemon", "--nofork", "--print-address", f"--config-file={config}"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.address = self.daemon.stdout.readline().strip()

    def end(self):
        if self.daemon.poll() is None:
            self.daemon.kill()
        self.daemon.wait()
        self.daemon.stdout.close()


class Played:
    """Some objects under some name on a bus, served by a thread."""

    NAME = None
    XML = None
    PATHS = {}  # path: interface

    def __init__(self, address):
        self.context = GLib.MainContext()
        self.context.push_thread_default()
        self.bus = Gio.DBusConnection.new_for_address_sync(
            address, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT |
            Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
        self.bus.set_exit_on_close(False)
        info = Gio.DBusNodeInfo.new_for_xml(self.XML)
        for path, interface in self.PATHS.items():
            self.bus.register_object(path, info.lookup_interface(interface), self.on_call,
                                     self.on_get, None)
        self.context.pop_thread_default()
        self.loop = GLib.MainLoop(self.context)
        self.thread = threading.Thread(target=self.loop.run, daemon=True)
        self.thread.start()
        self.own(self.NAME)

    def own(self, name):
        self.bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                           "RequestName", GLib.Variant("(su)", (name, 4)), None, 0, -1)

    def on_call(self, bus, sender, path, interface, method, arguments, invocation):
        invocation.return_value(self.answer(method, *arguments.unpack()))

    def on_get(self, bus, sender, path, interface, name):
        raise NotImplementedError

    def answer(self, method, *arguments):
        raise NotImplementedError

    def emit(self, path, interface, signal, parameters):
        self.bus.emit_signal(None, path, interface, signal, parameters)

    def end(self):
        self.loop.quit()
        self.thread.join()
        if not self.bus.is_closed():
            self.bus.close_sync()


class Notifications(Played):
    """Keeps what it is told; `shown` has what is on the screen now. As in a shell that does all
    itself, the screen is covered from here as well."""

    NAME = "org.freedesktop.Notifications"
    SAVER = "org.gnome.ScreenSaver"
    PATH = "/org/freedesktop/Notifications"
    PATHS = {PATH: NAME}
    XML = """<node><interface name="org.freedesktop.Notifications">
      <method name="GetCapabilities"><arg type="as" direction="out"/></method>
      <method name="CloseNotification"><arg type="u" direction="in"/></method>
      <method name="Notify"><arg type="s" direction="in"/><arg type="u" direction="in"/>
        <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/>
        <arg type="as" direction="in"/><arg type="a{sv}" direction="in"/>
        <arg type="i" direction="in"/><arg type="u" direction="out"/></method>
      </interface></node>"""

    def __init__(self, address, capabilities=("actions", "body", "body-markup", "sound")):
        self.capabilities = capabilities
        self.told = []
        self.shown = {}
        self.last_id = 40
        self.n_asked = 0
        super().__init__(address)
        self.own(self.SAVER)

    def answer(self, method, *arguments):
        if method == "GetCapabilities":
            self.n_asked += 1
            return GLib.Variant("(as)", (self.capabilities,))
        if method == "CloseNotification":
            self.shown.pop(arguments[0], None)
            return None
        name, replaced, icon, summary, body, actions, hints, expires = arguments
        if replaced not in self.shown:
            self.last_id += 1
        number = replaced if replaced in self.shown else self.last_id
        note = {"name": name, "replaced": replaced, "id": number, "icon": icon, "summary": summary,
                "body": body, "actions": dict(zip(actions[::2], actions[1::2])), "hints": hints,
                "expires": expires}
        self.shown[number] = note
        self.told.append(note)
        return GLib.Variant("(u)", (number,))

    def use(self, action):
        (number,) = self.shown
        self.emit(self.PATH, self.NAME, "ActionInvoked", GLib.Variant("(us)", (number, action)))

    def cover(self, is_covered):
        self.emit("/org/gnome/ScreenSaver", self.SAVER, "ActiveChanged",
                  GLib.Variant("(b)", (is_covered,)))

    def close(self):
        number, _ = self.shown.popitem()
        self.emit(self.PATH, self.NAME, "NotificationClosed", GLib.Variant("(uu)", (number, 2)))


class Logind(Played):
    NAME = "org.freedesktop.login1"
    MANAGER, SESSION = NAME + ".Manager", NAME + ".Session"
    OWN = "/org/freedesktop/login1/session/_31"
    PATHS = {"/org/freedesktop/login1": MANAGER, OWN: SESSION,
             "/org/freedesktop/login1/session/auto": SESSION}
    XML = """<node><interface name="org.freedesktop.login1.Manager">
      <method name="GetSession"><arg type="s" direction="in"/><arg type="o" direction="out"/></method>
      <method name="ListInhibitors"><arg type="a(ssssuu)" direction="out"/></method></interface>
      <interface name="org.freedesktop.login1.Session">
      <property name="Id" type="s" access="read"/><property name="Active" type="b" access="read"/>
      <property name="LockedHint" type="b" access="read"/></interface></node>"""

    def __init__(self, address, **values):
        self.values = {"Id": "1", "Active": True, "LockedHint": False, **values}
        self.inhibitors = []
        super().__init__(address)

    def answer(self, method, *arguments):
        if method == "GetSession":
            return GLib.Variant("(o)", (self.OWN,))
        return GLib.Variant("(a(ssssuu))", (self.inhibitors,))

    def on_get(self, bus, sender, path, interface, name):
        return GLib.Variant("s" if name == "Id" else "b", self.values[name])

    def change(self, **values):
        self.values |= values
        changed = {name: GLib.Variant("b", value) for name, value in values.items()}
        self.emit(self.OWN, "org.freedesktop.DBus.Properties", "PropertiesChanged",
                  GLib.Variant("(sa{sv}as)", (self.SESSION, changed, [])))

    def hold_idle(self, is_held):
        self.inhibitors = [("sleep:idle", "player", "a film", "block", os.getuid(), 1)] * is_held
        self.emit("/org/freedesktop/login1", "org.freedesktop.DBus.Properties", "PropertiesChanged",
                  GLib.Variant("(sa{sv}as)", (self.MANAGER, {
                      "BlockInhibited": GLib.Variant("s", "idle" if is_held else "")}, [])))


class SessionManager(Played):
    NAME = "org.gnome.SessionManager"
    PATH = "/org/gnome/SessionManager"
    PATHS = {PATH: NAME}
    XML = """<node><interface name="org.gnome.SessionManager"><method name="IsInhibited">
      <arg type="u" direction="in"/><arg type="b" direction="out"/></method></interface></node>"""

    def __init__(self, address, is_inhibited):
        self.is_inhibited = is_inhibited
        self.asked = []
        super().__init__(address)

    def answer(self, method, *arguments):
        self.asked.append(arguments[0])
        return GLib.Variant("(b)", (self.is_inhibited,))

    def release(self):
        self.is_inhibited = False
        self.emit(self.PATH, self.NAME, "InhibitorRemoved",
                  GLib.Variant("(o)", ("/org/gnome/SessionManager/Inhibitor1",)))


class SlowSaver(Played):
    """A screen saver that covers the screen, and takes its time to say so."""

    NAME = "org.mate.ScreenSaver"
    PATHS = {"/org/mate/ScreenSaver": NAME}
    XML = """<node><interface name="org.mate.ScreenSaver"><method name="GetActive">
      <arg type="b" direction="out"/></method></interface></node>"""

    def __init__(self, address):
        self.asked = threading.Event()
        self.waiting = None
        super().__init__(address)

    def on_call(self, bus, sender, path, interface, method, arguments, invocation):
        self.waiting = invocation
        self.asked.set()

    def answer_now(self):
        self.waiting.return_value(GLib.Variant("(b)", (True,)))


# What plays the window: notes what it hears, and says and does what it is told to.
WINDOW = """#!/usr/bin/python3
import os, select, signal, sys
folder = {folder!r}
def note(word):
    with open(folder + "/heard", "a") as file:
        file.write(word + "\\n")
mode = open(folder + "/mode").read()
note("start " + " ".join(sys.argv[1:]))
if mode == "refuses":
    sys.exit(3)
control = os.open(folder + "/control", os.O_RDWR)
with open(folder + "/pid", "w") as file:
    file.write(str(os.getpid()))
readers = [0, control]
while True:
    for reader in select.select(readers, [], [])[0]:
        octets = os.read(reader, 4096)
        if not octets:
            note("eof")
            sys.exit(0)
        for line in octets.decode().split():
            if reader == 0:
                note(line)
                if mode == "crashes":
                    os.kill(os.getpid(), signal.SIGKILL)
                if line == "present" and mode == "shows":
                    os.write(1, b"shown\\n")
            elif line == "end":
                sys.exit(0)
            elif line == "crash":
                os.kill(os.getpid(), signal.SIGKILL)
            else:
                os.write(1, line.encode() + b"\\n")
"""


class Installation:
    """curfew-warning, in a folder where its window is played."""

    def __init__(self, program, folder):
        self.folder = Path(folder)
        self.program = self.folder / "src/warning/curfew-warning"
        window = self.folder / "src/warning-window/curfew-warning-window"
        for path in self.program, window:
            path.parent.mkdir(parents=True)
        shutil.copy(program, self.program)
        window.write_text(WINDOW.format(folder=str(self.folder)))
        window.chmod(window.stat().st_mode | stat.S_IXUSR)
        os.mkfifo(self.folder / "control")
        self.behave("shows")
        self.skipped = 0

    def behave(self, mode):
        """"shows" itself when presented, is "silent", "crashes" then, "refuses" to start."""
        (self.folder / "mode").write_text(mode)

    def heard(self):
        path = self.folder / "heard"
        return path.read_text().splitlines()[self.skipped:] if path.exists() else []

    def forget(self):
        self.skipped += len(self.heard())

    def tell(self, word):
        with open(self.folder / "control", "w", encoding="ascii") as control:
            control.write(word + "\n")
