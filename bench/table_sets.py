"""Public sets of labelled texts, as their repositories lay them out: the very sets of an earlier
measurement of heads, with which a bench may be compared row by row.

The user clones them below one folder; none of it is part of the project, and a set that is not
there is named as missing. Found by the end of a path:

- banking77 (Casanueva et al. 2020): `banking_data/train.csv`, of PolyAI-LDN/task-specific-datasets
- AG News (Zhang et al. 2015): `ag_news_csv/test.csv`, of mhjabreel/CharCnn_Keras
- TREC questions (Li and Roth 2002): `train_5500.label.txt`, of tstuessi/question-type
- SST-2, whole sentences (Socher et al. 2013): `SST2/train.tsv`, of
  clairett/pytorch-sentiment-classification
- GoEmotions (Demszky et al. 2020): `original/train.tsv`, of monologg/GoEmotions-pytorch
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from bench.banking_words import WORDS
from bench.emotion_words import EMOTIONS
from bench.public_texts import REVIEWS
from labeling.votes import JSON

ASKED = 700
"""Texts to be asked about, at most; TREC has 500."""
FIRST = 300
"""Texts that the earlier fine-tunes were asked about. Those of TREC are easier than the rest."""
_SEED = 1

Row = tuple[str, Any]
"""A text and its label."""


class TableSet(NamedTuple):
    """A set: what may be learnt from, what is asked, and how a project would describe it."""

    pool: list[Row]
    """In random order."""
    asked: list[Row]
    """Of the set's own test part, by chance."""
    first: list[Row]
    """The first FIRST texts of the test part."""
    categories: list[JSON]


_TOPICS = (
    ("World", "Politics, governments and wars around the world."),
    ("Sports", "Games, teams, players."),
    ("Business", "Companies, markets, the economy."),
    ("Science and technology", "Computers, software, the Internet, research."),
)
_ANSWERS = {
    "ABBR": ("an abbreviation", "Abbreviation, acronym: what does it stand for?"),
    "DESC": ("a description", "Definition, description, manner or reason: what is it, how, why?"),
    "ENTY": ("an entity", "An animal, a food, a product, a work, a word or another thing."),
    "HUM": ("a person", "A human being or a group: who?"),
    "LOC": ("a location", "A city, a country or another place: where?"),
    "NUM": ("a number", "A count, date, distance, price or another value: how many, when?"),
}


def table_set(folder: Path, name: str) -> TableSet | None:
    """The set, if its files lie below the folder; `name` is a key of SETS."""
    end, read = SETS[name]
    places = sorted(folder.rglob(end))
    return read(places[0]) if places else None


def _banking(place: Path) -> TableSet:
    train, test = (
        [
            (row["text"], row["category"].rstrip("?"))
            for row in _rows(place.with_name(f"{part}.csv"))
        ]
        for part in ("train", "test")
    )
    categories: list[JSON] = [
        {"id": name, "title": name.replace("_", " "), "description": WORDS[name]}
        for name in sorted(WORDS)
    ]
    return _set(train, test, categories)


def _banking_by_name(place: Path) -> TableSet:
    return _by_name(_banking(place))


def _rows(place: Path) -> Iterator[dict[str, str]]:
    with place.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _news(place: Path) -> TableSet:
    """Of the test part alone: the other is larger than some copies of the repository keep."""
    with place.open(encoding="utf-8", newline="") as file:
        rows = [(f"{head}. {text}", label) for label, head, text in csv.reader(file)]
    rows = _shuffled(rows)
    return _set(rows[ASKED:], rows[:ASKED], _described(dict(zip("1234", _TOPICS, strict=True))))


def _questions(place: Path) -> TableSet:
    def read(path: Path) -> Iterator[Row]:
        for line in path.read_text(encoding="latin-1").splitlines():
            label, space, text = line.partition(" ")
            if space:
                yield text, label.split(":")[0]

    [test] = place.parent.glob("*TREC_10.label*")
    return _set(read(place), read(test), _described(_ANSWERS))


def _sentences(place: Path) -> TableSet:
    def read(path: Path) -> Iterator[Row]:
        for line in path.read_text(encoding="utf-8").splitlines():
            text, _, label = line.rpartition("\t")
            yield text, ("neg", "pos")[int(label)]

    return _set(read(place), read(place.with_name("test.tsv")), REVIEWS)


def _emotions(place: Path) -> TableSet:
    names = place.with_name("labels.txt").read_text(encoding="utf-8").split()

    def read(path: Path) -> Iterator[Row]:
        for line in path.read_text(encoding="utf-8").splitlines():
            text, labels, _ = line.split("\t")
            yield text, [names[int(at)] for at in labels.split(",")]

    texts = {name: (name, EMOTIONS[name]) for name in names}
    return _set(read(place), read(place.with_name("test.tsv")), _described(texts))


def _emotions_by_name(place: Path) -> TableSet:
    return _by_name(_emotions(place))


def _described(texts: dict[str, tuple[str, str]]) -> list[JSON]:
    return [
        {"id": name, "title": title, "description": description}
        for name, (title, description) in texts.items()
    ]


def _by_name(known: TableSet) -> TableSet:
    bare = [{key: each[key] for key in ("id", "title")} for each in known.categories]
    return known._replace(categories=bare)


def _set(pool: Iterable[Row], asked: Iterable[Row], categories: list[JSON]) -> TableSet:
    rows = list(asked)
    return TableSet(_shuffled(list(pool)), _shuffled(rows)[:ASKED], rows[:FIRST], categories)


def _shuffled(rows: Sequence[Row]) -> list[Row]:
    return [rows[at] for at in np.random.default_rng(_SEED).permutation(len(rows))]


SETS: dict[str, tuple[str, Callable[[Path], TableSet]]] = {
    "banking77": ("banking_data/train.csv", _banking),
    "banking77, names alone": ("banking_data/train.csv", _banking_by_name),
    "AG News": ("ag_news_csv/test.csv", _news),
    "TREC": ("train_5500.label.txt", _questions),
    "SST-2": ("SST2/train.tsv", _sentences),
    "GoEmotions": ("original/train.tsv", _emotions),
    "GoEmotions, names alone": ("original/train.tsv", _emotions_by_name),
}
"""By the end of a path of one file, and how it and those beside it are read."""
