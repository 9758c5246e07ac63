"""What the server's tests share."""

import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
import pytest_django
from django.db import connection, connections, transaction

from annotate import announce
from annotate.services import llm_ask
from tests.annotate.talkers import Lead, by_word, talker
from tests.models_assist.stub_engine import StubEngine, stub_engine


@pytest.fixture(autouse=True)
def passwords_are_hashed_quickly(settings: pytest_django.Settings) -> None:
    """The real hash is slow on purpose, and its slowness is not what is tested."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="module")
def built_once(
    django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker
) -> Iterator[None]:
    """A transaction around a whole module, for rows that are dear to make.

    Each test has its own transaction within, as always, so what it changes is undone. After it,
    Django would close the connection, and end this one too.
    """
    with (
        pytest.MonkeyPatch.context() as patch,
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        patch.setattr(connections["default"], "close", lambda: None)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def committed(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """For tests whose threads or processes have to see each other's rows.

    What changed is announced by a thread after the commit. Its last word is waited for, lest it
    come in the middle of the next test.
    """
    monkeypatch.setattr(announce, "INTERVAL_SECONDS", 0.01)
    yield
    while not announce._announcer.is_idle():
        time.sleep(0.01)
    connection.close()


@pytest.fixture
def jobs() -> Iterator[None]:
    """A worker process beside the web server; its clock looks for due refreshes, too."""
    # What other tests left to do would keep it from the jobs of this one.
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE status = 'todo'")
    name = str(connection.settings_dict["NAME"])
    running = subprocess.Popen(  # noqa: S603 - our own program, no shell
        [sys.executable, "-m", "tests.annotate.jobs_process", name]
    )
    yield
    running.terminate()
    try:
        # It ends the job in hand, and stands back where others want the cores.
        assert running.wait(120) == 0
    finally:
        running.kill()


@pytest.fixture
def stub(
    settings: pytest_django.Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[StubEngine]:
    """A language model on loopback that the administrator allows."""
    monkeypatch.setattr(llm_ask, "PAUSE_SECONDS", 0)
    monkeypatch.setattr(llm_ask, "GLANCE_SECONDS", 0.02)
    with stub_engine() as running:
        running.says = talker(by_word)
        settings.MODEL_ENDPOINTS = {"stub": running.endpoint(seconds=0.4)}
        yield running


@pytest.fixture
def llm(stub: StubEngine, db: None) -> Lead:
    """A lead who agreed that it is asked."""
    found = Lead()
    found.consent()
    return found
