"""Stored pictures as pixels for a model, decoded in a process of their own.

They were checked when they came in; a disk may have spoilt them since, and whoever wrote them may
know of a hole in a decoder. A picture that cannot be decoded is named with its reason, and costs
the others nothing.
"""

import io
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings

from annotate import media, shelf
from models_assist.inputs import Picture

PICTURES_AT_ONCE = 16
"""About 60 MB of pixels at most."""
LONGEST_SIDE = 1333
"""The longest that detectors look at; classifiers take a fourth of it."""
SECONDS_A_PICTURE = 20
_SCRIPT = Path(media.__file__).with_name("decode_pictures.py")


def decoded(values: Sequence[Any]) -> list[Picture | str]:
    """The picture of each value of an image input, or why there is none. A process for all of
    them; where that dies over one, another for those behind it. Raises StoreAway."""
    paths = [_path(value) for value in values]
    found: list[Picture | str] = []
    try:
        while len(found) < len(paths):
            found += _run([str(path) for path in paths[len(found) :]])
    finally:
        if shelf.is_in_bucket():
            # Copies of what lies there: this machine keeps none.
            for path in paths:
                path.unlink(missing_ok=True)
    return found


def _path(value: Any) -> Path:
    """Of a value that is no picture, a file that is not there."""
    try:
        return shelf.media().fetch(media.name_of(str(value["media"])))
    except (KeyError, TypeError, ValueError, FileNotFoundError):
        return Path("/nonexistent")


def _run(paths: Sequence[str]) -> list[Picture | str]:
    """At least one answer: the first, where the process dies over that."""
    command = [sys.executable, "-I", str(_SCRIPT), str(settings.MAX_PICTURE_PIXELS)]
    command += [str(LONGEST_SIDE), *paths]
    try:
        done = subprocess.run(  # noqa: S603 - our own script, paths we made, no shell
            command,
            capture_output=True,
            timeout=SECONDS_A_PICTURE * len(paths),
            check=False,
        )
        told, what = done.stdout, "broke the process that decodes it"
    except subprocess.TimeoutExpired as error:
        told, what = error.stdout or b"", "takes too long to decode"
    found = _read(told)
    return found if len(found) == len(paths) else [*found, f"The picture {what}."]


def _read(told: bytes) -> list[Picture | str]:
    """What is whole of the answers."""
    stream, found = io.BytesIO(told), list[Picture | str]()
    while line := stream.readline():
        if not line.endswith(b"\n"):
            break
        head = json.loads(line)
        if "refusal" in head:
            found.append(str(head["refusal"]))
            continue
        shape = (head["height"], head["width"], 3)
        raw = stream.read(shape[0] * shape[1] * 3)
        if len(raw) < shape[0] * shape[1] * 3:
            break
        found.append(Picture(np.frombuffer(raw, dtype=np.uint8).reshape(shape)))
    return found
