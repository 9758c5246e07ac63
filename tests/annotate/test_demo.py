"""The pure parts of the demo: the recorded crowd, what majorities get right, and the seeds."""

import json
from collections.abc import Callable
from fractions import Fraction
from io import BytesIO

import pytest
from PIL import Image

from annotate.management.demo.fixed_overlap import disputes_to_experts, majority_accuracy
from annotate.management.demo.recorded import CATEGORY_OF, RecordedItem, draw, recorded_items
from annotate.management.demo.rte_project import POLICY_FILE, schema_of
from annotate.management.demo.seed.better_answer import better_answer
from annotate.management.demo.seed.clinical_news import clinical_news
from annotate.management.demo.seed.drawing import HEIGHT, WIDTH
from annotate.management.demo.seed.entailment import entailment
from annotate.management.demo.seed.heritage_sites import heritage_sites
from annotate.management.demo.seed.project import SeededProject
from labeling.prices import Prices
from labeling.routing import RoutingPolicy
from labeling.schema import LabelSchema

SEEDED = (entailment, clinical_news, heritage_sites, better_answer)


@pytest.fixture(scope="module")
def items() -> list[RecordedItem]:
    return recorded_items()


def test_the_recording_is_whole(items: list[RecordedItem]) -> None:
    assert len(items) == 800
    assert {len(item.votes) for item in items} == {10}
    assert len({worker for item in items for worker in item.votes}) == 164
    assert all(item.premise and item.hypothesis for item in items)


def test_a_worker_can_be_answered_for_by_content_alone(items: list[RecordedItem]) -> None:
    assert len({(item.premise, item.hypothesis) for item in items}) == len(items)


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


def test_a_seed_fixes_which_items_come_when() -> None:
    assert draw(50, seed=1).order == draw(50, seed=1).order
    assert draw(50, seed=1).recording.items != draw(50, seed=2).recording.items
    whole = draw(800, seed=1)
    assert sorted(whole.order) == list(range(800))
    assert whole.order != draw(800, seed=2).order


def test_as_many_items_are_drawn_as_were_asked_for_with_all_their_votes() -> None:
    drawn = draw(50, seed=1)
    assert len(drawn.items) == len(drawn.recording.gold) == 50
    assert len(drawn.recording.rows) == 500
    for place, item in enumerate(drawn.items):
        assert item.id == drawn.recording.items[place]
        votes = drawn.recording.rows[drawn.recording.rows[:, 0] == place]
        said = {drawn.recording.workers[w]: drawn.recording.classes[c] for _, w, c in votes}
        assert {worker: CATEGORY_OF[name] for worker, name in said.items()} == item.votes


def test_the_demo_policy_fits_its_schema() -> None:
    schema = LabelSchema.from_json(schema_of(("0", "1")))
    policy = RoutingPolicy.from_json(json.loads(POLICY_FILE.read_bytes()), schema)
    assert policy.prices is not None
    (question,) = schema.questions
    assert [category.id for category in question.categories] == ["not_entailed", "entailed"]


def test_disputes_to_experts_are_costed_exactly() -> None:
    item = RecordedItem(
        id="1",
        premise="p",
        hypothesis="h",
        gold="no",
        votes={"a": "yes", "b": "yes", "c": "no"},
    )
    prices = Prices(expert=3.0, expert_accuracy=0.9)
    # All three votes, which always differ: the expert decides.
    assert disputes_to_experts([item], prices, cost=6.0) == pytest.approx((6.0, 0.9))
    # One vote is right in 1 of 3 draws. Halfway in cost, half of the items get that.
    assert disputes_to_experts([item], prices, cost=3.5) == pytest.approx((3.5, (1 / 3 + 0.9) / 2))
    assert disputes_to_experts([item], prices, cost=0.5) is None
    assert disputes_to_experts([item], Prices(expert=None), cost=3.0) is None


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
