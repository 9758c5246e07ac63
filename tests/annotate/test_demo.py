"""The pure parts of the demo: the recorded crowd, what majorities get right, and the seeds."""

from collections.abc import Callable
from fractions import Fraction
from io import BytesIO
from random import Random

import pytest
from PIL import Image

from annotate.management.demo.majority import majority_accuracy
from annotate.management.demo.recorded import (
    RecordedItem,
    batches_of,
    choose_batches,
    recorded_items,
)
from annotate.management.demo.rte_project import POLICY, SCHEMA, by_content
from annotate.management.demo.seed.better_answer import better_answer
from annotate.management.demo.seed.clinical_news import clinical_news
from annotate.management.demo.seed.drawing import HEIGHT, WIDTH
from annotate.management.demo.seed.entailment import entailment
from annotate.management.demo.seed.heritage_sites import heritage_sites
from annotate.management.demo.seed.project import SeededProject
from labeling.routing import RoutingPolicy
from labeling.schema import LabelSchema

SEEDED = (entailment, clinical_news, heritage_sites, better_answer)


def chance(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - it decides an order, and guards nothing


@pytest.fixture(scope="module")
def items() -> list[RecordedItem]:
    return recorded_items()


def test_the_recording_is_whole(items: list[RecordedItem]) -> None:
    assert len(items) == 800
    assert {len(item.votes) for item in items} == {10}
    assert len({worker for item in items for worker in item.votes}) == 164
    assert all(item.premise and item.hypothesis for item in items)


def test_a_worker_can_be_answered_for_by_content_alone(items: list[RecordedItem]) -> None:
    assert len(by_content(items)) == len(items)


def test_the_majority_of_three_and_of_ten(items: list[RecordedItem]) -> None:
    assert float(majority_accuracy(items, 1)) == 0.729125
    assert float(majority_accuracy(items, 3)) == 0.805125
    assert float(majority_accuracy(items, 10)) == 0.896875


def test_a_majority_is_counted_exactly() -> None:
    item = RecordedItem(
        id="1",
        premise="p",
        hypothesis="h",
        gold="yes",
        votes={"a": "yes", "b": "yes", "c": "no", "d": "no"},
    )
    assert majority_accuracy([item], 1) == Fraction(1, 2)
    assert majority_accuracy([item], 4) == Fraction(1, 2)  # a tie is decided by a coin
    assert majority_accuracy([item], 3) == Fraction(1, 2)
    with pytest.raises(ValueError, match="4 votes, not 5"):
        majority_accuracy([item], 5)


def test_a_batch_is_what_the_same_ten_workers_judged(items: list[RecordedItem]) -> None:
    batches = batches_of(items, chance(1))
    assert len(batches) == 40
    assert {len(batch.items) for batch in batches} == {20}
    assert all(set(item.votes) == set(batch.workers) for batch in batches for item in batch.items)


def test_a_seed_fixes_who_comes_when(items: list[RecordedItem]) -> None:
    assert batches_of(items, chance(1)) == batches_of(items, chance(1))
    assert batches_of(items, chance(1)) != batches_of(items, chance(2))


def test_as_many_items_are_chosen_as_were_asked_for(items: list[RecordedItem]) -> None:
    chosen = choose_batches(batches_of(items, chance(1)), 50)
    assert [len(batch.items) for batch in chosen] == [20, 20, 10]


def test_the_demo_policy_fits_its_schema() -> None:
    policy = RoutingPolicy.from_json(POLICY, LabelSchema.from_json(SCHEMA))
    document = policy.to_json()
    assert {key: document[key] for key in POLICY} == POLICY
    assert document["prices"] is None


@pytest.mark.parametrize("make", SEEDED)
def test_every_seeded_project_is_valid(make: Callable[[], SeededProject]) -> None:
    seeded = make()
    schema = LabelSchema.from_json(seeded.schema)
    RoutingPolicy.from_json(seeded.policy, schema)
    ids = [row["external_id"] for row in seeded.rows]
    assert len(ids) == len(set(ids)) >= 8
    assert set(seeded.judgments) <= set(ids)


def test_pictures_are_drawn_the_same_every_time() -> None:
    draw = heritage_sites().pictures["lake-pagoda.jpg"]
    first = draw()
    assert first == draw()
    with Image.open(BytesIO(first)) as picture:
        assert picture.size == (WIDTH, HEIGHT)
