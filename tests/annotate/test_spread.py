"""Label once, spread: what waits, what is spread, what is audited, and what is taken back."""

from typing import Any

import pytest

from annotate import models
from annotate.services.bulk import act_on_items
from annotate.services.jobs import run_job
from annotate.services.learn import lessons_of
from annotate.services.list_items import list_new
from annotate.services.similar_rules import count_groups, start_due_groupings
from labeling.schema import LabelSchema
from tests import make
from tests.annotate import acting
from tests.annotate.spreading import Lead, follow, miscounted, rules_row

pytestmark = pytest.mark.django_db

FILM = ("The film is good", "the film is good", "THE FILM is good", "A day at the sea")


def why(lead: Lead, item: models.Item) -> dict[str, Any]:
    status, body = lead.caller.get(f"items/{item.pk}/why/")
    assert status == 200
    return dict(body)


def read_all() -> None:
    """The jobs of the model have ended."""
    models.Job.objects.filter(kind="prelabel").update(state="done")


def returned_because() -> str:
    """Why the one group was given back to people."""
    group = models.ItemGroup.objects.get()
    assert group.state == "returned"
    return str((group.reason or {}).get("code"))


def judge_all(lead: Lead, answer: Any) -> None:
    """Whatever is in the queue, and what follows from that."""
    while lead.queued():
        lead.judge(answer)
    follow()
    list_new()


def test_one_is_judged_and_the_others_get_its_label_with_its_lineage() -> None:
    lead = Lead(*FILM)
    found = lead.spread()
    assert found["counts"]["waiting"] == 2
    assert lead.queued() == [0, 3]
    assert miscounted() == []
    assert follow() == 0
    lead.judge(make.NEG)
    assert follow() == 1
    settled = ("settled", "consensus"), ("settled", "spread"), ("settled", "spread")
    assert lead.states() == [*settled, ("new", None)]
    assert lead.queued() == [3]
    first, copy = (models.FinalLabel.objects.get(item=item) for item in lead.items[:2])
    assert (copy.answer, copy.confidence) == (make.NEG, first.confidence)
    assert copy.reason["spread"]["final"] == first.pk
    told = why(lead, lead.items[1])
    assert told["recomputes"] is True
    (spread,) = told["spread"]
    assert (spread["item"], spread["final"], spread["is_equal"]) == (first.item_id, first.pk, True)
    assert spread["taken_back_at"] is None
    # It is nobody's judgment, is counted apart, and teaches nothing.
    assert models.Judgment.objects.filter(project=lead.project).count() == 1
    _, board = lead.caller.get(f"projects/{lead.project.pk}/board/")
    assert (board["settled_by"]["consensus"], board["settled_by"]["spread"]) == (1, 2)
    assert board["tiers"]["crowd"]["judgments"] == 1
    question = LabelSchema.from_json(make.CHOICE).questions[0]
    assert [item for item, _, _ in lessons_of(lead.project, question)] == [first.item_id]
    list_new()
    assert miscounted() == []
    _, page = lead.caller.get(f"projects/{lead.project.pk}/items/?settled_by=spread")
    assert {row["id"] for row in page["results"]} == {item.pk for item in lead.items[1:3]}


def test_a_label_that_was_tampered_with_does_not_recompute() -> None:
    lead = Lead(*FILM)
    lead.spread()
    lead.judge()
    follow()
    row = models.Item.objects.get(pk=lead.items[0].pk)
    row.data = {"text": "The film is not good"}
    row.save(update_fields=["data"])
    assert why(lead, lead.items[1])["recomputes"] is False


def test_what_somebody_has_begun_is_left_to_finish_and_what_is_judged_stays() -> None:
    lead = Lead(*FILM[:3], policy={"min_overlap": 2, "max_overlap": 3})
    worker = make.client_for(make.worker(lead.project))
    leases = acting.claim(worker, lead.project, 2)
    lead.spread()
    assert lead.members() == ["own", "waiting"]
    assert acting.submit(worker, leases[1]["id"], make.POS)[0] == 200
    assert acting.submit(worker, leases[0]["id"], make.POS)[0] == 200
    lead.judge(make.POS)
    follow()
    assert lead.states() == [("settled", "consensus"), ("open", None), ("settled", "spread")]
    assert models.Judgment.objects.count() == 3
    assert miscounted() == []


def test_an_audit_that_contradicts_takes_the_labels_back() -> None:
    lead = Lead("x y z", *(["X y z"] * 12))
    lead.spread(share=0.3)
    states = lead.members()
    audits, waiting = states.count("audit"), states.count("waiting")
    assert audits + waiting == 12
    assert 1 <= audits <= 9
    assert len(lead.queued()) == audits + 1
    lead.judge(make.POS)
    follow()
    list_new()
    assert lead.members().count("spread") == waiting
    assert models.ItemGroup.objects.get().state == "done"
    lead.judge(make.NEG)  # an audit
    follow()
    list_new()
    assert returned_because() == "contradicted"
    assert models.Event.objects.filter(kind="group.contradicted").count() == 1
    assert models.Event.objects.filter(kind="item.reopened").count() == waiting
    assert [source for _, source in lead.states()].count("spread") == 0
    assert len(lead.queued()) == 12 - 1
    assert miscounted() == []
    taken = models.GroupItem.objects.filter(state="returned").first()
    assert taken is not None
    (told,) = why(lead, taken.item)["spread"]
    assert told["taken_back_at"] is not None
    judge_all(lead, make.NEG)  # people decide them now, and that stands
    assert [source for _, source in lead.states()].count("consensus") == 13
    count_groups(rules_row(lead.project).get())
    assert lead.call("GET")[1]["counts"]["contradicted"] == 1
    assert miscounted() == []


