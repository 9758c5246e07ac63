"""`python bench/work.py`: what a worker's cycle (submit, get the next item) costs the server.

Starts a server of its own for each size. Workers run in processes of their own and are not counted
in the CPU time, but compete for the same cores: read CPU-ms a cycle, not cycles a second.
"""

import argparse
import json
import statistics
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from bench.crowd import Work, work  # noqa: E402
from bench.invariants import Broken, count_broken  # noqa: E402
from bench.processes import cpu_ms  # noqa: E402
from bench.project import CHOICE, WHY, Lead, schema_of, write_rows  # noqa: E402
from bench.server import BenchServer, temporary_server  # noqa: E402

# Label Studio 1.23 in the same cycle, as measured before this server was built (docs/
# measurements.md); not run by this script.
LABEL_STUDIO_CPU_MS = {10_000: 228.0, 100_000: 487.0}
_WARM_UP_CYCLES = 40
# With fewer, the first claim of each worker would weigh more than it does in a day's work.
_FEWEST_CYCLES_A_WORKER = 10
_HEAD = (
    "  items  workers  cycles  web  db  web+db CPU-ms  p50 ms  p95 ms  cycles/s  over twice lost"
)


@dataclass(frozen=True, kw_only=True)
class Run:
    items: int
    annotators: int
    cycles: int
    cpu_ms_web: float
    cpu_ms_db: float
    p50_ms: float
    p95_ms: float
    cycles_per_second: float
    over_assigned: int
    duplicates: int
    lost: int

    @property
    def cpu(self) -> float:
        return self.cpu_ms_web + self.cpu_ms_db

    def line(self) -> str:
        return (
            f"{self.items:>7} {self.annotators:>8} {self.cycles:>7} {self.cpu_ms_web:>5.1f}"
            f" {self.cpu_ms_db:>4.1f} {self.cpu:>12.1f} {self.p50_ms:>9.1f} {self.p95_ms:>7.1f}"
            f" {self.cycles_per_second:>9.1f} {self.over_assigned:>5} {self.duplicates:>5}"
            f" {self.lost:>4}"
        )


def main() -> None:
    arguments = _parser().parse_args()
    _say(_HEAD)
    runs: list[Run] = []
    for items in arguments.items:
        for run in _measure(items, arguments):
            runs.append(run)
            _say(run.line())
    for size, cost in LABEL_STUDIO_CPU_MS.items():
        _say(f"{size:>7}  Label Studio 1.23 (baseline) {cost:>12.0f}   not run here")
    growth = growth_of(runs)
    _say(f"growth of CPU-ms a cycle, smallest to largest size: {growth:.2f}")
    broken = [run for run in runs if run.over_assigned or run.duplicates or run.lost]
    body = {"runs": [asdict(run) for run in runs], "growth": round(growth, 3)}
    _say(json.dumps(body))
    sys.exit(1 if broken else 0)


def growth_of(runs: list[Run]) -> float:
    """The mean cost at the largest size over that at the smallest; 1.0 when there is one size."""
    sizes = [run.items for run in runs]

    def cost(size: int) -> float:
        return statistics.mean(run.cpu for run in runs if run.items == size)

    return cost(max(sizes)) / cost(min(sizes))


def _measure(items: int, arguments: argparse.Namespace) -> Iterator[Run]:
    with temporary_server() as server:
        lead = Lead(server)
        project = _fill(server, lead, items)
        if arguments.worker:
            server.start_worker()
        for count in arguments.annotators:
            keys = lead.add_workers(server, project, count)
            port = server.plan.port
            # The first requests fill caches and open connections; every worker claims anew.
            warm = work(port=port, project=project, keys=keys[:1], cycles=_WARM_UP_CYCLES)
            before = cpu_ms(server.pid("web")), cpu_ms(server.pid("database"))
            cycles = max(arguments.cycles, count * _FEWEST_CYCLES_A_WORKER)
            done = work(port=port, project=project, keys=keys, cycles=cycles)
            after = cpu_ms(server.pid("web")), cpu_ms(server.pid("database"))
            spent = after[0] - before[0], after[1] - before[1]
            broken = count_broken(server, [*warm.judgments, *done.judgments])
            yield _run_of(items, count, done, spent, broken)


def _fill(server: BenchServer, lead: Lead, items: int) -> int:
    """Import the items with the worker, and stop it again; answers the project."""
    project = lead.create_project(schema_of(CHOICE, WHY))
    path = server.data_dir / "rows.jsonl"
    write_rows(path, items)
    server.start_worker()
    lead.import_file(project, path)
    lead.cancel_other_jobs(project)
    server.stop_worker()
    with server.connect() as database:
        # What autovacuum would do within a minute; it must not fall into one of the runs.
        database.execute("VACUUM ANALYZE")
    return project


def _run_of(
    items: int, annotators: int, done: Work, spent: tuple[float, float], broken: Broken
) -> Run:
    cycles = len(done.judgments)
    if done.problems or not cycles:
        raise RuntimeError(f"{cycles} cycles only: {done.problems[:3]}")
    cuts = statistics.quantiles(done.latencies_ms, n=20)
    return Run(
        items=items,
        annotators=annotators,
        cycles=cycles,
        cpu_ms_web=round(spent[0] / cycles, 3),
        cpu_ms_db=round(spent[1] / cycles, 3),
        p50_ms=round(statistics.median(done.latencies_ms), 2),
        p95_ms=round(cuts[18], 2),
        cycles_per_second=round(cycles / done.seconds, 2),
        **broken._asdict(),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=_numbers, default=[10_000, 100_000])
    parser.add_argument("--annotators", type=_numbers, default=[1, 8, 32, 100])
    parser.add_argument(
        "--cycles",
        type=int,
        default=1000,
        help="submits in each run, at least; each worker makes ten or more",
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
