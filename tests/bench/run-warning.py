#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures what the warning takes of a desktop, and prints a table.

usage: with-display.py --a11y run-warning.py AGENT WARNING BARE_WINDOW

Nothing is judged here: README.md holds the goals.
"""

import os
import select
import signal
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "warning"))
from helper_process import Helper, SeenWindow, is_alive, read_seconds  # noqa: E402
from warning_session import AgentOnBus, GLib, RehearsingAgent, boot_usec, wait_for  # noqa: E402

AGENT, WARNING, BARE_WINDOW = map(os.path.abspath, sys.argv[1:4])
ROUNDS = 11
IDLE_SECONDS = 20
SECOND = 1000000


def row(name, value, goal):
    print(f"{name:<58} {value:>14}   {goal}", flush=True)


class Screen:
    """Tells when a window appears on it: of any program, no window manager is between."""

    def __enter__(self):
        self.process = subprocess.Popen(["stdbuf", "-oL", "xev", "-root", "-event", "substructure"],
                                        stdout=subprocess.PIPE)
        self.forget()
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()

    def forget(self):
        while select.select([self.process.stdout], [], [], 0.3)[0]:
            os.read(self.process.stdout.fileno(), 65536)

    def wait_for_window(self):
        """The monotonic time at which one was mapped."""
        text = b""
        while b"MapNotify" not in text:
            if not select.select([self.process.stdout], [], [], 20)[0]:
                raise AssertionError("no window appears")
            text += os.read(self.process.stdout.fileno(), 65536)
        return time.monotonic()


def is_followed():
    """The helper has found the agent: it is the only one that would want to hear from it."""
    bus = AgentOnBus().bus
    return bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                         "NameHasOwner", GLib.Variant("(s)", ("org.curfew.Warning",)), None, 0,
                         -1).unpack()[0]


def start_helper():
    helper = Helper(WARNING)
    wait_for("the helper", is_followed)
    time.sleep(1)  # until it has looked around
    return helper


def count_switches(pid):
    """How often all threads of a process went to sleep; 0 once it is gone."""
    switches = 0
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/status", encoding="ascii") as file:
                switches += sum(int(line.split()[1]) for line in file
                                if line.startswith("voluntary_ctxt_switches"))
    except OSError:
        pass
    return switches


def count_wakes(pid, until_boot_usec):
    """How often it wakes up, until then: what it does within three tenths of a second, such as
    drawing a number, is one time."""
    wakes = 0
    last_change = 0.0
    before = count_switches(pid)
    while boot_usec() < until_boot_usec:
        time.sleep(0.02)
        now = count_switches(pid)
        if now != before:
            wakes += time.monotonic() - last_change > 0.3
            last_change = time.monotonic()
        before = now
    return wakes


def read_pss(pid):
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
        return next(int(line.split()[1]) / 1024 for line in file if line.startswith("Pss:"))


def measure_idle():
    with RehearsingAgent(AGENT):
        helper = start_helper()
        # GLib lets threads go that had nothing to do for 15 s, and wakes up once more 25 s after a
        # call, at the end of the time that its answer had
        time.sleep(30)
        before = count_switches(helper.process.pid)
        time.sleep(IDLE_SECONDS)
        woken = count_switches(helper.process.pid) - before
        row("warning, idle: memory", f"{read_pss(helper.process.pid):.1f} MiB", "≤ 6 MiB")
        row(f"warning, idle: woken up in {IDLE_SECONDS} s", f"{woken} times", "never")
        helper.end()


def start_bare(screen):
    screen.forget()
    started = time.monotonic()
    process = subprocess.Popen([BARE_WINDOW])
    seconds = screen.wait_for_window() - started
    process.terminate()
    process.wait()
    return seconds


def start_warning(screen, agent):
    helper = start_helper()
    screen.forget()
    started = time.monotonic()
    agent.request(grace=600)
    seconds = screen.wait_for_window() - started
    window = helper.find_window()
    helper.end()
    wait_for("the end of the window", lambda: not is_alive(window))
    agent.call_off()
    return seconds


def measure_start():
    ours = []
    bare = []
    with RehearsingAgent(AGENT) as agent, Screen() as screen:
        start_bare(screen)
        for _ in range(ROUNDS):
            ours.append(start_warning(screen, agent))
            bare.append(start_bare(screen))
    median = statistics.median(ours)
    row("warning, request sent to window on the screen", f"{median * 1000:.0f} ms", "≤ 400 ms")
    row("the same, × a bare GTK window", f"{median / statistics.median(bare):.2f} ×", "")


def find_left(helper):
    return wait_for("the time left", lambda: SeenWindow(helper.wait_for_window()).find_left())


def measure_wakes():
    with RehearsingAgent(AGENT) as agent:
        helper = start_helper()
        deadline = agent.request(grace=155)  # 25 s later, see above, all is calm
        window = helper.wait_for_window()
        wait_for("calm", lambda: boot_usec() > deadline - 121 * SECOND, 60)
        calm = count_wakes(window, deadline - 61 * SECOND)
        last = count_wakes(window, deadline - SECOND)
        row("window, a minute before the last: woken up", f"{calm} times", "≤ 6 times")
        row("window, the last minute: woken up", f"{last} times", "≤ 60 times")
        helper.end()


def watch_numbers(node, deadline, count):
    """How far from the truth the number changes, in ms, at worst."""
    worst = 0.0
    seconds = read_seconds(node)
    while count > 0:
        now = read_seconds(node)
        if now != seconds and now is not None:
            # it shows 45 from the instant at which 45 s are left
            worst = max(worst, abs(boot_usec() - (deadline - now * SECOND)) / 1000)
            count -= 1
        seconds = now
    return worst


def measure_drift():
    with RehearsingAgent(AGENT) as agent:
        helper = start_helper()
        deadline = agent.request(grace=40)
        node = find_left(helper)
        row("window: off the agent's deadline, at worst",
            f"{watch_numbers(node, deadline, 8):.0f} ms", "≤ 200 ms")
        for name, process in ("the window", helper.find_window()), ("the agent", agent.process.pid):
            os.kill(process, signal.SIGSTOP)
            time.sleep(2.5)
            os.kill(process, signal.SIGCONT)
            # what it shows is right when it has woken up, not only at the next second
            begun = time.monotonic()
            wait_for("the right number", lambda: read_seconds(node) ==
                     -(-(deadline - boot_usec()) // SECOND))
            late = (time.monotonic() - begun) * 1000
            worst = watch_numbers(node, deadline, 4)
            row(f"the same, after {name} stood still", f"{max(worst, late):.0f} ms", "≤ 200 ms")
        helper.end()


def main():
    measure_idle()
    measure_start()
    measure_wakes()
    measure_drift()


if __name__ == "__main__":
    main()
