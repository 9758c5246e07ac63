"""What a storm must not have broken: the tables are compared with what clients were told."""

import subprocess
import sys
from collections.abc import Callable

from bench.history import History
from bench.invariants import Tables, count_broken
from bench.server import Site

_STORED = "SELECT submission_id::text, id FROM annotate_judgment"

# What a counter says against what it counts.
_COUNTERS = {
    "items whose count of votes is not that of their judgments": """
SELECT count(*) FROM annotate_item i
 WHERE i.judged <> (SELECT count(*) FROM annotate_judgment j
                     WHERE j.item_id = i.id AND NOT j.is_surplus AND j.replaces_id IS NULL)""",
    "items whose taken slots are not leases and votes": """
SELECT count(*) FROM annotate_item i
 WHERE i.taken <> (SELECT count(*) FROM annotate_judgment j
                    WHERE j.item_id = i.id AND NOT j.is_surplus AND j.replaces_id IS NULL)
                + (SELECT count(*) FROM annotate_assignment a
                    WHERE a.item_id = i.id AND a.purpose = 'judge' AND a.state = 'leased')""",
    "workers whose count of judgments is not theirs": """
SELECT count(*) FROM annotate_worker w
 WHERE w.judged_count <> (SELECT count(*) FROM annotate_judgment j
                           WHERE j.worker_id = w.id AND j.replaces_id IS NULL)""",
    "judgments without their event, or events without their judgment": """
SELECT (SELECT count(*) FROM annotate_judgment)
     - (SELECT count(*) FROM annotate_event WHERE kind = 'item.judged')""",
    "final labels without their event": """
SELECT (SELECT count(*) FROM annotate_finallabel)
     - (SELECT count(*) FROM annotate_event WHERE kind IN ('item.settled', 'item.adjudicated'))""",
    "settled items whose label is not the one in force": """
SELECT count(*) FROM annotate_item i
 WHERE i.stage = 'settled' AND NOT EXISTS (
       SELECT FROM annotate_finallabel f WHERE f.id = i.final_label_id AND f.item_id = i.id)""",
    "open items with a free slot that the queue does not offer": """
SELECT count(*) FROM annotate_item i
 WHERE i.stage IN ('new', 'open') AND i.taken < i.overlap
   AND NOT EXISTS (SELECT FROM annotate_queueentry q WHERE q.item_id = i.id)""",
    "queue entries of items that need nothing": """
SELECT count(*) FROM annotate_queueentry q JOIN annotate_item i ON i.id = q.item_id
 WHERE q.tier = 'crowd' AND NOT (i.stage IN ('new', 'open') AND i.taken < i.overlap)""",
    "items left undecided though everybody asked has answered": """
SELECT count(*) FROM annotate_item i
 WHERE i.stage IN ('new', 'open') AND i.judged >= i.overlap""",
}


def check(server: Tables, history: History) -> dict[str, int]:
    """Promises by name, and how often each was broken; all are 0."""
    with server.connect() as database:
        rows = database.execute(_STORED).fetchall()

        def count(query: str) -> int:
            row = database.execute(query).fetchone()
            return abs(int(row[0])) if row else 0

        counters = {name: count(query) for name, query in _COUNTERS.items()}
    stored = {submission: int(judgment) for submission, judgment in rows}
    broken = count_broken(server, list(history.acknowledged.values()))
    return {
        "lost": sum(stored.get(s) != judgment for s, judgment in history.acknowledged.items()),
        "doubled": broken.duplicates + len(rows) - len(stored),
        "over_assigned": broken.over_assigned,
        "stored, though nobody sent it": len(stored.keys() - history.attempted),
        "answers that clients say are wrong": len(history.problems),
        **counters,
    }


def recount(server: Site) -> int:
    """0 when every counter is what the rows say; else 1, and what the command said of it."""
    try:
        server.manage("recount", "--check")
    except subprocess.CalledProcessError as error:
        print(error.stdout, file=sys.stderr)  # noqa: T201 - a script
        return 1
    return 0


def print_broken(found: dict[str, int], say: Callable[[str], None]) -> None:
    for name, times in found.items():
        say(f"  {times:>6}  {name}")
