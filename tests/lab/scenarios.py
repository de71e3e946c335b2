# SPDX-License-Identifier: GPL-3.0-or-later
"""What the agent does on real machines. Each class is one machine, its tests run in the order in
which they are written, and what counts as a proof is seen from outside: the boot id, and how
systemd-nspawn ended."""

import atexit
import json
import os
import re
import socket
import time
import unittest

from lab import PASSWORDS, certificate, full_name, journal, pin, run_shell_command
from machine import RESTARTED, wait_for
from ntlm_users import write_ntlm_users
from realm import Realm

OFF = 0  # powered off, or halted: systemd-nspawn does not tell these apart
BUS = ("org.curfew.Agent1", "/org/curfew/Agent1", "org.curfew.Agent1")

# dwShutdownFlags
FORCE_OTHERS = 0x01
RESTART = 0x04
NOREBOOT = 0x10

# Ids of journal entries; they never change.
STARTED = "4064d3eb2083405f914d989b05fc0dc5"
STOPPED = "d5ba7eef30c14e0fa6e762a3081b3e49"
ACCEPTED = "f2c5e4619ad9407eb37e2386cf6a7480"
SIGNED_IN = "f4bfade3c48343ff8f382a448f4036f8"
DENIED = "a2f56286cc7f42729e58d70cc974bb49"
REFUSED = "a76d1fd5a4064ab68f05f73de6e53c4d"
POSTPONED = "d965772c2c054861ba13d5969f4ce358"
ABORTED = "d00f7f880a474e83a53d687b3c57c1c8"
EXECUTING = "5fa750329ba94161b11bad409edf83c0"
EXECUTED = "574a2a3f067d47ca8626c5ef3fa04d64"
VETOED = "ce81d3ab4bd749308368631319a03044"
RESTORED = "060ca74c28764cee8240e4e5902aa8d3"
TAKEN = "40ce5bddf67148ddae77b2964cadd2dd"

PLUGIN_FAILED = "f2ccd7c0ce864cdb8576bbce494d4fdb"

QUICK = "\n[agent]\nsettle-seconds=0\n"


def what_machine_says(machine):
    """For the report of a test that failed."""
    if not machine.is_on():
        return f"The machine is off ({machine.exits}). Its console:\n{machine.console()}"
    said = machine.run("journalctl", "--no-pager", "--quiet", "-n", "40", "-o", "short-precise",
                       "--boot=all", check=False).stdout
    failed = machine.run("systemctl", "--failed", "--no-legend", check=False).stdout
    return f"Failed units: {failed.strip() or 'none'}\nThe end of its journal:\n{said}"


class Scenario(unittest.TestCase):
    maxDiff = None
    config = QUICK  # added to the agent.conf that is installed
    access = ""  # the same for access.conf
    lab = None
    machine = None

    @classmethod
    def set_up_machine(cls, lab):
        cls.lab = lab
        cls.machine = lab.new_machine(cls.__name__.lower())
        cls.machine.append("/etc/curfew/agent.conf", cls.config)
        cls.machine.append("/etc/curfew/access.conf", cls.access)
        cls.machine.start()

    def setUp(self):
        if not self.machine.is_on():
            self.machine.start()
        elif self.agent_state() not in ("idle", "gone"):
            # a test before this one failed half-way
            self.ask("abort")

    # --- asking

    def ask(self, *arguments, **keywords):
        return self.lab.ask(self.machine, *arguments, **keywords)

    def must(self, *arguments, **keywords):
        outcome = self.ask(*arguments, **keywords)
        self.assertEqual(outcome.status, 0, outcome)
        return outcome

    def status(self):
        return self.lab.status(self.machine)

    def get(self, name):
        """A property of the agent on the machine's bus."""
        asked = self.machine.run("busctl", "--json=short", "get-property", *BUS, name)
        return json.loads(asked.stdout)["data"]

    def agent_state(self):
        asked = self.machine.run("busctl", "--json=short", "get-property", *BUS, "State",
                                 check=False)
        return json.loads(asked.stdout)["data"] if asked.returncode == 0 else "gone"

    def agent_pid(self):
        asked = self.machine.run("systemctl", "show", "--value", "-pMainPID", "curfew-agent")
        return int(asked.stdout)

    def resident(self, pid):
        """How much of a process is in memory, and how much of that it shares with nobody and no
        file; in KiB."""
        status = self.machine.run("cat", f"/proc/{pid}/status").stdout
        return [int(re.search(rf"^{name}:\s+(\d+)", status, re.MULTILINE)[1])
                for name in ("VmRSS", "RssAnon")]

    def entries(self, message_id, boot="all"):
        return journal(self.machine, f"MESSAGE_ID={message_id}", boot=boot)

    def wait_outcome(self, outcome):
        """Waits for the end of a request; returns what there is to say about it."""
        wait_for(lambda: self.get("LastOutcome") == outcome and self.agent_state() == "idle",
                 f"the last request is {outcome}")
        return self.get("LastDetail")

    # --- proofs

    def check_no_halt(self):
        """curfewctl does not ask for what a computer does not offer; others are refused."""
        outcome = self.ask("halt", "--in", "1s", "--force", "--yes")
        self.assertEqual(outcome.status, 7, outcome)
        self.assertEqual(self.lab.initiate(
            self.machine, lpMessage="x", dwGracePeriod=1, dwShutdownFlags=NOREBOOT | FORCE_OTHERS,
            dwReason=0x80020012), 50)
        self.assertEqual(self.status()["state"], "idle")

    def restarts(self, act):
        """The action leads to one restart: the machine comes back, with another boot id."""
        before, count = self.machine.boot_id(), len(self.machine.exits)
        result = act()
        self.assertEqual(self.machine.wait_ended(count + 1), RESTARTED)
        self.machine.wait_running()
        self.assertNotEqual(self.machine.boot_id(), before)
        self.assertEqual(len(self.machine.exits), count + 1, "it restarted more than once")
        # the agent's own delay lock is given up in time
        late = [entry["MESSAGE"] for entry in journal(self.machine, "-u", "systemd-logind")
                if "inhibitor timeout is reached" in entry["MESSAGE"]]
        self.assertEqual(late, [])
        return result

    def goes_off(self, act):
        count = len(self.machine.exits)
        act()
        self.assertEqual(self.machine.wait_ended(count + 1), OFF)

    def stays_up(self, boot_id, count):
        self.assertEqual(self.machine.boot_id(), boot_id)
        self.assertEqual(len(self.machine.exits), count)


