"""The PostgreSQL that several machines of the tests share: one of our own, or DATABASE_URL's."""

import os
import subprocess
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from annotate import database
from annotate.database.addresses import cluster_folder
from annotate.database.binaries import find_binaries
from bench.proxy import Address


class Tables:
    """A database for the machines, which is dropped afterwards, and others beside it."""

    def __init__(self, folder: Path, url: str, stack: ExitStack) -> None:
        self._folder = folder
        self._to = conninfo_to_dict(url) if url else _of_our_own(folder, stack)
        self.name = f"test_scaled_{os.getpid()}"
        self.create(self.name, stack)

    @property
    def address(self) -> Address:
        """Of the server, for a proxy before it."""
        host, port = str(self._to["host"]), int(self._to.get("port") or 5432)
        return Path(host) / f".s.PGSQL.{port}" if host.startswith("/") else (host, port)

    def url_of(self, name: str, proxy: int | None = None) -> str:
        """DATABASE_URL of a database here, or by way of a proxy at that port."""
        password = self._to.get("password")
        secret = f":{quote(str(password), safe='')}" if password else ""
        host, port = ("127.0.0.1", proxy) if proxy else (self._to["host"], self._to.get("port"))
        place = quote(str(host), safe="") + (f":{port}" if port else "")
        return f"postgresql://{quote(str(self._to['user']))}{secret}@{place}/{name}"

    def connect(self, name: str) -> psycopg.Connection[Any]:
        return psycopg.connect(**{**self._to, "dbname": name}, autocommit=True)

    def create(self, name: str, stack: ExitStack) -> None:
        self._administer("CREATE DATABASE {}", name)
        stack.callback(self._administer, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def copy(self, name: str, into: str) -> None:
        """By a dump that is restored, as an operator does it."""
        program = self._programs()
        dump = str(self._folder / "tables.dump")
        to = [f"--{key}={self._to[key]}" for key in ("host", "port") if self._to.get(key)]
        to.append(f"--username={self._to['user']}")
        environment = {**os.environ, "PGPASSWORD": str(self._to.get("password") or "")}
        for command in (
            [program("pg_dump"), *to, "--format=custom", f"--file={dump}", name],
            [program("pg_restore"), *to, "--exit-on-error", f"--dbname={into}", dump],
        ):
            subprocess.run(command, env=environment, check=True)  # noqa: S603 - ours

    def _programs(self) -> Callable[[str], str]:
        """What a newer pg_dump writes, an older server need not take."""
        found = find_binaries(os.environ.get("PG_BIN"), cluster_folder(self._folder))
        with self.connect(self.name) as tables:
            server = tables.info.server_version // 10_000
        if found.major != server:
            pytest.skip(f"needs the pg_dump of PostgreSQL {server}: name its folder by PG_BIN")
        return found.program

    def _administer(self, statement: str, name: str) -> None:
        with self.connect(str(self._to["dbname"])) as tables:
            tables.execute(sql.SQL(statement).format(sql.Identifier(name)))


def _of_our_own(folder: Path, stack: ExitStack) -> dict[str, Any]:
    pg_bin = os.environ.get("PG_BIN") or None
    server = database.start(folder, pg_bin=pg_bin, profile=database.Profile.TEST)
    stack.callback(server.stop)
    database.create_database(folder)
    dsn = database.dsn_of(folder)
    return {
        "host": dsn["HOST"],
        "port": dsn["PORT"],
        "user": dsn["USER"],
        "dbname": dsn["NAME"],
    }
