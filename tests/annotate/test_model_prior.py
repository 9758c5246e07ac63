"""The model as a rater on the server: it counts as far as people bear it out, and says why."""

from collections.abc import Iterator
from typing import Any

import pytest
import pytest_django
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotate import models
from annotate.documents import in_force
from annotate.encoder import runtime
from annotate.jobs.tasks import run_teach
from annotate.queries.preview import preview_policy
from annotate.queries.why import why
from annotate.services.learn import FEWEST_LABELS, lessons_of, start_due_lessons
from annotate.services.refresh import refresh_crowd
from labeling.formats.rows import ImportedJudgment, ImportedPrediction
from labeling.policy import RoutingPolicy
from tests import make
from tests.annotate import acting
from tests.annotate.model_world import ASKED, KNOWN, PRICED, USEFUL, USELESS, World

pytestmark = pytest.mark.django_db


def decisions_of(item: models.Item) -> list[dict[str, Any]]:
    """What was decided of an item, without what only names rows."""
    events = models.Event.objects.filter(item=item).exclude(kind="item.judged").order_by("pk")
    named = ("final", "made_of")
    return [
        {key: value for key, value in event.payload.items() if key not in named}
        for event in events
    ]


def test_a_useful_model_saves_votes_and_each_decision_says_how_and_recounts() -> None:
    helped, alone = World(USEFUL), World(None)
    places = range(KNOWN, KNOWN + ASKED)
    with_model, without = helped.ask(places), alone.ask(places)
    weight = helped.weight()["imported:net"]
    assert weight["exponent"] > 0
    assert weight["items"] == KNOWN
    spent = [sum(item.judged for item in items) for items in (with_model, without)]
    assert spent[0] <= 0.8 * spent[1], spent
    right = [
        sum(
            item.final_label is not None and item.final_label.answer["tone"] == world.truth(place)
            for place, item in zip(places, items, strict=True)
        )
        for world, items in ((helped, with_model), (alone, without))
    ]
    assert right[0] >= right[1] - 1, right
    for item in with_model:
        story = why(item)
        assert story["recomputes"]
        for decision in story["decisions"]:
            (told,) = decision["model"]
            assert told["exponent"] == weight["exponent"]
            assert f"counted with exponent {weight['exponent']:g}" in told["sentence"]


def test_a_useless_model_changes_nothing() -> None:
    misled, alone = World(USELESS), World(None)
    assert misled.weight()["imported:net"] == {"exponent": 0.0, "items": KNOWN}
    places = range(KNOWN, KNOWN + ASKED)
    for one, other in zip(misled.ask(places), alone.ask(places), strict=True):
        assert decisions_of(one) == decisions_of(other)
        (told,) = why(one)["decisions"][0]["model"]
        assert (told["label"], told["exponent"]) == (None, 0.0)
        assert "exponent 0" in told["sentence"]


SILENT = {**PRICED, "count_models": False}


def test_where_the_policy_says_so_no_model_counts_however_good() -> None:
    silenced, alone = World(USEFUL), World(None)
    assert silenced.weight()["imported:net"]["exponent"] > 0
    for world in (silenced, alone):
        world.follow(SILENT)
        refresh_crowd(project=world.project)
    assert silenced.weight() == {}
    places = range(KNOWN, KNOWN + ASKED)
    for one, other in zip(silenced.ask(places), alone.ask(places), strict=True):
        assert decisions_of(one) == decisions_of(other)


def test_what_was_learnt_of_a_model_is_not_looked_at_once_the_policy_says_so() -> None:
    world = World(USEFUL)
    world.follow(SILENT)
    with CaptureQueriesContext(connection) as queries:
        (asked,) = world.ask(range(KNOWN, KNOWN + 1))
    assert not [q["sql"] for q in queries if "p.imported_from" in q["sql"]]
    assert not why(asked)["decisions"][0]["model"]
    assert why(asked)["recomputes"]


def test_a_later_prediction_or_weight_does_not_change_what_was_decided() -> None:
    world = World(USEFUL)
    (item,) = world.ask(range(KNOWN, KNOWN + 1))
    before = why(item)
    assert before["recomputes"]
    assert before["decisions"][0]["model"][0]["label"] is not None
    for place, each in enumerate(models.Item.objects.filter(project=world.project).order_by("pk")):
        models.Prediction.objects.create(
            item=each, question="tone", label=world.other(place), score=0.99, imported_from="net"
        )
    refresh_crowd(project=world.project)
    assert world.weight()["imported:net"]["exponent"] == 0.0
    assert why(item) == before


def test_votes_that_saw_the_prediction_neither_bear_it_out_nor_count_beside_it() -> None:
    world = World(USEFUL)
    before = world.weight()
    shown = {**PRICED, "prediction": "shown", "min_overlap": 2}
    world.follow(shown)
    item = make.item(world.project, predictions=world.said(KNOWN))
    acting.vote(world.project, make.POS, make.POS)
    (decision,) = why(item)["decisions"][:1]
    found = decision["questions"]["tone"]
    assert found["model"]["was_shown"] is True
    assert found["confidence"] == found["model"]["alone"]["confidence"]
    assert decision["recomputes"]
    assert "not counted once more" in decision["model"][0]["sentence"]
    refresh_crowd(project=world.project)
    assert world.weight() == before