class Plain(Scenario):
    """As it is installed, nothing configured."""

    config = ""

    def test_starts_and_answers(self):
        state = self.machine.run("systemctl", "is-active", "curfew-agent.service",
                                 "curfew-agent.socket").stdout.split()
        self.assertEqual(state, ["active", "active"])
        status = self.status()
        self.assertEqual((status["state"], status["rehearsal"]), ("idle", False))
        self.assertEqual(status["boot_id"].replace("-", ""),
                         self.machine.boot_id().replace("-", ""))
        self.assertEqual(status["users_logged_on"], 0)

    def test_no_unit_fails(self):
        failed = self.machine.run("systemctl", "--failed", "--no-legend").stdout
        self.assertEqual(failed.strip(), "")

    def test_agent_has_no_rights(self):
        status = dict(line.split(":\t", 1) for line in
                      self.machine.read(f"/proc/{self.agent_pid()}/status").splitlines()
                      if ":\t" in line)
        uid = self.machine.run("id", "-u", "curfew").stdout.strip()
        self.assertNotEqual(uid, "0")
        self.assertEqual(set(status["Uid"].split()), {uid})
        for name in ("CapEff", "CapPrm", "CapInh", "CapBnd", "CapAmb"):
            self.assertEqual(int(status[name], 16), 0, name)
        self.assertEqual(status["NoNewPrivs"], "1")
        networks = [os.readlink(f"/proc/{self.machine.leader}/root/proc/{pid}/ns/net")
                    for pid in (self.agent_pid(), 1)]
        self.assertNotEqual(*networks)

    def test_first_start_makes_a_certificate(self):
        path = self.machine.path("/etc/curfew/tls/server.pem")
        self.assertEqual((os.stat(path).st_uid, os.stat(path).st_mode & 0o777), (0, 0o600))
        said = [entry["MESSAGE"] for entry in journal(self.machine, "-u", "curfew-certificate")]
        fingerprint = pin(self.machine)
        self.assertTrue(any(fingerprint in text.replace(":", "").lower() for text in said), said)
        before = certificate(self.machine)
        self.machine.run("systemctl", "restart", "curfew-certificate", "curfew-agent")
        self.assertEqual(certificate(self.machine), before)
        self.assertEqual(self.status()["state"], "idle")

    def test_wrong_pin_is_not_asked(self):
        outcome = self.ask("status", trust="00" * 32)
        self.assertNotEqual(outcome.status, 0, outcome)

    def test_wrong_password(self):
        outcome = self.ask("restart", "--in", "60s", "--force", password="canary-wrong-71ffe2")
        self.assertEqual(outcome.status, 5, outcome)
        self.assertEqual(self.status()["state"], "idle")

    def test_root_cannot_sign_in(self):
        self.assertEqual(self.ask("status", user="root", password="canary-root-0c2b").status, 5)

    def test_who_is_in_no_group_may_nothing(self):
        for verb in (("restart", "--in", "60s", "--force"), ("abort",), ("status",)):
            outcome = self.ask(*verb, user="kim")
            self.assertEqual(outcome.status, 5, outcome)
        self.assertIn("kim", self.entries(DENIED)[0]["CURFEW_USER"])
        self.assertEqual(self.status()["state"], "idle")

    def test_halt_is_not_offered(self):
        self.check_no_halt()

    def test_abort(self):
        boot_id, count = self.machine.boot_id(), len(self.machine.exits)
        self.must("restart", "--in", "8s", "--force")
        self.assertEqual(self.status()["state"], "pending")
        self.assertTrue(self.machine.exists("/run/curfew/pending"))
        self.must("abort")
        self.assertFalse(self.machine.exists("/run/curfew/pending"))
        again = self.ask("abort", "-o", "json")
        self.assertEqual((again.status, again.code), (7, 1116))
        self.assertEqual(self.status()["last_outcome"], "called off")
        time.sleep(8)  # past the deadline: that nothing happens has no other sign
        self.stays_up(boot_id, count)

    def test_pending_costs_little(self):
        """What an agent that counts down for hours takes: memory, and no time."""
        self.must("restart", "--in", "3h", "--force", "-m", "Tonight")
        pid = self.agent_pid()
        # GLib's threads for what blocks end by themselves after a quarter of a minute
        wait_for(lambda: not self.busy_threads(pid), "what the request needed is over", 60)
        # something else may happen on the machine once or twice: the quietest time counts
        woken = self.woken(pid)
        for _ in range(2):
            if woken > 1:
                woken = min(woken, self.woken(pid))
        kib, own = self.resident(pid)
        print(f"# pending: {kib / 1024:.1f} MiB resident, {own / 1024:.1f} of them its own, woken "
              f"up {woken} times in 10 s", flush=True)
        self.assertLessEqual(own, 3 * 1024)
        # The rest is pages of programs and libraries, as many as the kernel found in its cache: 14 MiB
        # in all is the goal, and what a library more would cost is seen here.
        self.assertLessEqual(kib, 18 * 1024)
        self.assertLessEqual(woken, 1)  # the watchdog is fed once in one and a half minutes
        self.must("abort")

    def woken(self, pid):
        """How often in ten seconds."""
        before = self.switches(pid)
        time.sleep(10)  # that nothing happens has no other sign
        return self.switches(pid) - before

    def busy_threads(self, pid):
        names = self.of_threads(pid, "comm").split()
        return [name for name in names if name.startswith("pool-") and name != "pool-spawner"]

    def switches(self, pid):
        """How often any of its threads has gone to sleep so far."""
        said = self.of_threads(pid, "status")
        return sum(map(int, re.findall(r"^voluntary_ctxt_switches:\s+(\d+)", said, re.MULTILINE)))

    def of_threads(self, pid, name):
        """What the kernel says about its threads; one may end between being found and being read,
        and cat complains then."""
        said = self.machine.run("sh", "-c", f"cat /proc/{pid}/task/*/{name}", check=False).stdout
        self.assertTrue(said, f"process {pid} is there")
        return said

    def test_restart_comes_back(self):
        outcome = self.restarts(
            lambda: self.ask("restart", "--in", "2s", "--force", "--wait", "back", "-o", "json",
                             "-m", "Grüße"))
        self.assertEqual(outcome.status, 0, outcome)
        self.assertEqual(outcome.host["state"], "back")
        self.assertFalse(self.machine.exists("/run/curfew/pending"))
        status = self.status()
        self.assertEqual((status["state"], status["last_outcome"]), ("idle", None))
        code = outcome.json["request"]
        for event in (ACCEPTED, EXECUTING):
            found = [entry for entry in self.entries(event)
                     if entry.get("CURFEW_REQUEST_ID") == code]
            self.assertEqual(len(found), 1, event)

    def test_pending_is_forgotten_by_a_boot(self):
        code = self.must("restart", "--in", "10m", "--force", "-o", "json").json["request"]
        self.assertTrue(self.machine.exists("/run/curfew/pending"))
        self.restarts(lambda: self.machine.run("systemctl", "reboot", check=False))
        self.assertEqual(self.status()["state"], "idle")
        self.assertFalse(self.machine.exists("/run/curfew/pending"))
        self.assertEqual(self.entries(RESTORED), [])
        # what became of it stands in the journal
        self.assertEqual([entry["CURFEW_EVENT"] for entry in self.entries(ABORTED)
                          if entry["CURFEW_REQUEST_ID"] == code], ["superseded"])

    def test_journal(self):
        """Each event is one entry, from the agent itself, that the catalogue explains."""
        for event in (STARTED, ACCEPTED, ABORTED, EXECUTING):
            entries = self.entries(event)
            self.assertTrue(entries, event)
            for entry in entries:
                self.assertEqual(entry["_SYSTEMD_UNIT"], "curfew-agent.service")
                self.assertIn("CURFEW_EVENT", entry)
                self.assertEqual(len(entry["MESSAGE"].splitlines()), 1)
            explained = self.machine.run("journalctl", "--list-catalog", event, check=False)
            self.assertIn(event, explained.stdout)
        entry = self.entries(ACCEPTED)[0]
        self.assertIn("mara", entry["CURFEW_USER"])
        self.assertEqual(entry["CURFEW_RESULT"], "0")
        self.assertEqual(entry["CURFEW_ACTION"], "restart")

    def test_no_password_is_kept(self):
        """Neither right nor wrong ones, after all that came before."""
        self.machine.run("journalctl", "--sync")
        said = self.machine.run("journalctl", "--no-pager", "-o", "export").stdout
        self.assertIn("curfew-agent", said)
        secrets = [*PASSWORDS.values(), "canary-wrong-71ffe2", "canary-root-0c2b"]
        for secret in secrets:
            self.assertNotIn(secret, said)
        # and no file that the agent, PAM or the journal keep
        for secret in secrets:
            found = self.machine.run("grep", "-rlaF", "-e", secret, "/run", "/var/lib/curfew",
                                     "/var/log", "/etc", "/tmp", "/var/tmp", check=False)
            self.assertEqual(found.stdout, "")

    def test_power_off(self):
        self.goes_off(lambda: self.must("poweroff", "--in", "1s", "--force", "--yes"))


