"""Two experts read an item, each without the other; a third or a lead decides when they differ."""

import json
from typing import Any

import pytest

from annotate import models
from annotate.services.count import count_trail
from tests import make
from tests.annotate import acting

pytestmark = pytest.mark.django_db

TWICE: dict[str, Any] = {"experts": {"double_read": 1.0}}


@pytest.fixture
def project() -> models.Project:
    return make.project(policy=TWICE)


def experts_of(project: models.Project, number: int) -> list[make.Caller]:
    return [make.client_for(make.worker(project, "expert")) for _ in range(number)]


def lead_of(project: models.Project) -> make.Caller:
    return make.client_for(project.created_by)


def claim(caller: make.Caller, project: models.Project) -> Any:
    return caller.post(f"projects/{project.pk}/disputes/claim/")[1]["dispute"]


def board(project: models.Project) -> Any:
    count_trail()
    return lead_of(project).get(f"projects/{project.pk}/board/")[1]["experts"]


def test_two_who_agree_make_the_final_label(project: models.Project) -> None:
    item = acting.dispute(project)
    assert models.Event.objects.get(kind="dispute.opened").payload["readings"] == 2
    first, second = experts_of(project, 2)
    claim(first, project)
    assert acting.decide(first, item, make.NEG)[1] == {
        "final": None,
        "outcome": "second",
        "next": None,
    }
    item.refresh_from_db()
    assert (item.stage, item.final_label) == ("disputed", None)
    assert claim(first, project) is None
    assert claim(second, project)["item"] == item.pk
    status, body = acting.decide(second, item, make.NEG)
    assert (status, body["outcome"]) == (200, "decided")
    final = models.FinalLabel.objects.get()
    assert (final.pk, final.answer) == (body["final"], make.NEG)
    assert [told["answer"] for told in final.reason["readings"]] == [make.NEG, make.NEG]
    ceiling = board(project)["ceiling"]["tone"]
    assert (ceiling["items"], ceiling["observed"]) == (1, 1.0)


def test_the_second_sees_nothing_of_the_first(project: models.Project) -> None:
    item = acting.dispute(project)
    first, second = experts_of(project, 2)
    acting.reveal(first, item, make.NEG)
    acting.decide(first, item, make.NEG, reason="a word of the first")
    shown = [claim(second, project), acting.reveal(second, item, make.POS)[1]]
    assert [detail["readings"] for detail in shown] == [[], []]
    assert "a word of the first" not in str(shown)


def test_who_has_read_an_item_does_not_read_it_again(project: models.Project) -> None:
    item = acting.dispute(project)
    first, _ = experts_of(project, 2)
    acting.decide(first, item, make.NEG)
    before = acting.counts()
    path = f"projects/{project.pk}/disputes/"
    for status, body in (
        first.post(f"{path}claim/", {"item": item.pk}),
        acting.decide(first, item, make.NEG),
        acting.reveal(first, item, make.NEG),
    ):
        assert (status, body["code"]) == (409, "read_already")
    assert first.get(path)[1]["results"] == []
    assert acting.counts() == before


def test_a_first_reading_sent_twice_gets_the_same_reply(project: models.Project) -> None:
    item = acting.dispute(project)
    first, second = experts_of(project, 2)
    key = "5b0c1f5e-9d5b-4a66-8a4a-0d8b5ce7a001"
    said = acting.decide(first, item, make.NEG, submission=key)
    acting.decide(second, item, make.NEG)
    before = acting.counts()
    assert acting.decide(first, item, make.NEG, submission=key) == said
    assert acting.counts() == before


def test_a_third_decides_when_two_differ(project: models.Project) -> None:
    item = acting.dispute(project)
    first, second, third = experts_of(project, 3)
    acting.decide(first, item, make.NEG, reason="irony")
    assert acting.decide(second, item, make.POS)[1]["outcome"] == "third"
    assert claim(second, project) is None
    assert claim(third, project)["readings"] == []
    shown = acting.reveal(third, item, make.POS)[1]
    assert [reading["answer"] for reading in shown["readings"]] == [make.NEG, make.POS]
    assert shown["readings"][0]["reason"] == "irony"
    assert acting.decide(third, item, make.POS)[1]["outcome"] == "decided"
    final = models.FinalLabel.objects.get()
    assert [told["answer"] for told in final.reason["readings"]] == [
        make.NEG,
        make.POS,
        make.POS,
    ]
    ceiling = board(project)["ceiling"]["tone"]
    assert (ceiling["items"], ceiling["observed"]) == (1, 0.0)


def test_a_lead_decides_when_two_differ_and_no_third_is_there(project: models.Project) -> None:
    item = acting.dispute(project)
    first, second = experts_of(project, 2)
    acting.decide(first, item, make.NEG)
    assert acting.decide(second, item, make.POS)[1]["outcome"] == "lead"
    (late,) = experts_of(project, 1)
    assert claim(late, project) is None
    status, body = acting.decide(late, item, make.POS)
    assert (status, body["code"]) == (403, "waits_for_lead")
    assert board(project)["waiting_for_lead"] == 1
    lead = lead_of(project)
    assert claim(lead, project)["for_leads"] is True
    assert acting.decide(lead, item, make.POS)[1]["outcome"] == "decided"


