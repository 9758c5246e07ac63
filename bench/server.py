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


class BenchServer:
    """Started as `manage.py serve` starts it, but each part can be stopped alone."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.plan = Plan(
            base_dir=ROOT,
            data_dir=data_dir,
            host="127.0.0.1",
            port=_free_port(),
            embedded_database=True,
        )
        self._database = database.start(data_dir)
        database.create_database(data_dir)
        self.manage("migrate", "--no-input", "--verbosity=0")
        self._children = {"web": self._start(self.plan.web())}
        self._await_health()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.plan.port}"

    def pid(self, name: str) -> int:
        """Of `web`, `worker` or `database`."""
        if name == "database":
            file = cluster_folder(self.data_dir) / "postmaster.pid"
            return int(file.read_text().split()[0])
        return self._children[name].pid

    def start_worker(self) -> None:
        self._children["worker"] = self._start(self.plan.manage("worker"))

    def stop_worker(self) -> None:
        _end(self._children.pop("worker"))

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

    def close(self) -> None:
        for child in self._children.values():
            _end(child)
        self._database.stop()

    def _start(self, command: list[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - our own command
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - no threads yet
        )

    def _await_health(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while not is_healthy(self.plan):
            if time.monotonic() > deadline or self._children["web"].poll() is not None:
                raise RuntimeError("the web server did not come up; its lines above say why")
            time.sleep(0.1)


def _end(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    try:
        child.wait(_STOP_SECONDS)
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
    data_dir = Path(tempfile.mkdtemp(prefix="annotate-bench-"))
    data_dir.chmod(0o711)  # PostgreSQL's user must pass when we are root
    try:
        server = BenchServer(data_dir)
        try:
            yield server
        finally:
            server.close()
    finally:
        database.stop(data_dir)
        shutil.rmtree(data_dir, ignore_errors=True)