class Halting(Scenario):
    """What an administrator has to allow, and the first minutes after a start."""

    @classmethod
    def set_up_machine(cls, lab):
        # all machines of a run have the same uptime
        with open("/proc/uptime", encoding="ascii") as file:
            uptime = int(float(file.read().split()[0]))
        cls.config = f"\n[agent]\nallow-halt=yes\nsettle-seconds={uptime + 600}\n"
        cls.access = "\n[user kim]\nallow=status\n"
        super().set_up_machine(lab)

    def test_who_may_only_look_gets_53(self):
        self.assertEqual(self.lab.status(self.machine, user="kim")["state"], "idle")
        for verb in ("restart", "poweroff"):
            outcome = self.ask(verb, "--in", "60s", "--yes", "--force", "-o", "json", user="kim")
            self.assertEqual((outcome.status, outcome.code), (5, 53), outcome)
        self.assertEqual(self.ask("abort", user="kim").status, 5)
        results = [entry["CURFEW_RESULT"] for entry in self.entries(REFUSED)]
        self.assertEqual(results, ["53"] * 3)
        self.assertEqual(self.status()["state"], "idle")

    def test_just_started(self):
        outcome = self.ask("restart", "--in", "60s", "-o", "json")
        self.assertEqual((outcome.status, outcome.code), (7, 21), outcome)
        self.assertEqual(self.status()["state"], "idle")
        self.must("restart", "--in", "60s", "--force")
        self.must("abort")

    def test_halt_needs_the_rule_too(self):
        self.check_no_halt()

    def test_halt(self):
        self.machine.run("cp", "/usr/share/curfew/polkit/curfew-halt.rules",
                         "/etc/polkit-1/rules.d/")
        self.machine.run("systemctl", "restart", "polkit", "curfew-agent")
        self.goes_off(lambda: self.must("halt", "--in", "1s", "--force", "--yes"))


