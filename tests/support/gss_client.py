# SPDX-License-Identifier: GPL-3.0-or-later
"""A WinRM client on python3-gssapi, written from [MS-WSMV] and not from Curfew's client: it can be
told to send wrong bindings, to seal twice, to send what was altered."""

import base64
import hashlib
import os
import re
import struct

import gssapi
import gssapi.raw
from gssapi.raw import IOV, IOVBufferType

from http_client import Connection

SPNEGO = gssapi.OID.from_int_seq("1.3.6.1.5.5.2")
KERBEROS = gssapi.OID.from_int_seq("1.2.840.113554.1.2.2")
NTLM = gssapi.OID.from_int_seq("1.3.6.1.4.1.311.2.2.10")
FLAGS = [gssapi.RequirementFlag.mutual_authentication,
         gssapi.RequirementFlag.replay_detection,
         gssapi.RequirementFlag.out_of_sequence_detection,
         gssapi.RequirementFlag.confidentiality,
         gssapi.RequirementFlag.integrity]
PROTOCOLS = {"Negotiate": "HTTP-SPNEGO", "Kerberos": "HTTP-Kerberos"}
SEALED = 'multipart/encrypted;protocol="application/{0}-session-encrypted";' \
    'boundary="Encrypted Boundary"'


def can_spnego_ntlm(user, password, users_file):
    """Whether this computer's own GSS-API, at both ends, can do NTLM inside SPNEGO: krb5 1.21 owes
    itself a mechListMIC and never completes."""
    os.environ["NTLM_USER_FILE"] = users_file
    try:
        name = gssapi.Name("HTTP@localhost", gssapi.NameType.hostbased_service)
        ours = gssapi.SecurityContext(name=name, creds=acquire(NTLM, user, password), mech=SPNEGO,
                                      usage="initiate", flags=FLAGS)
        theirs = gssapi.SecurityContext(usage="accept", creds=gssapi.Credentials(
            usage="accept", mechs=[SPNEGO, NTLM]))
        token = None
        while not ours.complete:
            token = ours.step(token)
            token = theirs.step(token) if token else None
            if token is None and not ours.complete:
                return False
        return theirs.complete
    except gssapi.exceptions.GSSError:
        return False
    finally:
        del os.environ["NTLM_USER_FILE"]


class SignInRefused(Exception):
    def __init__(self, answer):
        super().__init__(f"HTTP status {answer.status}" if answer else "the connection was closed")
        self.answer = answer


def make_bindings(data):
    return gssapi.raw.ChannelBindings(application_data=data) if data is not None else None


def bind_to(certificate):
    """RFC 5929, for a certificate that is signed with SHA-256."""
    return b"tls-server-end-point:" + hashlib.sha256(certificate).digest()


def acquire(mechanism, user, password):
    """Credentials that offer one mechanism only, inside SPNEGO, too."""
    name = gssapi.Name(user, gssapi.NameType.user) if user else None
    mechs = [SPNEGO, mechanism]
    if password is not None:
        raw = gssapi.raw.acquire_cred_with_password(name, password.encode(), mechs=mechs,
                                                    usage="initiate").creds
    else:
        raw = gssapi.raw.acquire_cred(name, mechs=mechs, usage="initiate").creds
    gssapi.raw.set_neg_mechs(raw, [mechanism])
    return gssapi.Credentials(raw)


class GssClient(Connection):
    """`bindings` is True for those of the TLS connection, None for none, or octets."""

    def __init__(self, endpoint, mechanism=KERBEROS, scheme="Negotiate", raw=False, user=None,
                 password=None, bindings=True, service=None, **keywords):
        super().__init__(endpoint, **keywords)
        self.scheme = scheme
        if bindings is True:
            bindings = bind_to(self.certificate) if self.certificate else None
        self.context = gssapi.SecurityContext(
            name=gssapi.Name(service or f"HTTP@{self.host}", gssapi.NameType.hostbased_service),
            creds=acquire(mechanism, user, password), flags=FLAGS,
            mech=mechanism if raw or scheme != "Negotiate" else SPNEGO,
            channel_bindings=make_bindings(bindings), usage="initiate")
        self.mechanism = mechanism

    def authorize(self, token):
        return f"Authorization: {self.scheme} {base64.b64encode(token).decode()}"

    def sign_in(self):
        """All legs, each an empty POST; returns the last answer."""
        token = self.context.step()
        last = None
        while True:
            answer = self.post(fields=[self.authorize(token)])
            if answer is None:  # it was refused, and a token came along that wants another leg
                raise SignInRefused(last)
            last = answer
            reply = self.find_token(answer)
            try:
                token = self.context.step(reply) if reply is not None else None
            except gssapi.exceptions.GSSError:
                raise SignInRefused(answer) from None
            if answer.status == 200:
                assert self.context.complete, "the service is content before the client is"
                return answer
            if token is None or answer.status != 401:
                raise SignInRefused(answer)

    def find_token(self, answer):
        for value in answer.get_all("WWW-Authenticate"):
            scheme, _, token = value.partition(" ")
            if scheme == self.scheme and token:
                return base64.b64decode(token)
        return None

    def wrap(self, octets):
        """Header (or signature) and data, see [MS-WSMV] 2.2.9.1."""
        if self.mechanism == NTLM:
            token = self.context.wrap(octets, True).message
            return token[:16], token[16:]
        iov = IOV(IOVBufferType.header, octets, IOVBufferType.padding, std_layout=False)
        gssapi.raw.wrap_iov(self.context, iov, True)
        return iov[0].value, iov[1].value + (iov[2].value or b"")

    def seal(self, text):
        header, data = self.wrap(text.encode())
        protocol = PROTOCOLS[self.scheme]
        return (f"--Encrypted Boundary\r\n\tContent-Type: application/{protocol}-session-encrypted"
                "\r\n\tOriginalContent: type=application/soap+xml;charset=UTF-8;"
                f"Length={len(data)}\r\n--Encrypted Boundary\r\n"
                "\tContent-Type: application/octet-stream\r\n").encode() \
            + struct.pack("<I", len(header)) + header + data + b"--Encrypted Boundary--\r\n"

    def unseal(self, answer):
        assert answer.get("Content-Type") == SEALED.format(PROTOCOLS[self.scheme]), answer.fields
        # the same demands as those of pywinrm and others: the tab, exactly
        head = re.match(rb"--Encrypted Boundary\r\n\tContent-Type: application/[\w-]+\r\n"
                        rb"\tOriginalContent: type=application/soap\+xml;charset=UTF-8;"
                        rb"Length=(\d+)\r\n--Encrypted Boundary\r\n"
                        rb"\tContent-Type: application/octet-stream\r\n", answer.body)
        (size,) = struct.unpack_from("<I", answer.body, head.end())
        token = answer.body[head.end() + 4:head.end() + 4 + size + int(head[1])]
        assert answer.body[head.end() + 4 + len(token):] == b"--Encrypted Boundary--\r\n"
        text, sealed, _ = self.context.unwrap(token)
        assert sealed
        return text.decode()

    def post_sealed(self, body):
        return self.post(body, content_type=SEALED.format(PROTOCOLS[self.scheme]))

    def ask(self, text):
        """Sends sealed, returns the answer's text."""
        return self.unseal(self.post_sealed(self.seal(text)))
