"""A request that meets a dead connection is told to come again, and the next one works."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import OperationalError, close_old_connections, connections
from django.test import Client
from psycopg_pool import ConnectionPool

from annotate import models
from annotate.api.errors import DatabaseAway
from annotate.database.sessions import LOCK_SECONDS, STATEMENT_SECONDS, sessions
from annotate.services.workforce import create_token
from tests import make
from tests.annotate import acting

# Typed as what it is only in the settings: with the pool of PostgreSQL's backend.
connection: Any = connections["default"]
pytestmark = pytest.mark.django_db(transaction=True)


def cut_the_connection() -> None:
    """As a crash of the server would: from another session."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    finally:
        other.close()


@pytest.mark.parametrize("way", ["token", "session"])
def test_trouble_of_the_database_is_no_mistake_of_the_server(way: str) -> None:
    user = make.user()
    client = Client(raise_request_exception=False)
    headers = {}
    if way == "token":
        headers["Authorization"] = f"Token {create_token(user=user, name='test')[1]}"
    else:
        client.force_login(user)
    cut_the_connection()
    reply = client.get("/api/v1/home/", headers=headers)
    assert (reply.status_code, reply.json()["code"]) == (503, DatabaseAway.code)
    assert reply.headers["Retry-After"] == "1"
    close_old_connections()  # as a server does after every request
    assert client.get("/api/v1/home/", headers=headers).status_code == 200


def test_who_waits_gets_a_connection_soon_after_the_database_is_back() -> None:
    """Also when nobody asks meanwhile: then nothing but the pool itself would try again."""
    there: Any = connection.get_connection_params()
    options = {**connection.settings_dict["OPTIONS"]["pool"]}
    del options["connection_class"]
    back = threading.Event()

    class Late(psycopg.Connection[Any]):
        @classmethod
        def connect(cls, *args: Any, **kwargs: Any) -> Any:
            if not back.is_set():
                raise psycopg.OperationalError("the server is starting up")
            return psycopg.Connection.connect(**{**there, "cursor_factory": psycopg.Cursor})

    # Later than the pool would have tried by itself.
    threading.Timer(options["reconnect_timeout"] + 1.5, back.set).start()
    with ConnectionPool(connection_class=Late, open=True, **options) as pool:
        taken = pool.getconn()  # raises PoolTimeout when it comes too late
        pool.putconn(taken)
    assert back.is_set()


def test_who_gets_no_connection_is_told_to_come_again(open_folder: Path) -> None:
    key = create_token(user=make.user(), name="test")[1]
    was = connection.settings_dict
    connection.close_pool()
    options = {**was["OPTIONS"], "pool": {"timeout": 0.3}}
    connection.settings_dict = {**was, "HOST": str(open_folder), "OPTIONS": options}
    try:
        connection.close()
        client = Client(raise_request_exception=False)
        reply = client.get("/api/v1/home/", headers={"Authorization": f"Token {key}"})
    finally:
        connection.close()
        connection.close_pool()
        connection.settings_dict = was
    assert (reply.status_code, reply.json()["code"]) == (503, DatabaseAway.code)


@contextmanager
def limited_to(seconds: float) -> Iterator[None]:
    """Connections as those of a web process, with shorter limits."""
    was = connection.settings_dict
    kind = sessions(lock_seconds=seconds, statement_seconds=seconds * 2)
    options = {**was["OPTIONS"], "pool": {**was["OPTIONS"]["pool"], "connection_class": kind}}
    connection.close()
    connection.close_pool()
    connection.settings_dict = {**was, "OPTIONS": options}
    try:
        yield
    finally:
        connection.close()
        connection.close_pool()
        connection.settings_dict = was


def test_sessions_plan_alike_whoever_set_the_server_up() -> None:
    """By default PostgreSQL compiles them, for ten times what they take, and shuns indexes."""
    ours = connection.settings_dict["OPTIONS"]["pool"]["connection_class"]
    there = {**connection.get_connection_params(), "options": "-c jit=on -c random_page_cost=4"}
    shown: list[tuple[str, ...]] = []
    for kind in (psycopg.Connection, ours):
        with kind.connect(**{**there, "cursor_factory": psycopg.Cursor}) as made:
            asked = "SELECT current_setting('jit'), current_setting('random_page_cost')"
            shown += made.execute(asked).fetchall()
    assert shown == [("on", "4"), ("off", "1.1")]


def test_who_meets_a_lock_that_is_never_given_back_does_not_hang() -> None:
    project = make.project()
    item = make.item(project)
    caller = make.client_for(make.worker(project))
    (lease,) = acting.claim(caller, project)
    key = str(uuid4())
    params = connection.get_connection_params()
    with limited_to(0.2), psycopg.connect(**{**params, "cursor_factory": None}) as forgotten:
        forgotten.execute("SELECT FROM annotate_item WHERE id = %s FOR UPDATE", [item.pk])
        began = time.monotonic()
        status, body = acting.submit(caller, lease["id"], make.POS, submission=key)
        assert (status, body["code"]) == (503, DatabaseAway.code)
        assert time.monotonic() - began < 2
        assert models.Judgment.objects.count() == 0
        forgotten.rollback()
        assert acting.submit(caller, lease["id"], make.POS, submission=key)[0] == 200
        with connection.cursor() as cursor, pytest.raises(OperationalError):
            cursor.execute("SELECT pg_sleep(20)")


_LIMITS = """
import sys, annotate.asgi
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
with connection.cursor() as cursor:
    for name in ("lock_timeout", "statement_timeout"):
        cursor.execute(f"SHOW {name}")
        print(cursor.fetchone()[0])
"""


def test_a_web_process_limits_what_it_waits_for() -> None:
    name = str(connection.settings_dict["NAME"])
    command = [sys.executable, "-c", _LIMITS, name]
    told = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - ours
    assert told.stdout.split() == [f"{LOCK_SECONDS:g}s", f"{STATEMENT_SECONDS:g}s"]
