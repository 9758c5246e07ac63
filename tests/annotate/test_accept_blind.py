"""Audits of auto-accept are blind, and look like any other work."""

import pytest

from annotate import models
from annotate.services.projects import change_policy
from tests import make
from tests.annotate import acting
from tests.annotate.accepting import Lead, open_audits, predict

pytestmark = pytest.mark.usefixtures("committed")


def test_items_of_a_batch_are_judged_blind_where_predictions_are_shown() -> None:
    lead = Lead(60, policy={**make.ONE_VOTE, "prediction": "shown"})
    other = make.item(lead.project)
    predict(lead.version, [other], score=0.4)
    person = make.client_for(make.worker(lead.project))
    (shown,) = acting.claim(person, lead.project)
    assert shown["prediction"] is not None
    acting.submit(person, shown["id"], make.POS)
    batch = lead.prove()  # asserts that nothing is shown
    assert models.Acceptance.objects.get(pk=batch).size == 59
    assert not models.Judgment.objects.filter(
        item__in=models.AcceptanceItem.objects.values("item"), saw_prediction=True
    ).exists()
    lead.accept(batch)
    watcher = make.client_for(make.worker(lead.project))
    for lease in acting.claim(watcher, lead.project, 3):
        item = models.Assignment.objects.get(pk=lease["id"]).item_id
        is_audit = models.AcceptanceItem.objects.filter(item=item).exists()
        assert (lease["prediction"] is None) == is_audit


def test_what_a_model_said_of_an_audit_decides_nothing() -> None:
    rule = {
        "name": "trust the model",
        "when": {"model_score": {"at_least": 0.9}},
        "then": "accept",
    }
    lead = Lead(60)
    change_policy(
        project=lead.project,
        author=lead.project.created_by,
        document={
            "prices": {"wrong": 1000.0},
            "min_overlap": 1,
            "max_overlap": 3,
            "rules": [rule],
        },
    )
    batch = lead.propose()
    person = make.client_for(make.worker(lead.project))
    (lease,) = acting.claim(person, lead.project)
    acting.submit(person, lease["id"], make.POS)
    item = models.Assignment.objects.get(pk=lease["id"]).item
    assert (item.stage, open_audits(batch["id"])) == ("open", batch["drawn"])


def test_what_a_person_has_begun_stays_a_persons() -> None:
    lead = Lead(60)
    batch = lead.prove()
    person = make.client_for(make.worker(lead.project))
    leases = acting.claim(person, lead.project, 3)
    state = lead.accept(batch)  # though three are gone: the audits have room for some
    rolling = state["rolling"]["drawn"]
    held = models.Assignment.objects.filter(state="leased").values_list("item", flat=True)
    audits = models.AcceptanceItem.objects.filter(
        item__in=held, place__gt=state["drawn"] + rolling
    )
    assert state["accepted"] == 60 - state["drawn"] - rolling - audits.count()
    for lease in leases:
        assert acting.submit(person, lease["id"], make.NEG)[0] == 200
    assert models.FinalLabel.objects.filter(source="consensus", answer=make.NEG).count() == 3


def test_the_crowd_learns_nothing_of_it() -> None:
    lead = Lead(60)
    batch = lead.propose()["id"]
    person = make.client_for(make.worker(lead.project))
    path = f"projects/{lead.project.pk}/auto-accept/"
    for method, rest in [
        ("GET", ""), ("POST", ""), ("GET", "outlook/"), ("GET", f"{batch}/"),
        ("POST", f"{batch}/look/"), ("POST", f"{batch}/accept/"), ("POST", f"{batch}/cancel/"),
    ]:  # fmt: skip
        assert person.call(method, path + rest)[0] == 403
    other = make.item(lead.project)
    models.QueueEntry.objects.filter(item=other).update(position=0, band=0)
    plain, audit = acting.claim(person, lead.project, 2)
    assert plain.keys() == audit.keys()
    assert plain["item"].keys() == audit["item"].keys()
    same = [key for key in plain if key not in {"id", "item", "leased_at", "expires_at"}]
    assert [plain[key] for key in same] == [audit[key] for key in same]
