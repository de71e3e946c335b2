#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rehearsing agent behind a real nginx, which ends TLS and signs people in.

usage: test-behind-nginx.py AGENT CERTIFICATES LIFE-PLUGIN
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import xml.etree.ElementTree as ElementTree

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from curfew_agent import PASSWORD, Agent, make_hash  # noqa: E402
from wsman_messages import GET, C, envelope, initiation  # noqa: E402

LIFE_PLUGIN = os.path.abspath(sys.argv.pop())
CERTIFICATES = sys.argv.pop()
PROGRAM = sys.argv.pop()
PLUGINS = os.path.abspath(os.path.join(os.path.dirname(PROGRAM), "..", "..", "data", "plug-ins"))
NGINX = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
CURL = shutil.which("curl")
IDENTIFY = """<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"
 xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd">
 <s:Header/><s:Body><i:Identify/></s:Body></s:Envelope>"""
RESTART_FORCED = 0x7  # with applications closed and people overruled

# What a server block of nginx needs to pass requests on; curfew-agent(8) has it as well.
PASSING_ON = """
      proxy_pass http://curfew;
      proxy_http_version 1.1;
      proxy_set_header Host $host;
      proxy_set_header Connection "";
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_read_timeout 90s;"""

CONFIGURATION = """
daemon off;
master_process on;
worker_processes 1;
pid {directory}/nginx.pid;
error_log {directory}/error.log;
{user}
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_body_temp_path {directory}/body;
  proxy_temp_path {directory}/proxy;
  fastcgi_temp_path {directory}/fastcgi;
  uwsgi_temp_path {directory}/uwsgi;
  scgi_temp_path {directory}/scgi;
  ssl_certificate {certificates}/self-signed.pem;
  ssl_certificate_key {certificates}/self-signed.pem;
  upstream curfew {{ server unix:{directory}/front.sock; keepalive 4; }}
  server {{
    listen 127.0.0.1:{signing_in} ssl;
    location = /wsman {{
      auth_basic curfew;
      auth_basic_user_file {directory}/users;
      proxy_set_header X-Remote-User $remote_user;
      proxy_set_header Authorization "";{passing_on}
    }}
    location = /wsman-anon/identify {{
      proxy_set_header X-Remote-User "";{passing_on}
    }}
  }}
  server {{
    listen 127.0.0.1:{passing} ssl;
    location = /wsman {{
      proxy_set_header X-Remote-User "";{passing_on}
    }}
  }}
}}
"""


def find_ports(number):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [listening.getsockname()[1] for listening in sockets]
    for listening in sockets:
        listening.close()
    return ports


class Nginx:
    """A context manager around one nginx with a folder of its own.

    @signing_in is a port where it signs people in, @passing one where it leaves that to the agent."""

    def __init__(self):
        # its workers give up root, if there is any to give up
        self.account = "www-data" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name

    def write(self, name, text, mode):
        path = os.path.join(self.directory, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, mode)
        return path

    def is_up(self):
        try:
            socket.create_connection(("127.0.0.1", self.passing), timeout=20).close()
        except ConnectionRefusedError:
            return False
        return os.path.exists(os.path.join(self.directory, "nginx.pid"))

    def start(self):
        self.signing_in, self.passing = find_ports(2)
        configuration = self.write("nginx.conf", CONFIGURATION.format(
            directory=self.directory, certificates=os.path.abspath(CERTIFICATES),
            user=f"user {self.account};" if os.geteuid() == 0 else "",
            signing_in=self.signing_in, passing=self.passing, passing_on=PASSING_ON), 0o600)
        self.process = subprocess.Popen(
            [NGINX, "-p", self.directory, "-e", f"{self.directory}/error.log", "-c", configuration],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not self.is_up():
            if self.process.poll() is not None:
                return False  # another program took one of its ports
            time.sleep(0.02)
        return True

    def __enter__(self):
        self.directory = tempfile.mkdtemp(prefix="curfew-nginx-")
        os.chmod(self.directory, 0o711)
        self.write("users", "".join(f"{user}:{make_hash(PASSWORD)}\n" for user in ("mara", "kim")),
                   0o644)
        for _ in range(5):
            if self.start():
                return self
        with open(f"{self.directory}/error.log", encoding="utf-8") as log:
            raise RuntimeError(log.read())

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=20)

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.directory)

    @property
    def socket(self):
        return f"{self.directory}/front.sock"

    @property
    def settings(self):
        return (f"[front]\nuser={self.account}\nuser-header=X-Remote-User\n"
                f"pid-file={self.directory}/nginx.pid\n")


ACCESS = """
[user mara]
allow=all
from=127.0.0.0/8
[user kim]
allow=status
[user otto]
allow=all
from=192.0.2.0/24
"""


def curl(url, body, *arguments):
    """The status and the body of what is answered."""
    command = [CURL, "--silent", "--show-error", "--insecure", "--max-time", "30",
               "--write-out", "\n%{http_code}", "--data-binary", "@-",
               "--header", "Content-Type: application/soap+xml;charset=UTF-8", *arguments, url]
    output = subprocess.run(command, input=body.encode(), stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, check=False, timeout=60).stdout.decode()
    text, _, status = output.rpartition("\n")
    return int(status), text


def ask(port, body, user=None, *headers, path="/wsman", password=PASSWORD):
    arguments = ["--user", f"{user}:{password}"] if user else []
    for header in headers:
        arguments += ["--header", header]
    return curl(f"https://127.0.0.1:{port}{path}", body, *arguments)


def value(text, name):
    found = [element.text for element in ElementTree.fromstring(text).iter()
             if element.tag.rpartition("}")[2] == name]
    return found[0] if found else None


