"""Auto-accept through the API: a promise, blind audits, the labels, their lineage, a breach."""

import io
import json
from zipfile import ZipFile

import pytest
import pytest_django
from django.core.management import call_command

from annotate import models
from annotate.documents import in_force
from annotate.queries import acceptance
from annotate.queries.blind_accuracy import blind_accuracy
from annotate.services.count import count_trail
from annotate.services.jobs import run_job
from annotate.services.learn import lessons_of
from annotate.services.list_items import list_new
from annotate.services.release import archive_of, build_release
from tests import make
from tests.annotate import acting
from tests.annotate.accepting import ASKED, Lead, run, version, watch

pytestmark = pytest.mark.usefixtures("committed")


def recount() -> str:
    out = io.StringIO()
    call_command("recount", "--check", stdout=out)
    return out.getvalue()


def accepted_items(lead: Lead) -> list[models.Item]:
    return list(
        models.Item.objects.filter(
            project=lead.project, final_label__source="auto_accept"
        ).select_related("final_label")
    )


def test_of_many_items_the_outlook_is_estimated_from_blocks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lead = Lead(120)
    path = "outlook/?question=tone&target=0.1&risk=0.1"
    exact = lead.call("GET", path)[1]["steps"][0]
    monkeypatch.setattr(acceptance, "MOST_LOOKED_AT", 40)
    monkeypatch.setattr(acceptance, "BLOCKS", 4)
    # Of every second item nobody knows how sure the model is.
    hidden = models.Item.objects.filter(project=lead.project).order_by("pk")[::2]
    models.Prediction.objects.filter(item__in=[item.pk for item in hidden]).delete()
    (step,) = lead.call("GET", path)[1]["steps"]
    assert (exact["items"], exact["is_estimate"]) == (120, False)
    assert (step["items"], step["is_estimate"]) == (60, True)


def test_the_whole_road_from_a_promise_to_labels() -> None:
    lead = Lead(120)
    status, body = lead.call("GET", "outlook/?question=tone&target=0.1&risk=0.1")
    (step,) = body["steps"]
    assert (status, step["items"], step["expected_error"]) == (200, 120, 0.0)
    batch = lead.propose()
    assert (batch["state"], batch["size"], batch["drawn"]) == ("auditing", 120, step["audits"])
    assert lead.call("POST", f"{batch['id']}/accept/")[1]["code"] == "not_proven"
    status, body = lead.call("POST", f"{batch['id']}/look/")
    assert (status, body["code"], body["extra"]["left"]) == (409, "audits_open", batch["drawn"])
    # The audits come first in the queue: nothing else was judged when the last one is.
    assert lead.judge_audits(batch["id"]) == batch["drawn"]
    status, body = lead.call("POST", f"{batch['id']}/look/")
    assert (status, body["verdict"]["errors"], body["verdict"]["is_proven"]) == (200, 0, True)
    assert body["verdict"]["upper"] <= 0.1
    state = lead.accept(batch["id"])
    rest = 120 - batch["drawn"]
    assert state["state"] == "accepted"
    assert state["accepted"] == rest - state["rolling"]["drawn"] == len(accepted_items(lead))
    assert state["rolling"]["drawn"] == 2
    kinds = models.Event.objects.filter(kind__startswith="acceptance.").order_by("pk")
    assert [event.kind for event in kinds] == [
        "acceptance.proposed", "acceptance.looked", "acceptance.begun", "acceptance.done",
    ]  # fmt: skip
    count_trail()
    assert recount().endswith("every counter is what a recount gives\n")
    board = lead.caller.get(f"projects/{lead.project.pk}/board/")[1]
    assert board["settled_by"]["auto_accept"] == state["accepted"]
    assert board["model"]["acceptance"]["compared"] == batch["drawn"]


def test_an_accepted_label_tells_where_it_comes_from(
    settings: pytest_django.Settings, tmp_path: object
) -> None:
    settings.RELEASE_ROOT = tmp_path
    lead = Lead(60)
    batch = lead.prove()
    state = lead.accept(batch)
    item = accepted_items(lead)[0]
    _, told = lead.caller.get(f"items/{item.pk}/why/")
    (accepted,) = told["accepted"]
    assert (told["recomputes"], accepted["recomputes"], told["final"]["source"]) == (
        True, True, "auto_accept",
    )  # fmt: skip
    assert (accepted["acceptance"], accepted["model_version"]) == (batch, 1)
    assert (accepted["confidence"], accepted["errors"]) == (0.97, 0)
    assert (accepted["target"], accepted["risk"]) == (0.1, 0.1)
    status, body = lead.caller.post(f"projects/{lead.project.pk}/releases/", {"note": "x"})
    assert status == 202
    run_job(body["job"]["id"], build_release)
    with ZipFile(archive_of(models.Release.objects.get())) as archive:
        lines = archive.read("final_labels.jsonl").splitlines()
        quality = json.loads(archive.read("quality.json"))
    rows = {row["item"]: row for row in map(json.loads, lines)}
    assert rows[item.pk]["accepted"]["audited"] == state["drawn"]
    assert rows[item.pk]["source"] == "auto_accept"
    assert quality["settled_by"]["auto_accept"] == state["accepted"]
    status, content = lead.caller.get(f"projects/{lead.project.pk}/export/?form=jsonl")
    assert status == 200
    sources = [
        (json.loads(line).get("final") or {}).get("source") for line in content.splitlines()
    ]
    assert sources.count("auto_accept") == state["accepted"]