class People(Scenario):
    """Alice is signed in at the machine, on a terminal; bob and mara are not."""

    session = None

    def setUp(self):
        super().setUp()
        if self.session is None:
            type(self).session = self.machine.sign_in(
                "alice", "script", "-qfc", "sleep 3600", "/var/tmp/alice-terminal",
                unit="alice", XDG_SESSION_TYPE="tty", XDG_SEAT="seat0")

    def pend(self, **fields):
        """A request that may be postponed twice, by five minutes."""
        self.assertEqual(self.lab.initiate(
            self.machine, lpMessage="Säve your work", dwGracePeriod=900,
            dwShutdownFlags=RESTART | FORCE_OTHERS, dwReason=0x80020012, PostponeLimit=2,
            PostponeSeconds=300), 0)
        self.addCleanup(self.ask, "abort")

    def as_alice(self, *command):
        return self.machine.run_as("alice", *command, session=self.session, check=False)

    def test_unforced_is_refused(self):
        outcome = self.ask("restart", "--in", "60s", "-o", "json")
        self.assertEqual((outcome.status, outcome.code), (7, 1191), outcome)
        self.assertEqual(self.status()["users_logged_on"], 1)

    def test_alice_reads_it_on_her_terminal(self):
        self.pend()
        code = self.status()["request_code"]

        def terminal():
            return self.machine.read("/var/tmp/alice-terminal")

        wait_for(lambda: code in terminal(), "alice was told")
        text = terminal()
        self.assertIn("Säve your work", text)
        self.assertIn("curfewctl postpone", text)
        # behind the first line, which is the session's own
        self.assertIsNone(re.search("[\x00-\x07\x0b-\x0c\x0e-\x1f\x7f-\x9f]",
                                    text.split("\n", 1)[1]))

    def test_bus_shows_what_is_pending(self):
        self.pend()
        shown = self.machine.run_as("bob", "busctl", "--no-pager", "introspect", *BUS[:2]).stdout
        for member in (".Postpone", ".ActNow", ".Abort", ".Reschedule", ".State", ".Deadline",
                       ".Reminder", ".Changed", ".GoingDown", ".Ended"):
            self.assertRegex(shown, rf"(?m)^\{member} ")
        self.assertEqual(self.get("State"), "pending")
        self.assertEqual(self.get("Message"), "Säve your work")
        self.assertIn("mara", self.get("Requester"))
        self.assertEqual(self.get("PostponesLeft"), 2)
        self.assertFalse(self.get("Rehearsal"))
        shown = self.as_alice("curfewctl", "status")
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.assertIn(self.get("RequestCode"), shown.stdout)

    def test_alice_postpones(self):
        self.pend()
        before = self.get("Deadline")
        done = self.as_alice("curfewctl", "postpone", "5m", "--note", "in a call")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.get("Deadline") - before, 300 * 1000000)
        self.assertEqual(self.get("PostponesLeft"), 1)
        ((who, _, seconds, note),) = self.get("Postponements")
        self.assertIn("alice", who)
        self.assertEqual((seconds, note), (300, "in a call"))
        self.assertEqual(len(self.entries(POSTPONED)), 1)
        self.assertEqual(self.as_alice("curfewctl", "postpone").returncode, 0)
        spent = self.as_alice("curfewctl", "postpone")
        self.assertEqual(spent.returncode, 7, spent.stdout + spent.stderr)

    def test_bob_without_a_session_may_not(self):
        self.pend()
        before = self.get("Deadline")
        for user in ("bob", "root"):
            refused = self.machine.run_as(user, "curfewctl", "postpone", check=False)
            self.assertEqual(refused.returncode, 5, refused.stdout + refused.stderr)
        self.assertEqual(self.get("Deadline"), before)

    def test_abort_needs_an_administrator(self):
        self.pend()
        answers = [self.machine.run_as(user, "curfewctl", "abort", check=False)
                   for user in ("mara", "bob")]
        for refused in (*answers, self.as_alice("curfewctl", "abort")):
            self.assertEqual(refused.returncode, 5, refused.stdout + refused.stderr)
            self.assertNotIn("could not", refused.stderr)  # it did say no
        self.assertEqual(self.get("State"), "pending")
        done = self.machine.run("curfewctl", "abort")  # as root
        self.assertEqual((self.get("State"), self.get("LastOutcome")), ("idle", "called-off"), done)

    def test_properties_cannot_be_set_nor_the_name_taken(self):
        for command in (("busctl", "set-property", *BUS, "State", "s", "idle"),
                        ("busctl", "call", "org.freedesktop.DBus", "/org/freedesktop/DBus",
                         "org.freedesktop.DBus", "RequestName", "su", BUS[0], "2")):
            refused = self.machine.run_as("bob", *command, check=False)
            self.assertNotEqual(refused.returncode, 0, refused.stdout)

    def test_forced_restarts(self):
        self.restarts(lambda: self.must("restart", "--in", "2s", "--force"))
        type(self).session = None


