"""Annotate on several machines: each web and worker process with a folder of its own, over one
external PostgreSQL (across TCP, through a proxy), one Redis and one bucket.

With DATABASE_URL and REDIS_URL those servers are used, in a database that is dropped afterwards.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
from django.conf import settings

from annotate.processes import die_with_parent
from annotate.supervisor.checks import is_healthy
from annotate.supervisor.plan import Plan
from bench.proxy import Proxy, running_proxy
from bench.server import ROOT, Site, temporary_folder
from tests.annotate.scaled_tables import Tables
from tests.broker import Broker
from tests.bucket import BUCKET, KEYS, Bucket, running_bucket

# What the tests' own server is told must not reach these.
_NOT_THEIRS = {"DATA_DIR", "ANNOTATE_TESTING", "HOST", "PORT", "MODELS_IN"}
_START_SECONDS = 120.0


class Machine(Site):
    """One web or worker process, and a folder that no other machine sees."""

    def __init__(self, data_dir: Path, environment: dict[str, str], *, is_web: bool) -> None:
        super().__init__(data_dir)
        data_dir.mkdir(mode=0o700)
        command = self.plan.web() if is_web else self.plan.manage("worker")
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - no threads that matter
        )

    def kill(self) -> None:
        """As a crash would. A worker would wait for its model, so nobody is asked to stop."""
        self.process.kill()
        self.process.wait()


class Installation:
    """All of them, and what is asked of the tables."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._external = folder / "external"
        self._external.mkdir(mode=0o711)
        self._stack = stack
        self.tables = Tables(self._external, settings.DATABASE_URL, stack)
        self.to_database: Proxy = stack.enter_context(running_proxy(self.tables.address))
        self.broker_url = settings.REDIS_URL or _broker_in(folder, stack)
        self.bucket: Bucket = stack.enter_context(running_bucket())
        self.environment = {
            **{name: value for name, value in os.environ.items() if name not in _NOT_THEIRS},
            "DJANGO_SETTINGS_MODULE": "annotate.settings",
            "PROXIES": "1",
            "WORKER_NICE": "0",  # other tests run beside these, and would starve it
            "DATABASE_URL": self.tables.url_of(self.tables.name, self.to_database.port),
            "REDIS_URL": self.broker_url,
            "S3_BUCKET": BUCKET,
            "S3_ENDPOINT": self.bucket.url,
            "SECRET_KEY": "one-key-for-all-machines-of-the-tests-0123456789",
            **KEYS,
        }
        keys = self._prepare(folder)
        self.token, self.link = keys["token"], keys["link"]
        self.webs = [self._machine(folder, f"web{n}", stack, is_web=True) for n in range(2)]
        self.workers = [self._machine(folder, f"work{n}", stack, is_web=False) for n in range(2)]
        for web in self.webs:
            _await_health(web.plan)

    def _machine(self, folder: Path, name: str, stack: ExitStack, *, is_web: bool) -> Machine:
        machine = Machine(folder / name, self.environment, is_web=is_web)
        stack.callback(machine.kill)
        return machine

    def _prepare(self, folder: Path) -> dict[str, str]:
        done = subprocess.run(
            [sys.executable, "-m", "tests.annotate.scaled_start"],
            cwd=ROOT,
            env={**self.environment, "DATA_DIR": str(folder / "prepare")},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        keys: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
        return keys

    def connect(self, name: str = "") -> psycopg.Connection[Any]:
        """To the tables, or those of another database here; without the proxy."""
        return self.tables.connect(name or self.tables.name)

    def rows(self, query: str, *, of: str = "") -> list[tuple[Any, ...]]:
        with self.connect(of) as tables:
            return tables.execute(query).fetchall()

    def restored(self) -> tuple[str, str]:
        """A dump of all tables, restored into a new database; answers its name and URL."""
        name = f"{self.tables.name}_again"
        self.tables.create(name, self._stack)
        self.tables.copy(self.tables.name, name)
        return name, self.tables.url_of(name, self.to_database.port)

    def manage(self, *arguments: str, url: str) -> str:
        """Run a command of manage.py against another database; answers what it printed."""
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={**self.environment, "DATABASE_URL": url, "DATA_DIR": str(self._external)},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return done.stdout

    def owner_at(self, web: Machine) -> httpx.Client:
        return client_at(web, self.token)


def client_at(web: Machine, key: str) -> httpx.Client:
    """Speaks to one web process with a token."""
    return httpx.Client(
        base_url=f"{web.url}/api/v1/", headers={"Authorization": f"Token {key}"}, timeout=30
    )


def _broker_in(folder: Path, stack: ExitStack) -> str:
    broker = Broker(folder)
    broker.start()
    stack.callback(broker.kill)
    return broker.url


def _await_health(plan: Plan) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not is_healthy(plan):
        assert time.monotonic() < deadline, "a web process did not come up"
        time.sleep(0.05)


@contextmanager
def installation() -> Iterator[Installation]:
    """Everything has ended and is gone after the block."""
    with temporary_folder() as folder, ExitStack() as stack:
        yield Installation(folder, stack)
