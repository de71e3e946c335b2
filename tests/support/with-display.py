#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a program on a screen and a session bus of its own, and ends with its exit status.

usage: with-display.py [--a11y] [--wm] [--size WIDTHxHEIGHT] PROGRAM [ARGUMENT...]

  --a11y   with an accessibility bus as well (AT_SPI_BUS_ADDRESS)
  --wm     with a window manager, openbox: where focus or stacking matters
  --size   of the screen; 1280x800 if not given

The bus starts nothing on demand, directories and settings are new and empty, and nothing of that
outlives the program. DBUS_SYSTEM_BUS_ADDRESS stays as it is. Where something needed is not
installed, the test is skipped: with status 77 for a Python program, in the way of TAP for any other.
"""

import argparse
import ctypes
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

SKIPPED = 77
PATIENCE = 20  # seconds until something that should start is taken for broken
PR_SET_CHILD_SUBREAPER = 36
BUS_LAUNCHERS = ["/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher"]
BUS_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


class Broken(Exception):
    """Something that is installed did not start."""


def find_missing(options):
    """Why there can be no such screen here; None if there can."""
    programs = ["Xvfb", "dbus-daemon"]
    if options.a11y:
        programs.append("gdbus")
    if options.wm:
        programs.append("openbox")
    for program in programs:
        if shutil.which(program) is None:
            return f"{program} is not installed"
    if options.a11y and not any(os.access(path, os.X_OK) for path in BUS_LAUNCHERS):
        return "at-spi2-core is not installed"
    return None


def read_line(reader, name):
    """The one line that the descriptor is for; closes it."""
    with os.fdopen(reader, "rb", buffering=0) as lines:
        ready, _, _ = select.select([lines], [], [], PATIENCE)
        line = lines.readline().decode().strip() if ready else ""
    if not line:
        raise Broken(f"{name} did not start")
    return line


class Display:
    """What the program sees of a person's session, while the context lasts."""

    def __init__(self, options):
        self.options = options
        self.children = []
        self.stack = tempfile.TemporaryDirectory(prefix="curfew-display-")
        self.directory = Path(self.stack.name)
        self.environment = dict(os.environ)
        for name in ("WAYLAND_DISPLAY", "XAUTHORITY", "AT_SPI_BUS_ADDRESS", "XDG_CURRENT_DESKTOP",
                     "DESKTOP_SESSION", "XDG_SESSION_ID", "GTK_THEME", "GTK_MODULES",
                     "DESKTOP_STARTUP_ID", "XDG_ACTIVATION_TOKEN"):
            self.environment.pop(name, None)
        for name, folder in {"HOME": "home", "XDG_RUNTIME_DIR": "run", "XDG_CONFIG_HOME": "config",
                             "XDG_DATA_HOME": "data", "XDG_CACHE_HOME": "cache",
                             "XDG_STATE_HOME": "state"}.items():
            path = self.directory / folder
            path.mkdir(mode=0o700)
            self.environment[name] = str(path)
        # the last two: drawing without GL takes half the memory; 4.8 and 4.18 name it differently
        self.environment |= {"GSK_RENDERER": "cairo", "GDK_BACKEND": "x11", "GDK_SCALE": "1",
                             "GSETTINGS_BACKEND": "memory", "ADW_DISABLE_PORTAL": "1",
                             "GTK_USE_PORTAL": "0", "GDK_DEBUG": "gl-disable", "GDK_DISABLE": "gl"}
        if not options.a11y:
            self.environment.setdefault("GTK_A11Y", "none")

    def start(self, arguments, **more):
        """One of the servants: whose warnings are their own affair, and whose words nobody reads."""
        environment = {name: value for name, value in self.environment.items()
                       if name not in ("G_DEBUG", "MALLOC_PERTURB_", "G_MESSAGES_DEBUG")}
        child = subprocess.Popen(arguments, env=environment, stdin=subprocess.DEVNULL,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more)
        self.children.append(child)
        return child

    def start_and_read(self, make_arguments):
        """Starts a servant that writes a line when it is ready; its end, unwritten, is an error."""
        reader, writer = os.pipe()
        try:
            arguments = make_arguments(writer)
            self.start(arguments, pass_fds=[writer])
        finally:
            os.close(writer)
        return read_line(reader, arguments[0])

    def start_screen(self):
        number = self.start_and_read(lambda writer: [
            "Xvfb", "-displayfd", str(writer), "-screen", "0", f"{self.options.size}x24",
            "-nolisten", "tcp", "-noreset", "-dpi", "96"])
        self.environment["DISPLAY"] = f":{number}"

    def start_bus(self):
        config = self.directory / "bus.conf"
        config.write_text(BUS_CONFIG.format(socket=self.directory / "bus"), encoding="utf-8")
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = self.start_and_read(lambda writer: [
            "dbus-daemon", f"--config-file={config}", "--nofork", f"--print-address={writer}"])

    def ask(self, *arguments):
        done = subprocess.run(["gdbus", *arguments], env=self.environment, capture_output=True,
                              text=True, timeout=PATIENCE, check=False)
        if done.returncode != 0:
            raise Broken(f"gdbus {arguments[0]}: {done.stderr.strip()}")
        return done.stdout.strip()

    def start_accessibility(self):
        launcher = next(path for path in BUS_LAUNCHERS if os.access(path, os.X_OK))
        self.start([launcher, "--launch-immediately"])
        self.ask("wait", "--session", "--timeout", str(PATIENCE), "org.a11y.Bus")
        answer = self.ask("call", "--session", "--dest", "org.a11y.Bus", "--object-path",
                          "/org/a11y/bus", "--method", "org.a11y.Bus.GetAddress")
        self.environment["AT_SPI_BUS_ADDRESS"] = answer.split("'")[1]

    def start_window_manager(self):
        # it runs the start-up command, which inherits nothing, once it manages the screen
        fifo = self.directory / "managed"
        os.mkfifo(fifo)
        reader = os.open(fifo, os.O_RDWR)
        self.start(["openbox", "--sm-disable", "--startup", f"sh -c 'echo yes >{fifo}'"])
        read_line(reader, "openbox")

    def __enter__(self):
        try:
            self.start_screen()
            self.start_bus()
            if self.options.a11y:
                self.start_accessibility()
            if self.options.wm:
                self.start_window_manager()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, *_):
        # the screen and the bus last: what still talks to them can end in peace
        for child in reversed(self.children):
            child.terminate()
            try:
                child.wait(2)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        end_orphans()
        self.stack.cleanup()


