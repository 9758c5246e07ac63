"""DATABASE_URL becomes Django's entry for the database."""

import pytest

from annotate import database
from annotate.database import DatabaseProblem


def test_a_url_becomes_a_database_entry() -> None:
    entry = database.django_database(
        "postgresql://ann:p%40ss%2F@db.example:6543/annotate?sslmode=require"
    )
    pool = entry["OPTIONS"].pop("pool")
    assert (pool["min_size"], pool["max_size"], pool["timeout"]) == (2, 10, 10)
    assert entry == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "annotate",
        "USER": "ann",
        "PASSWORD": "p@ss/",
        "HOST": "db.example",
        "PORT": "6543",
        "CONN_MAX_AGE": 0,
        "OPTIONS": {"sslmode": "require"},
    }


def test_a_url_may_name_a_socket_folder() -> None:
    entry = database.django_database("postgres:///annotate?host=/run/postgresql&user=ann")
    assert (entry["HOST"], entry["USER"], entry["PORT"]) == ("/run/postgresql", "ann", "")
    entry = database.django_database("postgres://ann@%2Frun%2Fpostgresql/annotate")
    assert entry["HOST"] == "/run/postgresql"


@pytest.mark.parametrize(
    "url",
    [
        "mysql://ann:secret@host/annotate",
        "postgresql://ann:secret@host",
        "postgresql://ann:secret@host/a/b",
        "postgresql://ann:secret@host:port/annotate",
        "annotate",
    ],
)
def test_a_wrong_url_is_refused_without_showing_the_password(url: str) -> None:
    with pytest.raises(DatabaseProblem, match="DATABASE_URL is not usable") as caught:
        database.django_database(url)
    assert "secret" not in str(caught.value)
