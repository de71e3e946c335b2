#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the database of an Active Directory domain with Samba's own tools.

usage: make_domain.py DIRECTORY < JSON

The object has `realm`, `password`, `users` (those also in `locked` are disabled) and `services`: by
service principal name the encryption types of its account, as the bits of
msDS-SupportedEncryptionTypes. DIRECTORY/etc/smb.conf has to be there.
"""

import json
import logging
import os
import sys

import samba.dckeytab  # gives Net its export_keytab()
import samba.provision
from samba import dsdb
from samba.auth import system_session
from samba.credentials import Credentials
from samba.net import Net
from samba.param import LoadParm
from samba.samdb import SamDB


def provision(directory, asked, params):
    # sysvol holds no policies here, and its ACLs would want a module of smbd
    samba.provision.setsysvolacl = lambda *_, **__: None
    samba.provision.provision(
        logging.getLogger("provision"), system_session(), smbconf=params.configfile,
        targetdir=directory, realm=asked["realm"], domain="AD", serverrole="dc",
        dom_for_fun_level=dsdb.DS_DOMAIN_FUNCTION_2008_R2, dns_backend="NONE", hostname="dc1",
        hostip="127.0.0.1", adminpass=asked["password"], lp=params)


def add_people(samdb, asked):
    for user in asked["users"]:
        samdb.newuser(user, asked["password"])
    for user in asked["locked"]:
        samdb.disable_account(f"(sAMAccountName={user})")


def add_services(samdb, asked):
    for number, (name, types) in enumerate(asked["services"].items()):
        account = f"host{number}"
        samdb.newcomputer(account)
        account_filter = f"(sAMAccountName={account}$)"
        (found,) = samdb.search(expression=account_filter, attrs=[])
        samdb.modify_ldif(f"dn: {found.dn}\nchangetype: modify\n"
                          f"replace: servicePrincipalName\nservicePrincipalName: {name}\n-\n"
                          "replace: msDS-SupportedEncryptionTypes\n"
                          f"msDS-SupportedEncryptionTypes: {types}\n")
        # after the types, so that there are keys of each
        samdb.setpassword(account_filter, asked["password"])


def main():
    directory = sys.argv[1]
    asked = json.load(sys.stdin)
    configuration = os.path.join(directory, "etc", "smb.conf")
    params = LoadParm()
    params.load(configuration)
    provision(directory, asked, params)
    credentials = Credentials()
    credentials.guess(params)
    samdb = SamDB(url=os.path.join(directory, "private", "sam.ldb"),
                  session_info=system_session(), credentials=credentials, lp=params)
    add_people(samdb, asked)
    add_services(samdb, asked)
    for name in asked["services"]:
        Net(None, params).export_keytab(
            keytab=os.path.join(directory, name.replace("/", "-") + ".keytab"), principal=name)


if __name__ == "__main__":
    main()
