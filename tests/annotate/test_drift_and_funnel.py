"""Drift opens work by a rule with a cap, and errors of production are followed to their end."""

from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import pytest_django

from annotate import models
from annotate.encoder import runtime
from annotate.jobs.tasks import production, run_prelabel, run_teach
from annotate.services.advance_cases import advance_cases
from annotate.services.drift import check_drift
from annotate.services.learn import FEWEST_LABELS, start_due_lessons
from annotate.services.production import change_rules, forget_old_predictions, keep_predictions
from labeling.formats.production_rows import AskedRow
from labeling.formats.rows import ImportedJudgment
from tests import make
from tests.annotate import acting
from tests.annotate.production_world import told

pytestmark = pytest.mark.django_db

WORDS = {"pos": "good happy", "neg": "bad sad"}


@pytest.fixture(autouse=True)
def encoder(settings: pytest_django.Settings) -> Iterator[None]:
    settings.ENCODER_LOADER = "tests.annotate.encoders.fake"
    runtime.cache_clear()
    yield
    runtime().close()
    runtime.cache_clear()


def settled(project: models.Project, *labels: str) -> None:
    for number, label in enumerate(labels):
        said = ImportedJudgment(worker="old", answer={"tone": label}, seconds=1, is_gold=False)
        item = make.item(project, data={"text": f"{WORDS[label]} {number}"}, judgments=[said])
        assert item.stage == "settled"


def served(project: models.Project, label: str, count: int, vector: bytes = b"") -> None:
    """Predictions that applications were told."""
    said = {"tone": {"label": label, "confidence": 0.95, "model_version": 1}}
    rows = [
        (
            AskedRow(external_id=None, data={"text": f"{label} {make.name('text')}"}),
            {"said": said, "encoder": "e", "vector": b64encode(vector).decode()},
        )
        for _ in range(count)
    ]
    keep_predictions(project=project, said=rows, refused=0, late=0)


def page(project: models.Project) -> Any:
    status, body = make.client_for(project.created_by).get(f"projects/{project.pk}/production/")
    assert status == 200
    return body


def test_labels_that_drift_open_work_up_to_the_cap_and_say_why() -> None:
    project = make.project(policy=make.ONE_VOTE)
    settled(project, *["pos", "neg"] * 30)
    change_rules(project=project, author=project.created_by, changes={"drift_most_a_day": 4})
    served(project, "neg", 90)
    served(project, "pos", 10)
    before = models.Item.objects.count()
    assert check_drift(project)
    assert models.Item.objects.count() == before + 4
    (check,) = page(project)["drift"]
    assert check["is_drifting"]
    assert check["labels"]["risen"] == ['"neg"']
    assert (check["labels"]["before"], check["labels"]["now"]) == (60, 100)
    assert check["vectors"] is None
    event = models.Event.objects.get(kind="drift.found")
    assert (event.payload["question"], event.payload["opened"]) == ("tone", 4)
    assert event.payload["labels"]["g"] == pytest.approx(check["labels"]["g"])
    cases = models.ProductionCase.objects.filter(project=project)
    assert {(case.reason, case.sent_by, case.claim) for case in cases} == {
        ("drifting", None, None)
    }
    assert all(case.said["tone"]["label"] == "neg" for case in cases)
    # Nothing new was predicted: nothing to look at. Then there is, and the cap holds.
    assert not check_drift(project)
    served(project, "neg", 1)
    assert check_drift(project)
    assert models.Item.objects.count() == before + 4
    assert models.Event.objects.filter(kind="drift.found").count() == 1


def test_feedback_of_a_label_that_has_risen_becomes_work() -> None:
    project = make.project(policy=make.ONE_VOTE)
    settled(project, *["pos", "neg"] * 30)
    changes = {"drift_most_a_day": 0, "random_share": 0.0}
    change_rules(project=project, author=project.created_by, changes=changes)
    served(project, "neg", 90)
    served(project, "pos", 10)
    check_drift(project)
    _, body = make.Application(project).feedback(
        told({"text": "one"}, "neg"), told({"text": "two"}, "pos")
    )
    assert [row["reason"] for row in body["items"]] == ["drifting", None]


def test_drift_that_ends_is_said() -> None:
    project = make.project(policy=make.ONE_VOTE)
    settled(project, *["pos", "neg"] * 30)
    served(project, "neg", 60)
    check_drift(project)
    served(project, "pos", 55)
    check_drift(project)
    kinds = models.Event.objects.filter(kind__startswith="drift").order_by("pk")
    assert [event.kind for event in kinds] == ["drift.found", "drift.ended"]
    assert not page(project)["drift"][0]["is_drifting"]


def test_texts_of_another_kind_drift_and_the_farthest_are_opened() -> None:
    project = make.project(policy=make.ONE_VOTE)
    settled(project, *["pos", "neg"] * 30)
    rng = np.random.default_rng(0)
    for item in models.Item.objects.filter(project=project):
        vector = rng.normal(size=16).astype("<f2").tobytes()
        models.Embedding.objects.create(item=item, input="text", encoder="e", vector=vector)
    far = np.zeros(16)
    far[3] = 5
    served(project, "pos", 20, rng.normal(size=16).astype("<f2").tobytes())
    for _ in range(60):
        served(project, "neg", 1, (rng.normal(size=16) * 0.5 + far).astype("<f2").tobytes())
    change_rules(project=project, author=project.created_by, changes={"drift_most_a_day": 5})
    check_drift(project)
    (check,) = page(project)["drift"]
    assert check["vectors"]["is_drifting"]
    assert check["vectors"]["distance"] > 2
    opened = models.ProductionCase.objects.filter(project=project)
    assert opened.count() == 5
    assert all(case.said["tone"]["label"] == "neg" for case in opened)


