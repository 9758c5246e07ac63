"""What the operating system says about processes, and how a child is tied to its parent."""

import ctypes
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

logger = logging.getLogger(__name__)

_PR_SET_PDEATHSIG = 1
_MEMORY = Path("/proc/self/oom_score_adj")
_ENDS_FIRST = 500
"""Of 1000: as if it took half of all memory more than it does."""
_AUTOGROUP = Path("/proc/self/autogroup")
# Loaded here and not in the child: between fork and exec nothing may import or take a lock.
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def command_of(pid: int) -> str | None:
    """The command line of a running process; None when it is gone or a zombie.

    A zombie still answers `kill(pid, 0)`, so asking that way would take a dead server for a
    living one wherever process 1 does not collect orphans, as in most containers.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_bytes()
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return None if Path("/proc/self/stat").exists() else _command_by_ps(pid)
    # The name in parentheses may hold anything, a ")" too: the state follows the last one.
    state = stat.rpartition(b")")[2].split()[0]
    if state in {b"Z", b"X"}:
        return None
    return command.replace(b"\0", b" ").decode(errors="replace").strip()


def _command_by_ps(pid: int) -> str | None:
    """The same where there is no /proc, as on macOS."""
    shown = subprocess.run(  # noqa: S603 - a fixed command and a number
        ["/bin/ps", "-o", "stat=,command=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    state, _, command = shown.partition(" ")
    return None if not state or state.startswith("Z") else command.strip()


def die_with_parent(signal_number: int) -> Callable[[], None]:
    """For `preexec_fn`: the kernel sends the child this signal when its parent dies (Linux).

    Elsewhere it does nothing; there, pid files let the next start find what was left over.
    The parent is the thread that starts the child, so start children from the main thread.
    """
    parent = os.getpid()

    def tie() -> None:
        if _LIBC is None:
            return
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
        if os.getppid() != parent:  # it died before the tie was made
            os._exit(1)

    return tie


def be_first_to_end() -> None:
    """Where memory runs out, Linux ends a process to go on (proc(5), "oom_score_adj"): then this
    one and what it starts, and neither the database nor who answers people."""
    if not _MEMORY.exists():
        return
    try:
        _MEMORY.write_text(str(max(int(_MEMORY.read_text()), _ENDS_FIRST)))
    except OSError as error:  # read-only in some containers
        logger.info("memory may be taken from any process: %s", error)


def stand_back(nice: int) -> None:
    """Let other processes go first for the processor, by so many steps of nice (0 to 19).

    Linux may share the cores among sessions before it looks at processes (sched(7), "The
    autogroup feature"): a nice value then says nothing to other sessions, and each child of the
    supervisor is one. So the whole session stands back, where it is this process's own.
    """
    os.nice(nice)
    if os.getsid(0) != os.getpid() or not _AUTOGROUP.exists():
        return
    try:
        _AUTOGROUP.write_text(str(nice))
    except OSError as error:  # read-only in some containers
        logger.info("the session keeps its priority: %s", error)
