"""Every request has an id, is counted by its route, and leaves a line if that was asked for."""

import logging
import time
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from annotate.api.middleware import Handler
from annotate.journal import request_id, request_id_of
from annotate.meters import NO_ROUTE, count_request, observe_step

HEADER: Final = "X-Request-ID"
logger = logging.getLogger("annotate.requests")
# By the end of the route's pattern, of the two that all work goes through.
_STEPS: Final = {
    "api/v1/projects/<int:project_id>/claim/": "claim",
    "api/v1/assignments/<uuid:assignment_id>/submit/": "submit",
}


class Observed:
    """The line of a request holds its route's pattern: never its path, its query or a name."""

    def __init__(self, get_response: Handler) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        number = request_id_of(request.META.get("HTTP_X_REQUEST_ID"))
        token = request_id.set(number)
        began = time.perf_counter()
        try:
            response = self._next(request)
            match = request.resolver_match
            route = match.route if match else None
            seconds = time.perf_counter() - began
            self._count(request.method or "", route, response.status_code, seconds)
        finally:
            request_id.reset(token)
        response.headers[HEADER] = number
        return response

    @staticmethod
    def _count(method: str, route: str | None, status: int, seconds: float) -> None:
        count_request(method, route, status)
        if step := _STEPS.get(route or ""):
            observe_step(step, seconds)
        if settings.LOG_REQUESTS:
            line = "%s %s %d %.1f ms"
            logger.info(line, method[:10], route or NO_ROUTE, status, seconds * 1000)