@pytest.mark.parametrize(("mode", "counts"), [("hidden", True), ("shown", False)])
def test_votes_that_repeat_what_was_shown_make_no_model_count(mode: str, *, counts: bool) -> None:
    world = World(None)
    world.follow({**PRICED, "prediction": mode, "max_overlap": 1})
    for label in ("pos", "neg") * 16:
        said = ImportedPrediction(model="net", answer={"tone": label}, score=0.9)
        make.item(world.project, predictions=[said])
    caller = make.client_for(make.worker(world.project))
    for _ in range(32):
        (lease,) = acting.claim(caller, world.project)
        item = models.Assignment.objects.get(pk=lease["id"]).item_id
        acting.submit(
            caller, lease["id"], {"tone": models.Prediction.objects.get(item=item).label}
        )
    refresh_crowd(project=world.project)
    weight = world.weight()["imported:net"]
    assert (weight["exponent"] > 0, weight["items"]) == (counts, 32 if counts else 0)


def test_a_model_of_which_nothing_is_known_does_not_silence_one_that_counts() -> None:
    world = World(USEFUL)
    newer = ImportedPrediction(model="newcomer", answer=make.POS, score=0.99)
    item = make.item(world.project, predictions=[*world.said(KNOWN), newer])
    acting.vote(world.project, make.NEG)
    (told,) = why(item)["decisions"][0]["model"]
    assert told["source"] == "imported:net"
    assert told["exponent"] > 0
    refresh_crowd(project=world.project)
    assert world.weight()["imported:newcomer"] == {"exponent": 0.0, "items": 1}
    assert world.weight()["imported:net"]["items"] == KNOWN + 1


def test_a_model_is_not_taught_what_it_said_itself() -> None:
    world = World(USEFUL)
    cheap = {**PRICED, "prices": {"crowd": 1, "expert": None, "wrong": 2}}
    world.follow(cheap)
    said = [ImportedPrediction(model="net", answer=make.NEG, score=0.99)]
    item = make.item(world.project, predictions=said)
    acting.vote(world.project, make.POS)
    item.refresh_from_db()
    assert item.final_label is not None
    assert item.final_label.answer == make.NEG, "the model outweighs a single vote"
    (question,) = in_force(world.project).schema.questions
    assert (item.pk, item.data, "pos") in lessons_of(world.project, question)


def test_the_model_page_and_the_board_show_the_exponents_in_force() -> None:
    world = World(USEFUL)
    project = world.project
    named = {"question": "tone", "version": 1, "kind": "head", "encoder": "e"}
    version = models.ModelVersion.objects.create(
        project=project, **named, trained_on=30, parameters=b""
    )
    lead = make.client_for(project.created_by)
    (before,) = lead.get(f"projects/{project.pk}/model/")[1]["questions"]
    assert [found["source"] for found in before["weights"]] == ["imported:net"]
    assert before["versions"][0]["weight"] is None
    for place, item in enumerate(models.Item.objects.filter(project=project).order_by("pk")):
        label = world.truth(place)
        models.Prediction.objects.create(
            item=item, question="tone", model_version=version, label=label, score=0.9
        )
    refresh_crowd(project=project)
    (after,) = lead.get(f"projects/{project.pk}/model/")[1]["questions"]
    weight = after["versions"][0]["weight"]
    assert (weight["source"], weight["items"]) == ("head", KNOWN)
    assert weight["exponent"] > 0
    assert lead.get(f"projects/{project.pk}/board/")[1]["model"]["weight"] == weight


def test_predictions_are_read_only_where_they_count() -> None:
    reads = {}
    for quality in (USEFUL, USELESS):
        world = World(quality)
        with CaptureQueriesContext(connection) as queries:
            world.ask(range(KNOWN, KNOWN + 1))
        asked = [q["sql"] for q in queries if "p.imported_from" in q["sql"]]
        reads[quality] = len(asked)
    assert reads[USELESS] == 0
    assert reads[USEFUL] >= 1


def test_the_preview_counts_the_model_as_the_server_does() -> None:
    world = World(USEFUL)
    world.ask(range(KNOWN, KNOWN + ASKED))
    policy = RoutingPolicy.from_json(PRICED)
    counted = preview_policy(world.project, policy)
    assert counted["crowd_version"] is not None
    silenced = preview_policy(
        world.project, RoutingPolicy.from_json({**PRICED, "count_models": False})
    )
    models.Prediction.objects.filter(item__project=world.project).delete()
    unheard = preview_policy(world.project, policy)
    assert counted["proposed"]["crowd_per_item"] < unheard["proposed"]["crowd_per_item"]
    assert silenced["proposed"]["crowd_per_item"] == unheard["proposed"]["crowd_per_item"]


@pytest.fixture
def encoder(settings: pytest_django.Settings) -> Iterator[None]:
    settings.ENCODER_LOADER = "tests.annotate.encoders.fake"
    runtime.cache_clear()
    yield
    runtime().close()
    runtime.cache_clear()


@pytest.mark.usefixtures("encoder")
def test_no_item_is_predicted_by_a_model_that_learnt_its_own_label() -> None:
    project = make.project(policy=make.ONE_VOTE)
    words = {"pos": "good happy", "neg": "bad sad"}
    for number in range(FEWEST_LABELS):
        label = ("pos", "neg")[number % 2]
        said = ImportedJudgment(worker="old", answer={"tone": label}, seconds=1, is_gold=False)
        make.item(project, data={"text": f"{words[label]} {number}"}, judgments=[said])
    waiting = make.items(project, 3)
    (lesson,) = start_due_lessons()
    run_teach(job_id=lesson.pk)
    version = models.ModelVersion.objects.get(project=project, kind="head")
    assert version.trained_on == FEWEST_LABELS
    told = models.Prediction.objects.filter(model_version=version)
    assert set(told.values_list("item", flat=True)) == {item.pk for item in waiting}
    learnt = models.FinalLabel.objects.filter(project=project, created_at__lt=version.created_at)
    assert not told.filter(item__in=learnt.values("item")).exists()
