"""Run the worker: in a process of its own, or in a thread of the web process."""

import asyncio
import functools
import logging
import threading
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from procrastinate.contrib.django import app
from prometheus_client import start_http_server

from annotate.meters import REGISTRY
from annotate.processes import be_first_to_end, stand_back
from annotate.queries.load import ProcessLoad

logger = logging.getLogger(__name__)

CONCURRENCY = 4
# By its name, as the jobs are: a web process that runs no jobs never loads what they need.
ANSWERER = "annotate.jobs.answerer.answer_in_threads"


async def work(*, install_signal_handlers: bool) -> None:
    """Take jobs until told to stop."""
    async with app.open_async():
        await app.run_worker_async(
            concurrency=CONCURRENCY,
            install_signal_handlers=install_signal_handlers,
            fetch_job_polling_interval=2,
            shutdown_graceful_timeout=2,
        )


def run_here() -> None:
    """Run the worker in this process until a signal stops it, behind those who wait."""
    stand_back(settings.WORKER_NICE)
    be_first_to_end()
    if settings.WORKER_METRICS_PORT:
        REGISTRY.register(ProcessLoad())
        start_http_server(settings.WORKER_METRICS_PORT, addr="127.0.0.1", registry=REGISTRY)
    _run(install_signal_handlers=True)


def run_in_thread() -> None:
    """For one-process installs: the web process works on the jobs too."""
    run = functools.partial(_run, install_signal_handlers=False)
    threading.Thread(target=run, name="worker", daemon=True).start()
    logger.info("jobs run in the web process")


def _run(*, install_signal_handlers: bool) -> None:
    shared: Any = app  # what Django's connector adds is not in procrastinate's types
    with shared.replace_connector(shared.connector.get_worker_connector()):
        shared.perform_import_paths()
        import_string(ANSWERER)()
        asyncio.run(work(install_signal_handlers=install_signal_handlers))
