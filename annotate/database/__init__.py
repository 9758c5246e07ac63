"""The database: an embedded PostgreSQL of our own, or the address in DATABASE_URL.

Knows no Django and reads no environment: settings come in as arguments.
"""

from annotate.database.addresses import django_database, dsn_of
from annotate.database.cluster import Profile, Server, start, status, stop
from annotate.database.creation import create_database
from annotate.database.postmaster import State
from annotate.database.problems import DatabaseProblem
from annotate.database.sessions import limit_waiting

__all__ = [
    "DatabaseProblem",
    "Profile",
    "Server",
    "State",
    "create_database",
    "django_database",
    "dsn_of",
    "limit_waiting",
    "start",
    "status",
    "stop",
]
