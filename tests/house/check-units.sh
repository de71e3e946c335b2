#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# check-units.sh UNIT...: the unit files, as they are installed, are right (systemd-analyze verify)
# and as locked up as the threat model promises (systemd-analyze security). Exit status 77: skipped.
set -euo pipefail

# skip REASON
skip ()
{
  printf '%s\n' "$1"
  exit 77
}

command -v systemd-analyze > /dev/null || skip "systemd-analyze is not installed (package systemd)"

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
place=$(mktemp -d)
trap 'rm -rf -- "$place"' EXIT

# Whether the programs are installed and which manual pages there are is not the question here.
for unit; do
  sed -e 's|^ExecStart=.*|ExecStart=/bin/true|' -e '/^Documentation=/d' \
    "$unit" > "$place/${unit##*/}"
done
cd -- "$place"

problems=0

# complain TEXT
complain ()
{
  printf '%s\n' "$1"
  problems=$((problems + 1))
}

# An instance stands for its template.
names=()
for unit in *; do
  names+=("./${unit/@./@1.}")
  [[ $unit != *@.* ]] || cp "$unit" "${unit/@./@1.}"
done
verified=0
if output=$(systemd-analyze verify --man=no "${names[@]}" 2>&1); then
  verified=1
fi
if grep -q 'Failed to \(initialize\|setup\)' <<< "$output"; then
  printf 'systemd-analyze verify does not work here: %s\n' "$output"
elif [ "$verified" -eq 0 ] || [ -n "$output" ]; then
  complain "systemd-analyze verify: $output"
fi

# locked UNIT MOST: its exposure is at most that many tenths
locked ()
{
  local output

  if ! output=$(systemd-analyze security --offline=yes --no-pager --threshold="$2" "./$1" 2>&1)
  then
    grep -v '✓' <<< "$output" || true
    complain "$1: more open than $2 tenths"
  fi
  printf '%s\n' "${output##*$'\n'}"
}

# threat-model.md section 12: 0.5 for the agent and for what runs the code of others, 2.0 for helpers
locked curfew-agent.service 5
locked curfew-plugin-host@1.service 5
locked curfew-pam@1.service 20
locked curfew-terminal@1.service 20
locked curfew-certificate.service 25

# Whoever calls the agent must not start one that is switched off: D-Bus knows it by an alias alone,
# which is there as long as the service is enabled.
activated=$(sed -n 's/^SystemdService=//p' "$here/../../data/dbus/org.curfew.Agent1.service")
if [ -e "$activated" ] || ! grep -qFx "Alias=$activated" curfew-agent.service; then
  complain "curfew-agent.service: D-Bus starts $activated, which is no alias of it"
fi

[ "$problems" -eq 0 ]
