"""Who is signed in, by the two questions that every request of a browser asks.

Sessions and accounts stay Django's. Only what is read each time is asked by prepared statements:
by querysets the two cost more than everything else that a submit asks of the database.
"""

from typing import Any, Final

from django.contrib.auth.backends import BaseBackend
from django.contrib.sessions.backends import db

from annotate.models import User
from annotate.prepared import Prepared, columns_of, row_of, text

SIGNED_IN_BY: Final = "annotate.signed_in.Accounts"
"""The backend that new sessions name. Those of before name Django's own, and stay good."""

_FIND_SESSION: Final = Prepared(
    "find_session",
    "SELECT session_data FROM django_session WHERE session_key = $1 AND expire_date > now()",
    (text,),
)
_NAMES, _READS = columns_of(User, "u")
_FIND_USER: Final = Prepared(
    "find_user",
    f"SELECT {_NAMES} FROM annotate_user u WHERE u.id = $1 AND u.is_active",  # noqa: S608
    _READS,
)


class SessionStore(db.SessionStore):
    """Django's sessions of the database, found by one prepared question."""

    def load(self) -> dict[str, Any]:
        key = self.session_key
        # A cookie says anything; a key of ours is made of letters and digits.
        row = _FIND_SESSION.first(key) if key and key.isalnum() else None
        if row is None:
            self._session_key = None
            return {}
        found: dict[str, Any] = self.decode(row[0])
        return found


class Accounts(BaseBackend):
    """Finds the user of a session. Passwords are Django's `ModelBackend`'s to check."""

    def get_user(self, user_id: int) -> User | None:
        row = _FIND_USER.first(user_id)
        return None if row is None else row_of(User, row)
