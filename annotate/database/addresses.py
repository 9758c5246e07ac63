"""Where the database is: the folders and the socket of our own, or the address in a URL."""

import hashlib
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from annotate.database.problems import DatabaseProblem
from annotate.database.sessions import sessions

PORT = 5432
"""It only names the socket file; nothing listens on the network."""

ROLE = "annotate"
DATABASE = "annotate"

# sockaddr_un holds 104 bytes on macOS and 108 on Linux, the final zero and
# "/.s.PGSQL.5432.lock"'s shorter sibling "/.s.PGSQL.5432" included.
_LONGEST_SOCKET_FOLDER = 103 - len(f"/.s.PGSQL.{PORT}")


def _try_again(pool: Any) -> None:
    """Connect anew: who waits already would else wait for somebody who asks."""
    pool.check()


# A pool that cannot connect tries again after 1, 2, 4, 8 ... seconds, also when the database has
# been back for long. So it gives up after `reconnect_timeout` and begins again at once.
_POOL = {
    "min_size": 2,
    "max_size": 10,
    "timeout": 10,
    "reconnect_timeout": 2,
    "reconnect_failed": _try_again,
    "connection_class": sessions(),
}


def cluster_folder(data_dir: Path) -> Path:
    """Where PostgreSQL keeps its files; may be a link to a place its user can enter."""
    return data_dir.absolute() / "pg"


def socket_folder(data_dir: Path) -> Path:
    """The folder of the socket: the data's own, or a short one when that name is too long.

    It depends on the path alone, so that every process finds it without asking another.
    """
    folder = cluster_folder(data_dir)
    if len(bytes(folder)) <= _LONGEST_SOCKET_FOLDER:
        return folder
    digest = hashlib.sha256(bytes(folder)).hexdigest()[:16]
    return Path("/tmp") / f"annotate-pg-{digest}"  # noqa: S108 - made 0700, its owner is checked


def dsn_of(data_dir: Path) -> dict[str, Any]:
    """Django's DATABASES entry for the embedded server. It starts nothing."""
    return _entry(
        {
            "NAME": DATABASE,
            "USER": ROLE,
            "HOST": str(socket_folder(data_dir)),
            "PORT": str(PORT),
        },
        options={},
    )


def django_database(url: str) -> dict[str, Any]:
    """Django's DATABASES entry for `postgresql://user:password@host:port/name?sslmode=...`.

    Query parameters become libpq options; `host` and `port` may stand there too, which is how
    a socket folder is written. Raises DatabaseProblem; the message never holds the password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise DatabaseProblem(_wrong_url("its address cannot be read")) from error
    _check(parts)
    options = dict(parse_qsl(parts.query))
    address = {
        "NAME": unquote(parts.path.removeprefix("/")),
        "USER": unquote(parts.username or options.pop("user", "")),
        "PASSWORD": unquote(parts.password or options.pop("password", "")),
        "HOST": unquote(parts.hostname or options.pop("host", "")),
        "PORT": str(port or options.pop("port", "")),
    }
    return _entry(address, options=options)


def _check(parts: SplitResult) -> None:
    if parts.scheme not in {"postgresql", "postgres"}:
        raise DatabaseProblem(_wrong_url("it must begin with postgresql://"))
    if "/" in parts.path.removeprefix("/") or parts.path in {"", "/"}:
        raise DatabaseProblem(_wrong_url("it must end in the name of a database"))


def _wrong_url(reason: str) -> str:
    return (
        f"DATABASE_URL is not usable: {reason}. "
        "Write postgresql://USER:PASSWORD@HOST:5432/NAME, with special characters of the "
        "password percent-encoded, or unset it to use the embedded PostgreSQL."
    )


def _entry(address: dict[str, str], *, options: dict[str, str]) -> dict[str, Any]:
    # Under ASGI a kept connection is never given back (CONN_MAX_AGE must stay 0), and a new one
    # for each request costs five times the request: hence the pool.
    return {
        "ENGINE": "django.db.backends.postgresql",
        **address,
        "CONN_MAX_AGE": 0,
        "OPTIONS": {**options, "pool": dict(_POOL)},
    }
