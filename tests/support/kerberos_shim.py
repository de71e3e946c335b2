# SPDX-License-Identifier: GPL-3.0-or-later
"""As much of the module `kerberos` (pykerberos 1.2) as requests-kerberos and pywinrm call, on
python3-gssapi: Debian's python3-kerberos is an older one, which can neither seal as WinRM does nor
send channel bindings."""

import base64
import sys

import gssapi
import gssapi.raw
from gssapi.raw import IOV, IOVBufferType

GSS_C_DELEG_FLAG = 1
GSS_C_MUTUAL_FLAG = 2
GSS_C_SEQUENCE_FLAG = 8


class GSSError(Exception):
    pass


class State:
    def __init__(self, context):
        self.context = context
        self.response = None


def authGSSClientInit(service, gssflags=0, principal=None, **_):
    if principal:
        raw = gssapi.raw.acquire_cred(gssapi.Name(principal, gssapi.NameType.user),
                                      mechs=[gssapi.MechType.kerberos], usage="initiate").creds
    else:
        raw = None
    state = State({
        "name": gssapi.Name(service, gssapi.NameType.hostbased_service),
        "creds": gssapi.Credentials(raw) if raw is not None else None,
        "mech": gssapi.MechType.kerberos,
        "flags": gssflags,
        "usage": "initiate",
    })
    return 1, state


def authGSSClientStep(state, challenge, channel_bindings=None):
    try:
        if isinstance(state.context, dict):
            state.context = gssapi.SecurityContext(channel_bindings=channel_bindings,
                                                   **state.context)
        state.response = state.context.step(base64.b64decode(challenge) if challenge else None)
    except gssapi.exceptions.GSSError as error:
        raise GSSError(str(error)) from error
    return 1 if state.context.complete else 0


def authGSSClientResponse(state):
    return base64.b64encode(state.response).decode() if state.response else None


def channelBindings(application_data):
    return gssapi.raw.ChannelBindings(application_data=application_data)


def authGSSWinRMEncryptMessage(state, message):
    iov = IOV(IOVBufferType.header, message, IOVBufferType.padding, std_layout=False)
    gssapi.raw.wrap_iov(state.context, iov, True)
    return iov[1].value + (iov[2].value or b""), iov[0].value


def authGSSWinRMDecryptMessage(state, message, header):
    return state.context.unwrap(header + message).message


def install():
    """Has the next `import kerberos` find this."""
    sys.modules["kerberos"] = sys.modules[__name__]
