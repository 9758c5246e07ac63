"""What is labelled next: how many labels that saves on reviews with a known truth, and what it
costs to order a million open items on a server of its own.

The labels are those of `models_heads`. The baseline of the first is the order of chance, that of
the second the way item by item: read the vector, score it, lock the item and give it its band.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from bench.models_heads import question_of, reviews
from bench.project import CHOICE, Lead, schema_of
from bench.server import temporary_server
from models_assist.catalogue import DEFAULT_TEXT_ENCODER
from models_assist.choose import Matrix, next_rows, typical_rows
from models_assist.learners import LEARNERS
from models_assist.loading import load_encoder

BATCH, LABELS, POOL, TESTED = 20, 300, 2000, 1000
FEW, BLIND = 100, 0.15
"""As the server has them: until then density decides, and this share chance picks."""
_CATEGORIES = ("a", "b", "c", "d", "e")
_SCHEMA = schema_of({**CHOICE, "categories": [{"id": name} for name in _CATEGORIES]})
_POLICY = {"min_overlap": 3, "max_overlap": 3, "model": {"order": "model"}}

Rows = list[int]
Dice = np.random.Generator
Pick = Callable[[Matrix, Rows, Any, Dice], Rows]


class Saved(NamedTuple):
    """Labels until the accuracy that chance has after LABELS; None: not within LABELS."""

    accuracy: float
    labels: dict[str, int | None]
    curves: dict[str, list[float]]


def by_chance(vectors: Matrix, known: Rows, _head: Any, dice: Dice) -> Rows:
    """The next batch in the order of chance."""
    left = np.setdiff1d(np.arange(len(vectors)), known)
    return [int(row) for row in dice.permutation(left)[:BATCH]]


def by_margin(vectors: Matrix, known: Rows, head: Any, _dice: Dice) -> Rows:
    """What a head wavers about, from the first label on."""
    left = np.setdiff1d(np.arange(len(vectors)), known)
    return [int(row) for row in left[np.argsort(head.margins(vectors[left]))][:BATCH]]


def by_density(vectors: Matrix, known: Rows, _head: Any, dice: Dice) -> Rows:
    """What stands for many others, to the end."""
    left = np.setdiff1d(np.arange(len(vectors)), known)
    seed = int(dice.integers(1 << 30))
    return [
        int(row) for row in left[typical_rows(vectors[left], vectors[known], BATCH, seed=seed)]
    ]


def as_served(vectors: Matrix, known: Rows, head: Any, dice: Dice) -> Rows:
    """What the server does: density, then margin, with the blind share of chance."""
    left = np.setdiff1d(np.arange(len(vectors)), known)
    seed = int(dice.integers(1 << 30))
    draws = np.random.default_rng(7).random(len(vectors))[left]
    if len(known) < FEW:
        preferred = typical_rows(vectors[left], vectors[known], 2 * BATCH, seed=seed)
    else:
        preferred = np.argsort(head.margins(vectors[left]), kind="stable")
    found = next_rows(preferred, draws, share=BLIND, count=BATCH, seed=seed)
    return [int(row) for row in left[found.rows]]


PICKS: dict[str, Pick] = {
    "chance": by_chance,
    "margin": by_margin,
    "density": by_density,
    "as served": as_served,
}


def simulate(crowd: Path, seeds: int) -> Saved:
    """Label sentiment_mr in batches, each time where a rule says, and test on what is held out."""
    texts, labels = reviews(crowd / "sentiment_mr")
    order = np.random.default_rng(0).permutation(len(texts))[: POOL + TESTED]
    encoder = load_encoder(DEFAULT_TEXT_ENCODER, threads=1)
    vectors = encoder.encode([texts[at] for at in order]).vectors
    truth = [labels[at] for at in order]
    encode = lambda some: encoder.encode(some).vectors  # noqa: E731 - handed on as it is
    question, learner = question_of("choice"), LEARNERS["choice"]
    curves = {}
    for name, pick in PICKS.items():
        runs = []
        for seed in range(seeds):
            dice = np.random.default_rng([seed, 1])
            known: Rows = []
            run: list[float] = []
            head: Any = learner.unlearned(question, encode)
            while len(known) < LABELS:
                known += pick(vectors[:POOL], known, head, dice)
                head = learner.fit(
                    question, vectors[known], [truth[at] for at in known], encode, seed=seed
                )
                said = head.predict(vectors[POOL:])
                right = [s.label == t for s, t in zip(said, truth[POOL:], strict=True)]
                run.append(float(np.mean(right)))
            runs.append(run)
        curves[name] = np.mean(runs, axis=0).round(4).tolist()
    target = curves["chance"][-1]
    return Saved(
        target, {name: labels_to(curve, target) for name, curve in curves.items()}, curves
    )


def labels_to(curve: list[float], target: float) -> int | None:
    """Labels until a curve first reaches the target and stays within a hundredth of it."""
    for place, found in enumerate(curve):
        if found >= target and min(curve[place:]) >= target - 0.01:
            return BATCH * (place + 1)
    return None


def measure_order(items: int, sample: int) -> dict[str, Any]:
    """What ordering costs in a project of so many open items; see `choose_pool`."""
    with temporary_server() as server:
        lead = Lead(server)
        project = lead.create_project(_SCHEMA)
        lead.http.put(f"projects/{project}/policy/", json=_POLICY).raise_for_status()
        script = str(Path(__file__).parent / "choose_pool.py")
        numbers = map(str, (project, items, sample, server.database_pid()))
        found: dict[str, Any] = json.loads(server.run_python(script, *numbers).splitlines()[-1])
        return found
