"""The supervisor, run for real over a small stand-in for the server and its commands."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from annotate import database
from annotate.processes import command_of
from annotate.supervisor.keeper import FIRST_PAUSE, LONGEST_PAUSE, Keeper

_MANAGE = """
import pathlib, sys, time
command = sys.argv[1]
with open("commands.log", "a") as log:
    log.write(command + "\\n")
if pathlib.Path(command + ".fails").exists():
    sys.exit("the reason stands here")
if command == "prepare":
    print("a link of one use")
if command == "worker":
    while True:
        time.sleep(0.1)
"""
_ASGI = """
async def application(scope, receive, send):
    if scope["type"] == "lifespan":
        raise ValueError
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"ok"})
"""
_RUN = """
import pathlib, sys
from annotate.supervisor import Plan, Supervisor
base, port, embedded = pathlib.Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "embedded"
plan = Plan(base_dir=base, data_dir=base / "var", host="127.0.0.1", port=port,
            embedded_database=embedded)
sys.exit(Supervisor(plan, lambda line: print(line, flush=True)).run())
"""
_ROOT = Path(__file__).parents[2]


class Run:
    """One supervisor process over a folder of its own."""

    def __init__(self, base: Path, port: int, *, database: str) -> None:
        self.base = base
        self.port = port
        self._log = (base / "output.log").open("a+")
        self.process = subprocess.Popen(  # noqa: S603 - this file's own program
            [sys.executable, "-c", _RUN, str(base), str(port), database],
            cwd=_ROOT,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    @property
    def output(self) -> str:
        return (self.base / "output.log").read_text()

    def says(self, text: str, *, times: int = 1) -> None:
        until(lambda: self.output.count(text) >= times or self.process.poll() is not None)
        assert self.output.count(text) >= times, self.output

    def pid_of(self, child: str) -> int:
        return int((self.base / "var" / "run" / f"{child}.pid").read_text())

    def ends(self) -> int:
        code = self.process.wait(timeout=15)
        self._log.close()
        return code


Start = Callable[..., Run]


def until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def base(open_folder: Path) -> Path:
    """A folder with a stand-in for manage.py and for the application."""
    (open_folder / "manage.py").write_text(_MANAGE)
    (open_folder / "annotate").mkdir()
    (open_folder / "annotate" / "__init__.py").touch()
    (open_folder / "annotate" / "asgi.py").write_text(_ASGI)
    return open_folder


@pytest.fixture
def start(base: Path) -> Iterator[Start]:
    port = free_port()
    runs: list[Run] = []

    def run(*, database: str = "elsewhere") -> Run:
        runs.append(Run(base, port, database=database))
        return runs[-1]

    yield run
    for one in runs:
        if one.process.poll() is None:
            one.process.send_signal(signal.SIGTERM)
            one.ends()


def test_it_brings_everything_up_in_order_and_stops_it_on_ctrl_c(start: Start) -> None:
    run = start(database="embedded")
    run.says("Annotate is running")
    assert "a link of one use" in run.output
    commands = run.base / "commands.log"
    until(lambda: "worker" in commands.read_text())
    assert commands.read_text().split() == ["prepare", "worker"]
    assert run.output.index("a link of one use") < run.output.index("Annotate is running")
    assert database.status(run.base / "var") is database.State.READY
    web, worker = run.pid_of("web"), run.pid_of("worker")

    began = time.monotonic()
    run.process.send_signal(signal.SIGINT)
    assert run.ends() == 0
    assert time.monotonic() - began < 10
    assert database.status(run.base / "var") is database.State.STOPPED
    assert command_of(web) is None
    assert command_of(worker) is None
    assert not list((run.base / "var" / "run").iterdir())


@pytest.mark.parametrize("child", ["web", "worker"])
def test_a_child_that_dies_is_started_again(start: Start, child: str) -> None:
    run = start()
    run.says("Annotate is running")
    before = run.pid_of(child)
    os.kill(before, signal.SIGKILL)
    run.says(f"{child} was ended by SIGKILL; starting it again in 0.5 s.")
    until(lambda: run.pid_of(child) != before)
    assert run.pid_of(child) != before


def test_a_database_that_dies_is_started_again(start: Start) -> None:
    run = start(database="embedded")
    run.says("Annotate is running")
    pid_file = run.base / "var" / "pg" / "postmaster.pid"
    before = int(pid_file.read_text().split()[0])
    os.kill(before, signal.SIGKILL)
    run.says("PostgreSQL ended")
    until(
        lambda: (
            database.status(run.base / "var") is database.State.READY
            and int(pid_file.read_text().split()[0]) != before
        )
    )
    assert database.status(run.base / "var") is database.State.READY


def test_a_killed_supervisor_leaves_nothing_that_hinders_the_next(start: Start) -> None:
    run = start(database="embedded")
    run.says("Annotate is running")
    children = [run.pid_of("web"), run.pid_of("worker")]
    run.process.kill()
    run.ends()
    again = start(database="embedded")
    again.says("Annotate is running", times=2)
    assert [command_of(pid) for pid in children] == [None, None]


def test_a_leftover_child_is_found_by_its_pid_file(start: Start) -> None:
    run = start()
    run.says("Annotate is running")
    # As on a system whose kernel does not tie children to their parent: the file alone is left.
    leftover = subprocess.Popen(  # noqa: S603 - this file's own program
        [sys.executable, str(run.base / "manage.py"), "worker"],
        cwd=run.base,
        start_new_session=True,
    )
    run.process.kill()
    run.ends()
    (run.base / "var" / "run" / "worker.pid").write_text(f"{leftover.pid}\n")
    again = start()
    again.says("Stopping the worker process of the last run")
    assert leftover.wait(timeout=10) == -signal.SIGTERM
    again.says("Annotate is running", times=2)


def test_a_used_port_is_said_before_anything_starts(base: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        run = Run(base, int(taken.getsockname()[1]), database="embedded")
        assert run.ends() == 1
    assert f"Port {run.port} on 127.0.0.1 cannot be used" in run.output
    assert "make run" in run.output
    assert not (base / "var" / "pg").exists()
    assert not (base / "commands.log").exists()


def test_a_second_supervisor_on_the_same_folder_is_refused(start: Start) -> None:
    first = start()
    first.says("Annotate is running")
    second = start()
    assert second.ends() == 1
    assert f"already runs on {first.base / 'var'} (process {first.process.pid})" in second.output
    assert first.process.poll() is None


def test_a_failed_preparation_ends_the_start(start: Start, base: Path) -> None:
    (base / "prepare.fails").touch()
    run = start()
    assert run.ends() == 1
    assert "the reason stands here" in run.output
    assert "`manage.py prepare` failed" in run.output
    assert "DATABASE_URL" in run.output
    assert not (base / "var" / "run").exists()


class FakeUnit:
    name = "thing"

    def __init__(self) -> None:
        self.starts = 0
        self.running = False

    def start(self) -> None:
        self.starts += 1

    def is_running(self) -> bool:
        return self.running

    def how_it_ended(self) -> str:
        return "ended"

    def stop(self, patience: float) -> None:
        self.running = False


def test_pauses_grow_to_a_limit_and_begin_anew_after_a_good_run() -> None:
    now = [0.0]
    said: list[str] = []
    unit = FakeUnit()
    keeper = Keeper(unit, said.append, clock=lambda: now[0])
    keeper.start()
    pauses = []
    for _ in range(7):
        ended_at = now[0]
        keeper.look()
        starts = unit.starts
        while unit.starts == starts:
            now[0] += 0.25
            keeper.look()
        pauses.append(now[0] - ended_at)
    assert pauses == [FIRST_PAUSE, 1, *[LONGEST_PAUSE] * 5]
    assert "thing has ended 5 times in a row" in " ".join(said)

    now[0] += 6
    keeper.look()
    assert said[-1] == f"thing ended; starting it again in {FIRST_PAUSE} s."