def test_a_project_of_few_predictions_drifts_in_nothing() -> None:
    project = make.project(policy=make.ONE_VOTE)
    assert not check_drift(project)
    settled(project, "pos", "neg")
    served(project, "neg", 3)
    assert check_drift(project)
    (check,) = page(project)["drift"]
    assert (check["labels"], check["vectors"], check["is_drifting"]) == (None, None, False)
    assert not models.Event.objects.filter(kind__startswith="drift").exists()


def with_two_errors() -> tuple[models.Project, int, int]:
    """Two corrected predictions, of which the first was wrong; both are pre-labelled."""
    project = make.project(policy=make.ONE_VOTE)
    settled(project, *["pos", "neg"] * (FEWEST_LABELS // 2))
    changes = {"random_share": 0.0, "most_a_day": 9}
    change_rules(project=project, author=project.created_by, changes=changes)
    _, body = make.Application(project).feedback(
        told({"text": "good happy indeed"}, "neg", correction={"tone": "pos"}),
        told({"text": "bad sad indeed"}, "neg", correction={"tone": "pos"}),
    )
    wrong, right = (row["item"] for row in body["items"])
    run_prelabel(job_id=models.Job.objects.filter(kind="prelabel").latest("pk").pk)
    return project, wrong, right


def test_an_error_is_followed_from_production_to_its_end() -> None:
    project, wrong, right = with_two_errors()
    assert advance_cases() == 0
    assert steps(project) == {wrong: "waiting", right: "waiting"}
    acting.vote(project, {"tone": "pos"})
    acting.vote(project, {"tone": "neg"})
    assert advance_cases() == 2
    assert steps(project) == {wrong: "labelled", right: "refuted"}
    assert advance_cases() == 0
    models.Release.objects.create(
        project=project,
        number=1,
        state="ready",
        created_by=project.created_by,
        last_final_label=models.FinalLabel.objects.latest("pk").pk,
    )
    assert advance_cases() == 1
    assert steps(project)[wrong] == "released"
    (job,) = start_due_lessons()
    run_teach(job_id=job.pk)
    assert advance_cases() == 2
    assert steps(project) == {wrong: "fixed", right: "refuted"}
    assert advance_cases() == 0
    assert {step["step"]: step["count"] for step in page(project)["funnel"]} == {
        "corrected": 2,
        "labelled": 1,
        "refuted": 1,
        "released": 1,
        "retrained": 1,
        "fixed": 1,
    }


def test_the_cases_come_page_by_page_the_newest_first() -> None:
    project, wrong, right = with_two_errors()
    lead = make.client_for(project.created_by)
    _, cases = lead.get(f"projects/{project.pk}/production/cases/?limit=1")
    assert cases["results"][0]["item"] == right
    _, rest = lead.get(f"projects/{project.pk}/production/cases/?cursor={cases['next']}")
    assert [row["item"] for row in rest["results"]] == [wrong]
    # The application named a version; whether its confidence meant something is looked up.
    assert cases["results"][0]["calibrated"] == []
    said = {"tone": {"label": "neg", "confidence": 0.9, "model_version": 77}}
    models.ModelVersion.objects.create(
        project=project, question="tone", version=77, kind="head", encoder="e", trained_on=9,
        quality={"ece": 0.1}, parameters=b"",
    )  # fmt: skip
    row = {"data": {"text": "sad"}, "prediction": said, "correction": {"tone": "pos"}}
    assert make.Application(project).feedback(row)[0] == 200
    _, cases = lead.get(f"projects/{project.pk}/production/cases/?limit=1")
    assert cases["results"][0]["calibrated"] == ["tone"]


def steps(project: models.Project) -> dict[int, str]:
    path = f"projects/{project.pk}/production/cases/"
    _, body = make.client_for(project.created_by).get(path)
    return {row["item"]: row["step"] for row in body["results"]}


def test_the_worker_does_all_this_by_itself() -> None:
    project = make.project(policy=make.ONE_VOTE)
    settled(project, *["pos", "neg"] * 30)
    served(project, "neg", 60)
    production(timestamp=0)
    assert page(project)["drift"][0]["is_drifting"]


def test_what_was_told_long_ago_is_forgotten() -> None:
    project = make.project()
    served(project, "pos", 2)
    old = models.ProductionPrediction.objects.first()
    assert old is not None
    models.ProductionPrediction.objects.filter(pk=old.pk).update(made_at="2020-01-01T00:00Z")
    forget_old_predictions()
    assert not models.ProductionPrediction.objects.filter(pk=old.pk).exists()
    assert models.ProductionPrediction.objects.count() == 1


def test_a_page_of_nothing_yet() -> None:
    body = page(make.project())
    assert (body["has_model"], body["drift"], body["days"]) == (False, [], [])
    assert set(body["counts"].values()) == {0}
    assert body["rules"]["most_a_day"] == 50
