"""Bodies of many rows, of which a bad one shall not spoil the others."""

import io
import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from rest_framework.exceptions import ParseError

from annotate.api.parsing import StrictJSONParser
from annotate.refusals import InvalidInput
from labeling.problems import Problem
from labeling.votes import JSON


class RowsParser(StrictJSONParser):
    """JSON as it should be; where it holds NaN, NUL or half surrogates, as it can be read. Whoever
    asks for such rows has to check each of them: `labeling.formats.production_rows.storable`.
    """

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Raises ParseError with the place, or TooLarge."""
        raw = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        try:
            return super().parse(io.BytesIO(raw), media_type, parser_context)
        except ParseError:
            try:
                return json.loads(raw)
            except (ValueError, RecursionError):
                pass
            raise


def rows_of(body: JSON, name: str, *, most: int) -> list[JSON]:
    """The list of rows in a body. Raises InvalidInput."""
    rows = body.get(name) if isinstance(body, dict) else None
    if not isinstance(rows, list) or not 1 <= len(rows) <= most:
        message = f"{name} has to be a list of 1 to {most} rows."
        raise InvalidInput.of([Problem(path=f"/{name}", code="not_a_list", message=message)])
    return rows
