"""The model as a rater where labels are no classes: one more voter, by its own record."""

import json
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest

from labeling.deciding import decide
from labeling.decisions import Decision
from labeling.label_types import LABEL_TYPES
from labeling.model_rater import FEWEST_ITEMS, ModelPrior
from labeling.poll_learning import learn_polls
from labeling.poll_standing import PollStanding, read_standing
from labeling.priced_routing import Ballot, ItemContext
from labeling.prices import Prices
from labeling.refresh import ModelRecord
from labeling.votes import Label
from tests.labeling.poll_crowds import BAD, CROWDS, POLICY, Votes, by_item, crowd_at, schema_of
from tests.labeling.samples import seeded

POLLED = ("choices", "spans", "boxes")
every_polled = pytest.mark.parametrize("name", POLLED)
LEARNT, ASKED = 120, 60
NO_EXPERT = Prices(crowd=1.0, expert=None, wrong=1.01)
"""So little that whatever there is settles."""


def said_of(
    name: str, truth: dict[int, Label], *, right: float, seed: int = 7
) -> dict[int, Label]:
    """What a model says: the truth so often, else what a bad worker would."""
    _, _, slip = CROWDS[name]
    chance = seeded(seed)
    return {
        item: real if chance.random() < right else slip(chance, real)
        for item, real in truth.items()
    }


def priors_of(name: str, said: dict[int, Label]) -> list[tuple[int, ModelPrior]]:
    dump = LABEL_TYPES[CROWDS[name][0].type].dump
    return [
        (item, ModelPrior(source="net", prediction=1, shares={}, exponent=0.0, label=dump(label)))
        for item, label in said.items()
    ]


def standing_with(
    name: str,
    votes: Votes,
    said: dict[int, Label],
    shown: Iterable[tuple[int, int]] = (),
) -> PollStanding:
    """As it is after it was stored and read."""
    record = ModelRecord(said=priors_of(name, said), shown=frozenset(shown))
    learnt = learn_polls(CROWDS[name][0], votes, {}, expert_accuracy=0.95, record=record)
    assert learnt is not None
    read = read_standing(json.loads(json.dumps(learnt.to_json())))
    assert isinstance(read, PollStanding)
    assert read.models == learnt.models
    return read


def decided(
    name: str,
    votes: list[tuple[int, Label]],
    standing: PollStanding,
    prior: ModelPrior | None,
    *,
    saw: bool = False,
) -> Decision:
    asked = CROWDS[name][0]
    ballots = [(Ballot(worker=who, saw_prediction=saw), {"q": label}) for who, label in votes]
    known = {} if prior is None else {"q": ModelPrior.from_json(prior.to_json())}
    return decide(
        schema_of(asked),
        replace(POLICY, min_overlap=len(votes), max_overlap=len(votes), prices=NO_EXPERT),
        ballots,
        standings={"q": standing},
        context=ItemContext(key="1", priors=known),
    )


def counting(name: str, label: Label, standing: PollStanding) -> ModelPrior:
    ((_, prior),) = priors_of(name, {0: label})
    return replace(prior, exponent=standing.models["net"].exponent)


def test_a_model_that_is_right_more_often_than_the_voter_makes_the_label_better() -> None:
    for name in POLLED:
        asked = CROWDS[name][0]
        truth, votes = crowd_at(name, LEARNT)
        standing = standing_with(name, votes, said_of(name, truth, right=0.9))
        weight = standing.models["net"]
        assert (weight.exponent, weight.items) == (1.0, LEARNT)
        assert weight.gain > 0.0
        fresh, later = crowd_at(name, ASKED, seed=1)
        said = said_of(name, fresh, right=0.9, seed=8)
        distance = {"with": 0.0, "without": 0.0}
        for item, given in by_item(later).items():
            one = [vote for vote in given if vote[0] in BAD][:2]
            prior = counting(name, said[item], standing)
            for how, heard in (("with", prior), ("without", None)):
                found = decided(name, one, standing, heard)
                assert found.answer is not None
                label = found.answer["q"]
                distance[how] += LABEL_TYPES[asked.type].distance(label, fresh[item], asked)
        assert distance["with"] < 0.8 * distance["without"], (name, distance)


