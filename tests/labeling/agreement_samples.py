"""Questions, published tables and random items for the tests of agreement."""

from collections.abc import Sequence
from random import Random
from typing import Any

import pytest

from labeling.agreement_counts import AgreementCounts, Measure, count_items
from labeling.schema import LabelSchema
from tests.labeling.samples import INPUTS, SAMPLES, seeded

Items = list[tuple[str, list[Any]]]
"""(stable id, labels) of each item."""


def measure_of(question: dict[str, Any]) -> Measure:
    document = {"inputs": INPUTS, "questions": [{"id": "q", **question}]}
    return Measure(LabelSchema.from_json(document).questions[0])


def choice(*categories: str) -> Measure:
    return measure_of({"type": "choice", "categories": [{"id": name} for name in categories]})


RATING = measure_of({"type": "rating", "min": 1, "max": 5})
CHOICE = choice("a", "b", "c")
FIVE = choice("1", "2", "3", "4", "5")
PAIRWISE = measure_of(SAMPLES["pairwise"].question)
SETS = measure_of({"type": "choices", "categories": [{"id": name} for name in "abc"]})
MASI = measure_of(
    {"type": "choices", "categories": [{"id": name} for name in "abc"], "distance": "masi"}
)
MANY_SETS = measure_of({"type": "choices", "categories": [{"id": name} for name in "abcdefgh"]})
TEXT = measure_of(SAMPLES["text"].question)
SPANS = measure_of(SAMPLES["spans"].question)
BOXES = measure_of(SAMPLES["boxes"].question)
NUMBER = measure_of({"type": "number", "tolerance": 1})
RANKING = measure_of(SAMPLES["ranking"].question)

# Krippendorff (2011), part C; Gwet (2014, p. 120) has the same table. None: not seen.
MISSING = ["123321412...", "1233224125.3", ".3332342251.", "12332441251."]

# Fleiss (1971), "Measuring nominal scale agreement among many raters", Psychological Bulletin 76,
# the first 15 patients, as in R's irrCAC (distrib.6raters): psychiatrists by diagnosis a .. e.
FLEISS = [
    *("dddddd", "bbbeee", "bcccce", "eeeeee", "bbbddd", "aacccc", "ccccee", "aacccd"),
    *("aadddd", "eeeeee", "addddd", "abdddd", "bbbccc", "addddd", "bbddde"),
]

# Gwet (2014), 100 pregnant women and two abstractors, as in irrCAC (cont3x3abstractors).
ABSTRACTORS = {
    ("ectopic", "ectopic"): 13,
    ("aiu", "aiu"): 20,
    ("aiu", "niu"): 7,
    ("niu", "aiu"): 4,
    ("niu", "niu"): 56,
}


def items_from(units: Sequence[Sequence[Any]]) -> Items:
    return [(f"item {at}", list(unit)) for at, unit in enumerate(units)]


def count(units: Sequence[Sequence[Any]], measure: Measure) -> AgreementCounts:
    return count_items(items_from(units), measure)


def columns(rows: Sequence[str]) -> list[list[str]]:
    return [[value for value in column if value != "."] for column in zip(*rows, strict=True)]


def noisy_choices(items: int, seed: int, *, right: float = 0.7, overlap: int = 3) -> Items:
    """Workers say the truth with probability `right`, else any of a, b, c."""
    rng = seeded(seed)
    found: Items = []
    for at in range(items):
        truth = rng.choices("abc", (5, 3, 2))[0]
        said = [truth if rng.random() < right else rng.choice("abc") for _ in range(overlap)]
        found.append((f"{seed} {at}", said))
    return found


def noisy_texts(items: int, seed: int) -> Items:
    """Four words of an item's own; each worker swaps some."""
    rng = seeded(seed)
    return [(f"{seed} {at}", _told_by_three(rng)) for at in range(items)]


def _told_by_three(rng: Random) -> list[str]:
    words = [f"w{number}" for number in range(12)]
    base = rng.choices(words, k=4)
    return [
        " ".join(word if rng.random() < 0.8 else rng.choice(words) for word in base)
        for _ in range(3)
    ]


EVERY: dict[str, tuple[Measure, list[Any]]] = {
    "choice": (CHOICE, ["a", "b", "c"]),
    "rating": (RATING, [1, 2, 3, 5]),
    "choices": (SETS, [("a",), ("a", "b"), ("c",)]),
    "many choices": (MANY_SETS, [("a",), ("a", "b"), ("c", "h"), tuple("abcdefgh")]),
    "pairwise": (PAIRWISE, ["left", "right", "tie"]),
    "text": (TEXT, ["one", "one two", "two three", "four", "Ünï \U0001f426"]),
    "spans": (SPANS, SAMPLES["spans"].labels()),
    "number": (NUMBER, [3, 12.5, 13, 40, 0.1]),
    "ranking": (RANKING, SAMPLES["ranking"].labels()),
    "boxes": (BOXES, SAMPLES["boxes"].labels()),
}
every_type = pytest.mark.parametrize("kind", EVERY)


def random_items(kind: str, items: int, seed: int) -> Items:
    rng, labels = seeded(seed), EVERY[kind][1]
    return [
        (f"{seed} {at}", [rng.choice(labels) for _ in range(rng.randrange(4))])
        for at in range(items)
    ]
