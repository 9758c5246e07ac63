"""Who asks: a session cookie of the browser, or a token of a script."""

from typing import Any

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from annotate.models import ApiToken, User
from annotate.services.workforce import hash_of

_NOTE_USE_EVERY_SECONDS = 60


class TokenAuthentication(authentication.BaseAuthentication):
    """`Authorization: Token <key>`, or `Bearer <key>`. Needs no CSRF token."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() not in {"token", "bearer"}:
            return None
        token = _find_token(hash_of(key.strip()))
        if token is None or not token.user.is_active:
            message = "This token is unknown or was revoked. Make a new one under Settings."
            raise exceptions.AuthenticationFailed(message)
        _note_use(token)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - DRF's signature
        return "Token"


# A function of the database, because every request of a script comes through here: the ORM would
# take several times longer to compile the query than PostgreSQL to answer it.
_FIND = "SELECT * FROM find_token(%s)"


def _find_token(key_hash: str) -> ApiToken | None:
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [key_hash])
        row = cursor.fetchone()
    if row is None:
        return None
    # Columns that are not read stay deferred.
    token = ApiToken.from_db("default", ["id", "last_used_at"], row[:2])
    token.user = User.from_db("default", ["id", "username", "is_active"], row[2:])
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
