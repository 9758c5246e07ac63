"""What a model reads: a text, a piece of one, a pair of texts, or a picture. Needs no torch."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from models_assist.words import Piece

Pixels = npt.NDArray[np.uint8]
"""A decoded picture, (height, width, 3), in RGB from the top left."""


class Pair(NamedTuple):
    """A text and a claim about it: does the one follow from the other?"""

    text: str
    claim: str


class Picture(NamedTuple):
    """A picture that somebody else has decoded."""

    pixels: Pixels


Input = str | Piece | Pair | Picture

PROBE = "A short text that any model can read."
GREY = np.full((64, 64, 3), 127, dtype=np.uint8)


def probe_like(inputs: Sequence[Input]) -> Input:
    """What any model that reads such inputs can read."""
    if inputs and isinstance(inputs[0], Picture):
        return Picture(GREY)
    if inputs and isinstance(inputs[0], Pair):
        return Pair(PROBE, PROBE)
    return PROBE
