"""A real server of its own: PostgreSQL, web process and worker, in an empty temporary folder."""

import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from annotate import database
from annotate.database.addresses import cluster_folder
from annotate.processes import die_with_parent
from annotate.supervisor.checks import is_healthy
from annotate.supervisor.plan import Plan

ROOT = Path(__file__).resolve().parent.parent
_START_SECONDS = 120.0
_STOP_SECONDS = 10.0


class Site:
    """Where a server's things are, and what may be asked of them, however it was started."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.plan = Plan(
            base_dir=ROOT,
            data_dir=data_dir,
            host="127.0.0.1",
            port=_free_port(),
            embedded_database=True,
            demo=False,
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.plan.port}"

    def database_pid(self) -> int:
        file = cluster_folder(self.data_dir) / "postmaster.pid"
        return int(file.read_text().split()[0])

    def manage(self, *arguments: str) -> str:
        """Run a management command; answers what it printed."""
        return self._run(self.plan.manage(*arguments))

    def run_python(self, script: str, *arguments: str) -> str:
        """Run a script with the settings of this server; answers what it printed."""
        settings = [f"DATA_DIR={self.data_dir}", "DJANGO_SETTINGS_MODULE=annotate.settings"]
        return self._run(["/usr/bin/env", *settings, sys.executable, script, *arguments])

    @staticmethod
    def _run(command: list[str]) -> str:
        done = subprocess.run(  # noqa: S603 - our own command
            command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
        )
        return done.stdout

    def connect(self) -> psycopg.Connection[Any]:
        """To the tables, for what no interface is made for: tokens for many, and counting."""
        dsn = database.dsn_of(self.data_dir)
        return psycopg.connect(
            host=str(dsn["HOST"]),
            port=str(dsn.get("PORT", "")) or None,
            user=str(dsn["USER"]),
            dbname=str(dsn["NAME"]),
            autocommit=True,
        )

    @staticmethod
    def _start(command: list[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - our own command
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - no threads yet
        )

    def _await_health(self, child: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while not is_healthy(self.plan):
            if time.monotonic() > deadline or child.poll() is not None:
                raise RuntimeError("the web server did not come up; its lines above say why")
            time.sleep(0.1)


class BenchServer(Site):
    """Started as `manage.py serve` starts it, but each part can be stopped alone."""

    def __init__(self, data_dir: Path) -> None:
        super().__init__(data_dir)
        self._database = database.start(data_dir)
        database.create_database(data_dir)
        self.manage("migrate", "--no-input", "--verbosity=0")
        self._children = {"web": self._start(self.plan.web())}
        self._await_health(self._children["web"])

    def pid(self, name: str) -> int:
        """Of `web`, `worker` or `database`."""
        return self.database_pid() if name == "database" else self._children[name].pid

    def start_worker(self) -> None:
        self._children["worker"] = self._start(self.plan.manage("worker"))

    def stop_worker(self) -> None:
        end(self._children.pop("worker"))

    def close(self) -> None:
        for child in self._children.values():
            end(child)
        self._database.stop()


def end(child: subprocess.Popen[bytes], patience: float = _STOP_SECONDS) -> None:
    child.terminate()
    try:
        child.wait(patience)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def temporary_server() -> Iterator[BenchServer]:
    """Everything is gone afterwards."""
    with temporary_folder() as data_dir:
        server = BenchServer(data_dir)
        try:
            yield server
        finally:
            server.close()


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """For a server's data; no database is left running in it."""
    data_dir = Path(tempfile.mkdtemp(prefix="annotate-bench-"))
    data_dir.chmod(0o711)  # PostgreSQL's user must pass when we are root
    try:
        yield data_dir
    finally:
        database.stop(data_dir)
        shutil.rmtree(data_dir, ignore_errors=True)
