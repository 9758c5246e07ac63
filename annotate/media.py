"""Pictures: checked in a child process, stored under the SHA-256 of their bytes.

An uploaded picture is an attacker's until proven otherwise. It is decoded in a process of its
own with limits on memory and time, by the three decoders we allow, after the header's size was
compared with the pixel budget; a bomb therefore costs the web process nothing.
"""

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any

from django.conf import settings

from annotate import shelf
from annotate.refusals import PictureRefused, TooLarge

SECONDS_TO_DECODE = 20
CONTENT_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture that was decoded to its last pixel. Width and height are pixels as shown."""

    sha256: str
    content_type: str
    width: int
    height: int
    byte_count: int


def name_of(sha256: str) -> str:
    """Under which the bytes lie. The name is a hash, never something a person typed."""
    if len(sha256) != 64 or not all(c in "0123456789abcdef" for c in sha256):
        message = "not a SHA-256"
        raise ValueError(message)
    return f"{sha256[:2]}/{sha256}"


def open_picture(sha256: str) -> IO[bytes]:
    """Raises FileNotFoundError, StoreAway."""
    return shelf.media().open(name_of(sha256))


def store_picture(chunks: Iterable[bytes]) -> Picture:
    """Check and store a picture.

    Raises:
        TooLarge: more bytes than MAX_PICTURE_MEGABYTES.
        PictureRefused: not a whole JPEG, PNG or WebP, or with too many pixels.
        StoreAway: the bucket does not take it; nothing is kept.
    """
    pictures = shelf.media()
    settings.MEDIA_ROOT.mkdir(parents=True, exist_ok=True)
    digest, count = hashlib.sha256(), 0
    with NamedTemporaryFile(dir=settings.MEDIA_ROOT, prefix=".new-", delete=False) as file:
        temporary = Path(file.name)
        try:
            for chunk in chunks:
                count += len(chunk)
                if count > settings.MAX_PICTURE_BYTES:
                    limit = settings.MAX_PICTURE_BYTES // 2**20
                    message = f"The picture is larger than {limit} MB. Make it smaller."
                    raise TooLarge(message, limit_bytes=settings.MAX_PICTURE_BYTES)
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            facts = _inspect(temporary)
            name = name_of(digest.hexdigest())
            target = pictures.path(name)
            target.parent.mkdir(exist_ok=True)
            temporary.chmod(0o640)
            temporary.replace(target)
            pictures.publish(name)
        finally:
            temporary.unlink(missing_ok=True)
    return Picture(
        sha256=digest.hexdigest(),
        content_type=CONTENT_TYPES[facts["format"]],
        width=facts["width"],
        height=facts["height"],
        byte_count=count,
    )


def _inspect(path: Path) -> dict[str, Any]:
    script = Path(__file__).with_name("inspect_picture.py")
    command = [sys.executable, "-I", str(script), str(path), str(settings.MAX_PICTURE_PIXELS)]
    try:
        done = subprocess.run(  # noqa: S603 - our own script, a path we made, no shell
            command, capture_output=True, timeout=SECONDS_TO_DECODE, check=False, text=True
        )
    except subprocess.TimeoutExpired as error:
        message = f"The picture took longer than {SECONDS_TO_DECODE} seconds to decode."
        raise PictureRefused(message) from error
    if done.returncode != 0:
        raise PictureRefused(done.stdout.strip() or PictureRefused.__doc__ or "")
    facts: dict[str, Any] = json.loads(done.stdout)
    return facts
