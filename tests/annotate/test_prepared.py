"""Prepared statements keep to Django's connection, its transaction and its errors."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError

from annotate.models import Organisation
from annotate.prepared import Prepared, flag, json, moment, text, texts, uuid

READ = Prepared(
    "test_read",
    "SELECT $1::text, $2::int, $3::bool, $4::uuid, $5::timestamptz, $6::jsonb, $7::text",
    (text, int, flag, uuid, moment, json, text),
)
ADD = Prepared(
    "test_add",
    "INSERT INTO annotate_organisation (id, name, created_at) VALUES ($1, $2, now()) RETURNING id",
    (int,),
)
FIND = Prepared("test_find", "SELECT id FROM annotate_organisation WHERE name = $1", (int,))


@pytest.mark.django_db
def test_values_come_back_as_they_went() -> None:
    key, at = uuid4(), datetime(2026, 11, 24, 12, 0, 0, 250_000, tzinfo=UTC)
    row = READ.one('é "\\', 7, True, key, at, '{"a": [1, "ü"]}', None)
    assert row == ('é "\\', 7, True, key, at, {"a": [1, "ü"]}, None)
    assert isinstance(row[3], UUID)


@pytest.mark.django_db
def test_texts_come_back_as_they_went_and_a_statement_without_a_name_is_not_kept() -> None:
    once = Prepared("", "SELECT to_json($1::text[])", (json,))
    said = ['a"b', "c\\d", "{e,f}", "", "NULL", " ", "é 北京", "\\\"'"]
    assert once.one(texts(said)) == (said,)
    assert once.one(texts([])) == ([],)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement = %s", [once.sql]
        )
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db
def test_no_row_is_none() -> None:
    assert FIND.first("nobody") is None
    assert FIND.all("nobody") == []


@pytest.mark.django_db
def test_a_statement_is_prepared_once_a_connection() -> None:
    FIND.all("a")
    FIND.all("b")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name = 'test_find'")
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db
def test_errors_are_djangos_and_break_the_transaction_as_djangos_do() -> None:
    ADD.one(901, "one")
    with pytest.raises(IntegrityError), transaction.atomic():
        ADD.one(901, "the same key")
    assert FIND.first("one") == (901,)
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(TransactionManagementError):
            FIND.all("one")
        transaction.set_rollback(False)


@pytest.mark.django_db
def test_a_nul_is_refused_and_not_taken_for_the_end() -> None:
    with pytest.raises(DataError):
        FIND.all("one\0two")


@pytest.mark.usefixtures("committed")
def test_a_transaction_begins_with_the_first_statement_and_can_be_undone() -> None:
    connection.ensure_connection()
    with transaction.atomic():
        ADD.one(902, "undone")
        transaction.set_rollback(True)
    with transaction.atomic():
        ADD.one(903, "kept")
    assert list(Organisation.objects.filter(pk__in=[902, 903]).values_list("pk")) == [(903,)]
