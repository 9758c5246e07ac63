"""What processes cost, by /proc: CPU time and memory of a process and all below it. Linux only."""

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")


def tree_of(root: int) -> set[int]:
    """The process and everything it started that still runs."""
    parents = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            parents[int(entry.name)] = int(fields[1])
    found = {root}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def cpu_ms(root: int) -> float:
    """CPU milliseconds spent so far by a process tree, with children that have ended.

    A child that ended is in the cutime of who waited for it; one that runs is counted itself.
    """
    ticks = 0
    for pid in tree_of(root):
        if fields := _stat(pid):
            ticks += sum(int(value) for value in fields[11:15])
    return ticks * 1000.0 / _TICKS


def resident_mb(root: int) -> float:
    """Resident memory of a process tree, in MB of 10^6 bytes; shared pages count in each."""
    pages = 0
    for pid in tree_of(root):
        try:
            pages += int((_PROC / str(pid) / "statm").read_text().split()[1])
        except (OSError, IndexError):
            continue
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _stat(pid: int) -> list[str] | None:
    """The fields after the name, which may itself hold blanks and brackets."""
    try:
        return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