def test_who_is_alone_decides_alone() -> None:
    project = make.project(policy=TWICE)
    item = acting.dispute(project)
    assert acting.decide(lead_of(project), item, make.NEG)[1]["outcome"] == "decided"


def test_an_expert_who_judged_the_item_is_no_second_reader(project: models.Project) -> None:
    item = make.item(project)
    turncoat = make.worker(project)
    acting.judge(turncoat, make.POS)
    acting.vote(project, make.NEG, make.POS)
    models.Worker.objects.filter(pk=turncoat.pk).update(role="expert")
    models.Worker.objects.filter(project=project, role="lead").update(is_active=False)
    (first,) = experts_of(project, 1)
    assert acting.decide(first, item, make.NEG)[1]["outcome"] == "decided"


def test_a_share_is_drawn_by_the_item_alone() -> None:
    project = make.project(policy={"experts": {"double_read": 0.0}})
    acting.dispute(project)
    assert models.Dispute.objects.get().wanted == 1


def test_a_rule_may_ask_for_two_experts() -> None:
    rule = {"name": "both", "when": {"votes": {"at_least": 2}}, "then": "second_expert"}
    project = make.project(policy={"prices": {}, "rules": [rule]})
    item = make.item(project)
    acting.vote(project, make.POS, make.POS)
    item.refresh_from_db()
    assert item.stage == "disputed"
    payload = models.Event.objects.get(kind="dispute.opened").payload
    assert (payload["readings"], payload["conflict"]) == (2, ["tone/pos"])
    first, second = experts_of(project, 2)
    assert acting.decide(first, item, make.POS)[1]["outcome"] == "second"
    assert acting.decide(second, item, make.POS)[1]["outcome"] == "decided"
    why = lead_of(project).get(f"items/{item.pk}/why/")[1]
    assert why["recomputes"] is True


def escalate(caller: make.Caller, item: models.Item, reason: str = "beyond me") -> make.Reply:
    path = f"projects/{item.project_id}/disputes/{item.pk}/escalate/"
    return caller.post(path, {"reason": reason, "next": True})


def test_an_unsure_expert_leaves_a_dispute_to_the_leads() -> None:
    project = make.project()
    item, other = acting.dispute(project), acting.dispute(project)
    first, second = experts_of(project, 2)
    claim(first, project)
    status, body = escalate(first, item)
    assert (status, body["next"]["item"]) == (200, other.pk)
    assert claim(second, project) is None
    assert claim(second, project) is None
    lead = lead_of(project)
    shown = claim(lead, project)
    assert (shown["item"], shown["for_leads"], shown["escalation"]) == (item.pk, True, "")
    assert acting.reveal(lead, item, make.POS)[1]["escalation"] == "beyond me"
    assert acting.decide(lead, item, make.POS)[1]["outcome"] == "decided"
    event = models.Event.objects.get(kind="dispute.escalated")
    assert event.payload == {"reason": "beyond me"}


def test_leaving_twice_is_leaving_once() -> None:
    project = make.project()
    item = acting.dispute(project)
    (expert,) = experts_of(project, 1)
    escalate(expert, item)
    before = acting.counts()
    assert escalate(expert, item) == (200, {"next": None})
    assert acting.counts() == before
    assert escalate(expert, item, reason=" ")[0] == 400


def test_an_export_has_both_answers_of_each_expert(project: models.Project) -> None:
    item = acting.dispute(project)
    first, second = experts_of(project, 2)
    acting.reveal(first, item, make.NEG)
    acting.decide(first, item, make.POS)
    acting.decide(second, item, make.POS)
    path = f"projects/{project.pk}/export/?what=adjudications"
    status, content = lead_of(project).get(path)
    rows = [json.loads(line) for line in content.splitlines()]
    assert status == 200
    assert [(row["blind_answer"], row["answer"], row["changed"]) for row in rows] == [
        (make.NEG, make.POS, True),
        (make.POS, make.POS, False),
    ]
    assert {row["item"] for row in rows} == {item.pk}
    assert lead_of(project).get(f"{path}&format=csv")[1]["code"] == "unknown_format"


def test_home_counts_for_an_expert_what_that_expert_may_decide() -> None:
    project = make.project(policy={"experts": {"double_read": 1.0}})
    expert, other = (make.worker(project, "expert") for _ in range(2))
    items = [acting.dispute(project) for _ in range(3)]

    def counted(who: Any) -> int:
        (row,) = make.client_for(who).get("home/")[1]["projects"]
        found: int = row["disputes"]
        return found

    assert counted(expert) == counted(project.created_by) == 3
    assert escalate(make.client_for(expert), items[0])[0] == 200
    assert acting.decide(make.client_for(expert), items[1], make.POS)[1]["outcome"] == "second"
    # One is the leads', one is read: to the other expert only the first of them is closed.
    assert (counted(expert), counted(other), counted(project.created_by)) == (1, 2, 3)
