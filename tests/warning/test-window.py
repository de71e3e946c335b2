#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""curfew-warning-window on a screen, with a rehearsing agent, or with somebody who plays one.

usage: with-display.py --a11y --wm test-window.py AGENT WINDOW [CASE...]
"""

import os
import random
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from warning_session import (GLib, PlayedAgent, PlayedSessionManager, RehearsingAgent,  # noqa: E402
                             Window, is_sensitive, is_shown, role_of, text_of, wait_for)

AGENT, WINDOW = sys.argv.pop(1), sys.argv.pop(1)

# Tab, Return, space and arrows among them: whoever types on, or plays with the keyboard
KEYS = ("Return", "space", "Tab", "shift+Tab", "Escape", "a", "y", "n", "r", "p", "Up", "Down", "Left",
        "Right", "Home", "End", "Delete", "BackSpace", "F1", "F10", "Menu", "alt+F4", "alt+r",
        "alt+p", "alt+h", "alt+c", "ctrl+c", "ctrl+w", "ctrl+q", "ctrl+z", "ctrl+Return", "KP_Enter")
HARMLESS = [key for key in KEYS if key not in ("Return", "space", "KP_Enter", "ctrl+Return") and
            not key.startswith("alt+") or key == "alt+F4"]
HOSTILE = ("<b>Bold</b> <a href=\"https://evil.example/\">click</a> &lt;i&gt; https://evil.example/x\n"
           "\u202Egnp.exe \u2066nest \x1b[31mred\x07 _mnemonic %s")


class Case(unittest.TestCase):
    def open(self, presented=True):
        """A window that its helper wants to be seen, and that is in front and answers."""
        window = self.enterContext(Window(WINDOW))
        if presented:
            window.present()
            window.wait_until_active()
        return window

    if not hasattr(unittest.TestCase, "enterContext"):
        def enterContext(self, context):  # Python before 3.11
            entered = context.__enter__()
            self.addCleanup(context.__exit__, None, None, None)
            return entered

    def be_pending(self, agent, deadline):
        self.assertEqual((agent.on_bus.get("State"), agent.on_bus.get("Deadline")),
                         ("pending", deadline))


class TestReal(Case):
    """Against an agent that really decides."""

    def start(self, *signed_in, **request):
        agent = self.enterContext(RehearsingAgent(AGENT, signed_in))
        return agent, agent.request(**request)

    @staticmethod
    def get_ready(agent):
        return [person[5] for person in agent.on_bus.get("People") if person[0] == os.getuid()]

    def test_shown_and_read(self):
        """Nothing before its helper wants it; what is typed while it appears goes nowhere; and it
        is read by being in front, each time anew."""
        agent, deadline = self.start()
        window = self.open(presented=False)
        wait_for("the program on the bus", window.is_on_bus)
        self.assertFalse(window.find_mapped())
        window.say("nonsense " * 100)
        window.present()
        window.wait_until_active()
        # Tab goes to the buttons, and they are pressed there: all of this within 1.5 s
        window.press(*["Tab", "space", "Return"] * 8, "Escape")
        self.be_pending(agent, deadline)
        self.assertNotIn("read", window.words)
        window.expect("read")
        self.assertEqual(agent.on_bus.get("Postponements"), [])
        self.assertEqual(agent.read_record(), "")

        began = time.monotonic()
        window.present()  # it has not lost the focus
        window.expect("read", 2)
        self.assertGreater(time.monotonic(), began + 2.5)
        self.assertEqual(window.words, ["shown", "read", "shown", "read"])

    def test_postpone(self):
        """With a note, and without."""
        agent, deadline = self.start()
        window = self.open()
        self.postpone_with_note(agent, window, "bis 15:00 im Gespräch 😀")
        self.assertIn("read", window.words)
        self.assertEqual(agent.on_bus.get("Deadline"), deadline + 900 * 1000000)
        wait_for("the hidden window", lambda: not window.find_mapped())

        window.present()
        window.wait_for_node("label", "Postponed to")
        window.activate_until("push button", "Postpone to",
                              lambda: window.listen() or window.words.count("hidden") == 2)
        self.assertEqual(agent.on_bus.get("Deadline"), deadline + 1800 * 1000000)
        self.assertEqual([entry[2:] for entry in agent.on_bus.get("Postponements")],
                         [(900, "bis 15:00 im Gespräch 😀"), (900, "")])

    def postpone_with_note(self, agent, window, note):
        window.choose_until("Other Times", "Add a Note", lambda: window.find("dialog", "Add a Note"))
        entry = window.wait_for_node("text", "Note")
        dialog = window.wait_for_node("dialog", "Add a Note")
        self.assertTrue(window.find("label", "Everybody who is signed in here can read it, and"))

        # 513 units: none is cut, all are refused
        entry.get_editable_text_iface().set_text_contents("😀" * 256 + "x")
        window.wait_for_node("label", "This is 1 character too long")
        button = window.find("push button", "Postpone to", within=dialog)
        self.assertFalse(is_sensitive(button))
        self.assertEqual(agent.on_bus.get("Postponements"), [])

        entry.get_editable_text_iface().set_text_contents(note)
        wait_for("a short note", lambda: is_sensitive(button))
        window.press("Return")  # not a default
        button.do_action(0)
        window.expect("hidden")

    def test_restart_now(self):
        """Alone, with nothing unsaved, there is no second question."""
        agent, _ = self.start()
        window = self.open()
        self.assertEqual(agent.read_record(), "")
        window.activate_until("push button", "Restart Now", agent.read_record)
        self.assertIn("would restart", agent.read_record())
        window.wait_for_node("heading", "The rehearsal is over")
        # it is over: closing it ends it
        window.press("alt+F4")
        self.assertEqual(window.process.wait(20), 0)

    def test_ready(self):
        agent, deadline = self.start("bob")
        window = self.open()
        self.assertIsNone(window.find("push button", "Restart Now"))
        window.activate_until("push button", "I’m Ready", lambda: self.get_ready(agent) == [True])
        window.activate_until("push button", "Not Ready", lambda: self.get_ready(agent) == [False])
        self.be_pending(agent, deadline)
        self.assertTrue(window.find_mapped())

    def test_closing_hides(self):
        agent, deadline = self.start()
        window = self.open()
        ways = {
            "Escape": lambda done: window.press_until("Escape", done),
            "Alt+F4": lambda done: window.press("alt+F4"),
            "Close": lambda done: window.activate("push button", "Close"),
            "Hide": lambda done: window.activate_until("push button", "Hide", done),
        }
        for count, (name, close) in enumerate(ways.items(), 1):
            with self.subTest(name):
                close(lambda: not window.find_mapped())
                window.expect("hidden", count)
                wait_for("the hidden window", lambda: not window.find_mapped())
                self.be_pending(agent, deadline)
                window.present()
                window.wait_until_active()

    def test_last_minute(self):
        """It stays, whatever is pressed; and is right when it was stopped for a while."""
        agent, deadline = self.start(grace=58)
        window = self.open()
        window.wait_for_node("label", "This window stays until the restart. You can keep working.")
        self.assertIsNone(window.find("push button", "Close"))
        self.assertIsNone(window.find("push button", "Hide"))
        label = window.wait_for_node("label", "0:")
        window.process.send_signal(signal.SIGSTOP)
        before = time.clock_gettime(time.CLOCK_BOOTTIME)
        wait_for("some seconds", lambda: time.clock_gettime(time.CLOCK_BOOTTIME) > before + 2)
        window.process.send_signal(signal.SIGCONT)

        def is_right():
            left = deadline / 1e6 - time.clock_gettime(time.CLOCK_BOOTTIME)
            return text_of(label) == f"0:{-int(-left // 1):02} left"
        wait_for("the right number", is_right)

        # it was in front for long enough that keys count
        window.press("Escape", "alt+F4", "Escape")
        window.activate("push button", "Details")
        window.wait_for_node("label", "Requested by")
        self.assertTrue(window.find_mapped())
        self.assertFalse(window.has_said("hidden"))
        self.be_pending(agent, deadline)

    def test_playing_with_it(self):
        """Keys that name no button, and the pointer where there is none, change nothing."""
        agent, deadline = self.start()
        window = self.open()
        chance = random.Random(6)
        for _ in range(9):
            window.press(*[chance.choice(HARMLESS) for _ in range(10)])
            if not window.find_mapped():
                window.present()
        self.be_pending(agent, deadline)
        self.assertEqual(agent.on_bus.get("Postponements"), [])
        self.assertEqual(agent.read_record(), "")

    def test_another_request(self):
        """The window of one is the window of the next; when it was called off, closing ends it."""
        agent, _ = self.start(message="The first one")
        window = self.open()
        window.wait_for_node("label", "\u2068The first one")
        window.activate("push button", "Details")
        window.expect("read")
        agent.call_off()
        agent.request(grace=1200, message="The second one")
        window.wait_for_node("label", "\u2068The second one")
        self.assertTrue(window.find_mapped())
        window.activate("push button", "Details")
        window.expect("read", 2)  # once for each
        agent.call_off()
        window.wait_for_node("heading", "The restart was called off")
        window.press("alt+F4")
        window.expect("hidden")
        self.assertEqual(window.process.wait(20), 0)

    def test_called_off_out_of_sight(self):
        agent, _ = self.start()
        window = self.open()
        window.press("alt+F4")
        window.expect("hidden")
        agent.call_off()
        self.assertEqual(window.process.wait(20), 0)
        self.assertEqual(window.words.count("shown"), 1)

    def test_end_of_input_ends_it(self):
        agent, deadline = self.start()
        window = self.open()
        window.process.stdin.close()
        self.assertEqual(window.process.wait(20), 0)
        self.be_pending(agent, deadline)

    def test_termination_ends_it(self):
        agent, deadline = self.start()
        window = self.open()
        window.process.send_signal(signal.SIGTERM)
        self.assertEqual(window.process.wait(20), 0)
        self.be_pending(agent, deadline)


class TestPlayed(Case):
    """With an agent that says what a real one never would, and remembers what it was told."""

    def test_foreign_texts_are_inert(self):
        with PlayedAgent(Message=HOSTILE, Requester="<u>mara</u>\u202E from 192.0.2.7",
                         OrganizationName="<b>Contoso</b>", HelpContact="https://help.example/",
                         People=[(os.getuid(), "alice", "screen", False, False, False),
                                 (4711, "<b>bob</b>", "remote", False, False, False)]):
            window = self.open()
            window.activate("push button", "Details")
            window.wait_for_node("label", "Requested by")
            texts = "\n".join(text_of(node) for node in window.nodes() if is_shown(node))
            for word in ("<b>Bold</b>", '<a href="https://evil.example/">click</a>', "&lt;i&gt;",
                         "https://evil.example/x", "_mnemonic %s", "<u>mara</u>", "<b>Contoso</b>",
                         "https://help.example/", "<b>bob</b>"):
                self.assertIn(word, texts)
            for character in "\u202E\u2066\x1b\x07":
                self.assertNotIn(character, texts)
            self.assertEqual([node for node in window.nodes() if role_of(node) == "link"], [])

    def test_long_texts_fit(self):
        with PlayedAgent() as agent:
            window = self.open()
            for message in ("漢" * 512, "W" * 512, "\n".join(["line"] * 12)):
                agent.change(Message=message)
                window.wait_for_node("label", "\u2068" + message[:1])
                self.assertTrue(window.find("push button", "Restart Now"))
                _, _, width, height = window.get_geometry()
                self.assertLessEqual(width, 480)
                self.assertLessEqual(height, 720)

    def test_second_question(self):
        with PlayedSessionManager(("org.example.Writer", "Report.odt is not saved", 1),
                                  ("org.example.Player", "a film", 8)) as manager, \
                PlayedAgent() as agent:
            window = self.open()
            window.wait_for_node("label", "Not saved")
            self.assertNotIn("a film", window.dump())
            def is_asked():
                return window.find("dialog", "Restart now?")
            window.activate_until("push button", "Restart Now", is_asked)
            self.assertIn("Report.odt is not saved", window.dump())
            window.press_until("Return", lambda: not is_asked())  # cancels
            self.assertEqual(agent.calls, [])
            window.activate_until("push button", "Restart Now", is_asked)
            dialog = is_asked()
            button = window.find("push button", "Restart Now", within=dialog)
            self.assertFalse(is_sensitive(button))  # a double click is no answer
            wait_for("the answer", lambda: is_sensitive(button))
            button.do_action(0)
            wait_for("the call", lambda: agent.calls == [("ActNow", ())])
            manager.remove("org.example.Writer")
            wait_for("saved work", lambda: not window.find("label", "Not saved"))

    def test_refusals_are_told(self):
        with PlayedAgent() as agent:
            agent.refuse("OthersSignedIn", "bob is signed in as well.")
            window = self.open()
            window.activate_until("push button", "Restart Now", lambda: window.find(
                "alert", "Somebody else is signed in, too"))
            self.assertTrue(window.find_mapped())
            agent.refuse("BudgetSpent", "It was postponed as often as it may be.")
            window.activate_until("push button", "Postpone to", lambda: window.find(
                "alert", "It can no longer be postponed"))
            self.assertFalse(window.has_said("hidden"))

    def test_button_that_changes(self):
        """Whoever was about to press it meant what it did until then: 1.5 s long it does nothing."""
        alice = (os.getuid(), "alice", "screen", False, False, False)
        bob = (4711, "bob", "remote", False, False, False)
        with PlayedAgent(People=[alice, bob], left=900) as agent:
            window = self.open()
            window.activate_until("push button", "I’m Ready (0 of 2)",
                                  lambda: agent.calls == [("SetReady", (True,))])
            agent.calls.clear()

            # bob is ready: now it would happen at once, and is asked for
            agent.change(People=[alice, bob[:5] + (True,)])
            window.activate_for(0.8, "push button", "I’m Ready (1 of 2)")
            self.assertIsNone(window.find("dialog", "Ready to restart?"))
            window.activate_until("push button", "I’m Ready (1 of 2)",
                                  lambda: window.find("dialog", "Ready to restart?"))
            self.assertTrue(window.find("label", "When everybody is ready"))

            window.press_until("Escape", lambda: not window.find("dialog", "Ready to restart?"))
            window.activate_until("push button", "I’m Ready (1 of 2)",
                                  lambda: window.find("dialog", "Ready to restart?"))
            self.assertEqual(agent.calls, [])

            # bob is gone: the question was another one
            agent.change(People=[alice])
            window.activate_for(0.8, "push button", "Restart Now")
            self.assertIsNone(window.find("dialog", "Ready to restart?"))
            self.assertEqual(agent.calls, [])

            # and in another place
            window.activate_until("push button", "Details",
                                  lambda: window.find("label", "Requested by"))
            window.activate_for(0.8, "push button", "Restart Now")
            self.assertEqual(agent.calls, [])
            window.activate_until("push button", "Restart Now",
                                  lambda: agent.calls == [("ActNow", ())])

    def test_nobody_is_held_for_nothing(self):
        """In the last minute it stays, but not without an agent, nor when its time is long over."""
        with PlayedAgent(left=50) as agent, Window(WINDOW) as window:
            window.present()
            window.wait_for_node("label", "This window stays")
            self.assertIsNone(window.find("push button", "Close"))
            agent.leave()
            window.wait_for_node("push button", "Close")
            window.wait_until_active()
            window.press("alt+F4")
            window.expect("hidden")
        with PlayedAgent(left=-4), Window(WINDOW) as window:
            window.present()
            window.wait_for_node("heading")
            window.wait_for_node("push button", "Close")
            window.wait_until_active()
            window.press("alt+F4")
            window.expect("hidden")

    def test_whatever_is_pressed(self):
        """No key and no click is more than one of the named buttons."""
        with PlayedAgent(left=900) as agent:
            window = self.open()
            chance = random.Random(7)
            for _ in range(8):
                window.press(*[chance.choice(KEYS) for _ in range(8)])
                if not window.find_mapped():
                    window.present()
                window.click(chance.random(), chance.random())
            allowed = {"Postpone", "ActNow", "SetReady"}
            self.assertLessEqual({method for method, _ in agent.calls}, allowed)

    def test_agent_of_another_kind(self):
        """Whoever takes the agent's name and talks nonsense has no window crash."""
        with PlayedAgent(Change="exploded", Action="dance", Deadline=0, DeadlineReal=0,
                         Reason=0xFFFFFFFF, RequestCode="x" * 5000, PostponesLeft=4294967295,
                         PostponeSeconds=4294967295, PostponeUntil=2 ** 63) as agent:
            window = self.open(presented=False)
            window.say("present")
            wait_for("the program on the bus", window.is_on_bus)
            agent.change(State="nonsense", Message="y" * 100000)
            agent.change(State="pending", Action="halt")
            window.process.stdin.close()
            self.assertEqual(window.process.wait(20), 0)


