"""Start and stop the embedded PostgreSQL: one private server for a data folder.

It listens on a Unix socket in a folder only its user (and root) can enter, and on no network.
Any number of processes may call `start` at once; one of them starts it and the others attach.
"""

import enum
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from annotate.database import files
from annotate.database.addresses import PORT, cluster_folder, socket_folder
from annotate.database.binaries import Binaries, find_binaries, readable_by
from annotate.database.identity import Identity, identity_for
from annotate.database.postmaster import State, forget_stale, read_postmaster
from annotate.database.problems import DatabaseProblem, explain
from annotate.processes import die_with_parent

Say = Callable[[str], None]

_POLL_SECONDS = 0.02
_SAY_EVERY_SECONDS = 5.0
# A crash recovery reads at most a few GB of log, on a slow disk too; it is never cut short
# lightly, since it would only begin again.
_START_SECONDS = 1800.0
# After a kill -9 of the postmaster alone, its children notice within a second or so.
_LEFTOVER_SECONDS = 30.0
_LEFTOVER_SIGN = "pre-existing shared memory block"


def _say_nothing(_line: str) -> None:
    """For callers who show no progress."""


class Profile(enum.Enum):
    DURABLE = "durable"
    """What is acknowledged is on the disk."""
    TEST = "test"
    """Faster, and a crash loses everything: for test suites."""


class Server:
    """A running server, and the process of it if this very process started it."""

    def __init__(self, data_dir: Path, process: subprocess.Popen[bytes] | None) -> None:
        self.data_dir = data_dir
        self.process = process

    @property
    def attached(self) -> bool:
        """Another process started it."""
        return self.process is None

    def is_running(self) -> bool:
        if self.process is not None and self.process.poll() is not None:
            return False
        return status(self.data_dir) is not State.STOPPED

    def stop(self, *, patience: float = 10.0) -> None:
        stop(self.data_dir, patience=patience)
        if self.process is not None:
            self.process.wait()


def status(data_dir: Path) -> State:
    try:
        found = read_postmaster(cluster_folder(data_dir))
    except PermissionError as error:
        raise DatabaseProblem(
            f"{cluster_folder(data_dir)} cannot be read. Ask as the user who made it, or as root."
        ) from error
    return found.state if found else State.STOPPED


def start(
    data_dir: Path,
    *,
    pg_bin: str | None = None,
    profile: Profile = Profile.DURABLE,
    say: Say = _say_nothing,
    outlive_us: bool = False,
) -> Server:
    """Make the cluster if there is none, and start it if nobody has; then it takes connections.

    Unless it shall outlive us, the kernel stops it in good order when this process dies.
    Raises DatabaseProblem, whose text says how to mend it.
    """
    data_dir = data_dir.absolute()
    files.make_data_dir(data_dir)
    with files.only_one_starter(data_dir, say):
        cluster = cluster_folder(data_dir)
        identity = identity_for(cluster)
        binaries = readable_by(identity, find_binaries(pg_bin, cluster))
        if not (cluster / "PG_VERSION").exists():
            say("PostgreSQL: making the database folder (a few seconds, once) ...")
            files.make_cluster(data_dir, binaries, identity, sync=profile is Profile.DURABLE)
            if cluster.is_symlink():
                say(f"PostgreSQL: its user may not enter {data_dir}; see {cluster.resolve()}.")
        if _await_running(data_dir, say):
            return Server(data_dir, None)
        launch = _Launch(data_dir, binaries, identity, profile, outlive_us=outlive_us)
        return Server(data_dir, launch.run(say))


def stop(data_dir: Path, *, patience: float = 10.0) -> bool:
    """Stop it in good order, harder after `patience` seconds; False when it did not run.

    What was acknowledged is kept in every case; a hard stop costs a recovery at the next start.
    """
    cluster = cluster_folder(data_dir)
    found = read_postmaster(cluster)
    if found is None:
        return False
    for number, seconds in (
        (signal.SIGINT, patience),  # "fast": roll back what is open, write a checkpoint
        (signal.SIGQUIT, 3.0),  # "immediate"
        (signal.SIGKILL, 3.0),
    ):
        try:
            os.kill(found.pid, number)
        except ProcessLookupError:
            return True
        except PermissionError as error:
            raise DatabaseProblem(
                f"PostgreSQL (process {found.pid}) runs as another user; stop it as that user "
                "or as root."
            ) from error
        if _vanishes(cluster, seconds):
            return True
    raise DatabaseProblem(f"PostgreSQL (process {found.pid}) does not stop, not even when killed.")


