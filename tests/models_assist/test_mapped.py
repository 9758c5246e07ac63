"""A model's own labels as labels of a question: proposed, refused, and said."""

from typing import Any

import numpy as np
import pytest

from labeling.label_types import LABEL_TYPES
from labeling.questions import ItemFacts, Question
from labeling.schema import LabelSchema
from models_assist.mapped import Mapped, say_boxes, say_classes, say_entailed, say_spans
from models_assist.mapping import missing, names_of, proposed, unknown, why_unfit
from models_assist.words import words_of

TEXT, PICTURE = {"id": "text", "type": "text"}, {"id": "picture", "type": "image"}


def schema_of(*inputs: dict[str, Any], **question: Any) -> tuple[LabelSchema, Question]:
    schema = LabelSchema.from_json({"inputs": [*inputs], "questions": [{"id": "q", **question}]})
    return schema, schema.questions[0]


def categories(*names: str) -> list[dict[str, str]]:
    return [{"id": name, "title": name.title()} for name in names]


CHOICE = schema_of(TEXT, type="choice", categories=categories("pos", "neg", "mixed"))[1]
SPANS = schema_of(TEXT, type="spans", on="text", categories=categories("person", "place"))[1]
BOXES = schema_of(PICTURE, type="boxes", on="picture", categories=categories("roof", "road"))[1]


def mapped(question: Question, labels: str, mapping: dict[str, str], at: float = 0.5) -> Mapped:
    return Mapped(question=question, labels=tuple(labels.split()), mapping=mapping, threshold=at)


def test_labels_of_the_same_name_are_proposed() -> None:
    assert proposed(["POS", "Neg.", "LABEL_2"], CHOICE) == {"POS": "pos", "Neg.": "neg"}
    stars = schema_of(TEXT, type="rating", min=1, max=5)[1]
    assert proposed(["1 star", "5 stars", "9 stars"], stars) == {"1 star": "1", "5 stars": "5"}
    assert names_of(["O", "B-PERSON", "I-PERSON", "B-LOC"], "tags") == ("PERSON", "LOC")
    assert proposed(["PERSON", "LOC"], SPANS) == {"PERSON": "person"}


def test_what_a_mapping_lacks_or_makes_up_is_named() -> None:
    assert missing({"a": "pos", "b": "neg"}, CHOICE) == ["mixed"]
    assert missing({"a": "person"}, SPANS) == []
    assert missing({}, SPANS) == ["person", "place"]
    assert unknown({"a": "pos", "z": "great"}, ["a"], CHOICE) == ["z", "great"]


@pytest.mark.parametrize(
    ("says", "reads", "inputs", "question", "why"),
    [
        ("classes", "text", [TEXT], {"type": "spans", "on": "text"}, "other_label_type"),
        ("classes", "image", [TEXT], {"type": "choice"}, "no_picture"),
        ("classes", "text", [PICTURE], {"type": "choice"}, "no_text"),
        ("vectors", "image", [TEXT, PICTURE], {"type": "choice"}, "not_only_pictures"),
        ("classes", "image", [TEXT, PICTURE], {"type": "choice"}, None),
        ("boxes", "image", [PICTURE], {"type": "boxes", "on": "picture"}, None),
    ],
)
def test_models_that_do_not_fit_say_why(
    says: Any, reads: str, inputs: Any, question: Any, why: str | None
) -> None:
    schema, asked = schema_of(*inputs, **question, categories=categories("a", "b"))
    assert why_unfit(says, reads, schema, asked) == why


def test_a_choice_adds_up_the_shares_of_its_labels_and_is_silent_where_others_are_meant() -> None:
    known = mapped(CHOICE, "joy love hate other", {"joy": "pos", "love": "pos", "hate": "neg"})
    rows = np.array([[0.3, 0.3, 0.2, 0.2], [0.1, 0.1, 0.1, 0.7], [0, 0, 0, 0]])
    said = say_classes(known, rows)
    assert said[0] is not None
    assert said[0].label == "pos"
    assert said[0].scores == pytest.approx({"pos": 0.75, "neg": 0.25, "mixed": 0})
    assert said[1:] == [None, None]


def test_a_set_holds_what_is_above_the_threshold() -> None:
    question = schema_of(TEXT, type="choices", min=0, categories=categories("a", "b"))[1]
    known = mapped(question, "A B", {"A": "a", "B": "b"}, at=0.6)
    (one, none) = say_classes(known, np.array([[0.9, 0.5], [0.1, 0.2]]))
    assert one is not None
    assert none is not None
    assert one.label == ["a"]
    assert one.score == pytest.approx(0.45)
    assert none.label == []


