"""Show an item's pictures: as addresses in its data, and as bytes."""

from typing import Any

from django.http import FileResponse, HttpResponseBase

from annotate.media import open_picture
from annotate.models import Media
from annotate.refusals import NotFound


def shown_data(data: dict[str, Any], prefix: str) -> dict[str, Any]:
    """The item's data as a browser needs it: pictures get an address below `prefix`."""
    return {
        name: {**value, "url": f"{prefix}/{name}/"} if isinstance(value, dict) else value
        for name, value in data.items()
    }


def picture_response(project_id: int, data: dict[str, Any], name: str) -> HttpResponseBase:
    """The bytes of a picture. The content type is the one we sniffed, never a person's word.

    Raises:
        NotFound: the item has no picture under this input.
    """
    value = data.get(name)
    if not isinstance(value, dict) or "media" not in value:
        raise NotFound
    media = Media.objects.filter(project=project_id, sha256=value["media"]).first()
    if media is None:
        raise NotFound
    try:
        content = open_picture(media.sha256)
    except FileNotFoundError:
        raise NotFound from None
    response = FileResponse(content, content_type=media.content_type)
    response["Content-Disposition"] = "inline"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    # The address names one picture for ever: the bytes under a hash do not change.
    response["Cache-Control"] = "private, max-age=3600, immutable"
    return response