class Crashes(Scenario):
    """The agent is killed, or told to stop, while it counts down."""

    def test_killed_agent_goes_on(self):
        began = time.monotonic()
        code = self.must("restart", "--in", "12s", "--force", "-o", "json").json["request"]
        accepted = time.monotonic()

        def kill_and_restart():
            pid = self.agent_pid()
            time.sleep(2)  # so that "the rest of the time" and "all of the time" differ
            self.machine.run("kill", "-9", str(pid))
            wait_for(lambda: self.agent_pid() not in (0, pid) and self.agent_state() == "pending",
                     "systemd started the agent again")
            asked = time.monotonic()
            status = self.status()
            answered = time.monotonic()
            self.assertEqual((status["state"], status["request_code"]), ("pending", code))
            self.assertGreaterEqual(status["seconds_remaining"], 12 - (answered - began) - 1)
            self.assertLessEqual(status["seconds_remaining"], 12 - (asked - accepted) + 1.5)

        self.restarts(kill_and_restart)
        (accepted_entry,) = self.of(ACCEPTED, code)
        self.assertEqual(len(self.of(RESTORED, code)), 1)
        (executing,) = self.of(EXECUTING, code)
        took = seconds_between(accepted_entry, executing)
        self.assertGreaterEqual(took, 11.9, "earlier than was promised")
        print(f"# killed once: {took - 12:+.3f} s from the promised instant", flush=True)
        self.assertEqual(self.status()["state"], "idle")

    def of(self, event, code):
        return [entry for entry in self.entries(event) if entry.get("CURFEW_REQUEST_ID") == code]

    def test_killed_again_and_again(self):
        code = self.must("restart", "--in", "10s", "--force", "-o", "json").json["request"]

        def kill_often():
            for _ in range(4):
                pid = wait_for(self.agent_pid, "the agent runs")
                self.machine.run("kill", "-9", str(pid))
                wait_for(lambda gone=pid: self.agent_pid() not in (0, gone), "it runs again")

        self.restarts(kill_often)
        (accepted,) = self.of(ACCEPTED, code)
        (executing,) = self.of(EXECUTING, code)
        took = seconds_between(accepted, executing)
        self.assertGreaterEqual(took, 9.9, "earlier than was promised")
        print(f"# killed four times: {took - 10:+.3f} s from the promised instant", flush=True)

    def test_logind_and_polkit_are_started_anew(self):
        code = self.must("restart", "--in", "10m", "--force", "-o", "json").json["request"]
        pid = self.agent_pid()
        self.machine.run("systemctl", "restart", "systemd-logind", "polkit")
        status = self.status()
        self.assertEqual((status["state"], status["request_code"]), ("pending", code))
        self.assertEqual(self.agent_pid(), pid)
        self.must("abort")
        wait_for(lambda: "curfew-agent" in self.machine.run(
            "systemd-inhibit", "--list", "--no-legend", "--no-pager").stdout.lower(),
                 "the agent has taken its delay lock again")

    def test_stop_calls_off(self):
        boot_id, count = self.machine.boot_id(), len(self.machine.exits)
        code = self.must("restart", "--in", "8s", "--force", "-o", "json").json["request"]
        self.machine.run("systemctl", "stop", "curfew-agent.service", "curfew-agent.socket")
        self.assertFalse(self.machine.exists("/run/curfew/pending"))
        (entry,) = self.of(ABORTED, code)
        self.assertIn(code, entry["MESSAGE"])
        self.assertEqual(self.entries(STOPPED)[-1]["_SYSTEMD_UNIT"], "curfew-agent.service")
        time.sleep(8)  # past the deadline: that nothing happens has no other sign
        self.machine.run("systemctl", "start", "curfew-agent.socket", "curfew-agent.service")
        self.assertEqual(self.status()["state"], "idle")
        self.stays_up(boot_id, count)


