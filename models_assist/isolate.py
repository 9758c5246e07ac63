"""Whether a text or the model is at fault when a batch fails."""

from collections.abc import Sequence

import numpy as np

from models_assist.inputs import PROBE, Input, probe_like
from models_assist.vectors import Encoded, TextEncoder
from models_assist.words import Piece

__all__ = ["PROBE", "Input", "ModelFailed", "ModelHung", "encode_apart"]


class ModelFailed(Exception):
    """The model itself is at fault, not a text. People go on without it."""


class ModelHung(ModelFailed):
    """The model has not come back from a batch. Nobody knows whether it ever will."""


def encode_apart(encoder: TextEncoder, texts: Sequence[Input]) -> Encoded:
    """What the encoder makes of all texts that can be read; one that makes it raise is marked.

    All are of one kind: texts, pieces of texts, pairs or pictures.

    After a failure the model must read a probe. If it can, some text is at fault, and the batch is
    halved until it is found: about 2 log2(n) calls for one poison text among n.

    Raises:
        ModelFailed: it cannot read the probe either.
    """
    try:
        return _encoded(encoder, texts)
    except BaseException as error:  # noqa: BLE001 - a panic in the tokenizer is no Exception
        _probe(encoder, probe_like(texts), error)
        return _halved(encoder, texts, error)


def _encoded(encoder: TextEncoder, inputs: Sequence[Input]) -> Encoded:
    pieces = [each for each in inputs if isinstance(each, Piece)]
    if pieces:
        return encoder.read_words(pieces)
    return encoder.encode(inputs)


def _probe(encoder: TextEncoder, probe: Input, cause: BaseException) -> None:
    try:
        failed = encoder.encode([probe]).failed
    except BaseException as error:
        raise ModelFailed(f"The model fails on every text ({_name(error)}).") from error
    if failed:
        raise ModelFailed(f"The model cannot read any text: {failed[0]}") from cause


def _halved(encoder: TextEncoder, texts: Sequence[Input], error: BaseException) -> Encoded:
    """What `texts`, which raised `error` together, give in halves."""
    if len(texts) == 1:
        reason = f"This text makes the model fail ({_name(error)})."
        return _unread(encoder, texts[0], reason)
    middle = len(texts) // 2
    return _joined(_tried(encoder, texts[:middle]), _tried(encoder, texts[middle:]))


def _tried(encoder: TextEncoder, texts: Sequence[Input]) -> Encoded:
    try:
        return _encoded(encoder, texts)
    except BaseException as error:  # noqa: BLE001 - as above
        return _halved(encoder, texts, error)


def _unread(encoder: TextEncoder, one: Input, reason: str) -> Encoded:
    if isinstance(one, Piece):
        states = np.full((len(one.words), 1, 1), np.nan, dtype=np.float16)
        vectors = np.zeros((1, 0), dtype=np.float32)
        return Encoded(vectors=vectors, failed={0: reason}, space=encoder.space, states=(states,))
    vectors = np.full((1, encoder.dimensions), np.nan, dtype=np.float32)
    return Encoded(vectors=vectors, failed={0: reason}, space=encoder.space)


def _joined(one: Encoded, other: Encoded) -> Encoded:
    start = len(one.vectors)
    return Encoded(
        vectors=np.concatenate([one.vectors, other.vectors]),
        failed={**one.failed, **{start + at: reason for at, reason in other.failed.items()}},
        space=one.space,
        states=one.states + other.states,
    )


def _name(error: BaseException) -> str:
    return f"{type(error).__name__}: {str(error)[:200]}"
