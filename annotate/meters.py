"""What this process has counted since it started, for Prometheus. Each process has its own."""

from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    PlatformCollector,
    ProcessCollector,
)

REGISTRY: Final = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
_requests = Counter(
    "annotate_requests",
    "Requests, by the route's pattern.",
    ["method", "route", "status"],
    registry=REGISTRY,
)
_work = Histogram(
    "annotate_work_seconds",
    "Time to answer a claim or a submission.",
    ["step"],
    buckets=_SECONDS,
    registry=REGISTRY,
)
_jobs = Counter(
    "annotate_jobs", "Jobs that ended in this process.", ["kind", "state"], registry=REGISTRY
)

# Looking a child up by its labels costs more than counting it.
_seen: dict[tuple[str, str, int], Counter] = {}
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_steps: Final = {step: _work.labels(step) for step in ("claim", "submit")}
NO_ROUTE: Final = "(file)"


def count_request(method: str, route: str | None, status: int) -> None:
    """`route` is a pattern of the URL conf, so there are only so many; None is a static file."""
    key = (method, route or NO_ROUTE, status)
    child = _seen.get(key)
    if child is None:
        known = method if method in _METHODS else "other"
        child = _requests.labels(known, key[1], str(status))
        if known == method:
            _seen[key] = child
    child.inc()


def observe_step(step: str, seconds: float) -> None:
    _steps[step].observe(seconds)


def count_job(kind: str, state: str) -> None:
    _jobs.labels(kind, state).inc()