def test_what_a_model_was_trusted_with_teaches_and_measures_nobody() -> None:
    lead = Lead(60)
    batch = lead.prove()
    state = lead.accept(batch)
    (question,) = in_force(lead.project).schema.questions
    assert len(lessons_of(lead.project, question)) == state["drawn"]
    assert blind_accuracy(lead.project) == {}
    count_trail()
    assert models.WorkerCount.objects.get().compared == state["drawn"]


def test_errors_ask_for_more_audits_and_each_look_is_paid_for() -> None:
    lead = Lead(300)
    batch = lead.propose()
    audits = models.AcceptanceItem.objects.filter(
        acceptance=batch["id"], place__lte=batch["drawn"]
    )
    lead.wrong = {audits[0].item_id}
    lead.judge_audits(batch["id"])
    _, body = lead.call("POST", f"{batch['id']}/look/")
    verdict = body["verdict"]
    assert (verdict["is_proven"], verdict["errors"], verdict["look"]) == (False, 1, 1)
    assert body["drawn"] == batch["drawn"] + verdict["missing"]
    assert lead.call("POST", f"{batch['id']}/accept/")[1]["code"] == "not_proven"
    assert lead.judge_audits(batch["id"]) == verdict["missing"]
    _, body = lead.call("POST", f"{batch['id']}/look/")
    assert (body["verdict"]["is_proven"], body["verdict"]["look"]) == (True, 2)
    assert accepted_items(lead) == []


def test_a_batch_that_was_given_up_is_a_try_that_the_next_one_pays_for() -> None:
    lead = Lead(300)
    first = lead.propose()
    assert lead.call("POST", "", ASKED)[1]["code"] == "acceptance_under_way"
    audits = models.AcceptanceItem.objects.filter(acceptance=first["id"])
    lead.wrong = {audits.get(place=1).item_id}
    lead.judge_audits(first["id"])
    lead.call("POST", f"{first['id']}/look/")
    assert lead.call("POST", f"{first['id']}/cancel/")[1]["state"] == "cancelled"
    second = lead.propose()
    assert second["drawn"] > first["drawn"]
    assert models.Acceptance.objects.get(pk=second["id"]).spent_looks == 1


def test_a_bad_model_is_told_so() -> None:
    lead = Lead(60)
    batch = lead.propose()
    lead.judge_audits(batch["id"], make.NEG)
    verdict = lead.call("POST", f"{batch['id']}/look/")[1]["verdict"]
    assert (verdict["is_proven"], verdict["is_hopeless"]) == (False, True)
    assert lead.call("POST", f"{batch['id']}/accept/")[1]["code"] == "not_proven"


def test_a_newer_model_makes_the_batch_stale() -> None:
    lead = Lead(60)
    batch = lead.prove()
    version(lead.project, 2)
    assert lead.call("GET", f"{batch}/")[1]["stale"] == "model"
    before = acting.counts()
    for what in ("look", "accept"):
        status, body = lead.call("POST", f"{batch}/{what}/")
        assert (status, body["code"]) == (409, "acceptance_stale")
        assert body["extra"] == {"because": "model"}
    assert acting.counts() == before
    assert lead.call("POST", f"{batch}/cancel/")[0] == 200


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"target": 0.0001}, 400, "invalid_input"),
        ({"target": 0.9}, 400, "invalid_input"),
        ({"target": float("1e400")}, 400, None),
        ({"risk": 0}, 400, "invalid_input"),
        ({"rolling_share": 1}, 400, "invalid_input"),
        ({"question": "none"}, 409, "not_for_auto_accept"),
        ({"target": 0.001, "risk": 0.001}, 409, "nothing_sure_enough"),
    ],
)
def test_what_can_not_be_promised_is_refused(
    changed: dict[str, object], status: int, code: str | None
) -> None:
    lead = Lead(20)
    before = acting.counts()
    found, body = lead.call("POST", "", {**ASKED, **changed})
    assert found == status
    assert code in {None, body["code"]}
    assert acting.counts() == before
    assert not models.Acceptance.objects.exists()