class TestPreview(unittest.TestCase):
    def run_window(self, *options):
        return subprocess.run([WINDOW, *options], capture_output=True, text=True, timeout=60,
                              check=False)

    def test_walk(self):
        """It says where it is, goes on by itself, and steps by hand through every state."""
        names = self.run_window("--list-states").stdout.split()
        self.assertEqual((len(names), names[0], names[-1]), (12, "announced", "did-not-happen"))
        with Window(WINDOW, "--preview", bus=None) as window:
            wait_for("the first state", lambda: "announced" in window.get_title())
            wait_for("the second state", lambda: "postponed" in window.get_title())
            window.wait_until_active()
            window.press(*["Left"] * 12)
            for number, name in enumerate(names, 1):
                wait_for(name, lambda words=f"{name} ({number} of 12": words in window.get_title())
                window.wait_for_node("heading")
                window.press("Right")
            window.press("Left")
            wait_for("the one before", lambda: "called-off (11 of 12" in window.get_title())
            window.press("alt+F4")
            self.assertEqual(window.process.wait(20), 0)

    def test_nothing_happens(self):
        """A preview calls nobody, and can always be closed."""
        with PlayedAgent() as agent, \
                Window(WINDOW, "--preview", "last-ten-minutes", bus=None) as window:
            window.activate_until("push button", "Postpone to", lambda: window.find(
                "alert", "This is a preview: nothing happens."))
            self.assertEqual(agent.calls, [])
            window.process.terminate()

    def test_usage(self):
        for options, word in ((["--preview=dancing"], "last-ten-minutes"), (["--nonsense"], ""),
                              (["--bus", "moon"], "moon"), (["word"], "word")):
            with self.subTest(options):
                done = self.run_window(*options)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertIn(word, done.stderr)
                self.assertEqual(done.stdout, "")
        for option in "--help", "--version":
            done = self.run_window(option)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn("curfew-warning-window", done.stdout)

    def test_no_display(self):
        environment = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
        done = subprocess.run([WINDOW, "--preview"], capture_output=True, text=True, timeout=60,
                              check=False, env=environment)
        self.assertEqual(done.returncode, 1)
        self.assertIn("display", done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
