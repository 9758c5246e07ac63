"""Heads as bytes: a safetensors file that carries a JSON header. Nothing in it can run."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from models_assist.calibrate import ReliabilityBin
from models_assist.head_quality import CategoryQuality, HeadQuality

FORMAT = 1

Tensors = Mapping[str, npt.NDArray[Any]]


class UnreadableHead(ValueError):
    """These bytes are not a head that this version can read; teach the model again."""


def pack(header: Mapping[str, Any], quality: HeadQuality | None, tensors: Tensors) -> bytes:
    """Return header, quality and numbers in one; `unpack` undoes it."""
    document = {
        "format": FORMAT,
        **header,
        "quality": None if quality is None else asdict(quality),
    }
    text = np.frombuffer(json.dumps(document).encode(), dtype=np.uint8)
    # The format knows rows of numbers only; an array that lies column by column in memory, as
    # scikit-learn's coefficients do, would be written as it lies and read back scrambled.
    rows = {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}
    return save_tensors({"header": text, **rows})


def unpack(data: bytes) -> tuple[dict[str, Any], HeadQuality | None, dict[str, npt.NDArray[Any]]]:
    """Return what `pack` was given; raises `UnreadableHead`."""
    try:
        tensors = load_tensors(data)
        header = json.loads(tensors.pop("header").tobytes())
        if header["format"] != FORMAT:
            raise UnreadableHead(f"This head has format {header['format']}, not {FORMAT}.")
        document = header.pop("quality")
        return header, None if document is None else _quality_of(document), tensors
    except (SafetensorError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise UnreadableHead(f"These bytes are not a head ({error}).") from error


def _quality_of(document: Mapping[str, Any]) -> HeadQuality:
    per_category = {
        category_id: CategoryQuality(**numbers)
        for category_id, numbers in document["per_category"].items()
    }
    bins = tuple(ReliabilityBin(*numbers) for numbers in document.get("reliability", ()))
    return HeadQuality(**{**document, "per_category": per_category, "reliability": bins})
