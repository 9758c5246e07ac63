"""Counters against a count of everything, whatever happened and whoever did it at once."""

import json

import pytest

from annotate import models
from annotate.queries.agreement import agreement_now
from annotate.services import count
from annotate.services.count import count_trail
from labeling.formats.rows import ImportedJudgment
from tests import make
from tests.annotate import acting
from tests.annotate.counting import (
    THREE_VOTES,
    alpha_of,
    board,
    counted_from_nothing,
    judged_project,
    snapshot,
    units,
)

pytestmark = pytest.mark.django_db


def test_the_board_says_what_a_scan_says() -> None:
    project = judged_project()
    assert board(project)["agreement"]["tone"]["is_counting"]
    assert project.pk in count_trail()
    found = board(project)
    tone = found["agreement"]["tone"]
    assert tone["alpha"] == alpha_of(project)
    assert (tone["items"], tone["judgments"]) == (6, 18)
    assert tone["interval"] == [tone["low"], tone["high"]]
    assert tone["low"] < tone["alpha"] < tone["high"]
    assert tone["metric"] == "krippendorff_nominal"
    assert not tone["is_counting"]
    assert tone["ac1"] is not None
    assert tone["kappa"] is None, "nobody has ten items in common with anybody"
    assert found["tiers"]["crowd"]["last_hour"] == 18
    assert sum(bucket["crowd"] for bucket in found["throughput"]) == 18
    assert sum(found["items"][stage] for stage in ("disputed", "settled")) == 6
    settled = found["items"]["settled"]
    others = {"adjudication": 0, "auto_accept": 0, "spread": 0}
    assert found["settled_by"] == {"consensus": settled, **others}
    assert found["tiers"]["crowd"]["active_workers"] == 3


def test_nothing_new_is_counted_once_only() -> None:
    project = judged_project(2)
    count_trail()
    before = snapshot(project)
    assert count_trail() == set()
    assert snapshot(project) == before


def test_pairs_of_workers_have_a_mean_kappa() -> None:
    project = judged_project(12)
    count_trail()
    tone = board(project)["agreement"]["tone"]
    assert tone["kappa_pairs"] == 3
    kappas = [float(row.kappa or 0) for row in models.KappaCount.objects.all()]
    assert tone["kappa"] == pytest.approx(sum(kappas) / 3)
    assert {row.items for row in models.KappaCount.objects.all()} == {12}


def test_a_corrected_judgment_takes_the_place_of_the_first() -> None:
    project = make.project(policy=THREE_VOTES)
    make.item(project)
    acting.vote(project, make.POS)
    caller = make.client_for(make.worker(project))
    (lease,) = acting.claim(caller, project)
    acting.submit(caller, lease["id"], make.POS)
    count_trail()
    assert board(project)["agreement"]["tone"]["observed"] == 1.0
    acting.submit(caller, lease["id"], make.NEG)
    count_trail()
    tone = board(project)["agreement"]["tone"]
    assert (tone["observed"], tone["judgments"]) == (0.0, 2)
    assert snapshot(project) == counted_from_nothing(project)


def test_a_surplus_judgment_is_not_counted() -> None:
    project = make.project(policy={"min_overlap": 2, "max_overlap": 2})
    make.item(project)
    late = make.client_for(make.worker(project))
    (lease,) = acting.claim(late, project)
    acting.end_leases(pk=lease["id"])
    count.count_trail()
    models.Assignment.objects.filter(pk=lease["id"]).update(state="expired")
    models.Item.objects.update(taken=0)
    acting.vote(project, make.POS, make.POS)
    assert acting.submit(late, lease["id"], make.NEG)[1]["status"] == "surplus"
    count_trail()
    tone = board(project)["agreement"]["tone"]
    assert (tone["judgments"], tone["observed"]) == (2, 1.0)
    assert snapshot(project) == counted_from_nothing(project)


