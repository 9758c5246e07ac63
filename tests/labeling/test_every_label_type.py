"""One contract, kept by every label type."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from labeling.label_types import LABEL_TYPES
from labeling.problems import Invalid, InvalidAnswer, InvalidLabel
from labeling.routing import Action, RoutingPolicy, route
from labeling.schema import LabelSchema
from tests.labeling.hostile import hostile_json, nearly_boxes, nearly_spans
from tests.labeling.samples import DATA, INPUTS, NEVER_A_LABEL, SAMPLES, Samples, calmly

every_type = pytest.mark.parametrize("samples", SAMPLES.values(), ids=SAMPLES.keys())
EXHAUSTED = RoutingPolicy.from_json({"min_overlap": 2, "max_overlap": 2})

VALIDATORS: dict[str, Draft202012Validator] = {}


def validator(samples: Samples) -> Draft202012Validator:
    name = samples.label_type.name
    if name not in VALIDATORS:
        VALIDATORS[name] = new_validator(samples)
    return VALIDATORS[name]


def new_validator(samples: Samples) -> Draft202012Validator:
    document = samples.schema.answer_json_schema()
    Draft202012Validator.check_schema(document)
    return Draft202012Validator(document)


def test_every_label_type_has_samples() -> None:
    assert SAMPLES.keys() == LABEL_TYPES.keys()
    assert all(name == label_type.name for name, label_type in LABEL_TYPES.items())


@every_type
def test_parse_undoes_dump(samples: Samples) -> None:
    question, facts = samples.parsed_question, samples.facts
    for raw, label in zip(samples.good, samples.labels(), strict=True):
        assert samples.label_type.parse(samples.label_type.dump(label), question, facts) == label
        assert samples.label_type.dump(label) == raw
        assert isinstance(hash(label), int)


@every_type
def test_dump_is_json(samples: Samples) -> None:
    for raw, label in zip(samples.good, samples.labels(), strict=True):
        assert json.loads(json.dumps(samples.label_type.dump(label), allow_nan=False)) == raw


@every_type
def test_distance_is_zero_to_itself_symmetric_and_at_most_one(samples: Samples) -> None:
    question, labels = samples.parsed_question, samples.labels()
    for a in labels:
        for b in labels:
            distance = samples.label_type.distance(a, b, question)
            assert (distance == 0.0) == (a == b)
            assert 0.0 <= distance <= 1.0
            assert distance == samples.label_type.distance(b, a, question)


@every_type
def test_the_derived_schema_accepts_good_labels_and_refuses_bad_ones(samples: Samples) -> None:
    check = validator(samples)
    for raw in samples.good:
        assert list(check.iter_errors({"q": raw})) == []
    for raw in (*samples.bad, *NEVER_A_LABEL):
        assert not check.is_valid({"q": raw}), raw


@every_type
def test_bad_labels_are_refused_with_place_and_remedy(samples: Samples) -> None:
    schema, facts = samples.schema, samples.facts
    for raw in (*samples.bad, *samples.bad_for_item, *NEVER_A_LABEL):
        with pytest.raises(InvalidAnswer) as refusal:
            schema.parse_answer({"q": raw}, facts)
        for problem in refusal.value.problems:
            assert problem.path.startswith("/q"), (raw, problem)
            assert problem.message.count(".") >= 2, problem  # what is wrong; how to mend it
            assert problem.message.encode("utf-8")
            assert len(problem.message) < 400


@every_type
def test_other_questions_of_the_type_take_the_samples_too(samples: Samples) -> None:
    for raw in samples.extra:
        other = Samples(question=raw, good=samples.good, bad=())
        assert [other.label_type.dump(label) for label in other.labels()] == list(other.good)
        first, second, _ = other.labels()
        assert 0.0 < other.label_type.distance(first, second, other.parsed_question) <= 1.0


@every_type
def test_unanimous_votes_are_their_own_consensus(samples: Samples) -> None:
    question = samples.parsed_question
    for label in samples.labels():
        for weights in ([1.0], [1.0, 1.0, 1.0], [0.3, 0.9], [0.1] * 7):
            scored = samples.label_type.aggregate([label] * len(weights), weights, question)
            assert scored == (label, 1.0)


@every_type
def test_the_heavier_vote_is_the_consensus(samples: Samples) -> None:
    question, (first, second, third) = samples.parsed_question, samples.labels()
    for label, *others in ((first, second, third), (third, second, first)):
        votes = [*others, label, label, label]
        scored = samples.label_type.aggregate(votes, [0.1, 0.1, 1.0, 1.0, 1.0], question)
        assert samples.label_type.distance(scored.label, label, question) < 0.05  # means of boxes
        assert 0.5 < scored.score < 1.0


@every_type
def test_a_consensus_is_itself_a_valid_label(samples: Samples) -> None:
    question, labels = samples.parsed_question, samples.labels()
    for votes in (labels, labels[:2], [labels[0], *labels], list(reversed(labels))):
        scored = samples.label_type.aggregate(votes, [1.0] * len(votes), question)
        dumped = samples.label_type.dump(scored.label)
        assert samples.label_type.parse(dumped, question, samples.facts) == scored.label
        assert 0.0 <= scored.score <= 1.0


@every_type
def test_a_posterior_grows_with_agreement_and_splits_in_a_tie(samples: Samples) -> None:
    question, (first, second, _) = samples.parsed_question, samples.labels()
    one = samples.label_type.posterior([first], [0.8], question)
    if one is None:
        return
    two = samples.label_type.posterior([first, first], [0.8, 0.8], question)
    tie = samples.label_type.posterior([first, second], [0.8, 0.8], question)
    assert one.label == first
    assert one.score == pytest.approx(0.8)
    assert two is not None
    assert two.score > 0.9
    assert tie is not None
    assert tie.score < 0.5


@every_type
def test_unanimity_settles(samples: Samples) -> None:
    for label in samples.labels():
        decision = route(samples.schema, EXHAUSTED, [{"q": label}, {"q": label}])
        assert decision.action is Action.SETTLE
        assert decision.answer == {"q": label}


@every_type
def test_a_tie_disputes(samples: Samples) -> None:
    first, second, _ = samples.labels()
    decision = route(samples.schema, EXHAUSTED, [{"q": first}, {"q": second}])
    assert decision.action is Action.DISPUTE
    assert decision.answer is None
    assert decision.confidence < EXHAUSTED.threshold


@every_type
def test_a_summary_is_one_short_line(samples: Samples) -> None:
    question = samples.parsed_question
    lines = [samples.label_type.summary(label, question) for label in samples.labels()]
    assert all("\n" not in line and 0 < len(line) <= 100 for line in lines)
    assert len(set(lines)) == len(lines)


@every_type
def test_hostile_settings_are_refused_without_a_crash(samples: Samples) -> None:
    keys_of_type = samples.label_type.question_json_schema()
    assert set(keys_of_type) == set(samples.label_type.limit_keys)
    for key in keys_of_type:
        wrong: tuple[Any, ...] = (None, [], {}, "x", -(10**400), float("nan"), [[]])
        for value in wrong:
            found = samples.label_type.check_question({**samples.question, key: value})
            if (key, value) not in (("anchors", {}), ("unit", "x")):
                assert [problem.path.split("/")[1] for problem in found if problem.path], key
    assert samples.label_type.check_question(samples.question) == []


def check_refusal(refusal: Invalid) -> None:
    """Every problem can be stored and sent."""
    assert refusal.problems
    for problem in refusal.problems:
        assert problem.message.encode("utf-8")
        assert "\0" not in problem.path.encode("utf-8").decode() + problem.message


def check_hostile(samples: Samples, raw: Any) -> None:
    """Parse gives a label that stays the same, or refuses; the derived schema agrees."""
    question, facts = samples.parsed_question, samples.facts
    try:
        label = samples.label_type.parse(raw, question, facts)
    except InvalidLabel as refusal:
        check_refusal(refusal)
    else:
        dumped = samples.label_type.dump(label)
        assert samples.label_type.parse(dumped, question, facts) == label
        assert validator(samples).is_valid({"q": raw})
        assert validator(samples).is_valid({"q": dumped})


@every_type
@calmly
@given(raw=hostile_json)
def test_hostile_json_is_refused_and_never_crashes(samples: Samples, raw: Any) -> None:
    check_hostile(samples, raw)


@every_type
@calmly
@given(raw=hostile_json)
def test_hostile_answers_are_refused_and_never_crash(samples: Samples, raw: Any) -> None:
    schema, facts = samples.schema, samples.facts
    for answer in (raw, {"q": raw}):
        try:
            schema.parse_answer(answer, facts)
        except InvalidAnswer as refusal:
            check_refusal(refusal)


@settings(calmly, max_examples=150)
@given(raw=nearly_spans)
def test_hostile_spans_are_refused_and_never_crash(raw: Any) -> None:
    check_hostile(SAMPLES["spans"], raw)


@settings(calmly, max_examples=150)
@given(raw=nearly_boxes)
def test_hostile_boxes_are_refused_and_never_crash(raw: Any) -> None:
    check_hostile(SAMPLES["boxes"], raw)


def test_all_samples_stand_in_one_schema() -> None:
    questions = [{**s.question, "id": name} for name, s in SAMPLES.items()]
    document = {"inputs": INPUTS, "questions": questions}
    schema = LabelSchema.from_json(document)
    raw = {name: samples.good[1] for name, samples in SAMPLES.items()}
    answer = schema.parse_answer(raw, schema.facts_of(DATA))
    assert schema.dump_answer(answer) == raw
