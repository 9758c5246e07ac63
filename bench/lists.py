"""`python bench/lists.py [--small N] [--large N]`: does any list grow with the project?

One server with two projects, written by SQL as for the board's bench, with words of which one is
in every second item, one in every hundredth, one in every ten-thousandth. The worker lists and
counts the small one; of the large one SQL writes the same rows, since the worker would take an
hour for a million items (`bench/board.py` measures that), and its figures of agreement are the
small one's: they do not hang on the number. Then board, home and each list's first page, a deep
page, each filter, counts and searches are asked for in turns, of the small project and of the
large one, and the CPU time of web process and database is compared.
"""

import argparse
import hashlib
import json
import secrets
import sys
import time
from pathlib import Path
from typing import Any

import httpx

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from bench.board import COUNTED  # noqa: E402
from bench.board_rows import seed  # noqa: E402
from bench.lists_rows import FEW, GOLD, KEY, LIST, MODEL, WORDS  # noqa: E402
from bench.processes import cpu_ms  # noqa: E402
from bench.project import CHOICE, RATING, Lead, schema_of  # noqa: E402
from bench.server import BenchServer, temporary_server  # noqa: E402

_ROUNDS = 4
_CALLS = 15
_GOAL_MS = 20.0
_LISTED = """
SELECT l.last_item >= (SELECT max(id) FROM annotate_item)
       AND l.last_final >= (SELECT max(id) FROM annotate_finallabel)
  FROM annotate_listcursor l
"""
_LISTS = {
    "board": "board/",
    "home": "../../home/",
    "items": "items/",
    "items, deep": "items/?cursor={middle}",
    "items, back": "items/?before={middle}",
    "stage open": "items/?stage=open",
    "stage held (none)": "items/?stage=held",
    "label": "items/?label=tone:good",
    "label, deep": "items/?label=tone:good&cursor={middle}",
    "sure 85-95": "items/?sure=85-95",
    "settled by expert": "items/?settled_by=adjudication",
    "settled on": "items/?settled_on={day}_{day}",
    "source": "items/?source={source}",
    "commented": "items/?commented=yes",
    "gold": "items/?gold=yes",
    "model differs (none)": "items/?differs=yes",
    "judged by": "items/?judged_by={worker}",
    "external id": "items/?external=row-77",
    "search, half of all": "items/?search=second",
    "search, one in 100": "items/?search=hundredth7",
    "search, one in 10,000": "items/?search=thousandth77",
    "search, none": "items/?search=nothing",
    "four filters": "items/?label=tone:good&settled_by=adjudication&judged_by={worker}&sure=85-95",
    "stage and search": "items/?stage=settled&search=second",
    "no such pair": "items/?stage=open&settled_by=consensus",
    "count": "items/count/",
    "count, filter": "items/count/?label=tone:good",
    "count, two filters": "items/count/?label=tone:good&search=second",
    "members": "members/",
    "disputes": "disputes/",
    "disputes, search": "disputes/?search=second",
    "disputes, overdue": "disputes/?overdue=yes",
    "jobs": "jobs/",
    "events": "events/",
    "gold in doubt": "gold/",
    "appeals": "appeals/",
    "releases": "releases/",
    "guidelines": "guidelines/",
    "views": "views/",
}
# No lists: what they cost is bounded, and must not hang on the project's size.
_PAGES = {"model": "model/", "model, blind": "model/blind/?question=tone&version=2"}
# Asked for by one who has judged as much as anybody.
_OF_A_WORKER = {"own home": "../../home/", "own work": "work/", "own record": "record/"}
_ENDS = """
SELECT (SELECT max(id) FROM annotate_judgment), (SELECT max(id) FROM annotate_finallabel),
       (SELECT count(*) FROM annotate_judgment WHERE project_id = %s)
"""
_FACTS = """
SELECT (SELECT id FROM annotate_item WHERE project_id = %(project)s ORDER BY id
        OFFSET %(half)s LIMIT 1),
       (SELECT max(id) FROM annotate_worker WHERE project_id = %(project)s AND role = 'crowd'),
       (SELECT max(id) FROM annotate_source WHERE project_id = %(project)s),
       (SELECT (max(created_at) AT TIME ZONE 'UTC')::date FROM annotate_finallabel)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--large", type=int, default=200_000)
    options = parser.parse_args()
    with temporary_server() as server:
        lead = Lead(server)
        facts: dict[int, dict[str, Any]] = {}
        for size in (options.small, options.large):
            project = lead.create_project(schema_of(CHOICE, RATING))
            began = time.monotonic()
            seed(server, project, size)
            facts[size] = _more_of(server, project, size)
            _say(f"{size} items with their judgments: written in {_since(began)}")
            if size == options.small:
                _say(f"listed and counted by the worker in {_listed(server):.1f} s")
        judgments = _list_by_sql(server, *(known["project"] for known in facts.values()))
        leads = dict.fromkeys(facts, lead.http)
        rows = [_measure(server, leads, name, path, facts) for name, path in _LISTS.items()]
        pages = [_measure(server, leads, *row, facts) for row in _PAGES.items()]
        workers = {size: _worker(server, known["worker"]) for size, known in facts.items()}
        pages += [_measure(server, workers, *row, facts) for row in _OF_A_WORKER.items()]
    worst = max(row["large_cpu_ms"] for row in rows)
    steepest = max(row["ratio"] for row in rows)
    _say(f"the dearest: {worst} CPU-ms; the steepest: {steepest} times the small project's")
    goal = {"value": worst, "goal": _GOAL_MS, "met": worst <= _GOAL_MS, "ratio": steepest}
    sizes = {"items": options.large, "judgments": judgments}
    print(json.dumps({**goal, **sizes, "lists": rows, "pages": pages}))  # noqa: T201 - a script


def _more_of(server: BenchServer, project: int, size: int) -> dict[str, Any]:
    """Words and gold; answers what the addresses need."""
    with server.connect() as database:
        database.execute(WORDS, [project])
        database.execute(GOLD, [project])
        for statement in f"{FEW};\n{MODEL}".split(";\n"):
            database.execute(statement, {"project": project})
        found = database.execute(_FACTS, {"project": project, "half": size // 2}).fetchone()
    if found is None:
        raise RuntimeError("the project is empty")
    return {
        "project": project,
        **dict(zip(("middle", "worker", "source", "day"), found, strict=True)),
    }


def _listed(server: BenchServer) -> float:
    """Let the worker list and count what was written; answers in what seconds."""
    began = time.monotonic()
    server.start_worker()
    with server.connect() as database:
        for done in (_LISTED, COUNTED):
            while database.execute(done).fetchone() != (True,):
                time.sleep(0.5)
    server.stop_worker()
    return time.monotonic() - began


def _list_by_sql(server: BenchServer, small: int, large: int) -> int:
    """List and count the large project as the worker would; answers its judgments."""
    began = time.monotonic()
    with server.connect() as database:
        found = database.execute(_ENDS, [large]).fetchone()
        judgment, final, judgments = found or (0, 0, 0)
        ends = {"small": small, "project": large, "judgment": judgment, "final": final}
        for statement in LIST.split(";\n"):
            database.execute(statement, ends)
        database.execute("VACUUM ANALYZE")
    _say(f"the large project listed and counted by SQL in {_since(began)}: {judgments} judgments")
    return int(judgments)


def _worker(server: BenchServer, worker: int) -> httpx.Client:
    """One who comes in with a key of the own."""
    key = secrets.token_urlsafe(32)
    hashed = hashlib.sha256(key.encode()).hexdigest()
    with server.connect() as database:
        database.execute(KEY, {"worker": worker, "hash": hashed})
    headers = {"Authorization": f"Token {key}"}
    return httpx.Client(base_url=f"{server.url}/api/v1/", headers=headers, timeout=600.0)


def _measure(
    server: BenchServer,
    askers: dict[int, httpx.Client],
    name: str,
    path: str,
    facts: dict[int, dict[str, Any]],
) -> dict[str, Any]:
    """CPU-ms of web process and database a call, in turns so that noise meets both alike."""
    small, large = sorted(facts)
    paths = {
        size: f"projects/{known['project']}/" + path.format(**known)
        for size, known in facts.items()
    }
    spent = dict.fromkeys(facts, 0.0)
    for size, address in paths.items():
        for _ in range(3):
            askers[size].get(address).raise_for_status()
    for _ in range(_ROUNDS):
        for size, address in paths.items():
            pids = [server.pid("web"), server.pid("database")]
            before = sum(map(cpu_ms, pids))
            for _ in range(_CALLS):
                askers[size].get(address).raise_for_status()
            spent[size] += sum(map(cpu_ms, pids)) - before
    calls = _ROUNDS * _CALLS
    row = {
        "list": name,
        "small_cpu_ms": round(spent[small] / calls, 2),
        "large_cpu_ms": round(spent[large] / calls, 2),
        "ratio": round(spent[large] / max(spent[small], 1e-9), 2),
    }
    _say(
        f"{name}: {row['small_cpu_ms']} CPU-ms, {row['large_cpu_ms']} large: {row['ratio']} times"
    )
    return row


def _since(began: float) -> str:
    return f"{time.monotonic() - began:.1f} s"


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - it is a script


if __name__ == "__main__":
    main()
