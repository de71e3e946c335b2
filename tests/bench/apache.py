# SPDX-License-Identifier: GPL-3.0-or-later
"""An Apache that signs callers in by Kerberos, and returns one small file to them.

It is the one in PATH or one that is unpacked to build-servers/, with the module auth_gssapi.
"""

import glob
import os
import pwd
import shutil
import subprocess
import tempfile

from realm import SERVERS, find_free_port, wait_for_port

CONFIG = """
ServerRoot {directory}
ServerName localhost
Listen 127.0.0.1:{port}
PidFile {directory}/pid
ErrorLog {directory}/log
{user}
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authn_core_module {modules}/mod_authn_core.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule authz_user_module {modules}/mod_authz_user.so
LoadModule auth_gssapi_module {modules}/mod_auth_gssapi.so
StartServers 1
ServerLimit 1
ThreadsPerChild 16
MaxRequestWorkers 16
DocumentRoot {directory}/files
<Location />
  AuthType GSSAPI
  AuthName bench
  GssapiCredStore keytab:{directory}/keytab
  Require valid-user
</Location>
"""


def find_apache():
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin",
                            os.path.join(SERVERS, "usr", "sbin")])
    return shutil.which("apache2", path=path)


def find_modules():
    apache = find_apache()
    modules = os.path.realpath(os.path.join(os.path.dirname(apache or "/usr/sbin/apache2"), "..",
                                            "lib", "apache2", "modules"))
    return modules if os.path.exists(os.path.join(modules, "mod_auth_gssapi.so")) else None


class Apache:
    """A context manager around one server with the keys of a realm."""

    missing = None if find_apache() and find_modules() else \
        "there is no Apache with auth_gssapi (apache2-bin, libapache2-mod-auth-gssapi)"

    def __init__(self, realm):
        self.realm = realm

    def __enter__(self):
        self.directory = tempfile.mkdtemp(prefix="curfew-apache-")
        os.mkdir(os.path.join(self.directory, "files"))
        with open(os.path.join(self.directory, "files", "wsman"), "w", encoding="ascii") as file:
            file.write("signed in\n")
        shutil.copy(self.realm.keytab, os.path.join(self.directory, "keytab"))
        shutil.copy(self.realm.environment["KRB5_CONFIG"],
                    os.path.join(self.directory, "krb5.conf"))
        user = ""
        if os.geteuid() == 0:  # it will not serve as root
            nobody = pwd.getpwnam("nobody")
            user = "User nobody\nGroup nogroup"
            os.chmod(self.directory, 0o755)
            os.chown(os.path.join(self.directory, "keytab"), nobody.pw_uid, nobody.pw_gid)
            os.chown(os.path.join(self.directory, "files"), nobody.pw_uid, nobody.pw_gid)
        self.port = find_free_port()
        config = os.path.join(self.directory, "httpd.conf")
        with open(config, "w", encoding="ascii") as file:
            file.write(CONFIG.format(directory=self.directory, port=self.port, user=user,
                                     modules=find_modules()))
        self.start(config)
        return self

    def start(self, config):
        apache = find_apache()
        libraries = glob.glob(os.path.join(os.path.dirname(os.path.realpath(apache)), "..", "lib",
                                           "*-linux-gnu"))
        environment = {**os.environ, "KRB5_CONFIG": os.path.join(self.directory, "krb5.conf"),
                       "KRB5RCACHENAME": f"file2:{self.directory}/files/.replays",
                       "LD_LIBRARY_PATH": os.pathsep.join(libraries)}
        self.process = subprocess.Popen([apache, "-f", config, "-X"], env=environment,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            wait_for_port(self.port, self.process)
        except RuntimeError:
            self.process.kill()
            raise RuntimeError(self.process.stderr.read().decode()) from None

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=20)
        self.process.stderr.close()
        shutil.rmtree(self.directory)
