"""What the supervisor keeps running: a child process, or the embedded PostgreSQL."""

import os
import signal
import subprocess
import time
from typing import Protocol

from annotate import database
from annotate.database import DatabaseProblem, Profile, Server
from annotate.processes import command_of, die_with_parent
from annotate.supervisor.plan import Plan, Say

_POLL_SECONDS = 0.05


class CannotStart(Exception):
    """A unit did not come up; the text says why."""


class Unit(Protocol):
    name: str

    def start(self) -> None:
        """Raises CannotStart."""

    def is_running(self) -> bool: ...

    def how_it_ended(self) -> str: ...

    def stop(self, patience: float) -> None:
        """In good order, by force after `patience` seconds. Harmless when it does not run."""


class ChildUnit:
    """A command in a session of its own, so that Ctrl-C at the terminal reaches only us.

    When we are killed, the kernel tells the child to stop (on Linux); everywhere the pid file
    lets the next start find and stop it.
    """

    def __init__(self, name: str, command: list[str], plan: Plan) -> None:
        self.name = name
        self._command = command
        self._plan = plan
        self._pid_file = plan.data_dir / "run" / f"{name}.pid"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own commands
            self._command,
            cwd=self._plan.base_dir,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - we have no threads
        )
        self._pid_file.parent.mkdir(mode=0o700, exist_ok=True)
        self._pid_file.write_text(f"{self._process.pid}\n")

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def how_it_ended(self) -> str:
        code = self._process.returncode if self._process else None
        if code is not None and code < 0:
            return f"was ended by {signal.Signals(-code).name}"
        return f"ended with exit code {code}"

    def stop(self, patience: float) -> None:
        if self._process is None:
            return
        _send(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            _send(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._pid_file.unlink(missing_ok=True)

    def stop_leftover(self, say: Say) -> None:
        """End the child of a supervisor that was killed before it could."""
        try:
            pid = int(self._pid_file.read_text())
        except (FileNotFoundError, ValueError):
            return
        if self._is_ours(pid):
            say(f"Stopping the {self.name} process of the last run ({pid}) ...")
            _send(pid, signal.SIGTERM)
            deadline = time.monotonic() + 5
            while self._is_ours(pid) and time.monotonic() < deadline:
                time.sleep(_POLL_SECONDS)
            if self._is_ours(pid):
                _send(pid, signal.SIGKILL)
        self._pid_file.unlink(missing_ok=True)

    def _is_ours(self, pid: int) -> bool:
        """The number may belong to a stranger by now; the end of our command line tells."""
        command = command_of(pid)
        return command is not None and " ".join(self._command[-2:]) in command


class DatabaseUnit:
    name = "PostgreSQL"

    def __init__(self, plan: Plan, say: Say) -> None:
        self._plan = plan
        self._say = say
        self._server: Server | None = None

    def start(self) -> None:
        try:
            self._server = database.start(
                self._plan.data_dir,
                pg_bin=self._plan.pg_bin,
                profile=Profile.DURABLE,
                say=self._say,
            )
            database.create_database(self._plan.data_dir)
        except (DatabaseProblem, OSError) as error:
            raise CannotStart(str(error)) from error

    def is_running(self) -> bool:
        return self._server is not None and self._server.is_running()

    def how_it_ended(self) -> str:
        return f"ended; its log is {self._plan.data_dir / 'pg.log'}"

    def stop(self, patience: float) -> None:
        # By the folder and not by the handle: a start that was cut short left no handle.
        database.stop(self._plan.data_dir, patience=patience)


def _send(pid: int, number: int) -> None:
    """To the whole group: what the child started itself must end with it."""
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        return
