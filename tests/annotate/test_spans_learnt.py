"""Spans on their whole road: settled, remembered, learnt, said, shown, and measured."""

from collections.abc import Iterator
from typing import Any

import pytest
import pytest_django

from annotate import models
from annotate.encoder import runtime
from annotate.jobs.tasks import memories, run_teach
from annotate.services.learn import FEWEST_LABELS, start_due_lessons
from annotate.services.recall import remembered
from labeling.formats.rows import ImportedJudgment
from tests import make
from tests.annotate import acting
from tests.annotate.encoders import POISON

pytestmark = pytest.mark.django_db

SCHEMA: dict[str, Any] = {
    "inputs": [{"id": "text", "type": "text"}],
    "questions": [
        {
            "id": "names",
            "type": "spans",
            "on": "text",
            "categories": [{"id": "person"}, {"id": "place"}],
        }
    ],
}
SHOWN = {**make.ONE_VOTE, "prediction": "shown"}
NAMES, PLACES = ["Anna", "Bob", "王", "👩‍💻", "Eve Stone"], ["Paris", "Oslo", "北京", "New York"]


@pytest.fixture(autouse=True)
def encoder(settings: pytest_django.Settings) -> Iterator[None]:
    settings.ENCODER_LOADER = "tests.annotate.encoders.fake"
    runtime.cache_clear()
    remembered.cache_clear()
    yield
    runtime().close()
    runtime.cache_clear()


def sentence(number: int) -> tuple[str, list[dict[str, Any]]]:
    """A text with a person and a place, and where they are."""
    name, place = NAMES[number % len(NAMES)], PLACES[number // 2 % len(PLACES)]
    before = f"today {name} went to "
    return before + f"{place} again", [
        {"start": 6, "end": 6 + len(name), "category": "person"},
        {"start": len(before), "end": len(before) + len(place), "category": "place"},
    ]


def settle(project: models.Project, numbers: range) -> None:
    for number in numbers:
        text, spans = sentence(number)
        said = ImportedJudgment(worker="old", answer={"names": spans}, seconds=1, is_gold=False)
        item = make.item(project, data={"text": text}, judgments=[said])
        assert item.stage == "settled"


def teach() -> None:
    (job,) = start_due_lessons()
    run_teach(job_id=job.pk)
    job.refresh_from_db()
    assert job.state == "done", job.error


def shown_to(project: models.Project) -> Any:
    (lease,) = acting.claim(make.client_for(make.worker(project)), project, 1)
    return lease["prediction"]


def test_spans_are_learnt_from_settled_items_and_said_of_those_that_wait() -> None:
    project = make.project(schema=SCHEMA, policy=SHOWN)
    settle(project, range(FEWEST_LABELS))
    text, spans = sentence(1)
    waiting = make.item(project, data={"text": "word " * 4000 + text})
    teach()
    (said,) = models.Prediction.objects.filter(item=waiting)
    moved = [
        {**each, "start": each["start"] + 20_000, "end": each["end"] + 20_000} for each in spans
    ]
    assert said.label == moved, "found far behind what the encoder reads at once"
    assert set(said.scores) == {f"{e['start']}-{e['end']} {e['category']}" for e in moved}
    assert shown_to(project)["answer"] == {"names": moved}
    lead = make.client_for(project.created_by)
    _, page = lead.get(f"projects/{project.pk}/model/")
    (question,) = page["questions"]
    assert question["usable"]
    (version,) = question["versions"]
    assert (version["kind"], version["trained_on"], version["predicted"]) == (
        "head",
        FEWEST_LABELS,
        1,
    )
    assert version["quality"]["f1"] > 0.9
    assert version["quality"]["categories"]["place"]["labels"] == FEWEST_LABELS


def test_a_text_that_breaks_the_model_is_marked_and_the_rest_goes_on() -> None:
    project = make.project(schema=SCHEMA, policy=make.ONE_VOTE)
    settle(project, range(FEWEST_LABELS))
    poison = make.item(project, data={"text": f"today {POISON} went"})
    good = make.item(project, data={"text": sentence(3)[0]})
    teach()
    assert not models.Prediction.objects.filter(item=poison).exists()
    assert models.Prediction.objects.filter(item=good).exists()
    assert models.Rejection.objects.get(row=poison.pk).code == "item_unreadable"


def test_one_label_is_enough_to_be_reminded_of() -> None:
    project = make.project(schema=SCHEMA, policy=SHOWN)
    settle(project, range(1))
    text = "Paris: they say Anna and anna met, not Annabel."
    make.item(project, data={"text": text})
    assert shown_to(project) is None, "nothing is remembered yet"
    memories(timestamp=0)
    make.item(project, data={"text": text})
    said = shown_to(project) or pytest.fail("nothing is shown")
    assert said["answer"] == {
        "names": [
            {"start": 0, "end": 5, "category": "place"},
            {"start": 16, "end": 20, "category": "person"},
        ]
    }
    assert said["score"] == pytest.approx(2 / 3)
    memories(timestamp=0)
    assert models.ModelVersion.objects.get(project=project).kind == "memory"


def test_the_memory_is_silent_where_a_head_speaks() -> None:
    project = make.project(schema=SCHEMA, policy={**SHOWN, "min_overlap": 3, "max_overlap": 3})
    item = make.item(project, data={"text": sentence(0)[0]})
    memory = models.ModelVersion.objects.create(
        project=project,
        question="names",
        version=1,
        kind="memory",
        encoder="",
        trained_on=1,
        parameters=b'{"format": "memory 1", "strings": {"today": ["person", 1, 1]}}',
    )
    head = models.ModelVersion.objects.create(
        project=project,
        question="names",
        version=2,
        kind="head",
        encoder="x",
        trained_on=1,
        parameters=b"",
    )
    said = [{"start": 0, "end": 3, "category": "place"}]
    models.Prediction.objects.create(
        item=item, question="names", model_version=head, label=said, score=0.5
    )
    assert shown_to(project)["answer"] == {"names": said}
    assert not models.Prediction.objects.filter(model_version=memory).exists()
    models.Prediction.objects.create(
        item=item, question="names", model_version=memory, label=[], score=0.9
    )
    assert shown_to(project)["answer"] == {"names": said}, "the newer memory does not override"


def test_labels_that_a_question_no_longer_allows_teach_nothing() -> None:
    project = make.project(schema=SCHEMA, policy=make.ONE_VOTE)
    settle(project, range(3))
    memories(timestamp=0)
    version = models.ModelVersion.objects.get(project=project)
    assert remembered(version.pk, ("person",)).strings.keys() == {"Anna", "Bob", "王"}
