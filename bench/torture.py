"""`python bench/torture.py`: answers are given while PostgreSQL, web and worker are killed.

The server is `manage.py serve`, the clients are threads that ask again until they know the
outcome, a nemesis sends SIGKILL at random moments, and with `--bad-network` a proxy between them
loses replies that were given. Afterwards what clients were told is compared with the tables, and
every counter with what it counts. A broken promise ends it with exit code 1, and leaves the
history behind: a line of JSON a request.
"""

import argparse
import collections
import json
import statistics
import sys
import tempfile
import threading
import time
from contextlib import AbstractContextManager
from pathlib import Path
from random import Random
from typing import Any

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from bench.checker import check, print_broken, recount  # noqa: E402
from bench.history import History, start_workers  # noqa: E402
from bench.project import CHOICE, Lead, schema_of, write_rows  # noqa: E402
from bench.proxy import Faults, Proxy, running_proxy  # noqa: E402
from bench.supervised import Part, SupervisedServer, supervised_server  # noqa: E402

# The default policy asks for two votes and, where they differ, for a third.
_FEWEST_VOTES = 2
_LONGEST_RECOVERY = 10.0


class Nemesis(threading.Thread):
    """Kills one part after another, spread over the answers that are to be given."""

    def __init__(
        self, server: SupervisedServer, history: History, plan: list[tuple[int, Part]]
    ) -> None:
        super().__init__()
        self._server = server
        self._history = history
        self._plan = plan
        self._is_over = threading.Event()
        self.recoveries: dict[Part, list[float]] = collections.defaultdict(list)
        self.problems: list[str] = []

    def run(self) -> None:
        for acknowledged, part in self._plan:
            while len(self._history.acknowledged) < acknowledged:
                if self._is_over.wait(0.01):
                    return
            try:
                self.recoveries[part].append(self._server.kill(part))
            except (OSError, TimeoutError) as error:
                self.problems.append(str(error))

    def stop(self) -> None:
        self._is_over.set()
        self.join()


def plan_kills(rng: Random, answers: int, kills: dict[Part, int]) -> list[tuple[int, Part]]:
    """After how many answers which part is killed, in order; the last with answers to come."""
    parts: list[Part] = [part for part, times in kills.items() for _ in range(times)]
    rng.shuffle(parts)
    moments = sorted(rng.randrange(max(answers * 3 // 4, 1)) for _ in parts)
    return list(zip(moments, parts, strict=True))


def torture(options: argparse.Namespace) -> dict[str, Any]:
    rng = Random(options.seed)  # noqa: S311 - no secret
    items = -(-options.submissions // _FEWEST_VOTES)
    kills: dict[Part, int] = {
        "database": options.db_kills,
        "web": options.web_kills,
        "worker": options.worker_kills,
    }
    history = History()
    with supervised_server() as server, _network(server, options) as network:
        lead = Lead(server)
        project = lead.create_project(schema_of(CHOICE))
        with tempfile.TemporaryDirectory() as folder:
            write_rows(Path(folder) / "rows.jsonl", items)
            lead.import_file(project, Path(folder) / "rows.jsonl")
        lead.cancel_other_jobs(project)
        keys = lead.add_workers(server, project, options.annotators)
        nemesis = Nemesis(server, history, plan_kills(rng, options.submissions, kills))
        began = time.monotonic()
        workers = start_workers(ports=[network.port], project=project, keys=keys, history=history)
        nemesis.start()
        for worker in workers:
            worker.join()
        seconds = time.monotonic() - began
        nemesis.stop()
        found = {
            **check(server, history),
            "recounts that find something else": recount(server),
        }
    say(f"  the network's faults: {dict(network.done) or 'none'}")
    return {**_report(options, history, nemesis, found, seconds), "network": dict(network.done)}


def _network(
    server: SupervisedServer, options: argparse.Namespace
) -> AbstractContextManager[Proxy]:
    """Between the workers and the server; with a share of 0 it does nothing wrong."""
    target = ("127.0.0.1", server.plan.port)
    return running_proxy(target, Faults.everything(options.bad_network), seed=options.seed)


def _report(
    options: argparse.Namespace,
    history: History,
    nemesis: Nemesis,
    found: dict[str, int],
    seconds: float,
) -> dict[str, Any]:
    times = [time for part in nemesis.recoveries.values() for time in part]
    found["fewer answers than were asked for"] = max(
        0, options.submissions - len(history.acknowledged)
    )
    found["parts that did not come back"] = len(nemesis.problems)
    slow = sum(time > _LONGEST_RECOVERY for time in times)
    say(f"{len(history.acknowledged)} answers in {seconds:.0f} s, {options.annotators} workers")
    for part, recovered in nemesis.recoveries.items():
        say(
            f"  {part:<9} killed {len(recovered):>3} times; back after"
            f" {statistics.median(recovered):.1f} s, at most {max(recovered):.1f} s"
        )
    unknown = history.unknown()
    shown = ", ".join(f"{times} {what}" for what, times in sorted(unknown.items()))
    say(f"  {unknown.total()} requests had no answer and were asked again: {shown or 'none'}")
    say("promises broken:")
    print_broken(found, say)
    for problem in (*history.problems[:10], *nemesis.problems):
        say(f"  ! {problem}")
    broken = sum(found.values())
    if broken:
        history.save(options.history)
        say(f"history: {options.history}")
    return {
        "acknowledged": len(history.acknowledged),
        "kills": {part: len(recovered) for part, recovered in nemesis.recoveries.items()},
        "unknown": unknown.total(),
        "lost": found["lost"],
        "doubled": found["doubled"],
        "over_assigned": found["over_assigned"],
        "broken": broken,
        "longest_recovery": round(max(times, default=0.0), 2),
        "slow_recoveries": slow,
        "seconds": round(seconds, 1),
        "seed": options.seed,
    }


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--submissions", type=int, default=20_000, help="answers, at least")
    parser.add_argument("--annotators", type=int, default=12)
    parser.add_argument("--db-kills", type=int, default=30)
    parser.add_argument("--web-kills", type=int, default=30)
    parser.add_argument("--worker-kills", type=int, default=5)
    parser.add_argument(
        "--bad-network",
        type=float,
        default=0.0,
        metavar="SHARE",
        help="share of the requests that are delayed, cut, or lose their reply; default: 0",
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--history",
        type=Path,
        default=Path(tempfile.gettempdir()) / "torture-history.jsonl",
        help="where the history goes when a promise was broken; default: %(default)s",
    )
    result = torture(parser.parse_args())
    say(json.dumps(result))
    return 1 if result["broken"] else 0


if __name__ == "__main__":
    sys.exit(main())
