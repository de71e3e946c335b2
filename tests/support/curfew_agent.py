# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts a rehearsing curfew-agent for a test and ends it again."""

import json
import os
import shutil
import subprocess
import tempfile

PASSWORD = "Käse & <brötchen>"


def make_hash(password):
    """A crypt(3) hash that is quick to check: the strength of hashes is not what is tested."""
    return subprocess.run(
        ["openssl", "passwd", "-6", "-salt", "curfewtest", "-stdin"],
        input=password.encode(), stdout=subprocess.PIPE, check=True,
    ).stdout.decode().strip()


class Agent:
    """A context manager around one agent process."""

    def __init__(self, program, users=("mara",), config="", access=None, arguments=(),
                 listen=("127.0.0.1:0",)):
        self.program = program
        self.users = users
        self.config = config
        self.access = access
        self.arguments = list(arguments)
        self.listen = listen

    def write(self, name, text):
        path = os.path.join(self.directory, name)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def read_log(self):
        with open(os.path.join(self.directory, "log"), encoding="utf-8") as file:
            return file.read()

    def __enter__(self):
        self.directory = tempfile.mkdtemp(prefix="curfew-")
        hashed = make_hash(PASSWORD)
        users = self.write("users", "".join(f"{user}:{hashed}\n" for user in self.users))
        config = self.config
        if self.access is not None:
            config += f"\n[access]\nfile={self.write('access.conf', self.access)}\n"
        command = [self.program, "--rehearse", "--users", users, "--state-dir",
                   os.path.join(self.directory, "state"), "--config",
                   self.write("agent.conf", config), *self.arguments]
        for address in self.listen:
            command += ["--listen", address]
        # the log goes to a file: a pipe that nobody reads would stop the agent when it is full
        with open(os.path.join(self.directory, "log"), "wb") as log:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log)
        line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            raise RuntimeError(self.read_log())
        self.endpoints = json.loads(line)["endpoints"]
        self.endpoint = self.endpoints[0]
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=20)
        self.process.stdout.close()
        self.log = self.read_log()
        shutil.rmtree(self.directory)
        if self.process.returncode != 0:
            raise RuntimeError(f"the agent ended with {self.process.returncode}:\n{self.log}")
