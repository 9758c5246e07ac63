"""What every test may use: a PostgreSQL for the whole run, folders, and where Chromium is."""

import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import pytest_django
from django.conf import settings
from django.db import connections

from annotate import database

logger = logging.getLogger(__name__)
_CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


def _find_chromium() -> str | None:
    named = os.environ.get("CHROMIUM")
    return next(filter(None, map(shutil.which, [named] if named else _CHROMIUM_NAMES)), None)


CHROMIUM = _find_chromium()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM:
        return
    reason = "no Chromium: set CHROMIUM, or install it (apt-get install chromium)"
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def chromium() -> str:
    """The program to hand to Playwright as `executable_path`."""
    assert CHROMIUM, "mark the test with `browser`"
    return CHROMIUM


@pytest.fixture(scope="session")
def postgres() -> Iterator[None]:
    """The embedded server in its fast profile; nothing to do when DATABASE_URL names one."""
    if settings.DATABASE_URL:
        yield
        return
    server = database.start(
        settings.DATA_DIR,
        pg_bin=os.environ.get("PG_BIN") or None,
        profile=database.Profile.TEST,
    )
    database.create_database(settings.DATA_DIR)
    yield
    server.stop()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    postgres: None,
    django_db_modify_db_settings_parallel_suffix: None,
) -> None:
    """pytest-django's hook before it makes the test database: so pure tests start no server."""


_LEFT = """
SELECT pid, state, left(query, 300), pg_terminate_backend(pid) FROM pg_stat_activity
 WHERE datname = %s AND backend_type = 'client backend'
"""


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker
) -> Iterator[None]:
    """pytest-django's; in the end whoever is still connected is named and sent away, since the
    database could not be dropped, and a whole good run would end in an error."""
    yield
    with django_db_blocker.unblock():
        own: Any = connections["default"]
        own.close()
        own.close_pool()
        there = {**own.get_connection_params(), "dbname": "postgres"}
        with psycopg.connect(**there, autocommit=True) as server:
            left = server.execute(_LEFT, [own.settings_dict["NAME"]]).fetchall()
    for pid, state, query, _ in left:
        logger.warning("session %s (%s) outlived the tests: %s", pid, state, query)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A temporary folder with a short name that other users may pass through.

    pytest's own `tmp_path` is closed to PostgreSQL's user when the suite runs as root.
    """
    folder = Path(tempfile.mkdtemp(prefix="annotate-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
