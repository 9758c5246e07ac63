"""A fine-tune: tried against the head, taken only if better, and taken back by a lead."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_django

from annotate import models
from annotate.encoder import runtime
from annotate.jobs.tasks import run_prelabel, run_teach, run_tune
from annotate.services.jobs import cancel_job
from annotate.services.learn import start_due_lessons
from annotate.services.own_encoders import own_spec
from annotate.services.scan_models import scan_models
from annotate.services.start_tunings import start_due_tunings
from models_assist.weights import WEIGHTS
from tests import make, tiny_models
from tests.annotate.tuners import Told, settle, two_words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folders(settings: pytest_django.Settings, tmp_path: Path) -> Iterator[None]:
    settings.ENCODER_LOADER = "tests.annotate.encoders.fake"
    settings.MODEL_LOADER = "tests.annotate.tuners.own"
    settings.TUNER = "tests.annotate.tuners.Told"
    settings.TUNED_ROOT = tmp_path / "tuned"
    settings.MODELS_DIR = tmp_path / "models"
    Told.sure, Told.breaks = 0.99, False
    runtime.cache_clear()
    yield
    runtime().close()
    runtime.cache_clear()


def tried(project: models.Project) -> models.Job:
    """The fine-tune that is due, to its end."""
    (job,) = start_due_tunings()
    run_tune(job_id=job.pk)
    return models.Job.objects.get(pk=job.pk)


def taught(project: models.Project) -> None:
    (job,) = start_due_lessons()
    run_teach(job_id=job.pk)


def speak(project: models.Project) -> None:
    for job in models.Job.objects.filter(project=project, kind="prelabel", state="queued"):
        run_prelabel(job_id=job.pk)


def lead_of(project: models.Project) -> make.Caller:
    return make.client_for(project.created_by)


def tuning_of(project: models.Project) -> Any:
    status, body = lead_of(project).get(f"projects/{project.pk}/model/tuning/")
    assert status == 200
    (question,) = body["questions"]
    return question


def versions_of(project: models.Project) -> list[tuple[int, str]]:
    rows = models.ModelVersion.objects.filter(project=project).order_by("version")
    return list(rows.values_list("version", "kind"))


def test_it_is_tried_at_a_hundred_labels_of_people_and_again_at_half_as_many_more() -> None:
    project = make.project()
    settle(project, 98)
    settle(project, 40, source="auto_accept")
    assert start_due_tunings() == []
    settle(project, 2)
    tried(project)
    assert {len(lesson.labels) for lesson in Told.lessons} <= {66, 67, 100}
    assert len(models.Tuning.objects.get().lessons) == 100
    settle(project, 48)
    assert start_due_tunings() == []
    settle(project, 2)
    (job,) = start_due_tunings()
    assert start_due_tunings() == [], "one at a time"
    cancel_job(job=job)
    assert start_due_tunings() == [], "what was cancelled waits for more labels"


def test_a_better_one_takes_over_with_its_weights_pinned_and_refits_do_not_replace_it() -> None:
    project = make.project()
    settle(project, 100)
    taught(project)
    waiting = make.item(project, data={"text": "film 0"})
    speak(project)
    job = tried(project)
    assert (job.state, job.result) == ("done", {"outcome": "taken", "labels": 100, "version": 2})
    assert (job.done, job.total) == (400, 400)
    version = models.ModelVersion.objects.get(kind="tuned")
    base = models.ModelVersion.objects.get(kind="head")
    assert version.tuned_from == base.encoder
    spec = own_spec(version)
    assert spec is not None
    assert spec.path is not None
    assert version.encoder == spec.space
    assert (Path(spec.path) / WEIGHTS).read_bytes() == b"tuned"
    speak(project)
    said = models.Prediction.objects.filter(item=waiting).order_by("-pk")[0]
    assert said.model_version == version
    keys = set(models.Embedding.objects.filter(item=waiting).values_list("encoder", flat=True))
    assert keys == {base.encoder, version.encoder}
    assert models.Embedding.objects.filter(encoder=version.encoder).count() == 101
    assert models.Event.objects.get(kind="model.tuned").payload["version"] == 2
    settle(project, 30)
    taught(project)
    assert versions_of(project) == [(1, "head"), (2, "tuned")]


def test_the_report_has_both_side_by_side() -> None:
    project = make.project()
    settle(project, 100)
    tried(project)
    (found,) = tuning_of(project)["tunings"]
    report = found["report"]
    assert (found["outcome"], found["labels"], found["version"]) == ("taken", 100, 1)
    assert report["head"]["accuracy"] < report["tuned"]["accuracy"] == 1.0
    assert set(report["head"]["categories"]) == {"pos", "neg"}
    assert 0 < report["gain_low"] < report["gain"]
    assert report["gain"] == pytest.approx(
        report["head"]["log_loss"] - report["tuned"]["log_loss"]
    )
    assert (report["steps"], report["seconds"]) == ([os.getpid()] * 3, 1.5)
    missed = round(100 * (1 - report["head"]["accuracy"]))
    assert len(report["examples"]) == min(missed, 20)
    example = report["examples"][0]
    assert example["label"] == example["tuned"]["label"] != example["head"]["label"]
    assert example["text"].startswith("film ")


def test_a_worse_one_is_not_taken_and_the_head_comes_back_where_one_was() -> None:
    project = make.project()
    settle(project, 100)
    Told.sure = 0.45
    job = tried(project)
    assert job.result == {"outcome": "not_better", "labels": 100, "version": None}
    assert not models.ModelVersion.objects.filter(kind="tuned").exists()
    assert len(Told.lessons) == 3, "what is not better is not trained on all labels"
    (found,) = tuning_of(project)["tunings"]
    assert found["report"]["tuned"]["accuracy"] == 0.0
    settle(project, 50)
    Told.sure = 0.99
    assert tried(project).result["outcome"] == "taken"
    settle(project, 76)
    Told.sure = 0.45
    assert tried(project).result["outcome"] == "not_better"
    *_, (_, newest) = versions_of(project)
    assert newest == "head"
    speak(project)


def test_a_lead_goes_back_by_one_click_and_it_stays_until_let_go() -> None:
    project = make.project()
    settle(project, 100)
    taught(project)
    item = make.item(project, data={"text": "film 0"})
    speak(project)
    tried(project)
    speak(project)
    lead, pin = lead_of(project), f"projects/{project.pk}/model/tone/pin/"
    assert lead.post(pin, {"version": 1}) == (200, {"version": 3})
    copy = models.ModelVersion.objects.get(version=3)
    assert (copy.kind, copy.copy_of_id is not None) == ("head", True)
    speak(project)
    assert models.Prediction.objects.filter(item=item).latest("pk").model_version == copy
    states = lead.get(f"projects/{project.pk}/model/")[1]["questions"][0]["versions"]
    assert [(s["version"], s["is_pinned"], s["copy_of"]) for s in states] == [
        (3, True, 1), (2, False, None), (1, False, None),
    ]  # fmt: skip
    board = lead.get(f"projects/{project.pk}/board/")[1]
    assert (board["model"]["version"], board["model"]["copy_of"]) == (3, 1)
    settle(project, 100)
    taught(project)
    assert (start_due_tunings(), len(versions_of(project))) == ([], 3)
    assert tuning_of(project)["pinned"] == 3
    assert [lead.delete(pin)[0] for _ in range(2)] == [204, 404]
    assert tried(project).result["outcome"] == "taken"
    kinds = models.Event.objects.filter(kind__startswith="model.").order_by("pk")
    assert [kind.removeprefix("model.") for kind in kinds.values_list("kind", flat=True)] == [
        "trained", "tuned", "pinned", "unpinned", "tuned",
    ]  # fmt: skip
    back = [lead.post(pin, {"version": version}) for version in (2, 1)]
    assert back == [(200, {"version": 5}), (200, {"version": 6})], "and forth again"
    assert models.ModelVersion.objects.get(pinned_by__isnull=False).version == 6, "one at a time"
    speak(project)


def test_a_version_that_does_not_fit_or_would_end_an_audit_is_not_gone_back_to() -> None:
    project = make.project()
    settle(project, 100)
    taught(project)
    tried(project)
    lead, pin = lead_of(project), f"projects/{project.pk}/model/tone/pin/"
    assert lead.post(pin, {"version": 9})[0] == 404
    assert lead.post(f"projects/{project.pk}/model/none/pin/", {"version": 1})[0] == 404
    assert lead.post(pin, {"version": 0})[0] == 400
    (question,) = make.CHOICE["questions"]
    newer = {**question, "categories": [*question["categories"], {"id": "mixed"}]}
    schema = {**make.CHOICE, "questions": [newer]}
    lead.post(f"projects/{project.pk}/guidelines/", {"schema": schema})
    status, body = lead.post(pin, {"version": 1})
    assert (status, body["code"]) == (409, "version_does_not_fit")
    assert len(versions_of(project)) == 2


def test_a_version_pinned_while_it_trains_stays_and_nothing_is_left_of_a_cancelled_one(
    settings: pytest_django.Settings,
) -> None:
    project = make.project()
    settle(project, 100)
    taught(project)
    (job,) = start_due_tunings()
    lead, pin = lead_of(project), f"projects/{project.pk}/model/tone/pin/"
    assert lead.post(pin, {"version": 1}) == (200, {"version": 1})
    run_tune(job_id=job.pk)
    assert models.Job.objects.get(pk=job.pk).result["outcome"] == "pinned"
    assert list(settings.TUNED_ROOT.iterdir()) == []
    assert versions_of(project) == [(1, "head")]
    assert lead.delete(pin)[0] == 204
    settle(project, 50)
    (job,) = start_due_tunings()
    models.Job.objects.filter(pk=job.pk).update(is_cancel_requested=True)
    run_tune(job_id=job.pk)
    assert models.Job.objects.get(pk=job.pk).state == "cancelled"
    assert versions_of(project) == [(1, "head")]


def test_one_that_breaks_says_so_and_the_model_goes_on_as_it_was() -> None:
    project = make.project()
    settle(project, 100)
    taught(project)
    Told.breaks = True
    job = tried(project)
    assert (job.error_code, job.error_extra) == ("fine_tune_failed", {"reason": "out of order"})
    assert tuning_of(project)["job"]["error_code"] == "fine_tune_failed"
    make.item(project, data={"text": "film 0"})
    speak(project)
    assert models.Prediction.objects.get().model_version.kind == "head"  # type: ignore[union-attr]


def test_weights_that_are_gone_stop_nobody_and_an_earlier_version_takes_their_place(
    settings: pytest_django.Settings,
) -> None:
    project = make.project()
    settle(project, 100)
    taught(project)
    tried(project)
    next(settings.TUNED_ROOT.rglob(WEIGHTS)).unlink()
    make.item(project, data={"text": "film 0"})
    job = models.Job.objects.filter(kind="prelabel", state="queued").latest("pk")
    run_prelabel(job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "no_model")
    assert "no longer stored here" in job.error
    lead_of(project).post(f"projects/{project.pk}/model/tone/pin/", {"version": 1})
    speak(project)
    assert models.Prediction.objects.count() == 1


def test_an_encoder_of_the_catalogue_is_tuned_kept_and_loaded_by_its_hash(
    settings: pytest_django.Settings,
) -> None:
    settings.TUNER = "tests.annotate.inline_tuner.Inline"
    settings.MODEL_LOADER = "models_assist.load_any.load_model"
    tiny_models.reader(settings.MODELS_DIR / "tiny")
    scan_models()
    project = make.project()
    lead = lead_of(project)
    assert lead.put(f"projects/{project.pk}/catalogue/tone/", {"model": "tiny"})[0] == 202
    # Which of two words comes first: a head alone is right, too, but hardly sure of it.
    settle(project, 104, two_words)
    waiting = make.item(project, data={"text": "Ada good bad Ada"})
    job = tried(project)
    assert job.result["outcome"] == "taken", (job.error, job.result)
    speak(project)
    said = models.Prediction.objects.get(item=waiting)
    assert (said.label, said.model_version and said.model_version.kind) == ("pos", "tuned")
    assert said.score > 0.9
    version = models.ModelVersion.objects.get(kind="tuned")
    base = models.CatalogueModel.objects.get(name="tiny")
    assert version.tuned_from == f"tiny@{base.sha256[:12]}/float32"
    with next(settings.TUNED_ROOT.rglob(WEIGHTS)).open("ab") as file:
        file.write(b"x")
    runtime.cache_clear()
    make.item(project, data={"text": "Ada bad good Ada"})
    job = models.Job.objects.filter(kind="prelabel").latest("pk")
    run_prelabel(job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "no_model")
    assert "are not those of" in job.error
