#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""build-aux/set-up.sh installs what is missing, asks apt for nothing when nothing is, and says what
to do where it may not install. Debian's programs are played by scripts that record how they were
called."""

import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

SET_UP = Path(__file__).resolve().parents[2] / "build-aux/set-up.sh"
REAL_PROGRAMS = ["bash", "env", "grep", "head", "mkdir", "rm", "tail", "touch"]

DPKG_QUERY = """
for name in $INSTALLED; do
  for asked in "$@"; do
    [ "$asked" != "$name" ] || echo "installed $name"
  done
done
echo "config-files half-gone"
exit 1
"""


# Exported, so that the programs which env and sudo start are the played ones, too. If ever they
# were not, this test would change the machine it runs on: then it ends before anything is called.
ONLY_PLAYED = """
source "$1"
export PATH="$2"
for name in apt-get dpkg-deb dpkg-query id sudo meson ninja; do
  found=$(env bash -c "type -P $name" || true)
  case "$found" in
    '' | "$2/"*) ;;
    *) echo "the real $found would be run" >&2; exit 99 ;;
  esac
done
"""


class TestSetUp(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.bin = Path(folder.name)
        self.calls = self.bin / "calls"
        for name in REAL_PROGRAMS:
            (self.bin / name).symlink_to(shutil.which(name))
        self.add("dpkg-query", DPKG_QUERY)
        self.add("apt-get", f'echo "apt-get $*" >> {self.calls}\n[ "$3" != "$APT_FAILS" ]\n')

    def add(self, name, text):
        path = self.bin / name
        path.write_text(f"#!{shutil.which('bash')}\n{text}", encoding="utf-8")
        path.chmod(0o755)

    def add_user(self, uid, sudo):
        self.add("id", f"echo {uid}\n")
        if sudo:
            self.add("sudo", f'echo "sudo $*" >> {self.calls}\nexec "$@"\n')

    def run_script(self, command, **environment):
        done = subprocess.run(
            [shutil.which("bash"), "-euo", "pipefail", "-c", ONLY_PLAYED + command, "check",
             SET_UP, self.bin],
            capture_output=True, text=True, check=False, env={"INSTALLED": "", **environment})
        calls = self.calls.read_text(encoding="utf-8") if self.calls.exists() else ""
        return done, calls.splitlines()

    def test_nothing_missing_asks_for_nothing(self):
        self.add_user(1000, sudo=False)
        done, calls = self.run_script("need_packages one two", INSTALLED="two one")
        self.assertEqual((done.returncode, calls), (0, []), done.stderr)
        self.assertEqual(done.stdout, "==> Packages: all 2 are installed\n")

    def test_root_installs_what_is_missing(self):
        self.add_user(0, sudo=False)
        done, calls = self.run_script("need_packages one half-gone three", INSTALLED="one")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(calls, [
            "apt-get -q update",
            "apt-get -q install --yes --no-install-recommends half-gone three",
        ])

    def test_others_do_so_by_sudo(self):
        self.add_user(1000, sudo=True)
        done, calls = self.run_script("need_packages one")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(calls[::2], [
            "sudo env DEBIAN_FRONTEND=noninteractive apt-get -q update",
            "sudo env DEBIAN_FRONTEND=noninteractive apt-get -q install --yes "
            "--no-install-recommends one",
        ])

    def test_without_sudo_the_command_is_told(self):
        self.add_user(1000, sudo=False)
        done, calls = self.run_script("need_packages one two", INSTALLED="one")
        self.assertEqual((done.returncode, calls), (1, []))
        self.assertIn("apt-get update && apt-get install --no-install-recommends two\n",
                      done.stderr)

    def test_old_lists_are_tried_when_update_fails(self):
        self.add_user(0, sudo=False)
        done, calls = self.run_script("need_packages one", APT_FAILS="")
        self.assertEqual((done.returncode, len(calls)), (0, 2), done.stderr)
        self.assertIn("apt-get update failed", done.stdout)

    def test_failed_install_names_the_packages(self):
        self.add_user(0, sudo=False)
        done, _ = self.run_script("need_packages one", APT_FAILS="--yes")
        self.assertEqual(done.returncode, 1)
        self.assertIn("apt-get could not install all of: one.", done.stderr)

    def test_elsewhere_than_on_debian_it_goes_on(self):
        (self.bin / "apt-get").unlink()
        done, _ = self.run_script("need_packages one two; say on")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout, "==> This is no Debian: nothing is installed. Needed are "
                         "what Debian calls: one two\n==> on\n")

    def test_servers_are_unpacked_once(self):
        self.add("apt-get", f'echo "apt-get $*" >> {self.calls}\ntouch one.deb\n')
        self.add("dpkg-deb", f'echo "dpkg-deb $*" >> {self.calls}\ntouch "$3/server"\n')
        servers = self.bin / "servers"
        done, calls = self.run_script(f"unpack_packages {servers} a b; unpack_packages {servers} a")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(calls, ["apt-get -q download a", "dpkg-deb -x ./one.deb ..",
                                 "apt-get -q download b", "dpkg-deb -x ./one.deb .."])
        self.assertEqual(sorted(entry.name for entry in servers.iterdir()), [".unpacked", "server"])

    def test_server_that_is_not_to_be_had_stops_no_other(self):
        self.add("apt-get", '[ "$3" != gone ] || exit 1\ntouch one.deb\n')
        self.add("dpkg-deb", 'touch "$3/server"\n')
        servers = self.bin / "servers"
        done, _ = self.run_script(f"unpack_packages {servers} gone there")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("could not download gone: the tests that want it will skip\n", done.stdout)
        self.assertEqual([entry.name for entry in (servers / ".unpacked").iterdir()], ["there"])

    def test_build_directory_is_set_up_once(self):
        build = self.bin / "build"
        self.add("meson", f'echo "meson $*" >> {self.calls}\necho > "$2/build.ninja"\n')
        done, calls = self.run_script(f"set_up_build {build} -Da=b; set_up_build {build} -Da=b")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(calls, [f"meson setup {build} {SET_UP.parents[1]} -Da=b"])

    def test_failed_set_up_shows_why(self):
        self.add("meson", "echo no such library; exit 1\n")
        done, _ = self.run_script(f"set_up_build {self.bin}/build")
        self.assertEqual(done.returncode, 1)
        self.assertIn("no such library\n", done.stderr)
        self.assertIn("could not set up build; the whole of its output is in", done.stderr)


if __name__ == "__main__":
    unittest.main()
