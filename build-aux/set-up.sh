# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What build-aux/run and build-aux/check share: the packages of Debian that Curfew needs, and a
# build directory. Sourced, never run.

# Debian's own tools first: the Python modules that the tests use are Debian's, and a python3 or
# meson from elsewhere would not see them.
PATH="/usr/sbin:/usr/bin:/sbin:/bin:$PATH"

top=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)

# shellcheck disable=SC2034 # build-aux/run and build-aux/check use it
build_packages=(
  build-essential
  meson
  ninja-build
  pkg-config
  gettext
  libglib2.0-dev
  libsoup-3.0-dev
  libjson-glib-dev
  libxml2-dev
  libpam0g-dev
  libcrypt-dev
  libkrb5-dev
  libsecret-1-dev
  libgtk-4-dev
  libadwaita-1-dev
  # TLS of GIO, at run time
  glib-networking
  ca-certificates
  openssl
)

# shellcheck disable=SC2034 # build-aux/check uses it
test_packages=(
  adwaita-icon-theme
  ansible-core
  at-spi2-core
  bash-completion
  curl
  dbus-daemon
  mmdebstrap
  dunst
  fonts-cantarell
  fonts-dejavu-core
  fonts-droid-fallback
  fonts-noto-color-emoji
  gir1.2-atspi-2.0
  gnome-keyring
  groff-base
  gss-ntlmssp
  iproute2
  krb5-user
  libfaketime
  libglib2.0-bin
  libpam-wrapper
  librsvg2-common
  libsecret-tools
  libverto-dev
  locales
  openbox
  polkitd
  procps
  python3
  python3-dbusmock
  python3-gi
  python3-gssapi
  python3-requests-kerberos
  python3-requests-ntlm
  python3-winrm
  systemd
  systemd-container
  wrk
  x11-utils
  xdotool
  xvfb
)

# Servers that tests start by themselves: unpacked, because installing one would start it.
# shellcheck disable=SC2034 # build-aux/check uses it
server_packages=(
  krb5-admin-server
  krb5-kdc
  nginx
  samba
  samba-ad-dc
)

# What Samba as a domain controller needs and what starts nothing. Tests skip without it.
# shellcheck disable=SC2034 # build-aux/check uses it
domain_packages=(
  python3-samba
  samba-ad-provision
  samba-common-bin
  samba-dsdb-modules
  samba-libs
)

# say TEXT...: one line about the step that begins now
say ()
{
  printf '==> %s\n' "$*"
}

# fail TEXT...: one line about what stopped us, then the end
fail ()
{
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# missing_packages PACKAGE...: prints those that are not installed
missing_packages ()
{
  local package installed

  installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2> /dev/null || true)
  for package in "$@"; do
    grep -qx "installed $package" <<< "$installed" || printf '%s\n' "$package"
  done
}

# need_packages PACKAGE...: installs what is missing; asks apt for nothing when nothing is
need_packages ()
{
  local missing=() as_root=()

  if ! command -v dpkg-query > /dev/null || ! command -v apt-get > /dev/null; then
    say "This is no Debian: nothing is installed. Needed are what Debian calls: $*"
    return
  fi

  mapfile -t missing < <(missing_packages "$@")
  if [ "${#missing[@]}" -eq 0 ]; then
    say "Packages: all $# are installed"
    return
  fi

  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo > /dev/null; then
      fail "these packages are missing, and installing them needs root: become root and run" \
        "apt-get update && apt-get install --no-install-recommends ${missing[*]}"
    fi
    as_root=(sudo)
  fi

  say "Packages: installing ${missing[*]}"
  as_root+=(env DEBIAN_FRONTEND=noninteractive)
  "${as_root[@]}" apt-get -q update ||
    say "apt-get update failed; trying with the package lists that are here"
  "${as_root[@]}" apt-get -q install --yes --no-install-recommends "${missing[@]}" ||
    fail "apt-get could not install all of: ${missing[*]}. Its reason stands above"
}

# unpack_packages DIRECTORY PACKAGE...: only unpacked, not installed: installing a server would start
# it. What one of them cannot have does not stop the others.
unpack_packages ()
{
  local directory=$1 package download
  shift

  if ! command -v apt-get > /dev/null; then
    return
  fi

  for package in "$@"; do
    if [ -e "$directory/.unpacked/$package" ]; then
      continue
    fi

    say "Packages: unpacking $package, which is not installed"
    download="$directory/.download"
    rm -rf -- "$download"
    mkdir -p "$download" "$directory/.unpacked"
    if (cd -- "$download" && apt-get -q download "$package" && dpkg-deb -x ./*.deb ..); then
      touch "$directory/.unpacked/$package"
    else
      say "apt-get could not download $package: the tests that want it will skip"
    fi
    rm -rf -- "$download"
  done
}

# set_up_build DIRECTORY [MESON OPTION...]: configures once; afterwards ninja does so by itself
set_up_build ()
{
  local directory=$1 log
  shift

  if [ -e "$directory/build.ninja" ]; then
    say "Build directory: ${directory##*/} is there"
    return
  fi

  say "Build directory: setting up ${directory##*/}"
  mkdir -p "$directory"
  log="$directory/set-up.log"
  if ! meson setup "$directory" "$top" "$@" > "$log" 2>&1; then
    tail -n 30 "$log" >&2
    fail "meson could not set up ${directory##*/}; the whole of its output is in $log"
  fi
}

# compile DIRECTORY [TARGET...]: quiet but for what is wrong
compile ()
{
  local directory=$1
  shift

  say "Compiling: ${directory##*/}${*:+ ($*)}"
  ninja -C "$directory" --quiet "$@" ||
    fail "compiling in ${directory##*/} failed; the compiler's reason stands above"
}

# What curfew-agent needs on a computer that it runs on, beside the libraries.
# shellcheck disable=SC2034 # build-aux/install-agent uses it
run_packages=(
  dbus
  polkitd
  libpam-systemd
  openssl
  glib-networking
)
