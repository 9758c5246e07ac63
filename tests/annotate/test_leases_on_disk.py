"""No claim is told before it is on the disk, also in databases made when it was."""

from importlib import import_module

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db

FORGET = import_module("annotate.migrations.0013_leases_on_disk").FORGET
OLD = """
CREATE FUNCTION told_too_early() RETURNS int LANGUAGE plpgsql AS $$
BEGIN
    -- Once harmless.
    PERFORM set_config('synchronous_commit', 'off', true);
    RETURN 7;
END
$$
"""


def functions_that_spare_the_disk() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT proname FROM pg_proc WHERE prosrc LIKE '%synchronous_commit%'")
        return [name for (name,) in cursor.fetchall()]


def test_no_function_spares_the_flush() -> None:
    assert functions_that_spare_the_disk() == []


def test_the_migration_takes_the_line_out_of_functions_of_before() -> None:
    with connection.cursor() as cursor:
        cursor.execute(OLD)
        assert functions_that_spare_the_disk() == ["told_too_early"]
        cursor.execute(FORGET)
        assert functions_that_spare_the_disk() == []
        cursor.execute("SET LOCAL synchronous_commit = on")  # the fast server of tests has it off
        cursor.execute("SELECT told_too_early(), current_setting('synchronous_commit')")
        assert cursor.fetchone() == (7, "on")
