"""A text encoder on another machine: OpenAI's /v1/embeddings, TEI's /embed, Triton's KServe v2.

What comes back is believed in nothing: number, length and every figure of the vectors are looked
at. It then stands where a local encoder stands, with the same watch over it: a batch that fails is
told from a text that does (`isolate`), and an engine that fails again and again rests.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from models_assist.isolate import ModelFailed
from models_assist.remote.endpoints import OPENAI, TEI, Endpoint
from models_assist.remote.errors import EndpointError, EndpointLied, EndpointRefused
from models_assist.remote.wire import list_of, post_json
from models_assist.vectors import Encoded, Vectors
from models_assist.weights import ModelUnavailable
from models_assist.words import Piece

BATCH_TEXTS = 32
"""What TEI takes at once unless told otherwise."""
MOST_DIMENSIONS = 16_384
NO_WORDS = "This engine reads whole texts only, not word by word."


class RemoteEncoder:
    """A `TextEncoder` that asks. Its first call measures how long its vectors are."""

    def __init__(self, endpoint: Endpoint, model: str) -> None:
        """Raises ModelUnavailable when it may not be asked, ModelFailed when it fails."""
        self._endpoint = endpoint
        self._model = model
        self.bytes = 0
        try:
            (probe,) = _asked(endpoint, model, ["A short text that any model can read."])
        except EndpointRefused as error:
            reason = f"The endpoint {endpoint.name} cannot be used: {error}"
            raise ModelUnavailable(reason, "Ask the administrator of the server.") from error
        except EndpointError as error:
            raise ModelFailed(f"The endpoint {endpoint.name} fails: {error}") from error
        self.dimensions = _length(probe)
        # Who serves other weights under the same name is told by the address at least.
        place = hashlib.sha256(endpoint.url.encode()).hexdigest()[:12]
        self.space = f"{endpoint.name}/{model}@{place}/{self.dimensions}"

    def encode(self, texts: Sequence[str]) -> Encoded:
        """As every `TextEncoder` does. Raises EndpointError."""
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        failed: dict[int, str] = {}
        # Nothing is said of nothing, and some engines refuse it.
        asked = [place for place, text in enumerate(texts) if text.strip()]
        for start in range(0, len(asked), BATCH_TEXTS):
            places = asked[start : start + BATCH_TEXTS]
            rows = _asked(self._endpoint, self._model, [texts[place] for place in places])
            for place, row in zip(places, rows, strict=True):
                if _length(row) != self.dimensions:
                    raise EndpointLied(f"A vector is {len(row)} long, not {self.dimensions}.")
                vector = _unit(row)
                if vector is None:
                    failed[place] = "The engine gave no usable vector."
                vectors[place] = np.nan if vector is None else vector
        return Encoded(vectors=vectors, failed=failed, space=self.space)

    def read_words(self, pieces: Sequence[Piece]) -> Encoded:
        """No such engine tells the states of words: each piece is marked, and people go on."""
        states = tuple(
            np.full((len(piece.words), 1, 1), np.nan, dtype=np.float16) for piece in pieces
        )
        return Encoded(
            vectors=np.zeros((len(pieces), 0), dtype=np.float32),
            failed=dict.fromkeys(range(len(pieces)), NO_WORDS),
            space=self.space,
            states=states,
        )


def _length(row: Any) -> int:
    if not isinstance(row, list) or not 0 < len(row) <= MOST_DIMENSIONS:
        raise EndpointLied("It gave something that is no vector.")
    return len(row)


def _unit(row: Sequence[Any]) -> Vectors | None:
    """The vector at length 1; None when it holds what is no number, or has no length."""
    if not all(isinstance(each, int | float) and not isinstance(each, bool) for each in row):
        return None
    try:
        vector = np.array(row, dtype=np.float64)
    except OverflowError:
        return None
    length = float(np.sqrt((vector / 2**20) @ (vector / 2**20))) * 2**20
    if not np.isfinite(length) or length == 0.0:
        return None
    return (vector / length).astype(np.float32)


def _asked(endpoint: Endpoint, model: str, texts: Sequence[str]) -> Sequence[Any]:
    """One row a text, in their order; whether a row is a vector is not looked at yet."""
    if endpoint.protocol == OPENAI:
        return _openai(endpoint, model, texts)
    if endpoint.protocol == TEI:
        body = {"inputs": list(texts), "normalize": True, "truncate": True}
        return list_of(post_json(endpoint, "/embed", body), len(texts))
    return _triton(endpoint, model, texts)


def _openai(endpoint: Endpoint, model: str, texts: Sequence[str]) -> Sequence[Any]:
    body = {"model": model, "input": list(texts), "encoding_format": "float"}
    answer = post_json(endpoint, "/v1/embeddings", body)
    rows = list_of(answer.get("data") if isinstance(answer, dict) else None, len(texts))
    by_place: dict[Any, Any] = {
        row.get("index"): row.get("embedding") for row in rows if isinstance(row, dict)
    }
    if set(by_place) != set(range(len(texts))):
        raise EndpointLied("Its vectors are not numbered as the texts are.")
    return [by_place[place] for place in range(len(texts))]


def _triton(endpoint: Endpoint, model: str, texts: Sequence[str]) -> Sequence[Any]:
    asked = {
        "name": endpoint.text_input,
        "shape": [len(texts), 1],
        "datatype": "BYTES",
        "data": list(texts),
    }
    body = {"inputs": [asked], "outputs": [{"name": endpoint.vector_output}]}
    answer = post_json(endpoint, f"/v2/models/{model}/infer", body)
    outputs = list_of(answer.get("outputs") if isinstance(answer, dict) else None)
    for output in outputs:
        if isinstance(output, dict) and output.get("name") == endpoint.vector_output:
            return _rows_of(output, len(texts))
    raise EndpointLied(f"The output {endpoint.vector_output} is missing.")


def _rows_of(output: Any, texts: int) -> Sequence[Any]:
    """The rows of a tensor, whose data may come flat or nested."""
    data = list_of(output.get("data"))
    if data and isinstance(data[0], list):
        return list_of(data, texts)
    if texts == 0 or len(data) % texts or output.get("shape") != [texts, len(data) // texts]:
        raise EndpointLied("The shape of its tensor is not that of its data.")
    width = len(data) // texts
    return [data[start : start + width] for start in range(0, len(data), width)]
