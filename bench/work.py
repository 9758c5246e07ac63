"""`python bench/work.py`: what a worker's cycle (submit, get the next item) costs the server.

Starts a server of its own for each size, and keeps them all up: a machine whose speed changes from
minute to minute must not do so between the sizes. So each number of workers is measured in slices,
one of each size in turn, and the CPU time of a cycle is the median of its slices. Workers run in
processes of their own and are not counted in it, but compete for the same cores: read CPU-ms a
cycle, not cycles a second.

A worker at work asks for the next item with each answer: a cycle is one request. With `--apart` it
is two, a claim and a submit, as a simple script makes them. Workers send tokens, as scripts do;
with `--browser` the cookies of people who have signed in.
"""

import argparse
import json
import statistics
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import NamedTuple

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from bench.crowd import STEADY, Manner, Work, by_token, work  # noqa: E402
from bench.invariants import count_broken  # noqa: E402
from bench.processes import cpu_ms  # noqa: E402
from bench.project import CHOICE, Lead, schema_of  # noqa: E402
from bench.server import BenchServer, temporary_server  # noqa: E402
from bench.work_rows import copy_items, make_veteran  # noqa: E402

# Label Studio 1.23 in the same cycle, as measured before this server was built (docs/
# measurements.md); not run by this script.
LABEL_STUDIO_CPU_MS = {10_000: 228.0, 100_000: 487.0}
_WARM_UP_CYCLES = 40
_VETERANS_SHARE = 10
"""One of so many items a veteran has judged: they stand at the head of the queue, and wait."""
# With fewer, the first claims, which all workers make in the same moment, and the end, when some
# have no more to do, would weigh more than they do in a day's work.
_FEWEST_CYCLES_A_WORKER = 30
_APART = Manner(claims=1)
_HEAD = (
    "  items  workers  cycles  web  db  web+db CPU-ms  p50 ms  p95 ms  claim p95  cycles/s"
    "  over twice lost"
)


@dataclass(frozen=True, kw_only=True)
class Run:
    items: int
    annotators: int
    veteran: bool
    """They have judged a tenth of all items before."""
    cycles: int
    cpu_ms_web: float
    cpu_ms_db: float
    p50_ms: float
    p95_ms: float
    """Of a submit, with its next item unless that is claimed apart."""
    claim_p95_ms: float | None
    """Of claims in a request of their own; None: there are none."""
    cycles_per_second: float
    over_assigned: int
    duplicates: int
    lost: int

    @property
    def cpu(self) -> float:
        return self.cpu_ms_web + self.cpu_ms_db

    def line(self) -> str:
        claims = "-" if self.claim_p95_ms is None else f"{self.claim_p95_ms:.1f}"
        return (
            f"{self.items:>7} {self.annotators:>8} {self.cycles:>7} {self.cpu_ms_web:>5.1f}"
            f" {self.cpu_ms_db:>4.1f} {self.cpu:>12.1f} {self.p50_ms:>9.1f} {self.p95_ms:>7.1f}"
            f" {claims:>10} {self.cycles_per_second:>9.1f} {self.over_assigned:>5}"
            f" {self.duplicates:>5} {self.lost:>4}{'  veteran' if self.veteran else ''}"
        )


def main() -> None:
    arguments = _parser().parse_args()
    _say(_HEAD)
    runs: list[Run] = []
    with ExitStack() as servers:
        manner = _APART if arguments.apart else STEADY
        sides = [
            _side(servers.enter_context(temporary_server()), n, manner) for n in arguments.items
        ]
        if arguments.veteran:
            server = servers.enter_context(temporary_server())
            sides.append(_side(server, max(arguments.items), manner, veteran=True))
        if arguments.worker:
            for side in sides:
                side.server.start_worker()
        for count in arguments.annotators:
            # What a veteran costs is seen best in the work of one, and others would be none.
            for run in _measure(
                [s for s in sides if count == 1 or not s.veteran], count, arguments
            ):
                runs.append(run)
                _say(run.line())
    for size, cost in LABEL_STUDIO_CPU_MS.items():
        _say(f"{size:>7}  Label Studio 1.23 (baseline) {cost:>12.0f}   not run here")
    ratios = {"growth": growth_of(runs), "veteran": veteran_ratio(runs)}
    _say(f"growth of CPU-ms a cycle, smallest to largest size: {ratios['growth']:.2f}")
    if ratios["veteran"] is not None:
        _say(f"a veteran's cycle over a newcomer's, same size: {ratios['veteran']:.2f}")
    broken = [run for run in runs if run.over_assigned or run.duplicates or run.lost]
    ordered = sorted(runs, key=lambda run: (run.items, run.annotators))
    body = {"runs": [asdict(run) for run in ordered], **ratios}
    _say(json.dumps(body))
    sys.exit(1 if broken else 0)


def growth_of(runs: list[Run]) -> float:
    """The mean cost at the largest size over that at the smallest; 1.0 when there is one size."""
    newcomers = [run for run in runs if not run.veteran]
    sizes = [run.items for run in newcomers]

    def cost(size: int) -> float:
        return statistics.mean(run.cpu for run in newcomers if run.items == size)

    return round(cost(max(sizes)) / cost(min(sizes)), 3)


def veteran_ratio(runs: list[Run]) -> float | None:
    """What a veteran costs over a newcomer who works alone at the same size; None without one."""
    for veteran in (run for run in runs if run.veteran):
        for run in runs:
            if (run.items, run.annotators, run.veteran) == (veteran.items, 1, False):
                return round(veteran.cpu / run.cpu, 3)
    return None