def seconds_between(first, second):
    """By the wall clock, which nobody sets meanwhile."""
    return (int(second["__REALTIME_TIMESTAMP"]) - int(first["__REALTIME_TIMESTAMP"])) / 1e6


class Inhibitors(Scenario):
    """A program holds the shutdown up."""

    def setUp(self):
        super().setUp()
        running = self.machine.run("systemctl", "is-active", "holder", check=False)
        if running.stdout.strip() != "active":
            self.machine.run("systemd-run", "--quiet", "--collect", "--unit=holder",
                             "systemd-inhibit", "--what=shutdown", "--mode=block",
                             "--who=Nightly backup", "--why=copying the disk", "sleep", "3600")
            wait_for(lambda: "Nightly backup" in self.machine.run(
                "systemd-inhibit", "--list", "--no-legend", "--no-pager").stdout, "it is held up")

    def check_vetoed(self, *options):
        boot_id, count = self.machine.boot_id(), len(self.machine.exits)
        code = self.must("restart", "--in", "1s", *options, "-o", "json").json["request"]
        wait_for(lambda: self.get("LastRequestCode") == code, "the request has ended")
        detail = self.wait_outcome("vetoed")
        self.assertIn("Nightly backup", detail)
        (entry,) = [entry for entry in self.entries(VETOED)
                    if entry.get("CURFEW_REQUEST_ID") == code]
        self.assertIn("Nightly backup", json.dumps(entry, ensure_ascii=False))
        self.assertEqual(self.status()["last_outcome"], "vetoed")
        self.stays_up(boot_id, count)
        return detail

    def test_unforced_is_vetoed(self):
        self.check_vetoed()

    def test_agent_that_starts_meanwhile_offers_the_same(self):
        """logind says "challenge" then, as it does where a restart is never possible."""
        self.addCleanup(self.start_without_inhibitor)  # the tests below do not depend on it
        self.machine.run("systemctl", "restart", "curfew-agent")
        self.check_vetoed()

    def start_without_inhibitor(self):
        self.machine.run("systemctl", "stop", "holder")
        self.machine.run("systemctl", "restart", "curfew-agent")

    def test_forced_needs_the_rule(self):
        self.assertIn("curfew-overrule.rules", self.check_vetoed("--force"))

    def test_forced_restarts(self):
        self.machine.run("cp", "/usr/share/curfew/polkit/curfew-overrule.rules",
                         "/etc/polkit-1/rules.d/")
        # that the agent lives on when polkit is started anew is part of the test
        self.machine.run("systemctl", "restart", "polkit")
        self.check_vetoed()
        self.restarts(lambda: self.must("restart", "--in", "1s", "--force"))


class Others(Scenario):
    """Shutdowns that somebody else asked for, and too many of ours."""

    def test_foreign_shutdown_is_seen(self):
        self.machine.run("shutdown", "-r", "+60")
        self.addCleanup(self.machine.run, "shutdown", "-c", check=False)
        outcome = wait_for(self.ask_and_keep, "the foreign shutdown is seen")
        self.assertEqual((outcome.status, outcome.code), (7, 1190), outcome)
        self.assertTrue(self.get("ScheduledByOthers"))
        shown = self.machine.run("curfewctl", "status").stdout
        self.assertIn("Will go down", shown)
        self.machine.run("curfewctl", "abort")
        wait_for(lambda: not self.get("ScheduledByOthers"), "it is called off")
        self.machine.run("shutdown", "-r", "+60")
        wait_for(lambda: self.get("ScheduledByOthers"), "another one is seen")
        self.machine.run("shutdown", "-c")
        wait_for(lambda: self.ask("restart", "--in", "60s").status == 0, "that it is gone is seen")
        self.must("abort")

    def ask_and_keep(self):
        """Asks; what was accepted because the agent has not heard yet is called off."""
        outcome = self.ask("restart", "--in", "60s", "-o", "json")
        if outcome.status != 0:
            return outcome
        self.ask("abort")
        return None

    def test_foreign_shutdown_takes_our_place(self):
        code = self.must("restart", "--in", "10m", "-o", "json").json["request"]
        self.machine.run("shutdown", "-r", "+60")
        self.addCleanup(self.machine.run, "shutdown", "-c", check=False)
        self.wait_outcome("superseded")
        self.assertEqual(self.get("LastRequestCode"), code)
        self.assertEqual(self.status()["last_outcome"], "superseded")
        self.assertGreaterEqual(len(self.entries(TAKEN)), 1)

    def test_grace_override_clears_it(self):
        self.machine.run("shutdown", "-P", "+60")
        wait_for(self.ask_and_keep, "the foreign shutdown is seen")
        self.restarts(lambda: self.must("restart", "--grace-override"))
        scheduled = self.machine.run("busctl", "get-property", "org.freedesktop.login1",
                                     "/org/freedesktop/login1", "org.freedesktop.login1.Manager",
                                     "ScheduledShutdown").stdout
        self.assertNotIn("poweroff", scheduled)

    def test_seventh_restart_within_an_hour(self):
        """The one before was the first."""
        for _ in range(5):
            self.restarts(lambda: self.must("restart", "--in", "0s"))
        outcome = self.ask("restart", "--in", "0s", "--force", "-o", "json")
        self.assertEqual((outcome.status, outcome.code), (7, 170), outcome)


