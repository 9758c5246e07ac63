"""How a file points to a picture: by name, or by the digest we gave it."""

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from labeling.formats.bad_rows import BadRow
from labeling.item_facts import MEDIA_PATTERN, MOST_PIXELS
from labeling.problems import shown
from labeling.reading import as_integer, is_storable
from labeling.votes import JSON

MEDIA_FOLDER = "media"
LONGEST_NAME = 255
_KEYS = frozenset(("media", "name", "width", "height"))


def read_picture(value: JSON, path: str) -> dict[str, Any]:
    """Return `{"media": digest}` or `{"name": file name}`, with width and height when known.

    A text is an address or path; its last part is the name, by which the server looks among the
    pictures that were uploaded. Nothing is ever fetched. Our own `media/<digest>` needs no search.
    """
    if isinstance(value, str):
        return _from_address(value, path)
    if not isinstance(value, dict):
        raise _unusable(path, f"This is {shown(value)}.")
    if other := [key for key in value if key not in _KEYS]:
        raise _unusable(path, f"The key {shown(other[0])} is not known here.")
    size = _size_of(value, path)
    media = value.get("media")
    if isinstance(media, str) and MEDIA_PATTERN.fullmatch(media):
        return {"media": media, **size}
    name = value.get("name")
    if media is None and isinstance(name, str):
        return {**_from_address(name, path), **size}
    raise _unusable(path, "It names no picture.")


def size_of_picture(picture: dict[str, Any]) -> tuple[int, int] | None:
    """Return width and height in pixels, or None when they are not known yet."""
    return (picture["width"], picture["height"]) if "width" in picture else None


def picture_address(value: JSON) -> str:
    """Return the file name under which an export holds the picture."""
    if isinstance(value, dict):
        return f"{MEDIA_FOLDER}/{value['media']}" if "media" in value else str(value["name"])
    return str(value)


def _from_address(address: str, path: str) -> dict[str, Any]:
    if address.lower().lstrip().startswith("data:"):
        raise _unusable(path, "It holds the picture itself.")
    file_path = _path_in(address)
    parts = file_path.replace("\\", "/").rstrip("/").split("/")
    name = parts[-1].strip()
    if MEDIA_PATTERN.fullmatch(name) and parts[-2:-1] == [MEDIA_FOLDER]:
        return {"media": name}
    if name in ("", ".", "..") or len(name) > LONGEST_NAME or not is_storable(name):
        raise _unusable(path, f"{shown(address)} ends in no file name.")
    return {"name": name}


def _path_in(address: str) -> str:
    """Return the path that an address is about, without host, query and percent signs."""
    if "://" not in address and not address.startswith("/data/"):
        return address  # a file name may contain ?, # and %
    try:
        pieces = urlsplit(address)
    except ValueError:  # such as an unclosed bracket in the host
        return ""
    # Label Studio serves local files as /data/local-files/?d=folder/picture.jpg
    inner = parse_qs(pieces.query).get("d")
    return inner[0] if inner else unquote(pieces.path)


def _size_of(value: dict[str, JSON], path: str) -> dict[str, int]:
    if value.get("width") is None and value.get("height") is None:
        return {}
    width, height = as_integer(value.get("width")), as_integer(value.get("height"))
    if width is None or height is None or min(width, height) < 1:
        raise _unusable(path, "Its width and height are not two positive whole numbers.")
    if max(width, height) > MOST_PIXELS:
        raise _unusable(path, f"It has a side of more than {MOST_PIXELS:,} pixels.")
    return {"width": width, "height": height}


def _unusable(path: str, reason: str) -> BadRow:
    return BadRow(
        "invalid_input",
        path,
        f"{reason} Upload the picture first, then write its file name here, or an object with "
        '"media" (or "name"), "width" and "height".',
    )
