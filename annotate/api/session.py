"""Sign in and out, by password or by a one-time link."""

from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, ClassVar

from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.middleware.csrf import get_token
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_protect
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from annotate.api.base import Door
from annotate.models import Language, Theme, User
from annotate.refusals import WrongCredentials
from annotate.services.attempts import count_attempt
from annotate.services.workforce import change_user, set_password, use_sign_in_link
from annotate.signed_in import SIGNED_IN_BY

LONGEST_ADDRESS = 64


class UserOutput(serializers.Serializer[User]):
    id = serializers.IntegerField()
    username = serializers.CharField()
    display_name = serializers.CharField()
    language = serializers.ChoiceField(Language.choices)
    theme = serializers.ChoiceField(Theme.choices)
    has_password = serializers.BooleanField()


class SessionOutput(serializers.Serializer[Any]):
    user = UserOutput(allow_null=True)
    csrf_token = serializers.CharField()


def user_json(user: User) -> dict[str, Any]:
    return {
        "id": user.pk,
        "username": user.username,
        "display_name": user.display_name,
        "language": user.language,
        "theme": user.theme,
        "has_password": user.has_usable_password(),
    }


def _session(request: Request, user: User | None) -> Response:
    body = {"user": user_json(user) if user else None, "csrf_token": get_token(request)}
    return Response(body)


def network_of(address: str) -> str:
    """Whose address it is: of IPv6 the /64, since everybody has so many (RFC 6177)."""
    try:
        found = ip_address(address)
    except ValueError:
        return address[:LONGEST_ADDRESS]
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or ip_network((found, 64), strict=False))
    return str(found)


class SignInThrottle(BaseThrottle):
    """Slows guessing down, by address or person; it does not apply to reading the session."""

    def allow_request(self, request: Request, view: Any) -> bool:  # noqa: ARG002 - DRF's signature
        self._wait = 0.0
        if request.method in {"POST", "PUT"}:
            user = request.user
            is_known = isinstance(user, User)
            who = f"user {user.pk}" if is_known else network_of(str(self.get_ident(request)))
            self._wait = count_attempt(who=who)
        return self._wait == 0.0

    def wait(self) -> float:
        """Seconds until the next attempt may be made."""
        return self._wait


# The sign-in itself needs a CSRF token, or a stranger could sign a victim in as himself.
@method_decorator(csrf_protect, name="post")
class SessionView(Door):
    actions: ClassVar = {"get": "session.read", "post": "session.open", "delete": "session.close"}
    throttle_classes = (SignInThrottle,)

    class Input(serializers.Serializer[Any]):
        username = serializers.CharField(max_length=150)
        password = serializers.CharField(max_length=1024, trim_whitespace=False)

    @extend_schema(responses=SessionOutput)
    def get(self, request: Request) -> Response:
        """Who is signed in. Sets the CSRF cookie."""
        user = request.user
        return _session(request, user if isinstance(user, User) else None)

    @extend_schema(request=Input, responses=SessionOutput)
    def post(self, request: Request) -> Response:
        """Sign in with a password."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        user = authenticate(request._request, **data.validated_data)  # noqa: SLF001
        if not isinstance(user, User):
            raise WrongCredentials
        login(request._request, user, backend=SIGNED_IN_BY)  # noqa: SLF001
        return _session(request, user)

    @extend_schema(responses={204: None})
    def delete(self, request: Request) -> Response:
        """Sign out."""
        logout(request._request)  # noqa: SLF001
        return Response(status=204)


@method_decorator(csrf_protect, name="post")
class SignInLinkView(Door):
    actions: ClassVar = {"post": "session.open"}
    throttle_classes = (SignInThrottle,)

    class Input(serializers.Serializer[Any]):
        token = serializers.CharField(max_length=200)

    @extend_schema(request=Input, responses=SessionOutput)
    def post(self, request: Request) -> Response:
        """Sign in with the secret of a one-time link, which is used up by this."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        user = use_sign_in_link(secret=data.validated_data["token"])
        login(request._request, user, backend=SIGNED_IN_BY)  # noqa: SLF001
        return _session(request, user)


class MeView(Door):
    actions: ClassVar = {"patch": "me.change"}

    class Input(serializers.Serializer[Any]):
        display_name = serializers.CharField(max_length=150, required=False)
        language = serializers.ChoiceField(Language.choices, required=False)
        theme = serializers.ChoiceField(Theme.choices, required=False)

    @extend_schema(request=Input, responses=UserOutput)
    def patch(self, request: Request) -> Response:
        """Change the own display name, language or theme."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        return Response(user_json(change_user(user=self.user, changes=data.validated_data)))


class PasswordView(Door):
    actions: ClassVar = {"put": "me.set_password"}
    throttle_classes = (SignInThrottle,)

    class Input(serializers.Serializer[Any]):
        old = serializers.CharField(
            max_length=1024, trim_whitespace=False, required=False, allow_blank=True, default=""
        )
        new = serializers.CharField(max_length=1024, trim_whitespace=False)

    @extend_schema(request=Input, responses=UserOutput)
    def put(self, request: Request) -> Response:
        """Set the own password. Your other sessions end; this one stays."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        set_password(user=self.user, **data.validated_data)
        if request.auth is None:  # a script has no session, and would get an empty one
            update_session_auth_hash(request._request, self.user)  # noqa: SLF001
        return Response(user_json(self.user))
