#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Makes the certificates of the tests: make-certificates.sh DIRECTORY
#
#   authority.pem    an authority
#   host.pem         certificate and key for localhost, 127.0.0.1 and ::1, signed by the authority
#   other-name.pem   the same for elsewhere.example
#   self-signed.pem  certificate and key for localhost, signed by nobody else
set -eu

directory=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

make_key () { # NAME
  openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$work/$1.key" \
    2>/dev/null ||
    openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$work/$1.key"
}

make_signed () { # NAME ALTERNATIVE-NAMES
  make_key "$1"
  openssl req -new -key "$work/$1.key" -subj "/CN=$1" -out "$work/$1.csr"
  printf 'basicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\nsubjectAltName=%s\n' "$2" \
    > "$work/$1.ext"
  openssl x509 -req -in "$work/$1.csr" -CA "$work/authority.crt" -CAkey "$work/authority.key" \
    -set_serial "0x$(openssl rand -hex 8)" -days 3650 -extfile "$work/$1.ext" \
    -out "$work/$1.crt" 2>/dev/null
  cat "$work/$1.crt" "$work/$1.key" > "$directory/$1.pem"
}

make_key authority
openssl req -new -x509 -key "$work/authority.key" -subj "/CN=Curfew test authority" -days 3650 \
  -addext keyUsage=critical,keyCertSign -out "$work/authority.crt"
cp "$work/authority.crt" "$directory/authority.pem"

make_signed host DNS:localhost,IP:127.0.0.1,IP:::1
make_signed other-name DNS:elsewhere.example

make_key self-signed
openssl req -new -x509 -key "$work/self-signed.key" -subj "/CN=localhost" -days 3650 \
  -addext "subjectAltName=DNS:localhost,IP:127.0.0.1" -out "$work/self-signed.crt"
cat "$work/self-signed.crt" "$work/self-signed.key" > "$directory/self-signed.pem"
