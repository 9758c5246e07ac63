"""Spans on their whole road: settled, remembered, learnt, said, shown, and measured."""

from collections.abc import Iterator
from typing import Any

import pytest
import pytest_django

from annotate import models
from annotate.documents import in_force
from annotate.encoder import runtime
from annotate.jobs.tasks import memories, run_prelabel, run_teach
from annotate.services.choose import choose_items
from annotate.services.jobs import run_job
from annotate.services.learn import FEWEST_LABELS, lessons_of, start_due_lessons
from annotate.services.read_lessons import ADOPTED, material_of
from annotate.services.recall import remembered
from annotate.services.start_choices import start_due_choices
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


def test_a_label_that_a_model_had_said_and_everybody_was_shown_counts_for_half() -> None:
    project = make.project(schema=SCHEMA, policy=SHOWN)
    settle(project, range(FEWEST_LABELS))
    teach()
    for number in (2, 3, 4):
        make.item(project, data={"text": sentence(number)[0]})
    run_prelabel(job_id=models.Job.objects.get(project=project, state="queued").pk)
    accepted: list[int] = []
    edited: list[int] = []
    for place in range(3):
        caller = make.client_for(make.worker(project))
        (lease,) = acting.claim(caller, project)
        said = lease["prediction"]["answer"]["names"]
        assert said, "the head has learnt these sentences"
        answer = said if place < 2 else said[:1]
        assert acting.submit(caller, lease["id"], {"names": answer})[0] == 200
        item = models.Assignment.objects.get(pk=lease["id"]).item_id
        (accepted if place < 2 else edited).append(item)
    schema = in_force(project).schema
    lessons = lessons_of(project, schema.questions[0])
    job = models.Job.objects.filter(project=project).latest("pk")
    items = [(item, data) for item, data, _ in lessons]
    material, readable = material_of(job, schema, schema.questions[0], items)
    trusts = {items[at][0]: read.trust for at, read in zip(readable, material, strict=True)}
    assert {item for item, trust in trusts.items() if trust == ADOPTED} == set(accepted)
    assert trusts[edited[0]] == 1.0


def test_texts_whose_words_the_head_wavers_about_come_first_and_nothing_is_read_again() -> None:
    policy = {**make.ONE_VOTE, "model": {"order": "model", "blind_share": 0.1}}
    project = make.project(schema=SCHEMA, policy=policy)
    settle(project, range(FEWEST_LABELS))
    teach()
    for number in range(12):
        text = sentence(number)[0] if number % 2 else f"Xu saw Ulm near Anna {number} or Paris Bob"
        make.item(project, data={"text": text})
    run_prelabel(job_id=models.Job.objects.get(project=project, state="queued").pk)
    runtime().close()
    (job,) = start_due_choices()
    run_job(job.pk, choose_items)
    job.refresh_from_db()
    assert job.state == "done", job.error
    rows = models.ChosenItem.objects.filter(project=project).order_by("place")
    by_head = [row for row in rows if row.chosen_by == "margin"]
    assert len(rows) == 12
    margins = [row.margin for row in by_head]
    assert margins == sorted(margins)  # type: ignore[type-var]
    strange = [row for row in by_head[:4] if row.item.data["text"].startswith("Xu")]
    assert len(strange) >= 3
    assert start_due_choices() == []
