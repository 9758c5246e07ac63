"""What holds for every answer over HTTP, and for every path."""

import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from annotate.api.probes import health, metrics, ready

Handler = Callable[[HttpRequest], HttpResponseBase]

API_PREFIX = "/api/"


_PROBES = {"/healthz": health, "/readyz": ready, "/metrics": metrics}


class Probes:
    """Answers probes before anything else looks: they name no host that we know."""

    def __init__(self, get_response: Handler) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return _PROBES.get(request.path_info, self._next)(request)


class SecurityHeaders:
    """Strict headers. A page may run our scripts only, and speak to this host only."""

    def __init__(self, get_response: Handler) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        nonce = secrets.token_urlsafe(16)
        request.csp_nonce = nonce  # type: ignore[attr-defined]
        response = self._next(request)
        response.headers.setdefault("Content-Security-Policy", self._policy(request, nonce))
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=()"
        )
        response.headers.setdefault("X-Frame-Options", "DENY")
        if request.path_info.startswith(API_PREFIX):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    @staticmethod
    def _policy(request: HttpRequest, nonce: str) -> str:
        if request.path_info.startswith(API_PREFIX) and "docs" not in request.path_info:
            return "default-src 'none'; frame-ancestors 'none'"
        host = request.META.get("HTTP_HOST", "")
        # Same-origin websockets: older browsers do not count them as 'self'.
        sockets = f"ws://{host} wss://{host}" if _is_plain_host(host) else ""
        return (
            "default-src 'none'; script-src 'self'; "
            f"style-src 'self' 'nonce-{nonce}'; style-src-attr 'unsafe-inline'; "
            f"img-src 'self' blob: data:; font-src 'self'; connect-src 'self' {sockets}; "
            "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
        )


def _is_plain_host(host: str) -> bool:
    return bool(host) and all(c.isalnum() or c in ".-:[]" for c in host)


class TrailingSlash:
    """The interface's paths end in a slash; one that was forgotten is added, for any method."""

    def __init__(self, get_response: Handler) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if path.startswith(API_PREFIX) and not path.endswith("/") and "/files/" not in path:
            request.path_info = f"{path}/"
            request.path = f"{request.path}/"
        return self._next(request)
