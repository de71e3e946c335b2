# SPDX-License-Identifier: GPL-3.0-or-later
"""One realm and three agents, which demand channel bindings, or else sealed messages, or neither: the
world in which the table of sign-ins is tried, by curfewctl and by the programs of others."""

import contextlib
import os
import tempfile

import own_network
from ntlm_users import write_ntlm_users
from peers import ClientCertificates, PeerAgent
from realm import PASSWORD, SERVICES, Realm

PLAIN = "correct horse"  # of robin, since curl's NTLM knows no password that is not ASCII
COLUMNS = ("http", "https", "bound")
# by column, "relaxed" besides: how it is spoken there, and what the agent demands of a sign-in
AGENTS = {"http": ("http", "offered"), "https": ("https", "offered"),
          "bound": ("https", "required"), "relaxed": ("https", "relaxed")}


class World(contextlib.ExitStack):
    """Entered once: nothing in the tests changes it."""

    def __init__(self, agent, certificates, has_network):
        super().__init__()
        self.agent = agent
        self.certificates = certificates
        self.listen = [f"{own_network.ADDRESS}:0"] if has_network else []
        self.authority = os.path.join(certificates, "authority.pem")

    def __enter__(self):
        super().__enter__()
        try:
            self.make()
        except BaseException:
            self.close()  # unittest tears down nothing that was not set up
            raise
        return self

    def make(self):
        realm = self.enter_context(Realm(services=(*SERVICES, "WSMAN/winrm.localhost")))
        self.directory = self.enter_context(tempfile.TemporaryDirectory())
        os.environ.update(realm.describe())
        self.clients = ClientCertificates(self.directory)
        names = os.path.join(self.directory, "ntlm-users")
        write_ntlm_users(names, {"mara": PASSWORD, "robin": PLAIN})
        self.agents = {
            binding: self.enter_context(PeerAgent(
                self.agent, self.certificates, self.directory, keytab=realm.keytab,
                clients=self.clients, binding=binding, names=names, listen=self.listen))
            for binding in ("offered", "required", "relaxed")}

    def get_endpoint(self, column, host="localhost", address="127.0.0.1"):
        scheme, binding = AGENTS[column]
        return self.agents[binding].get_endpoint(scheme, host, address)