# The longest first: several run at once.
class Plugins(Scenario):
    """The native resource is answered by a helper process here, the shell by the agent itself."""

    HELPER = "curfew-plugin-host@*"

    @classmethod
    def set_up_machine(cls, lab):
        super().set_up_machine(lab)
        name = "windows-shutdown.xml"
        text = cls.machine.read(f"/usr/share/curfew/plugins.d/{name}")
        assert ':Host="agent"' in text, text
        cls.machine.write(f"/etc/curfew/plugins.d/{name}",
                          text.replace(':Host="agent"', ':Host="helper"'))
        cls.machine.run("systemctl", "restart", "curfew-agent")

    def helper_pids(self):
        asked = self.machine.run("systemctl", "show", "--value", "-pMainPID", self.HELPER)
        return [int(word) for word in asked.stdout.split() if word != "0"]

    def helper_pid(self):
        pids = self.helper_pids()
        return pids[0] if pids else None

    def uid_of(self, pid):
        return int(self.machine.run("stat", "-c", "%u", f"/proc/{pid}").stdout)

    def test_helper_answers_without_rights(self):
        self.assertIsNone(self.helper_pid())
        self.assertEqual(self.status()["state"], "idle")
        pid = self.helper_pid()
        self.assertIsNotNone(pid)
        status = self.machine.run("cat", f"/proc/{pid}/status").stdout
        self.assertRegex(status, r"(?m)^Uid:\s+(\d+)\s+\1\s+\1\s")
        uid = self.uid_of(pid)
        self.assertNotEqual(uid, int(self.machine.run("id", "-u", "curfew").stdout))
        self.assertTrue(61184 <= uid <= 65519, uid)
        self.assertRegex(status, r"(?m)^CapEff:\s+0+$")
        self.assertRegex(status, r"(?m)^NoNewPrivs:\s+1$")
        bus = self.machine.run("ls", f"/proc/{pid}/root/run/dbus/system_bus_socket", check=False)
        self.assertNotEqual(bus.returncode, 0)

    def test_each_helper_is_another_user(self):
        """So that what one plug-in does to processes of its user does nothing to those of others."""
        self.status()
        with socket.socket(socket.AF_UNIX) as connection:
            root = f"/proc/{self.machine.leader}/root"
            connection.connect(f"{root}/run/curfew-plugin-host.sock")
            wait_for(lambda: len(self.helper_pids()) == 2, "there is a helper for the connection")
            wait_for(lambda: len({self.uid_of(pid) for pid in self.helper_pids()} - {0}) == 2,
                     "the helpers have different users")
        wait_for(lambda: len(self.helper_pids()) == 1, "it ends with its connection")

    def test_abort_and_refusal_go_through_it(self):
        self.must("restart", "--in", "1h", "--force", "-m", "Später")
        self.assertEqual(self.status()["message"], "Später")
        self.assertEqual(self.ask("restart", "--in", "1h", "--force", "--yes", "-o", "json").code,
                         1190)
        self.must("abort")
        self.assertEqual(self.status()["state"], "idle")

    def test_crash_of_the_helper_leaves_the_countdown(self):
        agent = self.agent_pid()
        self.must("restart", "--in", "1h", "--force")
        self.machine.run("kill", "-SEGV", str(self.helper_pid()))
        wait_for(lambda: self.entries(PLUGIN_FAILED), "the journal tells of the crash")
        self.assertEqual(self.agent_pid(), agent)
        self.assertEqual(self.agent_state(), "pending")
        # after a pause it is started anew
        wait_for(lambda: self.ask("status", "-o", "json").status == 0, "the resource answers again")
        self.assertEqual(self.status()["state"], "pending")
        self.must("abort")

    def test_nothing_else_can_be_run(self):
        status, output, errors = run_shell_command(self.machine, "id")
        self.assertEqual((status, output), (9009, ""), errors)
        self.assertIn("shutdown", errors)

    def test_who_may_nothing_gets_no_shell(self):
        with self.assertRaisesRegex(Exception, "(?i)access|not use"):
            run_shell_command(self.machine, "shutdown", ["/?"], user="kim")

    def test_restart_by_winrs(self):
        def act():
            status, output, errors = run_shell_command(
                self.machine, "shutdown", ["/r", "/t", "8", "/c", '"Bis gleich – 😀"'])
            self.assertEqual((status, errors), (0, ""), output)
            self.assertEqual(self.get("Message"), "Bis gleich – 😀")
            status, _, errors = run_shell_command(self.machine, "shutdown", ["/r", "/t", "60"])
            self.assertEqual(status, 1190, errors)

        self.restarts(act)


