"""What applications give back: once each, with its lineage, and no more than a lead wants."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from annotate import models
from annotate.services.production import change_rules, keep_predictions
from labeling.formats.production_rows import AskedRow
from tests import make
from tests.annotate import acting
from tests.annotate.production_world import BAD, GOOD, told

pytestmark = pytest.mark.django_db

NONE_BY_CHANCE = {"random_share": 0.0, "uncertain_below": 0.6}
WRONG = {"tone": "neg"}


def quiet(project: models.Project, **changes: Any) -> models.Project:
    """Nothing becomes an item by chance."""
    change_rules(project=project, author=project.created_by, changes={**NONE_BY_CHANCE, **changes})
    return project


def counts(project: models.Project) -> models.ProductionCount:
    return models.ProductionCount.objects.get(project=project)


def test_a_corrected_prediction_becomes_an_item_with_its_lineage() -> None:
    project = quiet(make.project())
    status, body = make.Application(project).feedback(
        told(GOOD, "pos", external_id="order 7", correction=WRONG)
    )
    assert status == 200
    assert body["counts"] == {
        "item": 1,
        "counted": 0,
        "duplicate": 0,
        "capped": 0,
        "refused": 0,
    }
    assert body["reasons"]["corrected"] == 1
    item = models.Item.objects.get(pk=body["items"][0]["item"])
    assert (item.data, item.stage, item.source.name) == (GOOD, "new", "production")
    said = {"tone": {"label": "pos", "confidence": 0.99, "model_version": 3}}
    assert item.metadata == {
        "production": {
            "external_id": "order 7",
            "reason": "corrected",
            "model_said": said,
            "application_claims": WRONG,
        }
    }
    case = models.ProductionCase.objects.get(item=item)
    assert (case.said, case.claim, case.sent_by) == (said, WRONG, project.created_by)
    # A claim is nobody's judgment, and nothing is measured by it.
    assert not models.GoldLabel.objects.exists()
    assert not models.Judgment.objects.exists()
    assert not models.FinalLabel.objects.exists()
    assert models.QueueEntry.objects.filter(item=item).exists()


def test_a_worker_who_gets_the_item_sees_nothing_of_the_claim() -> None:
    project = quiet(make.project())
    make.Application(project).feedback(told(GOOD, correction=WRONG, external_id="secret 7"))
    caller = make.client_for(make.worker(project))
    (lease,) = acting.claim(caller, project)
    assert lease["item"]["data"] == GOOD
    assert "secret 7" not in str(lease)
    assert "claim" not in str(lease)


@pytest.mark.parametrize(
    ("row", "outcome", "reason"),
    [
        (told(GOOD, "pos", correction={"tone": "neg"}), "item", "corrected"),
        (told(GOOD, "pos", 0.3), "item", "uncertain"),
        (told(GOOD, "pos", 0.6), "counted", None),
        (told(GOOD, "pos", correction={"tone": "pos"}), "counted", None),
        (told(GOOD, "pos", 0.3, correction={"tone": "pos"}), "item", "uncertain"),
        (told(GOOD, "pos", correction={}), "counted", None),
    ],
)
def test_what_becomes_work(row: Any, outcome: str, reason: str | None) -> None:
    project = quiet(make.project())
    _, body = make.Application(project).feedback(row)
    assert (body["items"][0]["outcome"], body["items"][0]["reason"]) == (outcome, reason)
    assert models.Item.objects.count() == (outcome == "item")


def test_a_share_becomes_work_by_its_content_alone() -> None:
    project = quiet(make.project(), random_share=0.5, most_a_day=1000)
    rows = [told({"text": f"text {n}"}) for n in range(200)]
    _, body = make.Application(project).feedback(*rows)
    assert 70 < body["reasons"]["random"] < 130
    other = quiet(make.project(), random_share=0.5, most_a_day=1000)
    _, again = make.Application(other).feedback(*rows)
    assert [row["outcome"] for row in again["items"]] == [r["outcome"] for r in body["items"]]


def test_the_same_comes_once_by_its_id_and_by_its_content() -> None:
    project = quiet(make.project())
    application = make.Application(project)
    rows = (
        told(GOOD, correction=WRONG, external_id="a"),
        told(BAD, correction=WRONG, external_id="a"),
        told(GOOD, correction=WRONG, external_id="b"),
        told(BAD, "pos", external_id="c"),
    )
    _, first = application.feedback(*rows)
    assert [row["outcome"] for row in first["items"]] == [
        "item",
        "duplicate",
        "duplicate",
        "counted",
    ]
    _, again = application.feedback(*rows)
    assert again["counts"]["duplicate"] == 4
    assert models.Item.objects.count() == 1
    counted = counts(project)
    assert (counted.received, counted.duplicates, counted.corrected) == (8, 6, 1)


def test_what_was_served_comes_back_by_its_id() -> None:
    project, other = quiet(make.project()), quiet(make.project())
    said = {"tone": {"label": "pos", "confidence": 0.9, "model_version": 1}}
    answer = {"said": said, "encoder": "e", "vector": ""}
    asked = AskedRow(external_id="order 8", data=GOOD)
    (key,) = keep_predictions(project=project, said=[(asked, answer)], refused=0, late=0)
    row = {"id": str(key), "correction": WRONG}
    _, foreign = make.Application(other).feedback(row)
    assert foreign["items"][0]["refusal"]["code"] == "unknown_prediction"
    _, body = make.Application(project).feedback(row)
    assert body["items"][0]["outcome"] == "item"
    case = models.ProductionCase.objects.get(project=project)
    assert (case.external_id, case.said) == ("order 8", said)


def test_no_more_than_the_cap_a_day_and_what_is_over_may_come_again() -> None:
    project = quiet(make.project(), most_a_day=3)
    rows = [told({"text": f"text {n}"}, correction=WRONG) for n in range(5)]
    rows.append(told(GOOD, "pos"))
    _, body = make.Application(project).feedback(*rows)
    assert (body["counts"]["item"], body["counts"]["capped"]) == (3, 2)
    assert body["counts"]["counted"] == 1
    assert counts(project).capped == 2
    quiet(project, most_a_day=10)
    _, again = make.Application(project).feedback(*rows)
    assert (again["counts"]["item"], again["counts"]["duplicate"]) == (2, 4)


def test_a_bad_row_is_refused_by_itself() -> None:
    project = quiet(make.project())
    rows: list[tuple[Any, str]] = [
        (7, "not_an_object"),
        ({}, "missing_data"),
        ({"data": GOOD}, "missing_prediction"),
        ({"data": GOOD, "prediction": {}}, "missing_prediction"),
        ({"data": GOOD, "prediction": 3}, "not_an_object"),
        ({"data": GOOD, "prediction": {"tone": "pos"}}, "not_an_object"),
        (told(GOOD, "sideways"), "invalid_prediction"),
        (told(GOOD, confidence=1.1), "invalid_confidence"),
        (told(GOOD, confidence=float("nan")), "not_finite"),
        (told({"text": "a\x00"}), "nul_character"),
        (told({"text": "a\ud800"}), "lone_surrogate"),
        (told({"text": "x" * 5 * 1024 * 1024}), "text_too_long"),
        (told(GOOD, correction={"tone": "sideways"}), "invalid_prediction"),
        (told(GOOD, correction={"colour": "red"}), "invalid_prediction"),
        (told(GOOD, gold=1), "unknown_key"),
        ({"id": "x"}, "unknown_prediction"),
        ({"id": str(uuid4())}, "unknown_prediction"),
    ]
    status, body = make.Application(project).feedback(*[row for row, _ in rows], told(GOOD))
    assert status == 200
    codes = [row["refusal"] and row["refusal"]["code"] for row in body["items"]]
    assert codes == [*[code for _, code in rows], None]
    assert (body["counts"]["refused"], body["counts"]["counted"]) == (len(rows), 1)
    assert counts(project).received == 1
    assert body["items"][12]["refusal"]["path"] == "/correction/tone"


def test_a_picture_that_was_not_uploaded_is_refused_by_itself() -> None:
    project = quiet(make.project(schema=make.BOXES))
    said = {"roofs": {"label": [], "confidence": 0.1}}
    _, body = make.Application(project).feedback(
        {"data": {"picture": {"name": "none.png"}}, "prediction": said}
    )
    assert body["items"][0]["refusal"]["code"] == "unknown_picture"
    assert not models.ProductionCase.objects.exists()
    media = make.media(project)
    _, body = make.Application(project).feedback(
        {"data": {"picture": {"media": media.sha256}}, "prediction": said}
    )
    assert body["items"][0]["outcome"] == "item"


def test_a_closed_project_takes_nothing_back() -> None:
    project = make.project()
    application = make.Application(project)
    models.Project.objects.filter(pk=project.pk).update(stage="closed")
    status, body = application.feedback(told(GOOD))
    assert (status, body["code"]) == (409, "project_not_open")


def test_a_case_is_never_changed() -> None:
    project = quiet(make.project())
    make.Application(project).feedback(told(GOOD, correction=WRONG))
    with pytest.raises(Exception, match="append-only"):
        models.ProductionCase.objects.update(claim=None)


def test_a_token_ends_with_its_leads_part_in_the_project() -> None:
    project = quiet(make.project())
    application = make.Application(project)
    models.Worker.objects.filter(user=project.created_by).update(role="crowd")
    assert application.feedback(told(GOOD))[0] == 404


def test_a_lead_makes_and_revokes_the_tokens_of_applications() -> None:
    project = make.project()
    lead = make.client_for(project.created_by)
    path = f"projects/{project.pk}/applications/"
    status, made = lead.post(path, {"name": "shop"})
    assert (status, made["name"]) == (201, "shop")
    _, listed = lead.get(path)
    assert [row["id"] for row in listed] == [made["id"]]
    assert "key" not in listed[0]
    other = make.client_for(make.worker(project, "lead"))
    assert other.delete(f"{path}{made['id']}/")[0] == 204
    assert lead.get(path)[1] == []
    assert lead.delete(f"{path}{made['id']}/")[0] == 404
    assert models.Event.objects.filter(kind="application.connected").count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"uncertain_below": 1.1},
        {"random_share": -0.1},
        {"most_a_day": -1},
        {"most_a_day": 10**9},
        {"drift_most_a_day": "many"},
        {"uncertain_below": None},
    ],
)
def test_a_rule_takes_only_what_fits(changes: dict[str, Any]) -> None:
    project = make.project()
    lead = make.client_for(project.created_by)
    assert lead.patch(f"projects/{project.pk}/production/rules/", changes)[0] == 400
    assert not models.ProductionRules.objects.exists()


@pytest.mark.threads
@pytest.mark.usefixtures("committed")
def test_twenty_equal_rows_at_once_are_one_item() -> None:
    project = quiet(make.project())
    applications = [make.Application(project) for _ in range(20)]
    row = told(GOOD, correction=WRONG, external_id="order 9")

    def send(application: make.Application) -> str:
        try:
            status, body = application.feedback(row)
            assert status == 200
            return str(body["items"][0]["outcome"])
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        outcomes = sorted(pool.map(send, applications))
    assert outcomes == ["duplicate"] * 19 + ["item"]
    assert models.Item.objects.count() == models.ProductionCase.objects.count() == 1
    counted = counts(project)
    assert (counted.received, counted.duplicates, counted.corrected) == (20, 19, 1)
