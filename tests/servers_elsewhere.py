"""A PostgreSQL as Debian installs it, over TCP with a password, and a Valkey or Redis: the servers
that `make test-external` runs the suite on, in place of the embedded one.

usage: python -m tests.servers_elsewhere [what pytest takes]
"""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import psycopg
from redis import Redis

from annotate.database.binaries import OLDEST_MAJOR, Binaries, find_binaries
from annotate.database.identity import identity_for
from annotate.processes import die_with_parent
from bench.server import temporary_folder
from tests.broker import Broker

_DEBIAN = Path("/usr/lib/postgresql")
_START_SECONDS = 60.0
SUITE = ("tests/annotate", "tests/e2e")
"""What touches a database; the rooms below the server know none."""


def main(arguments: list[str]) -> int:
    """Answers pytest's exit code. What DATABASE_URL or REDIS_URL name is used in place of ours."""
    with temporary_folder() as folder, ExitStack() as stack:
        environment = dict(os.environ)
        if "DATABASE_URL" not in environment:
            found = debian_binaries()
            environment["DATABASE_URL"] = start_postgres(folder / "elsewhere", found, stack)
            # The tests of the embedded server start this version, too.
            environment["PG_BIN"] = str(found.folder)
        if "REDIS_URL" not in environment:
            broker = Broker(folder)
            broker.start()
            stack.callback(broker.kill)
            environment["REDIS_URL"] = broker.url
        _say(environment)
        command = [sys.executable, "-m", "pytest", *(arguments or SUITE)]
        return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603


def debian_binaries() -> Binaries:
    """PG_BIN, or the newest that Debian's packages have put there; never the embedded wheel's."""
    named = os.environ.get("PG_BIN")
    folders = sorted(_DEBIAN.glob("*/bin"), key=lambda path: int(path.parent.name))
    if not named and not folders:
        message = f"no PostgreSQL below {_DEBIAN}: apt-get install postgresql, or set DATABASE_URL"
        raise SystemExit(message)
    found = find_binaries(named or str(folders[-1]), Path("/nonexistent"))
    if found.major < OLDEST_MAJOR:
        raise SystemExit(f"PostgreSQL {found.major} is too old: {OLDEST_MAJOR} is the oldest.")
    return found


def start_postgres(folder: Path, binaries: Binaries, stack: ExitStack) -> str:
    """Answers its DATABASE_URL. The role is no superuser, but may create databases."""
    identity = identity_for(folder)
    folder.mkdir(mode=0o700)
    identity.give(folder)
    password = secrets.token_hex(8)
    subprocess.run(  # noqa: S603 - a program of PostgreSQL
        [
            *[binaries.program("initdb"), f"--pgdata={folder}/data", "--username=postgres"],
            *["--auth-local=trust", "--auth-host=scram-sha-256", "--no-sync"],
            *["--encoding=UTF8", "--locale=C.UTF-8"],
        ],
        **identity.popen(),
        stdout=subprocess.DEVNULL,
        check=True,
    )
    port = _free_port()
    # All else is as the package's defaults have it; a crash of the machine may lose the tests.
    settings = [f"port={port}", "listen_addresses=127.0.0.1", "fsync=off"]
    settings += [f"unix_socket_directories={folder}", "max_connections=200"]
    process = subprocess.Popen(  # noqa: S603 - a program of PostgreSQL
        [
            *[binaries.program("postgres"), "-D", f"{folder}/data"],
            *[part for one in settings for part in ("-c", one)],
        ],
        **identity.popen(),
        stderr=subprocess.DEVNULL,
        preexec_fn=die_with_parent(signal.SIGINT),  # noqa: PLW1509 - we have no threads
    )
    stack.callback(process.wait)
    stack.callback(process.send_signal, signal.SIGINT)
    with _connected(folder, port) as connection:
        connection.execute(f"CREATE ROLE annotate LOGIN CREATEDB PASSWORD '{password}'")
        connection.execute("CREATE DATABASE annotate OWNER annotate")
    return f"postgresql://annotate:{password}@127.0.0.1:{port}/annotate"


def _connected(folder: Path, port: int) -> psycopg.Connection:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            return psycopg.connect(
                host=str(folder), port=port, user="postgres", dbname="postgres", autocommit=True
            )
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _say(environment: dict[str, str]) -> None:
    """Which versions these are, so that a log tells what passed on what."""
    with psycopg.connect(environment["DATABASE_URL"]) as connection:
        found = connection.execute("SHOW server_version").fetchone()
    with Redis.from_url(environment["REDIS_URL"]) as broker:
        info = broker.info("server")
    name = info.get("server_name", "redis")
    version = info.get("valkey_version", info["redis_version"])
    sys.stdout.write(f"PostgreSQL {found and found[0]} over TCP, {name} {version}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
