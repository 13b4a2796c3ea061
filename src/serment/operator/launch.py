"""The first instants of a child process: bound to the life of its supervisor, perhaps under another account, then it becomes the program.

Run as a script by an isolated interpreter: `python -I -S launch.py PARENT SIGNAL UID GID PROGRAM...`; standard library only. The kernel
sends SIGNAL to the child when its supervisor ends, however that ends. UID and GID are -1 to stay who we are.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    parent, signum, uid, gid = (int(value) for value in arguments[:4])
    program = arguments[4:]
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    for ignored in (signal.SIGHUP, signal.SIGINT, signal.SIGPIPE):
        signal.signal(ignored, signal.SIG_DFL)  # as our own parent may have left them
    os.umask(0o077)
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    # After the change of account, which would clear it; it survives exec.
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, signum, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
    if os.getppid() != parent:
        sys.exit(1)  # the supervisor ended before the kernel was asked to tell
    os.execv(program[0], program)  # noqa: S606 - a shell is what we do not want


if __name__ == "__main__":
    main(sys.argv[1:])