@every_polled
def test_a_model_that_always_says_the_same_is_not_heard(name: str) -> None:
    truth, votes = crowd_at(name, LEARNT)
    standing = standing_with(name, votes, dict.fromkeys(truth, ()))
    assert standing.models["net"].exponent == 0.0
    (given,) = by_item(crowd_at(name, 1, seed=4)[1]).values()
    prior = counting(name, truth[0], standing)
    deaf, alone = (decided(name, given, standing, said) for said in (prior, None))
    told = deaf.reason["questions"]["q"].pop("model")
    assert (told["exponent"], told["alone"]) == (0.0, None)
    assert deaf.reason == alone.reason


def test_a_model_that_mixes_the_items_up_is_not_heard() -> None:
    """Of places it would tell something: where in a text things are found."""
    truth, votes = crowd_at("choices", LEARNT)
    mixed = seeded(3).sample(list(truth.values()), LEARNT)
    standing = standing_with("choices", votes, dict(zip(truth, mixed, strict=True)))
    assert standing.models["net"].exponent == 0.0


@every_polled
def test_with_few_items_nobody_can_say_what_a_model_is_worth(name: str) -> None:
    truth, votes = crowd_at(name, LEARNT)
    few = {item: truth[item] for item in range(FEWEST_ITEMS - 1)}
    weight = standing_with(name, votes, few).models["net"]
    assert (weight.exponent, weight.items, weight.table) == (0.0, FEWEST_ITEMS - 1, None)


@every_polled
def test_votes_that_saw_it_neither_bear_it_out_nor_have_it_counted_again(name: str) -> None:
    truth, votes = crowd_at(name, LEARNT)
    said = said_of(name, truth, right=0.9)
    shown = [(item, who) for item, who, _ in votes if item >= 50]
    standing = standing_with(name, votes, said, shown)
    assert standing.models["net"].items == 50
    (given,) = by_item(crowd_at(name, 1, seed=4)[1]).values()
    prior = counting(name, said[0], standing)
    seen = decided(name, given, standing, prior, saw=True)
    told = seen.reason["questions"]["q"]["model"]
    assert (told["was_shown"], told["exponent"]) == (True, 0.0)
    assert seen.confidence == decided(name, given, standing, None).confidence


@every_polled
def test_how_sure_the_votes_are_without_it_is_told(name: str) -> None:
    truth, votes = crowd_at(name, LEARNT)
    standing = standing_with(name, votes, said_of(name, truth, right=0.95))
    fresh, later = crowd_at(name, 8, seed=5)
    surer = 0
    for item, given in by_item(later).items():
        good = [vote for vote in given if vote[0] not in BAD and vote[1] == fresh[item]][:1]
        if good:
            found = decided(name, good, standing, counting(name, fresh[item], standing))
            told = found.reason["questions"]["q"]
            assert [step["vote"] for step in told["steps"]] == [1]
            alone = decided(name, good, standing, None)
            assert told["model"]["alone"]["confidence"] == round(alone.confidence, 6)
            surer += told["confidence"] > told["model"]["alone"]["confidence"]
    assert surer >= 5


def test_a_label_that_the_question_takes_no_longer_is_left_out() -> None:
    truth, votes = crowd_at("choices", LEARNT)
    standing = standing_with("choices", votes, said_of("choices", truth, right=0.9))
    prior = replace(counting("choices", ("a",), standing), label=["gone"])
    given = by_item(votes)[0]
    found, alone = (decided("choices", given, standing, said) for said in (prior, None))
    assert found.reason == alone.reason
    assert np.isfinite(found.confidence)
