"""`python bench/io.py`: import and export of 100,000 rows, beside a plain loop over the ORM.

The import is the server's own time for the job (finished_at - started_at), worked on by the worker
process; the export is read from the web process as fast as it comes. The baseline writes and reads
some of these rows (`--baseline-rows`) with Django's `bulk_create` and a serializer loop, in the
same database.
"""

import argparse
import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from bench.processes import cpu_ms, resident_mb  # noqa: E402
from bench.project import PAGES, WHY, Lead, schema_of, write_rows  # noqa: E402
from bench.server import BenchServer, temporary_server  # noqa: E402

_LOOK_EVERY_SECONDS = 0.1


class Cost:
    """How much the memory of a process grows at most, and the CPU time, the database with it."""

    def __init__(self, pid: int, database: int) -> None:
        self._pid, self._database = pid, database
        self._cpu = -self._spent()
        self.start = self.peak = resident_mb(pid)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def figures(self, rows: int, seconds: float) -> dict[str, Any]:
        return {
            "seconds": round(seconds, 2),
            "rows_per_second": round(rows / seconds, 1),
            "growth_mb": round(self.peak - self.start, 1),
            "peak_mb": round(self.peak, 1),
            "cpu_seconds": round(self._cpu / 1000, 2),
        }

    def _spent(self) -> float:
        return cpu_ms(self._pid) + cpu_ms(self._database)

    def _look(self) -> None:
        while not self._ended.wait(_LOOK_EVERY_SECONDS):
            self.peak = max(self.peak, resident_mb(self._pid))

    def end(self) -> None:
        self._ended.set()
        self._thread.join()
        self._cpu += self._spent()
        self.peak = max(self.peak, resident_mb(self._pid))


@contextmanager
def cost_of(server: BenchServer, name: str) -> Iterator[Cost]:
    cost = Cost(server.pid(name), server.pid("database"))
    try:
        yield cost
    finally:
        cost.end()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument(
        "--baseline-rows",
        type=int,
        default=20_000,
        help="the baseline holds all in memory and takes a hundred times as long; 0 for none",
    )
    arguments = parser.parse_args()
    rows = arguments.rows
    baseline_rows = min(rows, arguments.baseline_rows)
    with temporary_server() as server:
        lead = Lead(server)
        # No question a model answers, so that nothing but the import runs in the worker.
        project = lead.create_project(schema_of(PAGES, WHY))
        path = server.data_dir / "rows.jsonl"
        write_rows(path, rows)
        found = {
            "rows": rows,
            "import": _measure_import(server, lead, project, path),
            "export": _measure_export(server, lead, project),
            "baseline": _measure_baseline(server, baseline_rows) if baseline_rows else None,
        }
    for name in ("import", "export"):
        if found["baseline"] is None:
            _say(f"{name:<7} ours          {_line(found[name])}")
            continue
        ours, plain = found[name], found["baseline"][name]
        per_row = plain["cpu_seconds"] / baseline_rows, ours["cpu_seconds"] / rows
        ours["cpu_ratio"] = round(per_row[0] / per_row[1], 2)
        ours["ratio"] = round(ours["rows_per_second"] / plain["rows_per_second"], 2)
        _say(f"{name:<7} ours          {_line(ours)}")
        _say(f"{name:<7} plain Django  {_line(plain)}  ({baseline_rows} rows)")
        _say(f"{name:<7} ratio         {ours['ratio']} in rows/s, {ours['cpu_ratio']} in CPU")
    _say(json.dumps(found))


def _line(figures: dict[str, Any]) -> str:
    return (
        f"{figures['rows_per_second']:>7.0f} rows/s  {figures['seconds']:>6.1f} s"
        f"  {figures['cpu_seconds']:>6.1f} CPU-s  memory +{figures['growth_mb']:.0f} MB"
    )


def _measure_import(server: BenchServer, lead: Lead, project: int, path: Path) -> dict[str, Any]:
    rows = sum(1 for _ in path.open("rb"))
    server.start_worker()
    # One row first: what the worker loads once is no part of the growth.
    first = path.with_name("first.jsonl")
    first.write_text('{"text": "The first row."}\n')
    lead.import_file(project, first)
    with cost_of(server, "worker") as cost:
        job = lead.import_file(project, path)
    server.stop_worker()
    created = job["result"]["created"]
    if created != rows:
        raise RuntimeError(f"{created} of {rows} rows were created")
    began, ended = (datetime.fromisoformat(job[key]) for key in ("started_at", "finished_at"))
    return cost.figures(rows, (ended - began).total_seconds())


def _measure_export(server: BenchServer, lead: Lead, project: int) -> dict[str, Any]:
    lead.get(f"projects/{project}/")  # the first request loads what is loaded once
    lines = 0
    with cost_of(server, "web") as cost:
        began = time.monotonic()
        path = f"projects/{project}/export/?format=jsonl"
        with lead.http.stream("GET", path) as response:
            response.raise_for_status()
            for chunk in response.iter_bytes():
                lines += chunk.count(b"\n")
        seconds = time.monotonic() - began
    return cost.figures(lines, seconds)


def _measure_baseline(server: BenchServer, rows: int) -> dict[str, Any]:
    """In processes of their own, with the same settings and the same database."""
    path = server.data_dir / "baseline.jsonl"
    write_rows(path, rows)
    script = str(Path(__file__).with_name("plain_orm.py"))
    found: dict[str, Any] = {"rows": rows}
    for what in ("import", "export"):
        before = cpu_ms(server.pid("database"))
        figures = json.loads(server.run_python(script, what, str(path)).splitlines()[-1])
        spent = (cpu_ms(server.pid("database")) - before) / 1000
        figures["cpu_seconds"] = round(figures["cpu_seconds"] + spent, 2)
        found[what] = figures
    return found


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
