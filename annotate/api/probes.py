"""What machines ask of a process: does it live, is it ready, and how much is there to do."""

import secrets
from functools import cache

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import Error
from django.http import HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from annotate.api.errors import not_found
from annotate.meters import REGISTRY
from annotate.queries.load import JobLoad, ProcessLoad, ServerLoad, job_load

_UP = "# TYPE annotate_database_up gauge\nannotate_database_up {}\n"
SILENT_SECONDS = 60
"""A worker says every ten seconds that it lives."""


def health(_request: HttpRequest) -> HttpResponse:
    """The process is up and serves."""
    return _text("ok\n")


def ready(_request: HttpRequest) -> HttpResponse:
    """503 until the database answers and has every table. A worker that is away is said but does
    not take the web process out of service: answers are taken without it.
    """
    try:
        if not _is_migrated():
            return _text("the database has not been migrated\n", status=503)
        jobs = job_load()
    except Error:
        return _text("the database does not answer\n", status=503)
    return _text(f"ready\n{_about(jobs)}\n")


def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus' text for whoever has METRICS_TOKEN; without one it does not exist."""
    sent = request.headers.get("Authorization", "").removeprefix("Bearer ").encode()
    token: str = settings.METRICS_TOKEN
    if not token or not secrets.compare_digest(sent, token.encode()):
        return not_found(request)
    body = generate_latest(REGISTRY) + _read(ProcessLoad())
    try:
        body += _read(ServerLoad()) + _UP.format(1).encode()
    except Error:
        body += _UP.format(0).encode()
    return HttpResponse(body, content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _read(collector: ProcessLoad | ServerLoad) -> bytes:
    registry = CollectorRegistry()
    registry.register(collector)
    return generate_latest(registry)


def _about(jobs: JobLoad) -> str:
    seconds = jobs.heartbeat_seconds
    if seconds is None or seconds > SILENT_SECONDS:
        worker = "no worker is running"
    else:
        worker = f"worker heard of {seconds:.0f} s ago"
    return f"{worker}; jobs: {jobs.waiting} waiting, {jobs.running} running"


def _is_migrated() -> bool:
    # What is there once stays: it is looked for until it was found.
    if _found():
        return True
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    _found().append(True)
    return True


@cache
def _found() -> list[bool]:
    return []


def _text(body: str, status: int = 200) -> HttpResponse:
    return HttpResponse(body, status=status, content_type="text/plain")
