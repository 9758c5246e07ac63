"""The machine colleague: it speaks on what waits, learns from what is settled, or is missing."""

import json
from collections.abc import Iterator

import pytest
import pytest_django

from annotate import models
from annotate.encoder import runtime
from annotate.jobs.tasks import run_prelabel, run_teach
from annotate.services.count import count_trail
from annotate.services.learn import FEWEST_LABELS, start_due_lessons
from labeling.formats.rows import ImportedJudgment
from tests import make
from tests.annotate import acting
from tests.annotate.encoders import POISON

pytestmark = pytest.mark.django_db

ENOUGH = ["pos", "neg"] * (FEWEST_LABELS // 2)


@pytest.fixture(autouse=True)
def encoder(settings: pytest_django.Settings) -> Iterator[None]:
    settings.ENCODER_LOADER = "tests.annotate.encoders.fake"
    runtime.cache_clear()
    yield
    runtime().close()
    runtime.cache_clear()


def prelabel(project: models.Project) -> models.Job:
    """Let the model speak, as a lead does."""
    lead = make.client_for(project.created_by)
    status, body = lead.post(f"projects/{project.pk}/model/prelabel/")
    assert status == 202
    run_prelabel(job_id=body["id"])
    return models.Job.objects.get(pk=body["id"])


def settled(project: models.Project, *labels: str) -> None:
    """Items whose words and final labels go together, judged elsewhere by one worker."""
    words = {"pos": "good happy", "neg": "bad sad"}
    for number, label in enumerate(labels):
        said = ImportedJudgment(worker="old", answer={"tone": label}, seconds=1, is_gold=False)
        item = make.item(project, data={"text": f"{words[label]} {number}"}, judgments=[said])
        assert item.stage == "settled"


def test_new_items_ask_for_predictions_once() -> None:
    project = make.project()
    make.item(project)
    make.item(project)
    jobs = models.Job.objects.filter(project=project)
    assert [(job.kind, job.state) for job in jobs] == [("prelabel", "queued")]


def test_every_waiting_item_gets_a_prediction() -> None:
    project = make.project(policy=make.ONE_VOTE)
    settled(project, "pos")
    items = [make.item(project, data={"text": text}) for text in ("a good film", "a sad film")]
    job = prelabel(project)
    assert (job.state, job.result) == ("done", {"items": 2, "predictions": 2})
    assert (job.done, job.total) == (2, 2)
    version = models.ModelVersion.objects.get()
    assert (version.kind, version.trained_on, version.predicted) == ("zero_shot", 0, 2)
    said = {p.item_id: p for p in models.Prediction.objects.all()}
    assert {item: p.label for item, p in said.items()} == {
        items[0].pk: "pos",
        items[1].pk: "neg",
    }
    for prediction in said.values():
        assert prediction.question == "tone"
        assert prediction.score == pytest.approx(prediction.scores[prediction.label], abs=1e-5)
        assert sum(prediction.scores.values()) == pytest.approx(1, abs=1e-4)
    assert models.Embedding.objects.count() == 2


def test_what_is_left_when_a_lesson_waits_is_left_to_the_newer_model() -> None:
    project = make.project(policy=make.ONE_VOTE)
    settled(project, *ENOUGH)
    make.item(project, data={"text": "a good film"})
    (lesson,) = start_due_lessons()
    job = prelabel(project)
    assert (job.state, job.result) == ("done", {"items": 0, "predictions": 0})
    run_teach(job_id=lesson.pk)
    (kind,) = models.Prediction.objects.values_list("model_version__kind").get()
    assert kind == "head"


def test_a_second_run_stores_nothing_twice() -> None:
    project = make.project()
    make.items(project, 3)
    prelabel(project)
    again = prelabel(project)
    assert again.result == {"items": 3, "predictions": 0}
    assert models.Prediction.objects.count() == models.Embedding.objects.count() == 3
    assert models.ModelVersion.objects.count() == 1


def test_a_poison_item_costs_only_itself() -> None:
    project = make.project()
    make.item(project)
    poison = make.item(project, data={"text": f"a {POISON} text"})
    make.item(project)
    job = prelabel(project)
    assert (job.state, job.result) == ("done", {"items": 3, "predictions": 2})
    assert not models.Prediction.objects.filter(item=poison).exists()
    assert bytes(models.Embedding.objects.get(item=poison).vector) == b""
    rejected = models.Rejection.objects.get(job=job)
    assert (rejected.row, rejected.code) == (poison.pk, "item_unreadable")
    again = prelabel(project)
    assert not models.Rejection.objects.filter(job=again).exists()


def test_without_weights_the_job_says_so_and_people_go_on(
    settings: pytest_django.Settings,
) -> None:
    settings.ENCODER_LOADER = "tests.annotate.encoders.missing"
    project = make.project()
    item = make.item(project)
    job = prelabel(project)
    assert job.state == "failed"
    assert "The weights are not here." in job.error
    assert "make setup" in job.error
    acting.vote(project, make.POS, make.POS)
    item.refresh_from_db()
    assert item.stage == "settled"


def test_a_head_is_fitted_once_enough_items_are_settled() -> None:
    project = make.project(policy=make.ONE_VOTE)
    settled(project, *ENOUGH[1:])
    assert start_due_lessons() == []
    settled(project, ENOUGH[0])
    waiting = make.item(project, data={"text": "happy happy good"})
    (job,) = start_due_lessons()
    assert start_due_lessons() == []
    run_teach(job_id=job.pk)
    job.refresh_from_db()
    assert job.state == "done"
    head = models.ModelVersion.objects.get(kind="head")
    assert (head.trained_on, head.question) == (FEWEST_LABELS, "tone")
    assert head.quality is not None
    assert head.quality["labels"] == FEWEST_LABELS
    assert 0.8 <= head.quality["accuracy"] <= 1
    assert models.Prediction.objects.get(item=waiting, model_version=head).label == "pos"
    event = models.Event.objects.get(kind="model.trained")
    assert (event.payload["version"], event.payload["trained_on"]) == (
        head.version,
        FEWEST_LABELS,
    )
    assert start_due_lessons() == []


def test_a_head_can_be_fitted_on_labels_that_are_all_the_same() -> None:
    project = make.project(policy=make.ONE_VOTE)
    settled(project, *["pos"] * FEWEST_LABELS)
    (job,) = start_due_lessons()
    run_teach(job_id=job.pk)
    job.refresh_from_db()
    assert job.state == "done"
    assert models.ModelVersion.objects.get(kind="head").trained_on == FEWEST_LABELS


def test_a_lesson_without_weights_is_not_asked_for_again_at_once(
    settings: pytest_django.Settings,
) -> None:
    settings.ENCODER_LOADER = "tests.annotate.encoders.missing"
    project = make.project(policy=make.ONE_VOTE)
    settled(project, *ENOUGH)
    (job,) = start_due_lessons()
    run_teach(job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, "not here" in job.error) == ("failed", True)
    assert start_due_lessons() == []


def test_a_lesson_that_had_nothing_to_teach_is_not_asked_for_again_at_once() -> None:
    optional = {**make.CHOICE["questions"][0], "required": False}
    note = {"id": "note", "type": "text"}
    schema = {**make.CHOICE, "questions": [optional, note]}
    project = make.project(schema=schema, policy=make.ONE_VOTE)
    said = ImportedJudgment(worker="old", answer={"note": "so"}, seconds=1, is_gold=False)
    make.items(project, FEWEST_LABELS, judgments=[said])
    (job,) = start_due_lessons()
    run_teach(job_id=job.pk)
    assert not models.ModelVersion.objects.filter(kind="head").exists()
    assert start_due_lessons() == []


def test_ratings_sets_and_comparisons_are_learnt_from_what_was_settled() -> None:
    inputs = [{"id": "left", "type": "text"}, {"id": "right", "type": "text"}]
    words = [{"id": "good"}, {"id": "long"}]
    questions = [
        {"id": "stars", "type": "rating", "min": 0, "max": 2},
        {"id": "tags", "type": "choices", "categories": words, "min": 0},
        {"id": "better", "type": "pairwise", "on": ["left", "right"], "allow_tie": False},
    ]
    project = make.project(schema={"inputs": inputs, "questions": questions}, policy=make.ONE_VOTE)
    cases = [
        ("good fine", "poor bad", {"stars": 2, "tags": ["good"], "better": "left"}),
        ("bad poor long", "fine good", {"stars": 0, "tags": ["long"], "better": "right"}),
        ("dull slow", "good fine", {"stars": 0, "tags": [], "better": "right"}),
    ]
    for number in range(60):
        left, right, answer = cases[number % 3]
        said = ImportedJudgment(worker="old", answer=answer, seconds=1, is_gold=False)
        data = {"left": f"{left} {number}", "right": right}
        assert make.item(project, data=data, judgments=[said]).stage == "settled"
    waiting = [make.item(project, data={"left": left, "right": right}) for left, right, _ in cases]
    job = prelabel(project)
    assert job.result == {"items": 3, "predictions": 0}, "nothing is known before the first lesson"
    (lesson,) = start_due_lessons()
    run_teach(job_id=lesson.pk)
    assert models.ModelVersion.objects.filter(kind="head", trained_on=60).count() == 3
    for item, (*_, answer) in zip(waiting, cases, strict=True):
        said_of = {p.question: p.label for p in models.Prediction.objects.filter(item=item)}
        assert said_of == answer


def test_a_lesson_of_many_long_texts_is_read_in_portions() -> None:
    project = make.project(policy=make.ONE_VOTE)
    # More than the encoder's queue takes at once.
    items = make.items(project, 1700, data={"text": "good " * 400})
    rules = {"guideline_id": project.guideline_id, "policy_id": project.policy_id}
    finals = models.FinalLabel.objects.bulk_create(
        models.FinalLabel(
            project=project, item=item, answer=make.POS, source="consensus", confidence=1,
            reason={}, **rules,
        )
        for item in items
    )  # fmt: skip
    for item, final in zip(items, finals, strict=True):
        item.final_label, item.stage = final, "settled"
    models.Item.objects.bulk_update(items, ["final_label", "stage"])
    (job,) = start_due_lessons()
    run_teach(job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == ("done", "")
    assert models.ModelVersion.objects.get(kind="head").trained_on == 1700


def test_the_record_of_the_model_says_how_often_people_agreed() -> None:
    project = make.project(policy=make.ONE_VOTE)
    items = [make.item(project, data={"text": text}) for text in ("good", "happy", "sad")]
    prelabel(project)
    for _ in items:
        acting.judge(make.worker(project), make.POS)
    count_trail()
    lead = make.client_for(project.created_by)
    status, body = lead.get(f"projects/{project.pk}/model/")
    (question,) = body["questions"]
    assert (status, question["usable"], question["why_not"]) == (200, True, None)
    assert question["versions"][0]["acceptance"] == {"compared": 3, "agreed": 2}
    board = lead.get(f"projects/{project.pk}/board/")[1]
    assert board["model"]["predicted"] == 3


def test_questions_that_no_model_answers_say_why() -> None:
    project = make.project(schema=make.BOXES)
    lead = make.client_for(project.created_by)
    (question,) = lead.get(f"projects/{project.pk}/model/")[1]["questions"]
    assert (question["usable"], question["versions"]) == (False, [])
    assert question["why_not"]
    assert prelabel(project).result == {"items": 0, "predictions": 0}


def test_a_guideline_with_other_categories_starts_a_new_model() -> None:
    project = make.project()
    make.items(project, 2)
    prelabel(project)
    newer = json.loads(json.dumps(make.CHOICE))
    newer["questions"][0]["categories"].append({"id": "mixed"})
    lead = make.client_for(project.created_by)
    lead.post(f"projects/{project.pk}/guidelines/", {"schema": newer})
    assert prelabel(project).result["predictions"] == 2
    versions = models.ModelVersion.objects.order_by("version").values_list("version", "kind")
    assert list(versions) == [(1, "zero_shot"), (2, "zero_shot")]
