"""How much waits, read when Prometheus asks. Nothing here costs more when a project grows."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import connection, connections
from django.db.models import F, Sum
from prometheus_client.core import GaugeMetricFamily, Metric

from annotate.encoder import runtime
from annotate.models import ItemCount

# Item counts are sums of few rows; the others read an end of an index, or what waits just now.
_LEASES = """
SELECT count(*) FILTER (WHERE expires_at <= statement_timestamp()),
       extract(epoch FROM max(statement_timestamp() - expires_at))
  FROM (SELECT expires_at FROM annotate_assignment WHERE state = 'leased'
         ORDER BY expires_at LIMIT 1000) AS first
"""
_OLDEST_LEASE = """
SELECT extract(epoch FROM statement_timestamp() - leased_at) FROM annotate_assignment
 WHERE state = 'leased' ORDER BY expires_at LIMIT 1
"""
_WAITING_JOBS = """
SELECT j.status::text, count(*),
       extract(epoch FROM max(statement_timestamp() - greatest(j.scheduled_at, e.at)))
  FROM procrastinate_jobs j
  JOIN LATERAL (SELECT at FROM procrastinate_events WHERE job_id = j.id
                 ORDER BY id LIMIT 1) AS e ON true
 WHERE j.status IN ('todo', 'doing')
   AND (j.scheduled_at IS NULL OR j.scheduled_at <= statement_timestamp())
 GROUP BY j.status
"""
_HEARTBEAT = """
SELECT extract(epoch FROM statement_timestamp() - max(last_heartbeat))
  FROM procrastinate_workers
"""


_SUMS = {"crowd": Sum(F("new") + F("open")), "expert": Sum("disputed")}


class JobLoad(NamedTuple):
    waiting: int
    running: int
    lag_seconds: float
    """How long the job that waits longest could have begun."""
    heartbeat_seconds: float | None
    """Since any worker was last heard of; None if there is none."""


def job_load() -> JobLoad:
    """Raises Django's database errors."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING_JOBS)
        rows = {status: (count, float(lag or 0)) for status, count, lag in cursor.fetchall()}
        cursor.execute(_HEARTBEAT)
        (heartbeat,) = cursor.fetchone()
    waiting, lag = rows.get("todo", (0, 0.0))
    running, _ = rows.get("doing", (0, 0.0))
    return JobLoad(
        waiting, running, max(lag, 0.0), None if heartbeat is None else float(heartbeat)
    )


class ServerLoad:
    """A collector of what the database says; the same whichever web process is asked."""

    def collect(self) -> Iterator[Metric]:
        """Raises Django's database errors."""
        yield from _items()
        yield from _leases()
        jobs = job_load()
        yield _gauge("jobs_waiting", "Jobs that could begin now.", jobs.waiting)
        yield _gauge("jobs_running", "Jobs that run now.", jobs.running)
        yield _gauge("job_lag_seconds", "Age of the job that waits longest.", jobs.lag_seconds)
        if jobs.heartbeat_seconds is not None:
            text = "Since any worker process was last heard of."
            yield _gauge("worker_heartbeat_seconds", text, jobs.heartbeat_seconds)


class ProcessLoad:
    """A collector of this process: its pool of connections, and its model if it has one."""

    def collect(self) -> Iterator[Metric]:
        default: Any = connections["default"]
        if default.pool is not None:
            family = GaugeMetricFamily(
                "annotate_database_pool", "psycopg's figures of the pool.", labels=["figure"]
            )
            for figure, value in default.pool.get_stats().items():
                family.add_metric([figure], value)
            yield family
        if runtime.cache_info().currsize:
            now = runtime().load()
            queued = GaugeMetricFamily(
                "annotate_model_queued_tokens", "Tokens that wait for the model.", labels=["lane"]
            )
            queued.add_metric(["interactive"], now.interactive_tokens)
            queued.add_metric(["bulk"], now.bulk_tokens)
            yield queued
            text = "How fast the model was lately."
            yield _gauge("model_tokens_per_second", text, now.tokens_per_second)


def _items() -> Iterator[Metric]:
    family = GaugeMetricFamily(
        "annotate_items_waiting",
        "Items undecided: of the crowd's tier new and open ones, of the experts' disputed ones.",
        labels=["project", "tier"],
    )
    rows = ItemCount.objects.values_list("project").annotate(**_SUMS)
    for project, crowd, expert in rows.order_by("project"):
        family.add_metric([str(project), "crowd"], crowd)
        family.add_metric([str(project), "expert"], expert)
    yield family


def _leases() -> Iterator[Metric]:
    with connection.cursor() as cursor:
        cursor.execute(_LEASES)
        expired, overdue = cursor.fetchone()
        cursor.execute(_OLDEST_LEASE)
        oldest = cursor.fetchone()
    text = "Age of the lease that ends first; 0 without leases."
    yield _gauge("oldest_lease_seconds", text, float(oldest[0]) if oldest else 0.0)
    text = "Leases past their end that nobody took back yet, at most 1000."
    yield _gauge("expired_leases", text, expired)
    text = "How long the oldest of those is past its end."
    yield _gauge("lease_overdue_seconds", text, max(float(overdue or 0), 0.0))


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"annotate_{name}", text, value=value)
