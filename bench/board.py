"""`python bench/board.py [--small N] [--large N]`: does the lead's board grow with the project?

One server with two projects, two or three judgments an item, whose rows are written by SQL. The
worker counts them, as it counts what people send. Then the board and the home screen are asked
for in turns, of the small project and of the large one, and the CPU time of web process and
database is compared: the ratio of one run says more than any absolute figure. Last, everything is
counted again and compared with the counters.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from bench.board_rows import seed  # noqa: E402
from bench.processes import cpu_ms  # noqa: E402
from bench.project import CHOICE, RATING, Lead, schema_of  # noqa: E402
from bench.server import BenchServer, temporary_server  # noqa: E402

_ROUNDS = 6
_CALLS = 20
_GOAL_MS = 20.0
_GOAL_RATIO = 1.1
COUNTED = """
SELECT c.last_judgment = (SELECT max(id) FROM annotate_judgment)
       AND c.last_final = (SELECT max(id) FROM annotate_finallabel)
       AND EXISTS (SELECT FROM annotate_agreementcount)
       AND NOT EXISTS (SELECT FROM annotate_agreementcount WHERE is_stale)
       AND EXISTS (SELECT FROM annotate_expertfigures)
  FROM annotate_trailcursor c
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--large", type=int, default=200_000)
    parser.add_argument("--no-recount", action="store_true", help="skip the last step")
    options = parser.parse_args()
    with temporary_server() as server:
        lead = Lead(server)
        projects = {}
        for size in (options.small, options.large):
            projects[size] = lead.create_project(schema_of(CHOICE, RATING))
            began = time.monotonic()
            seed(server, projects[size], size)
            _say(f"{size} items with their judgments: written in {_since(began)}")
        judgments, seconds = count(server)
        rate = round(judgments / seconds)
        _say(f"{judgments} judgments counted in {seconds:.1f} s: {rate} a second")
        rows = [measure(server, lead, name, projects) for name in ("board", "home")]
        facts = {"judgments_counted_per_second": rate, "screens": rows}
        if not options.no_recount:
            began = time.monotonic()
            said = server.manage("recount", "--check").splitlines()[-1]
            _say(f"{said} (recount of all: {_since(began)})")
            facts["recount"] = said
    board = rows[0]
    goals = {
        "board_cpu_ms": _goal(board["large_cpu_ms"], _GOAL_MS),
        "ratio": _goal(board["ratio"], _GOAL_RATIO),
    }
    print(json.dumps({**goals, **facts}))  # noqa: T201 - it is a script


def count(server: BenchServer) -> tuple[int, float]:
    """Let the worker count what was written; answers how many judgments, and in what seconds."""
    began = time.monotonic()
    server.start_worker()
    with server.connect() as database:
        while database.execute(COUNTED).fetchone() != (True,):
            time.sleep(0.2)
        took = time.monotonic() - began
        server.stop_worker()
        found = database.execute("SELECT count(*) FROM annotate_judgment").fetchone()
        database.execute("VACUUM ANALYZE")
    return int(found[0]) if found else 0, took


def measure(
    server: BenchServer, lead: Lead, name: str, projects: dict[int, int]
) -> dict[str, Any]:
    """CPU-ms of web process and database a call, in turns so that noise meets both alike."""
    small, large = sorted(projects)
    paths = {
        size: "home/" if name == "home" else f"projects/{key}/board/"
        for size, key in projects.items()
    }
    spent = dict.fromkeys(projects, 0.0)
    for path in paths.values():
        for _ in range(_CALLS):
            lead.get(path)
    for _ in range(_ROUNDS):
        for size, path in paths.items():
            spent[size] += _spent(server, lambda path=path: lead.get(path))  # type: ignore[misc]
    calls = _ROUNDS * _CALLS
    row = {
        "screen": name,
        "small_cpu_ms": round(spent[small] / calls, 2),
        "large_cpu_ms": round(spent[large] / calls, 2),
        "ratio": round(spent[large] / spent[small], 3),
    }
    _say(
        f"{name}: {row['small_cpu_ms']} CPU-ms at {small} items, "
        f"{row['large_cpu_ms']} at {large}: {row['ratio']} times"
    )
    return row


def _spent(server: BenchServer, call: Callable[[], Any]) -> float:
    pids = [server.pid("web"), server.pid("database")]
    before = sum(map(cpu_ms, pids))
    for _ in range(_CALLS):
        call()
    return sum(map(cpu_ms, pids)) - before


def _goal(value: float, goal: float) -> dict[str, Any]:
    return {"value": value, "goal": goal, "met": value <= goal}


def _since(began: float) -> str:
    return f"{time.monotonic() - began:.1f} s"


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - it is a script


if __name__ == "__main__":
    main()
