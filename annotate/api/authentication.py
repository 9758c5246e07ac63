"""Who asks: a session cookie of the browser, or a token of a script."""

from typing import Any, Final
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from annotate.models import ApiToken, User
from annotate.policies import OWN_PART, READS_PART
from annotate.prepared import Prepared, flag, moment, text
from annotate.queries.own_assignment import OWN_ASSIGNMENT, READS_ASSIGNMENT
from annotate.services.workforce import hash_of

_NOTE_USE_EVERY_SECONDS = 60


class TokenAuthentication(authentication.BaseAuthentication):
    """`Authorization: Token <key>`, or `Bearer <key>`. Needs no CSRF token."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _, key = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() not in {"token", "bearer"}:
            return None
        # A door that needs more of the database than the token asks for both at once.
        door = (request.parser_context or {}).get("view")
        token = getattr(door, "find_token", find_token)(hash_of(key.strip()))
        if token is None or not token.user.is_active:
            message = "This token is unknown or was revoked. Make a new one under Settings."
            raise exceptions.AuthenticationFailed(message)
        _note_use(token)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - DRF's signature
        return "Token"


# Every request of a script comes through here.
_CALLER: Final = """
    t.token_id, t.last_used_at, t.application_of, t.user_id, t.username, t.is_active
"""
_READS_CALLER: Final = (int, moment, int, int, text, flag)
_CALLER_WIDTH: Final = len(_READS_CALLER)
_FIND = Prepared(
    "find_token",
    f"SELECT {_CALLER} FROM find_token($1) AS t",  # noqa: S608 - the columns are fixed
    _READS_CALLER,
)
_FIND_BOTH = Prepared(
    "find_token_and_assignment",
    f"""
    SELECT {_CALLER}, {OWN_ASSIGNMENT}
      FROM find_token($1) AS t LEFT JOIN find_open_assignment($2, t.user_id) AS a ON true
    """,  # noqa: S608 - the columns are fixed
    (*_READS_CALLER, *READS_ASSIGNMENT),
)

_FIND_PART = Prepared(
    "find_token_and_part",
    f"""
    SELECT {_CALLER}, {OWN_PART}
      FROM find_token($1) AS t
      LEFT JOIN annotate_project p ON p.id = $2
      LEFT JOIN annotate_worker w
             ON w.project_id = p.id AND w.user_id = t.user_id AND w.is_active
    """,  # noqa: S608 - the columns are fixed
    (*_READS_CALLER, *READS_PART),
)


def find_token(key_hash: str) -> ApiToken | None:
    """The token of this hash, with its user."""
    return _token_of(_FIND.first(key_hash))


def find_token_and_assignment(
    key_hash: str, assignment_id: UUID
) -> tuple[ApiToken | None, tuple[Any, ...] | None]:
    """The token of this hash, and its user's own assignment as `own_assignment` reads it."""
    row = _FIND_BOTH.first(key_hash, assignment_id)
    return _token_of(row), None if row is None else row[_CALLER_WIDTH:]


def find_token_and_part(
    key_hash: str, project_id: int
) -> tuple[ApiToken | None, tuple[Any, ...] | None]:
    """The token of this hash, and its user's part in the project as `own_part` reads it."""
    row = _FIND_PART.first(key_hash, project_id)
    return _token_of(row), None if row is None else row[_CALLER_WIDTH:]


def _token_of(row: tuple[Any, ...] | None) -> ApiToken | None:
    if row is None:
        return None
    # Columns that are not read stay deferred; those that are stand in the order of the fields.
    token = ApiToken.from_db("default", ["id", "last_used_at", "application_of_id"], row[:3])
    token.user = User.from_db("default", ["id", "username", "is_active"], row[3:_CALLER_WIDTH])
    return token


def _note_use(token: ApiToken) -> None:
    """Once a minute is enough to know a token is alive; a write a request is not free."""
    now = timezone.now()
    last = token.last_used_at
    if last is None or (now - last).total_seconds() > _NOTE_USE_EVERY_SECONDS:
        stale = Q(last_used_at__isnull=True) | Q(last_used_at=last)
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=Now())


class SessionAuthentication(authentication.SessionAuthentication):
    """The browser's session; every change needs the CSRF token."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        found = super().authenticate(request)
        return found if found and found[0].is_active else None

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - DRF's signature
        # With a scheme in the header, DRF answers 401 and not 403 to a stranger.
        return "Session"


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:  # noqa: ARG002
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token <key>`",
        }


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = SessionAuthentication
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:  # noqa: ARG002
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
