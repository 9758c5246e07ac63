"""What the labels of a model mean in a project: which fit, which are alike, which are missing.

Light: the web process asks here too.
"""

import re
from collections.abc import Mapping, Sequence

from labeling.label_types import LABEL_TYPES
from labeling.questions import Question
from labeling.schema import LabelSchema
from models_assist.catalogue import Says

FITS: Mapping[Says, tuple[str, ...]] = {
    "vectors": ("choice", "choices", "rating", "pairwise", "boxes"),
    "classes": ("choice", "choices", "rating"),
    "entailment": ("choice", "choices"),
    "tags": ("spans",),
    "boxes": ("boxes",),
}
"""The label types that each kind of model can answer; from vectors, heads learn to: of boxes what
is in them, where a detector says where they are."""

ONE_OF = ("choice", "rating")
"""Label types of which every class has to be named by some label."""

OUTSIDE = "O"
"""The tag of a word that is part of nothing."""
_TAG = re.compile(r"([BIESLU])[-_](.+)")


def why_unfit(says: Says, reads: str, schema: LabelSchema, question: Question) -> str | None:
    """Why such a model cannot answer a question, for programs; None when it can."""
    if question.type not in FITS[says]:
        return "other_label_type"
    types = {source.id: source.type for source in schema.inputs}
    given = [types[name] for name in (question.on or types)]
    if reads not in given:
        return "no_picture" if reads == "image" else "no_text"
    if reads == "image" and says == "vectors" and "text" in given:
        return "not_only_pictures"
    if reads == "image" and says != "vectors" and given.count("image") > 1:
        return "several_pictures"
    return None


def names_of(labels: Sequence[str], says: Says) -> tuple[str, ...]:
    """What is mapped of a model: its labels, or the kinds of things that its tags tell."""
    if says == "entailment":
        return ()
    if says != "tags":
        return tuple(dict.fromkeys(labels))
    return tuple(dict.fromkeys(kind for _, kind in map(parts_of, labels) if kind))


def parts_of(tag: str) -> tuple[str, str]:
    """A tag as its place in a thing (B, I, E, S; "" where it tells none) and the kind of thing;
    no kind is outside of all."""
    found = _TAG.fullmatch(tag)
    if found:
        place = {"L": "E", "U": "S"}.get(found.group(1), found.group(1))
        return place, found.group(2)
    return "", "" if tag == OUTSIDE else tag


def classes_of(question: Question) -> tuple[str, ...]:
    """What labels may be mapped to: the categories, or the values of a rating."""
    values: Sequence[object] = LABEL_TYPES[question.type].condition_values(question)
    return question.category_ids or tuple(str(value) for value in values)


def proposed(names: Sequence[str], question: Question) -> dict[str, str]:
    """The labels that have the name of a class, but for case and signs; "5 stars" is a 5."""
    known = {_plain(name): name for name in reversed(classes_of(question))}
    known |= {
        _plain(category.title): category.id
        for category in reversed(question.categories)
        if _plain(category.title) not in known
    }
    number = re.compile(r"(\d+) stars?", re.IGNORECASE)
    plain = {name: _plain(number.sub(r"\1", name)) for name in names}
    return {name: known[word] for name, word in plain.items() if word and word in known}


def missing(mapping: Mapping[str, str], question: Question) -> list[str]:
    """The classes that no label means; of what may be several or nothing, all if none is meant."""
    meant = set(mapping.values())
    classes = classes_of(question)
    if question.type in ONE_OF or not meant:
        return [name for name in classes if name not in meant]
    return []


def unknown(mapping: Mapping[str, str], names: Sequence[str], question: Question) -> list[str]:
    """What a mapping names that is no label of the model, or no class of the question."""
    known, classes = set(names), set(classes_of(question))
    labels = [name for name in mapping if name not in known]
    return labels + sorted({name for name in mapping.values() if name not in classes})


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())