class SigningIn(Scenario):
    """Kerberos and NTLM, with secrets that systemd hands to the agent in its sandbox. That it starts
    without them is seen on every other machine."""

    NTLM_PASSWORD = "canary-7c40a8d1-ntlm"
    config = QUICK + "\n[ntlm]\nusers=/etc/curfew/ntlm-users\n"
    access = ("\n[user mara@CURFEW.TEST]\nallow=status\n[user kim]\nallow=status\n"
              "[user mara]\nallow=\n")
    realm = None

    @classmethod
    def set_up_machine(cls, lab):
        cls.lab = lab
        cls.machine = lab.new_machine(cls.__name__.lower())
        cls.machine.append("/etc/curfew/agent.conf", cls.config)
        cls.machine.append("/etc/curfew/access.conf", cls.access)
        write_ntlm_users(cls.machine.path("/etc/curfew/ntlm-users"), ["kim"], cls.NTLM_PASSWORD)
        if Realm.missing is None:
            cls.realm = Realm(services=[f"HTTP/{full_name(cls.machine)}"])
            cls.realm.__enter__()
            atexit.register(cls.realm.__exit__)
            with open(cls.realm.keytab, "rb") as keytab:
                contents = keytab.read()
            with open(cls.machine.path("/etc/curfew/agent.keytab"), "wb",
                      opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
                file.write(contents)
        cls.machine.start()
        # as the guide has it
        cls.machine.run("systemctl", "stop", "curfew-agent.service")
        cls.machine.run("systemctl", "enable", "--now", "--quiet", "curfew-agent-http.socket")
        cls.machine.run("systemctl", "start", "curfew-agent.service")

    def by_ticket(self, scheme, *arguments):
        if self.realm is None:
            self.skipTest(Realm.missing)
        environment = {**self.realm.environment, "KRB5CCNAME": self.realm.get_ticket()}
        return self.lab.ask_by(scheme, self.machine, *arguments, "--auth", "kerberos",
                               environment=environment)

    def by_ntlm(self, scheme, *arguments, password=NTLM_PASSWORD):
        return self.lab.ask_by(scheme, self.machine, *arguments, "--auth", "ntlm", "-u", "kim",
                               password=password)

    def signed_in(self, mechanism):
        return [entry for entry in self.entries(SIGNED_IN)
                if entry["CURFEW_MECH"] == mechanism]

    def test_ticket(self):
        for scheme in ("http", "https"):
            with self.subTest(scheme=scheme):
                outcome = self.by_ticket(scheme, "status", "-o", "json")
                self.assertEqual(outcome.status, 0, outcome)
                self.assertEqual(outcome.host["state"], "idle")
        entries = self.signed_in("Kerberos")
        self.assertEqual({entry["CURFEW_USER"] for entry in entries}, {"mara@CURFEW.TEST"})
        self.assertEqual([entry["CURFEW_BOUND"] for entry in entries], ["no", "yes"])

    def test_ticket_gives_no_more_than_access_conf(self):
        outcome = self.by_ticket("https", "restart", "--in", "60s", "--force", "-o", "json")
        self.assertEqual((outcome.status, outcome.code), (5, 53), outcome)
        self.assertEqual(self.agent_state(), "idle")

    def test_tickets_are_remembered(self):
        self.assertEqual(self.by_ticket("http", "status").status, 0)
        owner = self.machine.run("stat", "-c", "%U %a", "/run/curfew/replay-cache").stdout.split()
        self.assertEqual(owner, ["curfew", "600"])

    def test_ntlm(self):
        for scheme in ("http", "https"):
            with self.subTest(scheme=scheme):
                outcome = self.by_ntlm(scheme, "status", "-o", "json")
                self.assertEqual(outcome.status, 0, outcome)
                self.assertEqual(outcome.host["state"], "idle")
        entries = self.signed_in("NTLM")
        self.assertEqual({entry["CURFEW_USER"] for entry in entries}, {"kim"})
        self.assertEqual([entry["CURFEW_BOUND"] for entry in entries], ["no", "yes"])

    def test_wrong_ntlm_password(self):
        outcome = self.by_ntlm("http", "status", password=PASSWORDS["kim"])
        self.assertEqual(outcome.status, 5, outcome)

    def test_pending_costs_little_with_gssapi(self):
        kib, _ = self.resident(self.agent_pid())
        print(f"# with Kerberos and NTLM in use: {kib / 1024:.1f} MiB resident", flush=True)
        self.assertLessEqual(kib, 24 * 1024)

    def test_secret_that_others_can_read(self):
        """Then the agent does not start, and says what to do."""
        self.machine.run("chmod", "644", "/etc/curfew/ntlm-users")
        self.machine.run("systemctl", "restart", "curfew-agent", check=False)
        said = [entry["MESSAGE"] for entry in journal(self.machine, "_COMM=curfew-agent")]
        self.assertTrue(any("chmod 600 /etc/curfew/ntlm-users" in text for text in said), said)
        self.machine.run("chmod", "600", "/etc/curfew/ntlm-users")
        self.machine.run("systemctl", "reset-failed", "curfew-agent", "curfew-agent-http.socket",
                         "curfew-agent.socket", check=False)
        self.machine.run("systemctl", "start", "curfew-agent.socket", "curfew-agent-http.socket",
                         "curfew-agent")
        self.assertEqual(self.agent_state(), "idle")


MACHINES = [Crashes, Others, Plain, People, Inhibitors, Plugins, SigningIn, Halting]