LIFE = """<PlugInConfiguration
 xmlns="http://schemas.microsoft.com/wbem/wsman/1/config/PluginConfiguration"
 xmlns:c="http://schemas.curfew.org/wsman/1/PluginConfiguration" c:Host="agent"
 Name="life" Filename="{module}" SDKVersion="2" AutoRestart="true">
<InitializationParameters><Param Name="log" Value="{log}"/></InitializationParameters>
<Resources><Resource ResourceUri="http://schemas.curfew.org/test/Life"><Capability Type="Get"/>
</Resource></Resources></PlugInConfiguration>
"""


class BehindNginx(unittest.TestCase):
    def setUp(self):
        self.nginx = Nginx()
        self.nginx.__enter__()
        self.addCleanup(self.nginx.__exit__)
        # a plug-in that notes how it was ended, beside our own
        self.life = os.path.join(self.nginx.directory, "life")
        plugins = os.path.join(self.nginx.directory, "plug-ins")
        os.mkdir(plugins, 0o700)
        with open(os.open(os.path.join(plugins, "life.xml"), os.O_WRONLY | os.O_CREAT, 0o600), "w",
                  encoding="utf-8") as file:
            file.write(LIFE.format(module=LIFE_PLUGIN, log=self.life))
        arguments = ["--plugins", PLUGINS, "--plugins", plugins]
        self.agent = Agent(PROGRAM, users=("mara", "otto"), config=self.nginx.settings,
                           access=ACCESS, listen=(f"unix:{self.nginx.socket}",),
                           arguments=arguments)
        self.agent.__enter__()
        self.addCleanup(self.agent.__exit__)

    def initiate(self, port, user, *headers, **others):
        return ask(port, initiation(RESTART_FORCED), user, *headers, **others)

    def test_user_of_the_web_server_restarts(self):
        self.assertEqual(self.agent.endpoints, [f"unix:{self.nginx.socket}"])
        status, text = self.initiate(self.nginx.signing_in, "mara")
        self.assertEqual(status, 200, text)
        self.assertEqual(value(text, "ReturnValue"), "0", text)
        self.assertIn("mara from 127.0.0.1", self.agent.read_log())

    def test_wrong_password_ends_at_the_web_server(self):
        status, _ = self.initiate(self.nginx.signing_in, "mara", password="wrong")
        self.assertEqual(status, 401)
        self.assertNotIn("sign-in", self.agent.read_log())

    def test_forged_user_is_not_believed(self):
        forged = "X-Remote-User: mara"
        status, _ = self.initiate(self.nginx.signing_in, None, forged)
        self.assertEqual(status, 401)
        # kim may look, but not restart, whatever kim writes
        status, text = ask(self.nginx.signing_in, envelope(C, GET), "kim", forged)
        self.assertEqual(status, 200, text)
        _, text = self.initiate(self.nginx.signing_in, "kim", forged, "x-remote-user: mara")
        self.assertNotEqual(value(text, "ReturnValue"), "0", text)
        status, _ = ask(self.nginx.signing_in, initiation(RESTART_FORCED), None, forged,
                        path="/wsman-anon/identify")
        self.assertEqual(status, 401)
        status, _ = self.initiate(self.nginx.passing, None, forged)
        self.assertEqual(status, 401)

    def test_agent_checks_passwords_that_are_passed_on(self):
        for password, expected in ((PASSWORD, 200), ("wrong", 401), (PASSWORD, 200)):
            status, text = ask(self.nginx.passing, envelope(C, GET), "mara", password=password)
            self.assertEqual(status, expected, text)

    def test_forged_address_is_not_believed(self):
        status, text = self.initiate(self.nginx.passing, "otto", "X-Forwarded-For: 192.0.2.7")
        self.assertNotEqual(value(text, "ReturnValue"), "0", text)
        self.assertNotEqual(status, 401)

    def test_anybody_may_identify(self):
        status, text = ask(self.nginx.signing_in, IDENTIFY, path="/wsman-anon/identify")
        self.assertEqual(status, 200)
        self.assertIn("Curfew", text)

    def test_others_do_not_get_in(self):
        if os.geteuid() != 0:
            self.skipTest("only root has another account to try it with")
        with socket.socket(socket.AF_UNIX) as direct:
            direct.settimeout(20)
            direct.connect(self.nginx.socket)
            try:
                direct.sendall(b"POST /wsman HTTP/1.1\r\nHost: x\r\nX-Remote-User: mara\r\n"
                               b"Content-Length: 0\r\n\r\n")
                self.assertEqual(direct.recv(1), b"")
            except (BrokenPipeError, ConnectionResetError):
                pass
        self.assertIn("is not the web server", self.agent.read_log())

    def test_reload_is_no_end(self):
        self.nginx.process.send_signal(signal.SIGHUP)
        status, text = ask(self.nginx.signing_in, envelope(C, GET), "mara")
        self.assertEqual(status, 200, text)
        self.assertIsNone(self.agent.process.poll())

    def test_agent_ends_with_the_web_server(self):
        self.assertEqual(ask(self.nginx.signing_in, envelope(C, GET), "mara")[0], 200)
        self.nginx.stop()
        self.assertEqual(self.agent.process.wait(timeout=60), 0)
        self.assertFalse(os.path.exists(self.nginx.socket))
        with open(self.life, encoding="utf-8") as file:
            self.assertEqual(file.read(), "Startup flags 1 reason 0\n"
                                          "Shutdown flags 0 reason 3\n")  # IISHOST


if __name__ == "__main__":
    if NGINX is None or CURL is None:
        sys.exit(77)
    unittest.main(verbosity=2, warnings="ignore")