def list_orphans():
    """The processes that servants, or the program, left behind: they are ours now."""
    return [int(pid) for path in Path("/proc/self/task").glob("*/children")
            for pid in path.read_text(encoding="ascii").split()]


def end_orphans():
    while pids := list_orphans():
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        for pid in pids:
            os.waitpid(pid, 0)


def parse(arguments):
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].removeprefix("usage: "))
    parser.add_argument("--a11y", action="store_true")
    parser.add_argument("--wm", action="store_true")
    parser.add_argument("--size", default="1280x800")
    parser.add_argument("program")
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    return parser.parse_args(arguments)


def end(*_):
    sys.exit(128 + signal.SIGTERM)


def main():
    options = parse(sys.argv[1:])
    missing = find_missing(options)
    if missing:
        print(f"1..0 # SKIP {missing}")
        return SKIPPED if os.path.basename(options.program).startswith("python") else 0
    signal.signal(signal.SIGTERM, end)
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    with Display(options) as display:
        program = subprocess.Popen([options.program, *options.arguments], env=display.environment)
        try:
            status = program.wait()
        except BaseException:
            program.kill()
            program.wait()
            raise
    # a program that a signal ended has a negative status; a shell would say it like this
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Broken as error:
        sys.exit(f"with-display.py: {error}")
