# SPDX-License-Identifier: GPL-3.0-or-later
"""A place of its own for one run of the lab: process, mount and network namespaces and a control
group. When its first process ends, even by SIGKILL, the kernel takes machines, mounts and networks
away; the parent, which waits outside, takes away the empty control groups."""

import ctypes
import os
import re
import signal
import subprocess
import sys
import time

INSIDE = "CURFEW_LAB_CGROUP"
PREFIX = "curfew-lab-"
PR_SET_PDEATHSIG = 1


def cgroup_mounts(*kinds):
    with open("/proc/self/mounts", encoding="utf-8") as mounts:
        for line in mounts:
            _, path, kind = line.split()[:3]
            if kind in kinds and os.access(path, os.W_OK):
                yield path


def cgroup_root():
    """The cgroup2 file system: by itself, or beside the older hierarchies; None without one."""
    return next(cgroup_mounts("cgroup2"), None)


def remove_cgroups(name, patience=10):
    """Of one run, in every hierarchy: systemd-nspawn makes some in that of an older systemd, too.
    Its processes have been ended; some may still be dying."""
    deadline = time.monotonic() + patience
    for mount in cgroup_mounts("cgroup2", "cgroup"):
        top = os.path.join(mount, name)
        while os.path.isdir(top):
            for directory, _, _ in os.walk(top, topdown=False):
                try:
                    os.rmdir(directory)
                except OSError:
                    pass
            if time.monotonic() > deadline:
                break  # the next run tries again
            time.sleep(0.02)


def remove_leftovers():
    """Of runs that were killed before they could clean up; those that still run are left alone."""
    for mount in cgroup_mounts("cgroup2", "cgroup"):
        for name in os.listdir(mount):
            match = re.fullmatch(re.escape(PREFIX) + r"(\d+)", name)
            if match and not os.path.exists(f"/proc/{match[1]}"):
                remove_cgroups(name, patience=1)


def join_cgroup(path):
    """What a process that is about to become another program calls."""
    with open(os.path.join(path, "cgroup.procs"), "w", encoding="ascii") as file:
        file.write("0")


def young():
    """Options of unshare that make the machines' uptime ten minutes: they would see that of the
    computer around them, and be hours old right after a restart."""
    if not os.path.exists("/proc/self/ns/time"):
        return []
    with open("/proc/uptime", encoding="ascii") as file:
        uptime = int(float(file.read().split()[0]))
    return ["--time", f"--boottime={600 - uptime}"]


def die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def run_inside():
    """Runs this very program once more, inside; returns its exit status. The program tells the two
    apart by is_inside()."""
    remove_leftovers()
    name = f"{PREFIX}{os.getpid()}"
    cgroup = os.path.join(cgroup_root(), name)
    process = None

    def stop(number, _frame):
        raise SystemExit(128 + number)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop)
    try:
        os.mkdir(cgroup)
        process = subprocess.Popen(
            ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child=KILL", "--mount-proc",
             "--propagation", "private", *young(), "--", sys.executable, *sys.argv],
            env={**os.environ, INSIDE: cgroup}, preexec_fn=die_with_parent)
        return process.wait()
    finally:
        if process is not None and process.poll() is None:
            process.kill()
            process.wait()
        remove_cgroups(name)


def is_inside():
    return INSIDE in os.environ


def new_cgroup(name):
    """One below that of this run, for one container: two in one group would be one to systemd."""
    path = os.path.join(os.environ[INSIDE], name)
    os.mkdir(path)
    return path


def settle_in():
    """First thing inside: a /run and a loopback device of its own. Nothing leads out."""
    for command in (["mount", "-t", "tmpfs", "-o", "mode=755", "lab", "/run"],
                    ["ip", "link", "set", "lo", "up"],
                    ["ip", "link", "add", "br0", "type", "bridge"],
                    ["ip", "address", "add", "198.51.100.1/24", "dev", "br0"],
                    ["ip", "link", "set", "br0", "up"]):
        subprocess.run(command, check=True, timeout=30)
    os.mkdir("/run/netns")