@dataclass(frozen=True, kw_only=True)
class _Side:
    """A server with a project of one size, and all that it ever acknowledged."""

    server: BenchServer
    lead: Lead
    project: int
    items: int
    manner: Manner
    veteran: bool
    acknowledged: list[int] = field(default_factory=list)

    def work(self, callers: Sequence[str], cycles: int) -> Work:
        place = {"port": self.server.plan.port, "project": self.project}
        done = work(**place, callers=callers, cycles=cycles, manner=self.manner)
        self.acknowledged.extend(done.judgments)
        if done.problems or len(done.judgments) != cycles:
            raise RuntimeError(f"{len(done.judgments)} cycles only: {done.problems[:3]}")
        return done

    def cpu_ms(self) -> tuple[float, float]:
        """Of the web process and of PostgreSQL, so far."""
        return cpu_ms(self.server.pid("web")), cpu_ms(self.server.pid("database"))


class _Slice(NamedTuple):
    """A part of a run, measured by itself."""

    work: Work
    cpu_ms_web: float
    cpu_ms_db: float


def _side(server: BenchServer, items: int, manner: Manner, *, veteran: bool = False) -> _Side:
    """A project with the default policy, one question and these items; no worker process runs."""
    lead = Lead(server)
    project = lead.create_project(schema_of(CHOICE))
    with server.connect() as database:
        copy_items(database, project, items)
        # What autovacuum would do within a minute; it must not fall into one of the runs.
        database.execute("VACUUM ANALYZE")
    return _Side(
        server=server, lead=lead, project=project, items=items, manner=manner, veteran=veteran
    )


def _measure(sides: list[_Side], count: int, arguments: argparse.Namespace) -> list[Run]:
    """`count` workers on each side, a slice of one side after a slice of the other."""
    callers = [_hire(side, count, by_session=arguments.browser) for side in sides]
    for side, own in zip(sides, callers, strict=True):
        # The first requests fill caches and open connections; every worker claims anew.
        side.work(own, max(_WARM_UP_CYCLES, count))
    cycles = max(-(-arguments.cycles // arguments.slices), count * _FEWEST_CYCLES_A_WORKER)
    slices: list[list[_Slice]] = [[] for _ in sides]
    for turn in range(arguments.slices):
        # Back and forth, so that no side is always the one that comes first.
        places = range(len(sides)) if turn % 2 == 0 else range(len(sides))[::-1]
        for place in places:
            slices[place].append(_slice(sides[place], callers[place], cycles))
    return [_run_of(side, count, own) for side, own in zip(sides, slices, strict=True)]


def _hire(side: _Side, count: int, *, by_session: bool) -> list[str]:
    place = side.server, side.project, count
    if by_session:
        callers = side.lead.add_browsers(*place)
    else:
        callers = [by_token(key) for key in side.lead.add_workers(*place)]
    if side.veteran:
        with side.server.connect() as database:
            make_veteran(database, side.project, side.items // _VETERANS_SHARE)
            database.execute("VACUUM ANALYZE")
    return callers


def _slice(side: _Side, callers: Sequence[str], cycles: int) -> _Slice:
    before = side.cpu_ms()
    done = side.work(callers, cycles)
    after = side.cpu_ms()
    return _Slice(done, (after[0] - before[0]) / cycles, (after[1] - before[1]) / cycles)


def _run_of(side: _Side, annotators: int, slices: list[_Slice]) -> Run:
    latencies = [ms for part in slices for ms in part.work.latencies_ms]
    claims = [ms for part in slices for ms in part.work.claims_ms]
    cycles = len(latencies)
    broken = count_broken(side.server, side.acknowledged)
    return Run(
        items=side.items,
        annotators=annotators,
        veteran=side.veteran,
        cycles=cycles,
        cpu_ms_web=round(statistics.median(part.cpu_ms_web for part in slices), 3),
        cpu_ms_db=round(statistics.median(part.cpu_ms_db for part in slices), 3),
        p50_ms=round(statistics.median(latencies), 2),
        p95_ms=_p95(latencies),
        claim_p95_ms=_p95(claims) if side.manner.claims else None,
        cycles_per_second=round(cycles / sum(part.work.seconds for part in slices), 2),
        **broken._asdict(),
    )


def _p95(latencies_ms: list[float]) -> float:
    return round(statistics.quantiles(latencies_ms, n=20)[18], 2)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=_numbers, default=[10_000, 100_000])
    parser.add_argument("--annotators", type=_numbers, default=[1, 8, 32, 100])
    parser.add_argument(
        "--cycles",
        type=int,
        default=1000,
        help="submits in each run, at least; each worker makes thirty or more in a slice",
    )
    parser.add_argument("--slices", type=int, default=3, help="parts of each run, in turn")
    parser.add_argument(
        "--veteran",
        action="store_true",
        help="also one worker who has judged a tenth of all items, at the largest size",
    )
    parser.add_argument(
        "--apart", action="store_true", help="a cycle is two requests: a claim, then a submit"
    )
    parser.add_argument(
        "--browser", action="store_true", help="workers have signed in, and send no token"
    )
    parser.add_argument("--worker", action="store_true", help="keep the worker process running")
    return parser


def _numbers(raw: str) -> list[int]:
    return [int(part) for part in raw.split(",")]


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
