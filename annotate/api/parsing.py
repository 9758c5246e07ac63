"""JSON in and out: strict in what comes in, quick in what goes out."""

from collections.abc import Mapping
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpResponse
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import BaseContentNegotiation, DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from annotate.refusals import TooLarge
from labeling.formats.bad_rows import BadRow
from labeling.formats.json_rows import parse_json


class StrictJSONParser(BaseParser):
    """Refuses what PostgreSQL would choke on later: NaN, NUL, half surrogates, deep nests."""

    media_type = "application/json"

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,  # noqa: ARG002 - the signature is DRF's
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> Any:
        """Raises ParseError with the place, or TooLarge."""
        raw = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(raw) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20
            message = f"The body is larger than {limit} MB. Send large files to imports/ instead."
            raise TooLarge(message)
        try:
            return parse_json(raw)
        except BadRow as bad:
            raise ParseError(bad.message) from bad


class BytesParser(BaseParser):
    """Hands the body on as the stream it is."""

    media_type = "application/octet-stream"

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,  # noqa: ARG002 - the signature is DRF's
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> Any:
        return stream


class FastJSONRenderer(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,  # noqa: ARG002 - the signature is DRF's
        renderer_context: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> bytes:
        return b"" if data is None else _dump(data)


class OneRenderer(BaseContentNegotiation):
    """There is one renderer a door. Who would take anything, or JSON, need not be asked more."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return _DEFAULT.select_parser(request, parsers)

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> Any:
        """The renderer and its media type. Raises NotAcceptable."""
        if request.META.get("HTTP_ACCEPT", "*/*") in {"*/*", renderers[0].media_type}:
            return renderers[0], renderers[0].media_type
        return _DEFAULT.select_renderer(request, renderers, format_suffix)


def json_response(data: Any) -> HttpResponse:
    """For the doors that are asked most: what Response would come to, made at once."""
    return HttpResponse(_dump(data), content_type=FastJSONRenderer.media_type)


_DEFAULT = DefaultContentNegotiation()


def _dump(data: Any) -> bytes:
    return orjson.dumps(data, default=str, option=orjson.OPT_NON_STR_KEYS)
