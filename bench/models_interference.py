"""What bulk pre-labelling costs those who work meanwhile: claims and submits of a real server, in
windows with and without it, in turn.

Each window "on" pre-labels a project of its own, begins once the encoder reads, and ends by
cancelling that job. So the worker process is up in both kinds of windows, with all that it does
by the clock, and nothing but the pre-labelling tells them apart; a worker that is stopped by a
signal would keep its other work, too, and may hold a lock while it stands still. Lessons and
fine-tunes of the project that people work in are kept away: they would take a core in the windows
"off", too.

A script of its own, `models_interference.py PAIRS CYCLES`, which prints JSON: each process of the
crowd imports what the main one has, and torch is no part of a crowd.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

_ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(_ROOT)

from bench.crowd import Manner, Work, by_token, work  # noqa: E402
from bench.processes import cpu_ms  # noqa: E402
from bench.project import CHOICE, Lead, schema_of  # noqa: E402
from bench.server import BenchServer, temporary_server  # noqa: E402
from bench.work_rows import copy_items  # noqa: E402

PEOPLE = 8
LOADS = {
    "8 people who think for a second": Manner(pause=1.0, claims=4),
    "8 who do not think": Manner(claims=4),
}
"""The goal is for the first. The second uses up both cores alone, so that whatever else runs
takes its share of them from the answers: it tells how the system shares the cores."""
ITEMS, BULK = 30_000, 4_000
WARM = 300
_LOOK_SECONDS = 0.1
# More than can settle: neither a lesson is due nor a fine-tune.
_NO_LESSON = """
INSERT INTO annotate_job (project_id, kind, state, parameters)
SELECT %s, kind, 'done', jsonb_build_object('settled', 100000000, 'question', %s::text)
FROM unnest(ARRAY['teach', 'tune']) kind
"""


class Window(NamedTuple):
    """What people waited for in one window."""

    submits_ms: list[float]
    claims_ms: list[float]
    worker_share: float
    """Processor seconds of the worker process a second."""
    read_items: float
    """Pre-labelled a second."""


class Interference(NamedTuple):
    """One load: milliseconds off and on, and how the 95th percentile changes."""

    submit_p50: tuple[float, float]
    submit_p95: tuple[float, float]
    claim_p95: tuple[float, float]
    change: float
    """Of the 95th percentile of all waits, submits and claims: 0.1 is a tenth more."""
    pairs: list[float]
    """The same of each pair of windows."""
    worker_share: tuple[float, float]
    read_items: float


def measure_interference(pairs: int, cycles: int) -> dict[str, Interference]:
    """What `measured` finds, in a process of its own."""
    command = [sys.executable, __file__, str(pairs), str(cycles)]
    done = subprocess.run(  # noqa: S603 - our own script
        command, cwd=_ROOT, check=True, stdout=subprocess.PIPE, text=True
    )
    found = json.loads(done.stdout.splitlines()[-1])
    return {name: Interference(*row) for name, row in found.items()}


def measured(pairs: int, cycles: int) -> dict[str, Interference]:
    """Each load in `pairs` of windows of so many `cycles` a worker who thinks; one who does not
    makes four times as many."""
    with temporary_server() as server:
        site = _Site(server, pairs * len(LOADS))
        found = {}
        for name, manner in LOADS.items():
            count = cycles if manner.pause else 4 * cycles
            windows: dict[bool, list[Window]] = {False: [], True: []}
            for pair in range(pairs):
                # Back and forth, so that neither kind is always the one that comes first.
                for is_on in (False, True) if pair % 2 == 0 else (True, False):
                    windows[is_on].append(site.window(manner, count, is_on=is_on))
            found[name] = compared(windows[False], windows[True])
        return found


class _Site:
    """A server with a project to work in and many to pre-label."""

    def __init__(self, server: BenchServer, bulks: int) -> None:
        self._server = server
        self._lead = Lead(server)
        self._work = self._lead.create_project(schema_of(CHOICE))
        # Answers by chance would be paused by the ladder.
        policy = {"min_overlap": 2, "max_overlap": 3, "ladder": False}
        path = f"projects/{self._work}/policy/"
        self._lead.http.put(path, json=policy).raise_for_status()
        self._bulks = [self._lead.create_project(schema_of(CHOICE)) for _ in range(bulks)]
        warm = self._lead.create_project(schema_of(CHOICE))
        with server.connect() as database:
            database.execute(_NO_LESSON, [self._work, CHOICE["id"]])
            for project, items in [(self._work, ITEMS), (warm, WARM)]:
                copy_items(database, project, items)
            for project in self._bulks:
                copy_items(database, project, BULK)
            # What autovacuum would do within a minute; it must not fall into one of the windows.
            database.execute("VACUUM ANALYZE")
        keys = self._lead.add_workers(server, self._work, PEOPLE)
        self._callers = [by_token(key) for key in keys]
        server.start_worker()
        self._lead.await_job(self._lead.post(f"projects/{warm}/model/prelabel/", {}))
        self._answer(Manner(), 10)

    def window(self, manner: Manner, cycles: int, *, is_on: bool) -> Window:
        """`cycles` of each worker."""
        job = self._begin() if is_on else None
        worker = self._server.pid("worker")
        before, began = cpu_ms(worker), time.monotonic()
        done = self._answer(manner, cycles)
        seconds, spent = time.monotonic() - began, cpu_ms(worker) - before
        read = self._end(job) if job else 0
        return Window(done.latencies_ms, done.claims_ms, spent / seconds / 1000, read / seconds)

    def _answer(self, manner: Manner, cycles: int) -> Work:
        done = work(
            port=self._server.plan.port,
            project=self._work,
            callers=self._callers,
            cycles=cycles * len(self._callers),
            manner=manner,
        )
        if done.problems or len(done.judgments) != cycles * len(self._callers):
            raise RuntimeError(f"{len(done.judgments)} answers only: {done.problems[:3]}")
        return done

    def _begin(self) -> dict[str, Any]:
        """Pre-label a project that was not yet; answers the job once items are read."""
        job = self._lead.post(f"projects/{self._bulks.pop()}/model/prelabel/", {})
        while job["state"] == "queued" or (job["state"] == "running" and not job["done"]):
            time.sleep(_LOOK_SECONDS)
            job = self._lead.get(f"jobs/{job['id']}/")
        return dict(job)

    def _end(self, job: dict[str, Any]) -> int:
        """Cancel it; answers how many items it read since."""
        last = self._lead.get(f"jobs/{job['id']}/")
        if last["state"] != "running":
            raise RuntimeError(f"pre-labelling {last['state']} before the window ended")
        self._lead.post(f"jobs/{job['id']}/cancel/", {})
        state = last["state"]
        while state == "running":
            time.sleep(_LOOK_SECONDS)
            state = self._lead.get(f"jobs/{job['id']}/")["state"]
        return int(last["done"] - job["done"])


def compared(off: Sequence[Window], on: Sequence[Window]) -> Interference:
    """All windows of one load."""
    sides = (off, on)
    submits = [_quantiles([ms for window in side for ms in window.submits_ms]) for side in sides]
    claims = [_quantiles([ms for window in side for ms in window.claims_ms]) for side in sides]
    pairs = [change_of([a], [b]) for a, b in zip(off, on, strict=True)]
    share = [statistics.mean(window.worker_share for window in side) for side in sides]
    return Interference(
        submit_p50=(submits[0][9], submits[1][9]),
        submit_p95=(submits[0][18], submits[1][18]),
        claim_p95=(claims[0][18], claims[1][18]),
        change=change_of(off, on),
        pairs=pairs,
        worker_share=(share[0], share[1]),
        read_items=statistics.mean(window.read_items for window in on),
    )


def change_of(off: Sequence[Window], on: Sequence[Window]) -> float:
    """By how much the 95th percentile of all waits is longer."""
    waits = [[ms for w in side for ms in (*w.submits_ms, *w.claims_ms)] for side in (off, on)]
    before, now = (_quantiles(each)[18] for each in waits)
    return now / before - 1.0


def _quantiles(waits: Sequence[float]) -> list[float]:
    return statistics.quantiles(waits, n=20)


if __name__ == "__main__":
    print(json.dumps(measured(int(sys.argv[1]), int(sys.argv[2]))))  # noqa: T201 - a script
