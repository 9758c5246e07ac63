"""What postmaster.pid says of a running server, and whether to believe it."""

import enum
from pathlib import Path
from typing import NamedTuple

from annotate.processes import command_of


class State(enum.StrEnum):
    STOPPED = "stopped"
    STARTING = "starting"  # also while it recovers after a crash
    READY = "ready"
    STOPPING = "stopping"


class Postmaster(NamedTuple):
    pid: int
    state: State
    socket_folder: str


def read_postmaster(cluster: Path) -> Postmaster | None:
    """The server that runs on this folder; None for a stale file, a zombie or a stranger."""
    lines = _lines(cluster / "postmaster.pid")
    if not lines or not lines[0].isdigit() or lines[0] == "0":
        return None
    pid = int(lines[0])
    command = command_of(pid)
    # A machine that restarted, or a new container, may have given the number to another
    # process. Ours always has the folder on its command line.
    if command is None or "postgres" not in command or str(cluster.resolve()) not in command:
        return None
    written = lines[7].strip() if len(lines) > 7 else ""
    state = State(written) if written in {"ready", "stopping"} else State.STARTING
    return Postmaster(pid, state, lines[4] if len(lines) > 4 else "")


def forget_stale(cluster: Path, socket_folder: Path, port: int) -> None:
    """Remove lock files that PostgreSQL would take for a living server's. Hold the start lock.

    PostgreSQL itself ignores a number nobody has, but not a zombie's, nor one that another
    process of the same user got since. Its guard against two servers on one folder does not
    hang on these files: it also looks for shared memory under the number of the folder.
    """
    for path in (cluster / "postmaster.pid", socket_folder / f".s.PGSQL.{port}.lock"):
        path.unlink(missing_ok=True)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(errors="replace").splitlines()
    except FileNotFoundError:
        return []