def _vanishes(cluster: Path, seconds: float) -> bool:
    """Asks the pid file, and takes a zombie for gone: a dead child stays one until awaited."""
    deadline = time.monotonic() + seconds
    while read_postmaster(cluster) is not None:
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True


def _await_running(data_dir: Path, say: Say) -> bool:
    """True once a server that somebody else started is ready; False when there is none."""
    cluster = cluster_folder(data_dir)
    waiting = _Waiting(say)
    while (found := read_postmaster(cluster)) is not None:
        if found.state is State.READY:
            if Path(found.socket_folder) != socket_folder(data_dir).resolve():
                raise DatabaseProblem(
                    f"A PostgreSQL runs on {cluster} with its socket in another place "
                    f"({found.socket_folder}): the folder was moved while it ran. "
                    f"Stop it (kill -INT {found.pid}) and start again."
                )
            return True
        waiting.tick(f"PostgreSQL is {found.state} (process {found.pid})")
    return False


class _Waiting:
    """Sleeps between looks, says from time to time what is waited for, and gives up late."""

    def __init__(self, say: Say, seconds: float = _START_SECONDS) -> None:
        self._say = say
        self._began = time.monotonic()
        self._said = self._began
        self._seconds = seconds

    def tick(self, what: str) -> None:
        now = time.monotonic()
        if now - self._began > self._seconds:
            raise DatabaseProblem(f"{what}, still after {self._seconds:.0f} s.")
        if now - self._said > _SAY_EVERY_SECONDS:
            self._said = now
            self._say(f"{what}, {now - self._began:.0f} s so far ...")
        time.sleep(_POLL_SECONDS)


class _Launch:
    """One start of the server process, up to its first connection."""

    def __init__(
        self,
        data_dir: Path,
        binaries: Binaries,
        identity: Identity,
        profile: Profile,
        *,
        outlive_us: bool,
    ) -> None:
        self._cluster = cluster_folder(data_dir)
        self._socket_folder = socket_folder(data_dir)
        self._log = files.log_file(data_dir)
        self._binaries = binaries
        self._identity = identity
        self._profile = profile
        self._outlive_us = outlive_us

    def run(self, say: Say) -> subprocess.Popen[bytes]:
        files.check_disk(self._cluster)
        files.make_socket_folder(self._socket_folder, self._cluster, self._identity)
        deadline = time.monotonic() + _LEFTOVER_SECONDS
        while True:
            forget_stale(self._cluster, self._socket_folder, PORT)
            written_before = self._log.stat().st_size if self._log.exists() else 0
            process = self._spawn()
            if self._becomes_ready(process, say):
                return process
            output = files.text_from(self._log, written_before)
            if _LEFTOVER_SIGN not in output or time.monotonic() > deadline:
                raise DatabaseProblem(
                    f"PostgreSQL did not start. {explain(output)}\nIts log is {self._log}"
                )
            say("PostgreSQL: waiting for processes of the last run to end ...")
            time.sleep(0.5)

    def _spawn(self) -> subprocess.Popen[bytes]:
        settings = files.server_settings(sync=self._profile is Profile.DURABLE)
        settings["unix_socket_directories"] = str(self._socket_folder.resolve())
        command = [self._binaries.program("postgres"), "-D", str(self._cluster.resolve())]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        # Its own session: Ctrl-C at the terminal must reach it after its clients, not before.
        with files.open_log(self._log) as log:
            self._identity.give(self._log)
            return subprocess.Popen(  # noqa: S603 - a program of PostgreSQL
                command,
                **self._identity.popen(),
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=None if self._outlive_us else die_with_parent(signal.SIGINT),  # noqa: PLW1509
            )

    def _becomes_ready(self, process: subprocess.Popen[bytes], say: Say) -> bool:
        waiting = _Waiting(say)
        while process.poll() is None:
            found = read_postmaster(self._cluster)
            if found and found.pid == process.pid and found.state is State.READY:
                return True
            waiting.tick(f"PostgreSQL is starting; {files.last_line(self._log)}")
        return False