def test_in_parts_or_at_once_the_counters_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(count, "BATCH_ROWS", 2)
    project = make.project()
    expert = make.client_for(make.worker(project, "expert"))
    for answers in ((make.POS, make.POS), (make.NEG, make.POS, make.NEG), (make.POS, make.NEG)):
        make.item(project)
        acting.vote(project, *answers)
        count_trail()
    for item in models.Item.objects.filter(stage="disputed"):
        acting.decide(expert, item, make.NEG)
        count_trail()
    parts = snapshot(project)
    monkeypatch.setattr(count, "BATCH_ROWS", 1000)
    assert parts == counted_from_nothing(project)
    assert agreement_now(project)["tone"]["alpha"] == alpha_of(project)


def test_another_guideline_is_counted_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotate.queries.agreement.BATCH_ITEMS", 2)
    project = judged_project(5)
    count_trail()
    lead = make.client_for(project.created_by)
    schema = {
        **make.CHOICE,
        "questions": [{**make.CHOICE["questions"][0], "categories": [{"id": "pos"}, {"id": "x"}]}],
    }
    assert lead.post(f"projects/{project.pk}/guidelines/", {"schema": schema})[0] == 201
    count_trail()
    tone = board(project)["agreement"]["tone"]
    readable = [[label for label in unit if label == "pos"] for unit in units(project)]
    assert tone["judgments"] == sum(len(unit) for unit in readable if len(unit) > 1)
    assert not tone["is_counting"]
    assert snapshot(project) == counted_from_nothing(project)


def test_a_guideline_that_asks_the_same_starts_nothing_anew() -> None:
    project = judged_project(2)
    count_trail()
    before = snapshot(project)
    lead = make.client_for(project.created_by)
    body = {"schema": make.CHOICE, "text": "Read slowly."}
    assert lead.post(f"projects/{project.pk}/guidelines/", body)[0] == 201
    count_trail()
    assert snapshot(project) == before
    project.refresh_from_db()
    assert models.AgreementState.objects.get().guideline_id == project.guideline_id


def test_a_release_counts_what_the_counters_do_not_know_yet() -> None:
    project = judged_project(4)
    count_trail()
    make.item(project)
    acting.vote(project, make.POS, make.NEG, make.POS)
    now = agreement_now(project)["tone"]
    assert now["alpha"] == alpha_of(project)
    assert now["judgments"] == 15
    assert board(project)["agreement"]["tone"]["judgments"] == 12
    count_trail()
    assert board(project)["agreement"]["tone"] == json.loads(json.dumps(now))


def test_imported_judgments_are_counted() -> None:
    project = make.project()
    said = [
        ImportedJudgment(worker=name, answer=make.POS, seconds=1.0, is_gold=False) for name in "ab"
    ]
    make.items(project, 3, judgments=said)
    count_trail()
    assert board(project)["agreement"]["tone"]["judgments"] == 6
    assert board(project)["items"]["settled"] == 3


def test_counters_that_cannot_be_true_are_counted_anew(caplog: pytest.LogCaptureFixture) -> None:
    project = make.project(policy=THREE_VOTES)
    make.item(project)
    acting.vote(project, make.POS, make.NEG)
    count_trail()
    row = models.AgreementCount.objects.get()
    models.AgreementCount.objects.update(counts={**row.counts, "groups": {}})
    acting.vote(project, make.POS)
    count_trail()
    assert board(project)["agreement"]["tone"]["judgments"] == 3
    models.AgreementCount.objects.update(counts={"form": "nonsense"}, is_stale=True)
    count_trail()
    assert board(project)["agreement"]["tone"]["is_counting"]
    count_trail()
    assert board(project)["agreement"]["tone"]["judgments"] == 3
    assert caplog.text.count("counted anew") == 2


def test_changes_of_item_counts_become_one_row() -> None:
    project = judged_project(20)
    before = board(project)["items"]
    assert models.ItemCount.objects.count() > count.MOST_CHANGES
    count_trail()
    assert models.ItemCount.objects.count() == 1
    assert board(project)["items"] == before
