"""Crowds for `bench.sureness`: recorded ones as labels of a question, and made-up ones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from labeling.label_types.boxes import Box
from labeling.label_types.spans import Span
from labeling.questions import Question
from labeling.replay.recording import GOLD_COLUMNS, LABEL_COLUMNS, open_table, read_rows
from labeling.replay.span_recording import read_spans
from labeling.schema import LabelSchema
from labeling.span_tags import spans_of
from labeling.votes import JSON, Label

ITEMS = 300
GOOD, BAD = range(1, 3), range(3, 6)
FALLS_FOR_IT = 0.6
ERRS_GOOD, ERRS_BAD = 0.1, 0.5
NAMES = "abcdef"


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """What workers said of items under a question, and what is true."""

    question: Question
    votes: list[tuple[int, int, Label]]
    """Item, worker, label."""
    truth: dict[int, Label]


def read_tagged(folder: Path) -> Crowd:
    """Read BIO tags; a token is a character long."""
    recording = read_spans(folder)
    workers: dict[str, int] = {}
    votes: list[tuple[int, int, Label]] = [
        (item, workers.setdefault(worker, len(workers)), _spans(tags))
        for item, said in enumerate(recording.votes)
        for worker, tags in said
    ]
    truth: dict[int, Label] = {item: _spans(tags) for item, tags in enumerate(recording.gold)}
    rows = [*recording.gold, *(tags for said in recording.votes for _, tags in said)]
    names = sorted({name for tags in rows for _, _, name in spans_of(tags)})
    return Crowd(question=_question("spans", names), votes=votes, truth=truth)


def read_together(folders: Sequence[Path]) -> Crowd:
    """Read labels that are 0 or 1 as one set of categories, each named after its folder."""
    names = [folder.name for folder in folders]
    said, gold = _chosen(folders, "labels.csv"), _chosen(folders, "gold.csv")
    places = {item: place for place, (item,) in enumerate(sorted(gold))}
    workers: dict[str, int] = {}
    votes: list[tuple[int, int, Label]] = [
        (places[item], workers.setdefault(worker, len(workers)), label)
        for (item, worker), label in sorted(said.items())
        if item in places
    ]
    truth: dict[int, Label] = {places[item]: label for (item,), label in gold.items()}
    return Crowd(question=_question("choices", names), votes=votes, truth=truth)


def tempted(kind: str, hard: float, *, seed: int) -> Crowd:
    """Two good workers and three bad ones; on a share of the items, the hard ones, most of them
    fall for the same wrong label."""
    dice = Random(seed)  # noqa: S311 - a replay, no secret
    make, slip = _KINDS[kind]
    votes: list[tuple[int, int, Label]] = []
    truth: dict[int, Label] = {}
    for item in range(ITEMS):
        truth[item] = real = make(dice)
        bait, is_hard = slip(dice, real), dice.random() < hard
        for worker in (*GOOD, *BAD):
            errs = dice.random() < (ERRS_GOOD if worker in GOOD else ERRS_BAD)
            label = slip(dice, real) if errs else real
            falls = is_hard and dice.random() < FALLS_FOR_IT
            votes.append((item, worker, bait if falls else label))
    return Crowd(question=_question(kind, list(NAMES)), votes=votes, truth=truth)


def _chosen(folders: Sequence[Path], table: str) -> dict[tuple[str, ...], Label]:
    """The categories that are 1, by all columns but the last; of keys that all folders have."""
    found: dict[tuple[str, ...], dict[str, bool]] = {}
    columns = GOLD_COLUMNS if table == "gold.csv" else LABEL_COLUMNS
    for folder in folders:
        with open_table(folder / table) as stream:
            for *key, said in read_rows(stream, columns, table):
                found.setdefault(tuple(key), {})[folder.name] = said == "1"
    return {
        key: tuple(name for name, is_chosen in said.items() if is_chosen)
        for key, said in found.items()
        if len(said) == len(folders)
    }


def _question(kind: str, names: Sequence[str]) -> Question:
    read = {"choices": "text", "spans": "text", "boxes": "picture"}[kind]
    asked: dict[str, JSON] = {"id": "q", "type": kind, "title": "Q"}
    asked["categories"] = [{"id": name, "title": name} for name in names]
    asked |= {"min": 0} if kind == "choices" else {"on": read}
    inputs = [{"id": read, "type": "text" if read == "text" else "image"}]
    return LabelSchema.from_json({"inputs": inputs, "questions": [asked]}).questions[0]


def _spans(tags: Sequence[str]) -> tuple[Span, ...]:
    return tuple(Span(*span) for span in spans_of(tags))


def _some_choices(dice: Random) -> tuple[str, ...]:
    return tuple(name for name in NAMES if dice.random() < 0.4)


def _other_choices(dice: Random, truth: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in NAMES if (name in truth) != (dice.random() < 0.45))


def _some_spans(dice: Random) -> tuple[Span, ...]:
    starts = sorted(dice.sample(range(0, 200, 10), 4))
    return tuple(Span(at, at + 6, dice.choice(NAMES)) for at in starts)


def _other_spans(dice: Random, truth: tuple[Span, ...]) -> tuple[Span, ...]:
    """Misses half, mixes up half of the rest, and invents."""
    kept = [span for span in truth if dice.random() < 0.5]
    said = [span if dice.random() < 0.5 else span._replace(category="a") for span in kept]
    at = dice.randrange(210, 390)
    return (*said, Span(at, at + 6, "b"))


def _some_boxes(dice: Random) -> tuple[Box, ...]:
    places = sorted(dice.sample(range(64), 4))
    return tuple(
        Box(10.0 + 30.0 * (at % 8), 30.0 * (at // 8), 20.0, 20.0, dice.choice(NAMES))
        for at in places
    )


def _other_boxes(dice: Random, truth: tuple[Box, ...]) -> tuple[Box, ...]:
    kept = [box for box in truth if dice.random() < 0.5]
    said = [
        box._replace(x=box.x + dice.uniform(-6.0, 6.0), category=dice.choice((box.category, "a")))
        for box in kept
    ]
    return (*said, Box(500.0 + dice.randrange(400), 400.0, 20.0, 20.0, "b"))


_KINDS: dict[str, tuple[Callable[[Random], Any], Callable[[Random, Any], Any]]] = {
    "choices": (_some_choices, _other_choices),
    "spans": (_some_spans, _other_spans),
    "boxes": (_some_boxes, _other_boxes),
}
