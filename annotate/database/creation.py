"""Make the role and the database inside a running embedded server."""

from pathlib import Path

import psycopg
from psycopg import sql

from annotate.database.addresses import DATABASE, PORT, ROLE, socket_folder
from annotate.database.files import SUPERUSER
from annotate.database.problems import DatabaseProblem


def create_database(data_dir: Path, name: str = DATABASE) -> bool:
    """True when it was made, False when it was there. Racing callers are welcome.

    The application's role owns it and is no superuser, so that no query of the application
    can read the server's files or start programs.
    """
    try:
        with psycopg.connect(
            dbname="postgres",
            user=SUPERUSER,
            host=str(socket_folder(data_dir)),
            port=PORT,
            autocommit=True,
            connect_timeout=10,
        ) as connection:
            _create_role(connection)
            return _create_database(connection, name)
    except psycopg.OperationalError as error:
        raise DatabaseProblem(f"PostgreSQL does not take our connection: {error}") from error


def _create_role(connection: psycopg.Connection) -> None:
    if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone() is None:
        # CREATEDB is for the test suite, which makes a database of its own.
        statement = sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(sql.Identifier(ROLE))
        _unless_there(connection, statement)


def _create_database(connection: psycopg.Connection, name: str) -> bool:
    found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone()
    if found is not None:
        return False
    statement = sql.SQL("CREATE DATABASE {} OWNER {}")
    return _unless_there(connection, statement.format(sql.Identifier(name), sql.Identifier(ROLE)))


def _unless_there(connection: psycopg.Connection, statement: sql.Composed) -> bool:
    try:
        connection.execute(statement)
    except (psycopg.errors.DuplicateObject, psycopg.errors.DuplicateDatabase):
        return False
    except psycopg.errors.UniqueViolation:  # two at the same instant: the catalogue's own index
        return False
    return True
