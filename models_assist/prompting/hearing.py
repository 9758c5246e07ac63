"""What a model wrote, read as labels: whatever does not fit the label schema is no label."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from json import JSONDecoder
from typing import Any, NoReturn

from labeling.label_types import LABEL_TYPES
from labeling.problems import InvalidItem, InvalidLabel
from labeling.questions import ItemFacts, Question
from labeling.schema import LabelSchema
from labeling.votes import Label
from models_assist.prompting.asking import asked_questions, may_be_left_out
from models_assist.prompting.quotes import place_quotes
from models_assist.remote.chat import Token


@dataclass(frozen=True, kw_only=True)
class Heard:
    """One reply, read."""

    labels: Mapping[str, Label] = field(default_factory=dict)
    """By question, in their normal form; of questions that the other labels hide, none."""
    problems: Mapping[str, str] = field(default_factory=dict)
    """Why a question has no label: `not_json`, `missing`, `invalid_label`, `invalid_item`."""
    lost_quotes: int = 0
    """Quotes that could not be placed, of all questions."""


def hear(content: str, schema: LabelSchema, data: Mapping[str, Any]) -> Heard:
    """Read what a model wrote of an item."""
    asked = asked_questions(schema)
    answer = _object_in(content)
    if answer is None:
        return Heard(problems={question.id: "not_json" for question in asked})
    try:
        facts = schema.facts_of(data)
    except InvalidItem:  # made for an older guideline
        return Heard(problems={question.id: "invalid_item" for question in asked})
    labels: dict[str, Label] = {}
    problems: dict[str, str] = {}
    lost = 0
    for question in asked:
        raw = answer.get(question.id)
        if raw is None:
            if not may_be_left_out(question):
                problems[question.id] = "missing"
            continue
        if question.type == "spans" and isinstance(raw, list):
            placed = place_quotes(data[question.on[0]], raw)
            raw, lost = placed.spans, lost + placed.missing + placed.ambiguous
        label = _label_of(raw, question, facts)
        if label is None:
            problems[question.id] = "invalid_label"
        else:
            labels[question.id] = label
    shown = {question.id for question in schema.visible_questions(labels)}
    return Heard(
        labels={name: label for name, label in labels.items() if name in shown},
        problems=problems,
        lost_quotes=lost,
    )


def _label_of(raw: Any, question: Question, facts: ItemFacts) -> Label:
    try:
        label: Label = LABEL_TYPES[question.type].parse(raw, question, facts)
    except InvalidLabel:
        return None
    return label


def _object_in(content: str) -> dict[str, Any] | None:
    try:
        answer = json.loads(
            content, parse_constant=_refuse_constant, object_pairs_hook=_without_twins
        )
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is there twice")
    return found


def likelihoods(content: str, tokens: Sequence[Token]) -> dict[str, float]:
    """How probable the model found each label that it wrote, by question, 0..1.

    The product of the probabilities of the tokens in which the label stands. Of a list of objects
    (spans) it is the geometric mean over them: else a long list were improbable for its length.
    Empty when the tokens are not those of `content`, or `content` is no object.
    """
    raw = content.encode()
    if not tokens or b"".join(token.raw for token in tokens) != raw:
        return {}
    if _object_in(content) is None:
        return {}
    ends, at = [], 0
    for token in tokens:
        at += len(token.raw)
        ends.append(at)
    found = {}
    for name, (start, end, parts) in _places_of(content).items():
        log = sum(
            token.logprob
            for token, until in zip(tokens, ends, strict=True)
            if until > start and until - len(token.raw) < end
        )
        found[name] = math.exp(log / parts)
    return found


def _places_of(content: str) -> dict[str, tuple[int, int, int]]:
    """Where the value of each key of an object stands, in bytes of UTF-8, and of how many objects
    it is a list (1 if of none)."""
    decoder = JSONDecoder()
    found = {}
    at = content.index("{") + 1
    while content[at := _skip(content, at, ", ")] != "}":
        name, at = decoder.raw_decode(content, at)
        at = _skip(content, at, ": ")
        value, end = decoder.raw_decode(content, at)
        is_list = isinstance(value, list) and any(isinstance(each, dict) for each in value)
        start = len(content[:at].encode())
        length = len(content[at:end].encode())
        found[name] = (start, start + length, len(value) if is_list else 1)
        at = end
    return found


def _skip(content: str, at: int, characters: str) -> int:
    while content[at] in characters + "\t\r\n":
        at += 1
    return at


def agreed(heard: Sequence[Heard], question: Question) -> tuple[Label, float] | None:
    """What several replies to the same question say together, and how sure that is, 0..1.

    None unless most of them gave a label. The share of the replies is drawn towards not knowing,
    as if one more had been divided among the classes (Perks 1947): five of five are not certain.
    """
    labels = [each.labels[question.id] for each in heard if question.id in each.labels]
    if 2 * len(labels) <= len(heard):
        return None
    together = LABEL_TYPES[question.type].aggregate(labels, [1.0] * len(labels), question)
    classes = max(len(LABEL_TYPES[question.type].condition_values(question)), 2)
    share = together.score * len(labels) / len(heard)
    return together.label, (share * len(heard) + 1.0 / classes) / (len(heard) + 1.0)
