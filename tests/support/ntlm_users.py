# SPDX-License-Identifier: GPL-3.0-or-later
"""Users files for NTLM, in the form of smbpasswd. MD4 is here because OpenSSL 3 hides it."""

import os
import struct

ROUNDS = (
    (0x00000000, (3, 7, 11, 19), range(16), lambda b, c, d: (b & c) | (~b & d)),
    (0x5A827999, (3, 5, 9, 13), (0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15),
     lambda b, c, d: (b & c) | (b & d) | (c & d)),
    (0x6ED9EBA1, (3, 9, 11, 15), (0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15),
     lambda b, c, d: b ^ c ^ d),
)


def md4(data):
    """RFC 1320."""
    data_bits = len(data) * 8
    data += b"\x80" + b"\0" * ((55 - len(data)) % 64) + struct.pack("<Q", data_bits)
    state = (0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476)
    for offset in range(0, len(data), 64):
        words = struct.unpack_from("<16I", data, offset)
        a, b, c, d = state
        for constant, shifts, order, mix in ROUNDS:
            for step, index in enumerate(order):
                value = (a + mix(b, c, d) + words[index] + constant) & 0xFFFFFFFF
                shift = shifts[step % 4]
                a, b, c, d = d, ((value << shift) | (value >> (32 - shift))) & 0xFFFFFFFF, b, c
        state = tuple((old + new) & 0xFFFFFFFF for old, new in zip(state, (a, b, c, d)))
    return struct.pack("<4I", *state)


def nt_hash(password):
    return md4(password.encode("utf-16-le"))


def make_line(number, user, password):
    return (f"{user}:{number}:{'X' * 32}:{nt_hash(password).hex().upper()}:[U          ]:"
            "LCT-00000000:\n")


def write_ntlm_users(path, users, password=None):
    """Writes a file that only we can read; returns its path. `users` are names which share the
    password, or have one each in a dict."""
    passwords = users if isinstance(users, dict) else dict.fromkeys(users, password)
    lines = "".join(make_line(1000 + number, user, secret)
                    for number, (user, secret) in enumerate(passwords.items()))
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(lines)
    return path
