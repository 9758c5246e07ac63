"""One handler turns every refusal into `{"code", "message", "extra"}`."""

import errno
import logging
import sys
from typing import Any

import psycopg
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.response import Response

from annotate.journal import request_id
from annotate.outage_refusals import DiskFull
from annotate.refusals import (
    Forbidden,
    NotFound,
    NotSignedIn,
    Refusal,
    TooLarge,
    TooManyRequests,
)

logger = logging.getLogger(__name__)

# The connection broke, the server is starting, a lock or a statement took too long: all pass, and
# none is a mistake of ours.
_DATABASE_TROUBLE = (OperationalError, InterfaceError)


class DatabaseAway(Refusal):
    """The database does not answer just now, so nobody knows whether this was carried out. Send
    the same again in a moment; an answer with the same submission_id is never taken twice."""

    code = "database_unavailable"
    status = 503

    def __init__(self) -> None:
        super().__init__(" ".join((self.__doc__ or "").split()), retry_after=1)


TOO_LARGE_A_BODY = "The body is larger than 25 MB. Send large files to imports/ instead."

_CODES = {
    exceptions.ParseError: "invalid_json",
    exceptions.UnsupportedMediaType: "unsupported_media_type",
    exceptions.MethodNotAllowed: "method_not_allowed",
    exceptions.NotAcceptable: "not_acceptable",
}


def body_of(refusal: Refusal) -> dict[str, Any]:
    return {"code": refusal.code, "message": refusal.message, "extra": refusal.extra}


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler; what it does not know stays a 500 and is logged as one."""
    refusal = _refusal_of(error)
    if refusal is not None:
        headers = {"Retry-After": str(refusal.extra["retry_after"])} if _passes(refusal) else None
        return Response(body_of(refusal), status=refusal.status, headers=headers)
    if isinstance(error, UnreadablePostError):
        message = "The body ended before it was whole. Send it again."
        return Response({"code": "bad_request", "message": message, "extra": {}}, status=400)
    if isinstance(error, exceptions.ValidationError):
        problems = _problems(error.detail)
        message = "Some fields can't be taken; see the problems."
        body = {"code": "invalid_input", "message": message, "extra": {"problems": problems}}
        return Response(body, status=400)
    if isinstance(error, exceptions.APIException):
        return _refused_by_http(error, context.get("view"))
    return None


def _refused_by_http(error: exceptions.APIException, door: Any) -> Response:
    """A method, a content type or a form of the reply that the door has not: says what it has."""
    code = _CODES.get(type(error), error.default_code)
    message, extra = str(error.detail), {}
    if isinstance(error, exceptions.MethodNotAllowed):
        methods = door.allowed_methods
        extra = {"methods": methods}
        message = f"{message} Here you can send {' or '.join(methods)}."
    elif isinstance(error, exceptions.UnsupportedMediaType):
        types = [parser.media_type for parser in door.parser_classes]
        extra = {"content_types": types}
        message = f"{message} Send the header «Content-Type: {' or '.join(types)}»."
    elif isinstance(error, exceptions.NotAcceptable):
        message = f"{message} Leave the header Accept out, or let it say application/json."
    body = {"code": code, "message": message, "extra": extra}
    return Response(body, status=error.status_code)


def _passes(refusal: Refusal) -> bool:
    """Whether it is worth trying again, and is known when."""
    return bool(refusal.extra.get("retry_after"))


def _refusal_of(error: Exception) -> Refusal | None:
    if isinstance(error, Refusal):
        return error
    if isinstance(error, (*_DATABASE_TROUBLE, OSError)):
        return _trouble(error)
    if isinstance(error, RequestDataTooBig):
        return TooLarge(TOO_LARGE_A_BODY)
    return NotFound() if isinstance(error, Http404) else _access_refusal(error)


def _trouble(error: Exception) -> Refusal | None:
    """What passes, or is mended by who runs the server. Another OSError is a mistake of ours."""
    # The disk of the files, or that of the database; a statement that found no room was undone.
    is_full = isinstance(error.__cause__, psycopg.errors.DiskFull) or (
        isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}
    )
    if is_full:
        logger.error("The disk is full: %s", error)
        return DiskFull()
    if isinstance(error, OSError):
        return None
    logger.warning("The database does not answer: %s", error)
    return DatabaseAway()


def _access_refusal(error: Exception) -> Refusal | None:
    if isinstance(error, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        return NotSignedIn(str(error.detail) if error.detail != error.default_detail else "")
    if isinstance(error, exceptions.Throttled):
        return TooManyRequests(retry_after=getattr(error, "wait", None))
    if isinstance(error, exceptions.PermissionDenied | PermissionDenied):
        return Forbidden(str(error) if isinstance(error, exceptions.PermissionDenied) else "")
    return None


def _problems(detail: Any, path: str = "") -> list[dict[str, str]]:
    """Flatten DRF's nested details to one problem a place."""
    if isinstance(detail, dict):
        return [p for key, value in detail.items() for p in _problems(value, f"{path}/{key}")]
    if isinstance(detail, list):
        if all(isinstance(entry, str) for entry in detail):
            return [
                {"path": path, "code": getattr(e, "code", "invalid"), "message": str(e)}
                for e in detail
            ]
        return [
            p for index, value in enumerate(detail) for p in _problems(value, f"{path}/{index}")
        ]
    return [{"path": path, "code": getattr(detail, "code", "invalid"), "message": str(detail)}]


def csrf_failed(_request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's view for a request whose CSRF token is missing or wrong."""
    message = "The header X-CSRFToken is missing or stale. Get session/ and send its csrf_token."
    body = {"code": "csrf_failed", "message": message, "extra": {"reason": reason}}
    return JsonResponse(body, status=403)


# Nothing changes here, so a script that mistyped a path is not told of a CSRF token.
@csrf_exempt
def not_found(
    _request: HttpRequest,
    exception: Exception | None = None,  # noqa: ARG001 - Django passes it by this name
) -> HttpResponse:
    """Any path of the interface that does not exist."""
    return JsonResponse(body_of(NotFound()), status=404)


def broken(_request: HttpRequest) -> HttpResponse:
    """A mistake of the server, or trouble with its database outside any door of ours."""
    error = sys.exc_info()[1]
    passing = _trouble(error) if isinstance(error, (*_DATABASE_TROUBLE, OSError)) else None
    if passing is not None:
        headers = {"Retry-After": str(passing.extra["retry_after"])}
        return JsonResponse(body_of(passing), status=passing.status, headers=headers)
    message = "The server made a mistake; it is in its log, and nothing of it is shown here."
    extra = {"request_id": request_id.get()}  # by which the log's lines are found
    return JsonResponse({"code": "server_error", "message": message, "extra": extra}, status=500)


def suspicious(_request: HttpRequest, exception: SuspiciousOperation) -> HttpResponse:
    """A request that Django itself refuses to look at."""
    if isinstance(exception, RequestDataTooBig):
        return JsonResponse(body_of(TooLarge(TOO_LARGE_A_BODY)), status=TooLarge.status)
    body = {"code": "bad_request", "message": "The request is malformed.", "extra": {}}
    return JsonResponse(body, status=400)
