#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The template of examples/plug-in builds outside the tree, against what is installed.

usage: test-template.py BUILD SOURCE [CHECKER]

CHECKER: curfew-plugin-host, which holds the result against the contract
"""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest

BUILD, SOURCE = (os.path.abspath(path) for path in sys.argv[1:3])
CHECKER = sys.argv[3] if len(sys.argv) > 3 else None
del sys.argv[1:]

ENTRY_POINTS = {
    "CurfewPluginAbi", "CurfewPluginGet", "WSManPluginCommand", "WSManPluginReceive",
    "WSManPluginReleaseCommandContext", "WSManPluginReleaseShellContext", "WSManPluginSend",
    "WSManPluginShell", "WSManPluginShutdown", "WSManPluginSignal", "WSManPluginStartup",
}


def run(*command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=100,
                          check=False, **options)
    if done.returncode != 0:
        raise AssertionError(f"{command} ended with {done.returncode}:\n{done.stdout.decode()}")
    return done.stdout.decode()


class Template(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.mkdtemp(prefix="curfew-")
        root = os.path.join(cls.directory, "root")
        # by tags: no settings, no units, and no scripts that would look at this computer
        run("meson", "install", "-C", BUILD, "--no-rebuild", "--quiet", "--tags", "devel,runtime",
            "--destdir", root)
        (pkg_config_path,) = (folder for folder, _, files in os.walk(root)
                              if "curfew-plugin.pc" in files)
        library_path = os.path.dirname(pkg_config_path)
        cls.environment = {**os.environ, "PKG_CONFIG_SYSROOT_DIR": root,
                           "PKG_CONFIG_PATH": pkg_config_path, "LD_LIBRARY_PATH": library_path}

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.directory)

    def copy(self, name):
        """An author's own folder, where nothing of the project is near."""
        folder = os.path.join(self.directory, name)
        shutil.copytree(os.path.join(SOURCE, "examples/plug-in"), folder)
        return folder

    def check(self, module):
        table = run("nm", "-D", "--defined-only", module)
        self.assertEqual({line.split()[-1] for line in table.splitlines()}, ENTRY_POINTS)
        self.assertIn("libcurfew-plugin.so.0", run("readelf", "-d", module))

    def test_make(self):
        folder = self.copy("make")
        run("make", "-C", folder, "CFLAGS=-O2 -Wall -Wextra -Werror", env=self.environment)
        self.check(os.path.join(folder, "echo.so"))

    def test_meson(self):
        folder = self.copy("meson")
        build = os.path.join(folder, "build")
        run("meson", "setup", "-Dwerror=true", build, folder, env=self.environment)
        run("meson", "compile", "-C", build, env=self.environment)
        self.check(os.path.join(build, "echo.so"))

    def test_contract(self):
        if CHECKER is None:
            self.skipTest("no checker")
        folder = self.copy("contract")
        run("make", "-C", folder, env=self.environment)
        for command in ("echo", "cat"):
            with self.subTest(command):
                said = run(CHECKER, "--check", os.path.join(folder, "echo.so"), "--command",
                           command, env=self.environment)
                self.assertIn(" 0 not ok, 0 skipped", said)


if __name__ == "__main__":
    unittest.main(verbosity=2)
