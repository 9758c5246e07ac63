"""What learning the workers gains on spans: points of strict entity F1 above the token
majority."""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from labeling.prices import Prices
from labeling.replay.span_recording import read_spans
from labeling.replay.spans import SpanOrder, replay_span_majority, replay_spans
from labeling.span_tags import score_tags

EVERYTHING = 1000


def span_gain(path: Path, seeds: Sequence[int]) -> float:
    """Return the points of F1, over everything recorded; the mean over the seeds."""
    recording = read_spans(path)
    gains = []
    for seed in seeds:
        order = SpanOrder(dice=np.random.default_rng(seed))
        plain = replay_span_majority(recording, lambda _: False, most=EVERYTHING, order=order)
        learnt = replay_spans(
            recording, order, budget=None, most=EVERYTHING, prices=Prices(expert=None)
        )
        scores = [score_tags(found.tags, recording.gold).f1 for found in (learnt, plain)]
        sys.stdout.write(
            f"{path.name} seed {seed}: F1 {scores[0]:.3f}, token majority {scores[1]:.3f}" + "\n"
        )
        gains.append(100.0 * (scores[0] - scores[1]))
    return float(np.mean(gains))
