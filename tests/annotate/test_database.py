"""The embedded PostgreSQL, started and ended in every way that happens to it."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from annotate import database
from annotate.database import DatabaseProblem, Profile, State, files
from annotate.database.addresses import socket_folder
from annotate.processes import command_of

_ROOT = Path(__file__).parents[2]
_START = """
import pathlib, sys, time
from annotate import database
server = database.start(pathlib.Path(sys.argv[1]), profile=database.Profile.TEST,
                        outlive_us=sys.argv[2] == "outlive")
database.create_database(pathlib.Path(sys.argv[1]))
print("attached" if server.attached else "started", flush=True)
sys.stdin.read()
"""


_started: list[database.Server] = []


@pytest.fixture
def data_dir(open_folder: Path) -> Iterator[Path]:
    path = open_folder / "var"
    yield path
    database.stop(path)
    while _started:
        if process := _started.pop().process:
            process.wait()


def start(data_dir: Path, profile: Profile = Profile.TEST) -> database.Server:
    server = database.start(data_dir, profile=profile)
    _started.append(server)
    database.create_database(data_dir)
    return server


def connect(data_dir: Path) -> psycopg.Connection:
    address = database.dsn_of(data_dir)
    return psycopg.connect(
        host=address["HOST"],
        port=address["PORT"],
        user=address["USER"],
        dbname=address["NAME"],
        autocommit=True,
    )


def ask(data_dir: Path, query: str) -> str:
    with connect(data_dir) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return str(row[0])


def starter(data_dir: Path, how: str = "tied") -> subprocess.Popen[str]:
    """Another process that starts the server and then waits for its input to close."""
    return subprocess.Popen(  # noqa: S603 - this file's own program
        [sys.executable, "-c", _START, str(data_dir), how],
        cwd=_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def said_by(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def end(process: subprocess.Popen[str]) -> None:
    process.communicate(timeout=10)


def postmaster_pid(data_dir: Path) -> int:
    return int((data_dir / "pg" / "postmaster.pid").read_text().split()[0])


def test_it_starts_keeps_data_and_stops(data_dir: Path) -> None:
    assert database.status(data_dir) is State.STOPPED
    server = start(data_dir)
    assert not server.attached
    assert server.is_running()
    assert database.status(data_dir) is State.READY
    with connect(data_dir) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")

    assert start(data_dir).attached
    assert database.create_database(data_dir) is False

    server.stop()
    assert database.status(data_dir) is State.STOPPED
    assert database.stop(data_dir) is False
    start(data_dir)
    assert ask(data_dir, "SELECT answer FROM kept") == "42"


def test_the_server_is_private_and_our_role_is_no_superuser(data_dir: Path) -> None:
    start(data_dir)
    assert ask(data_dir, "SHOW listen_addresses") == ""
    assert (data_dir / "pg").stat().st_mode & 0o777 == 0o700
    assert (data_dir / "pg.log").stat().st_mode & 0o777 == 0o600
    assert ask(data_dir, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == "False"
    assert ask(data_dir, "SELECT lower('ÄÖÉ')") == "äöé"
    assert ask(data_dir, "SHOW timezone") == "UTC"


def test_only_the_test_profile_trades_safety_for_speed() -> None:
    durable = files.server_settings(sync=True)
    assert [durable[name] for name in ("fsync", "synchronous_commit", "full_page_writes")] == (
        ["on"] * 3
    )


def test_of_six_racing_starters_one_starts_and_five_attach(data_dir: Path) -> None:
    starters = [starter(data_dir, "outlive") for _ in range(6)]
    said = sorted(said_by(process) for process in starters)
    for process in starters:
        end(process)
    assert said == ["attached"] * 5 + ["started"]
    assert ask(data_dir, "SELECT 1") == "1"


def test_it_recovers_when_the_postmaster_is_killed(data_dir: Path) -> None:
    start(data_dir, Profile.DURABLE)
    with connect(data_dir) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
        os.kill(postmaster_pid(data_dir), signal.SIGKILL)
        # The postmaster is our child, and nobody has awaited it: it is a zombie now.
        assert not start(data_dir, Profile.DURABLE).attached
    assert ask(data_dir, "SELECT count(*) FROM kept") == "1000"


def test_a_zombie_of_another_process_is_not_taken_for_a_server(data_dir: Path) -> None:
    parent = starter(data_dir)
    assert said_by(parent) == "started"
    os.kill(postmaster_pid(data_dir), signal.SIGKILL)
    began = time.monotonic()
    assert not start(data_dir).attached
    assert time.monotonic() - began < 10
    end(parent)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties a child to its parent")
def test_it_stops_in_good_order_when_its_parent_is_killed(data_dir: Path) -> None:
    parent = starter(data_dir)
    assert said_by(parent) == "started"
    pid = postmaster_pid(data_dir)
    parent.kill()
    end(parent)
    deadline = time.monotonic() + 5
    while command_of(pid) is not None and time.monotonic() < deadline:
        time.sleep(0.02)
    assert command_of(pid) is None
    assert "database system is shut down" in (data_dir / "pg.log").read_text()


def test_a_pid_file_that_names_a_stranger_is_not_believed(data_dir: Path) -> None:
    start(data_dir).stop()
    stale = f"{os.getpid()}\n{data_dir / 'pg'}\n0\n5432\n{data_dir / 'pg'}\n\n0 0\nready\n"
    (data_dir / "pg" / "postmaster.pid").write_text(stale)
    (data_dir / "pg" / ".s.PGSQL.5432.lock").write_text(stale)
    assert database.status(data_dir) is State.STOPPED
    assert not start(data_dir).attached


def test_a_start_that_was_cut_short_is_made_good(data_dir: Path) -> None:
    draft = data_dir / "pg.draft"
    draft.mkdir(parents=True)
    (draft / "half").touch()
    (data_dir / "pg").mkdir()
    start(data_dir)
    assert ask(data_dir, "SELECT 1") == "1"


def test_a_long_path_gets_a_short_socket_folder(open_folder: Path, data_dir: Path) -> None:
    long = data_dir / ("long" * 30)
    folder = socket_folder(long)
    try:
        server = start(long)
        assert ask(long, "SELECT 1") == "1"
        assert folder.stat().st_mode & 0o777 == 0o700
        server.stop()
        folder.rmdir()
        folder.symlink_to(open_folder)  # somebody else was there first
        with pytest.raises(DatabaseProblem, match="belongs to somebody else"):
            start(long)
    finally:
        database.stop(long)
        folder.unlink()


def test_no_programs_are_said_with_the_remedy(data_dir: Path) -> None:
    with pytest.raises(DatabaseProblem, match="PG_BIN is /nowhere, but no PostgreSQL"):
        database.start(data_dir, pg_bin="/nowhere")
    assert not (data_dir / "pg").exists()


def test_a_cluster_of_another_major_version_is_said_with_the_remedy(data_dir: Path) -> None:
    (data_dir / "pg").mkdir(parents=True)
    (data_dir / "pg" / "PG_VERSION").write_text("9.6\n")
    with pytest.raises(DatabaseProblem, match=r"made by PostgreSQL 9, but only .* Install"):
        start(data_dir)


def test_a_folder_of_something_else_is_left_alone(data_dir: Path) -> None:
    (data_dir / "pg").mkdir(parents=True)
    (data_dir / "pg" / "letters.txt").write_text("dear")
    with pytest.raises(DatabaseProblem, match="neither empty nor a PostgreSQL data folder"):
        start(data_dir)
    assert (data_dir / "pg" / "letters.txt").read_text() == "dear"


def test_a_full_disk_is_said_before_and_after(open_folder: Path) -> None:
    with pytest.raises(DatabaseProblem, match="Free some space"):
        files.check_disk(open_folder, needed=2**62)
    written = "FATAL: could not write lock file: No space left on device"
    assert "The disk is full" in database.problems.explain(written)


def test_a_data_folder_that_cannot_be_made_is_said(open_folder: Path) -> None:
    (open_folder / "file").touch()
    with pytest.raises(DatabaseProblem, match="Set DATA_DIR to a folder you may write to"):
        start(open_folder / "file" / "var")


def test_what_postgresql_says_is_shown_when_it_cannot_start(data_dir: Path) -> None:
    start(data_dir).stop()
    (data_dir / "pg" / "postgresql.conf").write_text("shared_buffers = many\n")
    with pytest.raises(DatabaseProblem, match=r"shared_buffers(.|\n)*Its log is"):
        start(data_dir)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives rights away")
def test_root_runs_it_as_a_user_without_rights_even_below_a_closed_home(
    open_folder: Path, data_dir: Path
) -> None:
    open_folder.chmod(0o700)  # like /root
    try:
        start(data_dir)
        assert (data_dir / "pg").is_symlink()
        assert (data_dir / "pg").stat().st_uid != 0
        assert Path(f"/proc/{postmaster_pid(data_dir)}").stat().st_uid != 0
        database.stop(data_dir)
        start(data_dir)
        assert ask(data_dir, "SELECT 1") == "1"
    finally:
        database.stop(data_dir)
        shutil.rmtree((data_dir / "pg").resolve().parent)


def test_the_command_line_starts_says_and_stops(data_dir: Path) -> None:
    def run(command: str) -> tuple[int, str]:
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "annotate.database", command, str(data_dir)],
            cwd=_ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout

    assert run("status") == (3, "stopped\n")
    code, output = run("start")
    assert code == 0
    assert "PostgreSQL runs" in output
    assert run("status") == (0, "ready\n")
    assert run("stop") == (0, "stopped\n")
    assert run("stop") == (0, "it did not run\n")