def test_entailment_asks_about_any_categories() -> None:
    logits = np.array([[[3.0, 0.0], [0.0, 3.0], [0.0, 0.0]]])
    (said,) = say_entailed(mapped(CHOICE, "", {}), logits)
    assert said is not None
    assert said.label == "pos"
    assert sum(said.scores.values()) == pytest.approx(1)
    question = schema_of(TEXT, type="choices", categories=categories("a", "b", "c"))[1]
    (many,) = say_entailed(mapped(question, "", {}), logits)
    assert many is not None
    assert many.scores["a"] == pytest.approx(1 / (1 + np.exp(-3)))


def states(tags: str, said: str, share: float = 0.9) -> Any:
    known = tags.split()
    rest = (1 - share) / (len(known) - 1)
    rows = np.full((len(said.split()), 1, len(known)), rest, dtype=np.float16)
    for at, tag in enumerate(said.split()):
        rows[at, 0, known.index(tag)] = share
    return rows


TAGS = "O B-PER I-PER B-LOC I-LOC"
NAMES = {"PER": "person", "LOC": "place"}


@pytest.mark.parametrize(
    ("tags", "said", "found"),
    [
        (TAGS, "B-PER I-PER O B-LOC", [("Ada Byron", "person"), ("Paris", "place")]),
        (TAGS, "B-PER B-PER O O", [("Ada", "person"), ("Byron", "person")]),
        (TAGS, "I-PER I-LOC O I-LOC", [("Ada", "person"), ("Byron", "place"), ("Paris", "place")]),
        ("O PER LOC", "PER PER O LOC", [("Ada Byron", "person"), ("Paris", "place")]),
        ("O S-PER B-PER E-PER", "B-PER E-PER O O", [("Ada Byron", "person")]),
        ("O S-PER B-PER E-PER", "S-PER E-PER O O", [("Ada", "person"), ("Byron", "person")]),
        (TAGS, "O O O O", []),
    ],
)  # fmt: skip
def test_tags_become_spans_of_characters(tags: str, said: str, found: Any) -> None:
    text = "Ada Byron 🙂 Paris"
    words = words_of(text)
    prediction = say_spans(mapped(SPANS, tags, NAMES), words, states(tags, said))
    assert [
        (text[span["start"] : span["end"]], span["category"]) for span in prediction.label
    ] == found
    facts = ItemFacts(text_lengths={"text": len(text)})
    LABEL_TYPES["spans"].parse(prediction.label, SPANS, facts)
    assert prediction.score == pytest.approx(0.9, abs=0.06)


def test_spans_that_are_unsure_or_mean_nothing_here_are_left_out() -> None:
    words = words_of("Ada Byron")
    unsure = say_spans(mapped(SPANS, TAGS, NAMES, at=0.8), words, states(TAGS, "B-PER O", 0.7))
    assert unsure.label == []
    other = say_spans(mapped(SPANS, TAGS, {"LOC": "place"}), words, states(TAGS, "B-PER O"))
    assert other.label == []


def test_things_become_boxes_in_pixels_of_the_picture() -> None:
    things = np.array(
        [
            [0.1, 0.2, 0.5, 0.6, 0.9, 0.0],
            [0.11, 0.2, 0.5, 0.6, 0.8, 0.0],  # the same roof, less surely
            [0.1, 0.2, 0.5, 0.6, 0.0, 0.7],
            [-0.2, 0.9, 0.3, 1.4, 0.0, 0.9],  # reaches out of the picture
            [0.5, 0.5, 0.5, 0.5, 0.9, 0.0],  # has no area
            [0.0, 0.0, 1.0, 1.0, 0.3, 0.1],
        ]
    )
    said = say_boxes(
        mapped(BOXES, "house way", {"house": "roof", "way": "road"}), (200, 100), things
    )
    facts = ItemFacts(image_sizes={"picture": (200, 100)})
    assert LABEL_TYPES["boxes"].dump(LABEL_TYPES["boxes"].parse(said.label, BOXES, facts)) == [
        {"x": 20, "y": 20, "width": 80, "height": 40, "category": "road"},
        {"x": 20, "y": 20, "width": 80, "height": 40, "category": "roof"},
        {"x": 0, "y": 90, "width": 60, "height": 10, "category": "road"},
    ]
    assert said.score == pytest.approx(0.7)
    empty = say_boxes(mapped(BOXES, "house way", {"way": "road"}), (200, 100), things[:2])
    assert (empty.label, empty.score) == ([], 1.0)