def test_an_audit_that_came_first_and_contradicts_keeps_the_label_from_being_spread() -> None:
    lead = Lead("x y z", *(["X y z"] * 12))
    lead.spread(share=0.3)
    # The first item is looked at last.
    models.QueueEntry.objects.filter(item=lead.items[0]).update(band=15)
    models.Item.objects.filter(pk=lead.items[0].pk).update(band=15)
    lead.judge(make.NEG)
    assert follow() == 0
    for _ in range(len(lead.queued()) - 1):
        lead.judge(make.NEG)
    lead.judge(make.POS)
    follow()
    assert returned_because() == "contradicted"
    assert not models.FinalLabel.objects.filter(source="spread").exists()
    assert miscounted() == []


def test_turned_off_what_waits_goes_back_and_labels_stay() -> None:
    lead = Lead(*FILM, "a  day at the sea")
    lead.spread()
    lead.judge()
    follow()
    assert lead.queued() == [3]
    assert lead.call("PUT", "", {"is_spread": False})[0] == 200
    follow()
    assert lead.queued() == [3, 4]
    assert [source for _, source in lead.states()].count("spread") == 2
    assert sorted(models.ItemGroup.objects.values_list("state", flat=True)) == ["done", "returned"]
    assert miscounted() == []


def test_new_items_are_held_back_as_they_come_and_get_a_label_that_is_there() -> None:
    lead = Lead(*FILM)
    lead.spread()
    lead.judge()
    follow()
    read_all()
    assert start_due_groupings() == []
    lead.add("The  Film is good")
    assert start_due_groupings() == []  # the model reads it first
    read_all()
    (job,) = start_due_groupings()
    assert start_due_groupings() == []
    assert job.parameters["last"] == models.Item.objects.order_by("-pk").values_list("pk")[0][0]
    lead.find()  # answers the job that waits
    follow()
    assert lead.states()[-1] == ("settled", "spread")
    assert miscounted() == []


def test_a_first_item_that_is_withdrawn_keeps_nobody_waiting() -> None:
    lead = Lead(*FILM)
    lead.spread()
    body = {"action": "withdraw", "items": [lead.items[0].pk]}
    _, job = lead.caller.post(f"projects/{lead.project.pk}/items/bulk/", body)
    run_job(job["id"], act_on_items)
    follow()
    assert lead.queued() == [1, 2, 3]
    assert miscounted() == []


def test_a_first_item_that_is_decided_anew_takes_its_copies_back() -> None:
    policy = {"min_overlap": 1, "max_overlap": 1, "audit": 0.0}
    lead = Lead(*FILM, policy=policy)
    lead.spread()
    lead.judge(make.POS)
    follow()
    first = models.Item.objects.get(pk=lead.items[0].pk)
    old = models.FinalLabel.objects.get(item=first)
    new = models.FinalLabel.objects.create(
        project=lead.project, item=first, answer=make.NEG, source="consensus", confidence=1.0,
        reason={}, guideline_id=old.guideline_id, policy_id=old.policy_id, replaces=old,
    )  # fmt: skip
    models.Item.objects.filter(pk=first.pk).update(final_label=new)
    follow()
    assert returned_because() == "decided_anew"
    assert lead.states()[1:3] == [("new", None)] * 2
    assert lead.queued() == [1, 2, 3]


def test_known_answers_and_audited_batches_stay_with_people() -> None:
    lead = Lead("The film is good")
    make.item(lead.project, data={"text": "the film is good"}, gold=make.POS)
    lead.spread()
    assert lead.members() == ["own"]
    assert lead.queued() == [0, 1]


def test_similar_items_are_told_to_leads_and_a_worker_sees_the_own_answers_alone() -> None:
    lead = Lead(*FILM)
    rules_row(lead.project)
    mine, other = (make.client_for(make.worker(lead.project)) for _ in range(2))
    (lease,) = acting.claim(mine, lead.project)
    path = f"assignments/{lease['id']}/similar/"
    assert mine.get(path)[0] == 404
    (theirs,) = acting.claim(other, lead.project)
    assert acting.submit(other, theirs["id"], make.NEG)[0] == 200
    lead.call("PUT", "", {"shows_own": True})
    assert mine.get(path) == (200, {"results": []})
    assert other.get(path)[0] == 404  # somebody else's
    assert acting.submit(mine, lease["id"], make.POS)[0] == 200
    (second,) = acting.claim(mine, lead.project)
    _, body = mine.get(f"assignments/{second['id']}/similar/")
    (row,) = body["results"]
    assert row == {"preview": FILM[0], "answer": make.POS, "likeness": 1.0}
    item = f"projects/{lead.project.pk}/items/{lead.items[0].pk}/similar/"
    assert mine.get(item)[0] == 403
    status, told = lead.caller.get(item)
    assert (status, told["known"], told["group"]) == (200, True, None)
    (near,) = told["items"]
    assert (near["id"], near["final"]["answer"]) == (lead.items[1].pk, make.NEG)
    assert (near["is_near_duplicate"], near["is_inconsistent"], near["likeness"]) == (
        True,
        True,
        1,
    )
    lead.find()
    _, told = lead.caller.get(item)
    assert told["group"] == {"first": lead.items[0].pk, "state": "found", "items": 3, "shown": 2}
    assert [row["id"] for row in told["items"]] == [lead.items[1].pk, lead.items[2].pk]
