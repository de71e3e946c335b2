#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a screen reader has of the warning: as text, in the order in which it reads.

usage: with-display.py --a11y --wm test-a11y.py WINDOW
"""

import os
import re
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from warning_session import (Atspi, GLib, PlayedAgent, PlayedSessionManager, Window,  # noqa: E402
                             boot_usec, forget, is_shown, role_of, text_of, wait_for)

WINDOW = sys.argv.pop(1)

SPOKEN = ("heading", "label", "progress bar", "push button", "alert", "text", "menu item")
ISOLATES = re.compile("[\u2066-\u2069]")
TIME = re.compile(r"\b\d\d:\d\d\b")
LEFT = re.compile(r"\b\d?\d:\d\d left")

ANNOUNCED = """
label: Contoso IT
heading: This computer will restart at TIME
label: 20 minutes left
progress bar: Time left
label: This is a rehearsal: nothing will really restart.
label: Security update.
push button: Details
push button: Postpone to TIME
push button: Other Times
label: 2 of 2 left, latest TIME
push button: Hide
push button: Restart Now
"""

SEVERAL = """
label: Contoso IT
heading: This computer will restart at TIME
label: LEFT
progress bar: Time left
label: This is a rehearsal: nothing will really restart.
label: Also signed in: bob (other screen), kim (remote)
label: Not saved: org.example.Writer – “Report.odt”
push button: Details
label: Requested by
label: mara from 192.0.2.7
label: Reason
label: Operating System: Security fix (Planned)
label: Request
label: K7M-2QX
label: Questions
label: help: 4711
push button: Postpone to TIME
push button: Other Times
label: 2 of 2 left, latest TIME
label: When everybody is ready, this computer restarts at once.
push button: Hide
push button: I’m Ready (0 of 3)
"""

LAST_MINUTE = """
heading: This computer will power off at TIME
label: LEFT
progress bar: Time left
label: This is a rehearsal: nothing will really power off.
label: Security update.
push button: Details
label: This window stays until the computer powers off. You can keep working.
push button: Power Off Now
"""


def clean(text):
    return LEFT.sub("LEFT", TIME.sub("TIME", ISOLATES.sub("", text)).replace("TIME left", "LEFT"))


def is_part_of_button(node):
    """Its text: the button itself has the same name."""
    parents = [node := node.get_parent() for _ in range(3) if node is not None]
    return any(parent is not None and role_of(parent) == "push button" for parent in parents)


def read(window):
    """What is on the screen and has something to say; what says nothing by itself is left out."""
    lines = []
    for node in window.nodes():
        try:
            role, name = role_of(node), node.get_name() or ""
            if role not in SPOKEN or not is_shown(node):
                continue
            if role == "label" and is_part_of_button(node):
                continue
            if role == "push button" and (node.get_n_actions() == 0 or name == "Close"):
                continue  # the outer half of a button in two, and the title bar's
            half = len(name) // 2
            if name[:half] == name[half + 1:] and name[half:half + 1] == " ":
                name = name[:half]  # GTK 4.8 says both names of a button with a tooltip
            if name.strip() and not name.startswith("Gtk"):
                lines.append(f"{role}: {clean(name)}")
        except GLib.Error:
            continue
    return "\n" + "\n".join(lines) + "\n"


def find_announcer(window):
    """The place of announcements has no size, or none that anybody sees."""
    nodes = [node for node in window.nodes() if role_of(node) in ("alert", "status bar")]
    return nodes[-1]


def find_focus(window):
    for node in window.nodes():
        forget(node)
        if node.get_state_set().contains(Atspi.StateType.FOCUSED) and role_of(node) != "dialog":
            return f"{role_of(node)}: {clean(node.get_name())}"
    return None


class TestScreenReader(unittest.TestCase):
    maxDiff = None

    def present(self, window):
        window.present()
        window.wait_for_node("heading")  # a reader needs a moment to hear of a new program

    def find_dialog(self, window):
        (dialog,) = [node for node in window.nodes() if role_of(node) in ("dialog", "alert") and
                     node.get_parent() == window.application()]
        return dialog

    def test_announced(self):
        with PlayedAgent(left=1200) as agent, Window(WINDOW) as window:
            self.present(window)
            self.assertEqual(read(window), ANNOUNCED)
            dialog = self.find_dialog(window)
            self.assertEqual(clean(dialog.get_name()), "This computer will restart at TIME")
            self.assertEqual(ISOLATES.sub("", dialog.get_description()),
                             "Security update.\n20 minutes left")
            self.check_tab_order(window)
            self.assertEqual(agent.calls, [])

    def check_tab_order(self, window):
        """The focus begins where a key does nothing, and goes on as one reads."""
        order = ["label: Security update.", "push button: Details",
                 "push button: Postpone to TIME", "push button: Other Times",
                 "push button: Hide", "push button: Restart Now"]
        window.wait_until_active()
        wait_for("the first focus", lambda: find_focus(window) == order[0])
        for key, places in ("Tab", order[1:]), ("shift+Tab", order[-2::-1]):
            for place in places:
                window.press(key)
                wait_for(f"the focus on {place}",
                         lambda place=place: (find_focus(window) or "").startswith(place))

    def test_several_people(self):
        people = [(os.getuid(), "alice", "screen", False, False, False),
                  (4711, "bob", "other-screen", False, False, False),
                  (4712, "kim", "remote", False, False, False)]
        with PlayedSessionManager(("org.example.Writer", "Report.odt", 1)), \
                PlayedAgent(left=500, HasMessage=False, Message="", People=people), \
                Window(WINDOW) as window:
            self.present(window)
            window.wait_for_node("label", "Not saved")
            window.activate("push button", "Details")
            window.wait_for_node("label", "Requested by")
            self.assertEqual(read(window), SEVERAL)

    def test_last_minute(self):
        with PlayedAgent(left=50, Action="power-off", OrganizationName="", PostponesLeft=0,
                         PostponeSeconds=0), Window(WINDOW) as window:
            self.present(window)
            self.assertEqual(read(window), LAST_MINUTE)

    def test_announcements(self):
        """At what happens and at the rungs; the numbers in between are shown, and not said."""
        with PlayedAgent(left=32) as agent, Window(WINDOW) as window:
            self.present(window)
            heard, numbers = [], set()

            def listen():
                said = ISOLATES.sub("", text_of(find_announcer(window)))
                if said.strip() and not said.startswith("Gtk") and said not in heard[-1:]:
                    heard.append(said)
                number = window.find("label", "0:")
                numbers.add(number.get_name() if number is not None else "")
                return heard[-1] if heard else ""
            wait_for("the seconds", lambda: listen() and "0:28 left" in numbers)
            self.assertGreaterEqual(len(numbers), 2)
            self.assertEqual(len(heard), 1, heard)
            self.assertRegex(heard[0], "^This computer will restart at .*(30|29) seconds left|"
                             "^This computer will restart at .*0:(30|29) left")

            deadline = agent.values["Deadline"] + 900 * 1000000
            agent.change(Change="postponed", ChangedBy="bob", Deadline=deadline,
                         DeadlineReal=agent.values["DeadlineReal"] + 900 * 1000000)
            wait_for("the announcement", lambda: re.search(
                r"16 minutes left.* Postponed to .* by bob", listen()))
            description = ISOLATES.sub("", self.find_dialog(window).get_description())
            self.assertRegex(description, r"\n16 minutes left\nPostponed to .* by bob")

            agent.leave()
            wait_for("the announcement", lambda: "does not answer" in listen())
            self.assertNotIn(" left", heard[-1])

    def test_no_time_without_agent(self):
        with PlayedAgent(left=33) as agent, Window(WINDOW) as window:
            self.present(window)
            agent.leave()
            wait_for("the announcement", lambda: "does not answer" in
                     text_of(find_announcer(window)))
            said = text_of(find_announcer(window))
            end = agent.values["Deadline"] - 29 * 1000000
            wait_for("a rung that is none", lambda: boot_usec() > end)
            self.assertEqual(text_of(find_announcer(window)), said)


if __name__ == "__main__":
    unittest.main(verbosity=2)