def test_questions_that_are_no_choice_and_models_that_learnt_nothing_are_refused() -> None:
    project = make.project(schema=make.BOXES)
    caller = make.client_for(project.created_by)
    path = f"projects/{project.pk}/auto-accept/"
    _, body = caller.post(path, {**ASKED, "question": "roofs"})
    assert (body["code"], body["extra"]) == ("not_for_auto_accept", {"why": "not_a_choice"})
    assert caller.get(path)[1]["questions"][0]["why_not_code"] == "not_a_choice"
    project = make.project()
    caller = make.client_for(project.created_by)
    path = f"projects/{project.pk}/auto-accept/"
    assert caller.post(path, ASKED)[1]["code"] == "no_learned_model"
    assert caller.get(path)[1]["questions"][0]["why_not_code"] == "no_learned_model"
    version(project)
    assert caller.post(path, ASKED)[1]["code"] == "nothing_sure_enough"


def test_a_breach_gives_everything_back_to_people() -> None:
    lead = Lead(200)
    batch = lead.prove(rolling_share=0.1)
    state = lead.accept(batch)
    assert watch() == 0
    rolling = state["rolling"]["drawn"]
    assert rolling >= 10
    lead.judge_audits(batch, make.NEG)
    assert watch() == 1
    state = lead.call("GET", f"{batch}/")[1]
    assert (state["state"], state["job"]["kind"]) == ("reopening", "reopen")
    assert state["rolling"]["evidence"] >= state["rolling"]["breach_at"] == 10.0
    items = accepted_items(lead)
    list_new()
    assert _listed_by(items) == {"by:auto_accept", "label", "sure", "day", "source"}
    run(state["job"]["id"])
    assert lead.call("GET", f"{batch}/")[1]["state"] == "reopened"
    assert accepted_items(lead) == []
    assert models.Event.objects.filter(kind="acceptance.breached").count() == 1
    assert lead.call("POST", "", ASKED)[1]["code"] == "promise_broken"
    _is_back_in_the_hands_of_people(lead, items)


def _listed_by(items: list[models.Item]) -> set[str]:
    """The kinds of facets that these items have; of who decided, the facet itself."""
    facets = models.ItemFacet.objects.filter(item__in=items).values_list("facet", flat=True)
    return {one if one.startswith("by:") else one.partition(":")[0] for one in facets}


def _is_back_in_the_hands_of_people(lead: Lead, items: list[models.Item]) -> None:
    again = models.Item.objects.filter(pk__in=[item.pk for item in items])
    assert set(again.values_list("stage", flat=True)) == {"new"}
    assert models.QueueEntry.objects.filter(item__in=again).count() == len(items)
    assert models.Event.objects.filter(kind="item.reopened").count() == len(items)
    # Lists tell the labels no more: neither those that knew them, nor one that comes late.
    assert _listed_by(items) == {"source"}
    models.ListCursor.objects.update(last_final=0)
    list_new()
    assert _listed_by(items) == {"source"}
    count_trail()
    assert recount().endswith("every counter is what a recount gives\n")
    _, told = lead.caller.get(f"items/{items[0].pk}/why/")
    assert told["accepted"][0]["taken_back_at"] is not None
    assert (told["final"], told["recomputes"]) == (None, True)
    # People settle it as they do any other; the label replaces the one that was taken back.
    while models.Item.objects.get(pk=items[0].pk).stage != "settled":
        acting.judge(make.worker(lead.project), make.NEG)
    final = models.Item.objects.get(pk=items[0].pk).final_label
    assert final is not None
    assert (final.answer, final.replaces) == (make.NEG, items[0].final_label)
    count_trail()
    assert recount().endswith("every counter is what a recount gives\n")


def test_too_much_taken_meanwhile_asks_for_more_audits() -> None:
    lead = Lead(300)
    batch = lead.prove()
    row = models.Acceptance.objects.get(pk=batch)
    rest = models.AcceptanceItem.objects.filter(acceptance=batch, place__gt=row.drawn)
    taken = rest.values_list("item", flat=True)[:100]
    models.Item.objects.filter(pk__in=list(taken)).update(taken=1)
    assert lead.call("POST", f"{batch}/accept/")[1]["code"] == "not_proven"
    _, body = lead.call("POST", f"{batch}/look/")
    assert (body["verdict"]["look"], body["verdict"]["is_proven"]) == (2, False)
    assert body["drawn"] == row.drawn + body["verdict"]["missing"]
