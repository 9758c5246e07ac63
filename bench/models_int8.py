"""What eight bits cost and bring: cosine to float32, and items a second of processor time.

Both engines read the same texts in turn, with one thread. `python -m bench.models_int8 [TEXTS]`
ends with a line of JSON. Needs the packages of requirements-int8.txt.
"""

import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bench.model_texts import mixed_texts
from models_assist.catalogue import DEFAULT_TEXT_ENCODER
from models_assist.encode import Encoder
from models_assist.int8 import load_int8
from models_assist.int8_build import build_int8
from models_assist.loading import load_encoder
from models_assist.vectors import Vectors

ROUNDS = 3
LEAST_COSINE = 0.98
"""Of the mean; below it, heads were seen to lose accuracy (torch's own eight bits: 0.934)."""
LEAST_RATIO = 1.3
"""Below it the extra package does not earn its place."""


def int8_measured(texts: Sequence[str]) -> dict[str, float]:
    """`mean`, `least`: cosine to float32; `alone`: the least cosine of a text read alone to the
    same text in company; `ratio`: how much faster."""
    plain = load_encoder(DEFAULT_TEXT_ENCODER, threads=1)
    with tempfile.TemporaryDirectory() as folder:
        build_int8(DEFAULT_TEXT_ENCODER, Path(folder))
        small = load_int8(DEFAULT_TEXT_ENCODER, Path(folder), threads=1)
    seconds = {id(plain): 0.0, id(small): 0.0}
    for _ in range(ROUNDS - 1):
        _timed(plain, texts, seconds)
        _timed(small, texts, seconds)
    wanted, found = _timed(plain, texts, seconds), _timed(small, texts, seconds)
    cosines = (wanted * found).sum(axis=1)
    alone = np.concatenate([small.encode([text]).vectors for text in texts[:100]])
    return {
        "mean": float(cosines.mean()),
        "least": float(cosines.min()),
        "alone": float((alone * found[:100]).sum(axis=1).min()),
        "ratio": seconds[id(plain)] / seconds[id(small)],
    }


def _timed(encoder: Encoder, texts: Sequence[str], seconds: dict[int, float]) -> Vectors:
    start = time.process_time()
    vectors = encoder.encode(texts).vectors
    seconds[id(encoder)] += time.process_time() - start
    return vectors


def main() -> None:
    """Print what was measured."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 600
    found = int8_measured(mixed_texts(count, seed=1)[0])
    goals = {"mean": LEAST_COSINE, "ratio": LEAST_RATIO}
    line = {
        name: {
            "value": round(value, 4),
            "goal": goals.get(name),
            "met": value >= goals[name] if name in goals else None,
        }
        for name, value in found.items()
    }
    print(json.dumps(line))  # noqa: T201


if __name__ == "__main__":
    main()
