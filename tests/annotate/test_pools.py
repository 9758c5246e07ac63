"""Items that need a qualification go to nobody else, and their pools cost others nothing."""

import json
from typing import Any

import pytest
from django.db import connection

from annotate import models
from annotate.queries.recount import differences
from annotate.services import store_items
from annotate.services.assign import release_expired_leases
from annotate.services.jobs import run_job
from annotate.services.release import build_release
from labeling.formats import WRITERS
from tests import make
from tests.annotate import acting, importing
from tests.annotate.invariants import broken_promises

pytestmark = pytest.mark.django_db


class Place:
    """A project in which each vote settles its item, and its lead."""

    def __init__(self, **policy: Any) -> None:
        self.project = make.project(policy={**make.ONE_VOTE, **policy})
        self.lead = make.client_for(self.project.created_by)

    def bring(self, *needs: list[str], **more: Any) -> None:
        """An item for each; its text names what it needs."""
        items = [{"data": {"text": "+".join(each)}, "needs": each, **more} for each in needs]
        status, body = self.lead.post(f"projects/{self.project.pk}/items/", {"items": items})
        assert (status, body["created"]) == (200, len(needs)), body

    def worker(self, *names: str) -> make.Caller:
        worker = make.worker(self.project)
        path = f"projects/{self.project.pk}/members/{worker.pk}/"
        status, body = self.lead.patch(path, {"qualifications": list(names)})
        assert (status, body["qualifications"]) == (200, sorted(names))
        return make.client_for(worker)

    def work(self, caller: make.Caller) -> list[str]:
        """Judge all that is handed out; answers the texts in their order."""
        done = []
        while leases := acting.claim(caller, self.project):
            done.append(leases[0]["item"]["data"]["text"])
            assert acting.submit(caller, leases[0]["id"], make.POS)[0] == 200
        return done

    def ready(self, caller: make.Caller) -> tuple[int, int]:
        """What the workspace and the home screen say."""
        (row,) = caller.get("home/")[1]["projects"]
        return caller.get(f"projects/{self.project.pk}/work/")[1]["ready"], row["ready"]


def test_an_item_goes_to_who_has_all_that_it_needs() -> None:
    place = Place()
    place.bring([], ["french"], ["law", "french"], ["law"], [])
    plain, french = place.worker(), place.worker("french")
    assert (place.ready(plain), place.ready(french)) == ((2, 2), (3, 3))
    assert place.work(plain) == ["", ""]
    assert place.work(french) == ["french"]
    rows = place.lead.get(f"projects/{place.project.pk}/pools/")[1]["results"]
    shown = {"+".join(row["needs"]): (row["waiting"], row["qualified"]) for row in rows}
    assert shown == {"french": (0, 1), "french+law": (1, 0), "law": (1, 0)}
    both = place.worker("law", "french", "maths")
    assert sorted(place.work(both)) == ["law", "law+french"]
    assert models.Item.objects.exclude(stage="settled").count() == 0
    assert broken_promises() == {}
    assert [found for _, one in differences() for found in one] == []


def test_a_lead_sees_what_an_item_needs() -> None:
    place = Place()
    place.bring(["law", "french"], [])
    items = f"projects/{place.project.pk}/items/"
    rows = place.lead.get(items)[1]["results"]
    shown = [place.lead.get(f"{items}{row['id']}/")[1]["needs"] for row in rows]
    assert sorted(shown) == [[], ["french", "law"]]


def test_what_is_urgent_goes_first_whatever_it_needs() -> None:
    place = Place()
    place.bring(["french"])
    place.bring([], priority=3)
    place.bring(["french", "law"], priority=1)
    assert place.work(place.worker("french", "law")) == ["french+law", "", "french"]


def test_an_item_comes_back_to_its_own_pool() -> None:
    place = Place()
    place.bring(["french"])
    plain, first, second = place.worker(), place.worker("french"), place.worker("french")
    acting.claim(first, place.project)
    acting.end_leases(state="leased")
    assert release_expired_leases() == 1
    assert place.work(plain) == []
    (lease,) = acting.claim(second, place.project)
    body = {"reason": "unclear", "next": False}
    assert second.post(f"assignments/{lease['id']}/skip/", body)[0] == 200
    item = models.Item.objects.get()
    path = f"projects/{place.project.pk}/items/bulk/"
    assert place.lead.post(path, {"action": "prioritise", "items": [item.pk], "band": 2})[0] == 202
    assert place.work(plain) == []
    assert [found for _, one in differences() for found in one] == []
    assert place.work(first) == ["french"]


def test_who_loses_a_qualification_keeps_what_is_held_and_gets_no_more() -> None:
    place = Place()
    place.bring(["french"], ["french"])
    caller = place.worker("french")
    (lease,) = acting.claim(caller, place.project)
    worker = models.Worker.objects.get(user=caller.user)
    path = f"projects/{place.project.pk}/members/{worker.pk}/"
    assert place.lead.patch(path, {"qualifications": []})[0] == 200
    status, body = acting.submit(caller, lease["id"], make.POS)
    assert (status, body["status"]) == (200, "accepted")
    assert acting.claim(caller, place.project) == []
    event = models.Event.objects.filter(kind="member.changed").latest("pk")
    assert event.payload["qualifications"] == []


def test_gold_that_needs_something_measures_nobody_else() -> None:
    place = Place(gold_rate=1.0)
    place.bring(["french"], gold=make.POS)
    place.bring([])
    # Each lease would be gold, if there were any for this worker.
    assert place.work(place.worker()) == [""]
    place.bring([])
    assert place.work(place.worker("french"))[0] == "french"


@pytest.mark.parametrize("needs", ["french", ["French"], ["a b"], [1], ["a"] * 6, [""], {}])
def test_what_is_no_list_of_qualifications_is_refused(needs: Any) -> None:
    place = Place()
    row = {"data": {"text": "x"}, "needs": needs}
    _, body = place.lead.post(f"projects/{place.project.pk}/items/", {"items": [row]})
    (rejected,) = body["rejected"]
    assert (rejected["code"], rejected["path"]) == ("invalid_needs", "/needs")
    assert models.Item.objects.count() == models.Pool.objects.count() == 0


BAD_FILES = {
    "csv": (b"text,needs\na,french|law\nb,French\nc,\n", 3, "/needs"),
    "label_studio": (
        b'[{"data": {"text": "a"}, "needs": ["law", "french"]},\n'
        b'{"data": {"text": "b"}, "needs": "French"},\n{"data": {"text": "c"}, "needs": []}]',
        2,
        "/needs",
    ),
}


@pytest.mark.parametrize("file_format", BAD_FILES)
def test_every_file_says_what_its_items_need(file_format: str) -> None:
    project = make.project()
    content, row, path = BAD_FILES[file_format]
    job = importing.send(project, content, file_format)
    assert job.result == {"created": 2, "existing": 0, "rejected": 1}
    assert needs_by_text(project) == {"a": ["french", "law"], "c": None}
    (rejected,) = models.Rejection.objects.all()
    assert (rejected.row, rejected.code, rejected.path) == (row, "invalid_needs", path)
    assert "Write up to 5 names of small letters" in rejected.message


@pytest.mark.usefixtures("committed")
def test_what_items_need_leaves_with_them_and_comes_in_again() -> None:
    place = Place()
    place.bring([], data={"text": "plain"})
    place.bring(["french"], ["law", "french"])
    place.work(place.worker("french", "law"))
    place.bring(["law"])
    brought = needs_by_text(place.project)
    assert brought == {"plain": None, "french": ["french"], "law+french": ["french", "law"],
                       "law": ["law"]}  # fmt: skip
    for file_format in WRITERS:
        path = f"projects/{place.project.pk}/export/?format={file_format}"
        content = make.content_of(place.lead.raw("GET", path))
        other = make.project()
        job = importing.send(other, content, file_format)
        assert job.result == {"created": 4, "existing": 0, "rejected": 0}
        assert needs_by_text(other) == brought
    releases = f"projects/{place.project.pk}/releases/"
    run_job(place.lead.post(releases, {})[1]["job"]["id"], build_release)
    lines = make.content_of(place.lead.raw("GET", f"{releases}1/files/final_labels.jsonl"))
    needs = [json.loads(line)["needs"] for line in lines.splitlines()]
    assert sorted(needs) == [[], ["french"], ["french", "law"]]


def needs_by_text(project: models.Project) -> dict[str, list[str] | None]:
    rows = models.Item.objects.filter(project=project).values_list("data__text", "pool__needs")
    return dict(rows)


def test_a_project_has_no_more_pools_than_a_claim_can_look_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(store_items, "MOST_POOLS", 2)
    place = Place()
    place.bring(["a"], ["b"], ["a"], [])
    rows = {"items": [{"data": {"text": "x"}, "needs": [name]} for name in ("a", "c")]}
    status, body = place.lead.post(f"projects/{place.project.pk}/items/", rows)
    assert (status, body["code"], body["extra"]) == (409, "too_many_pools", {"most": 2})
    assert (models.Item.objects.count(), models.Pool.objects.count()) == (4, 2)


def test_pools_of_others_are_not_walked_over() -> None:
    """A worker without qualifications reads as much beside a thousand items that need one."""
    place = Place()
    caller = place.worker()
    found = []
    for more in (1, 900):
        place.bring(*[["french"]] * more)
        place.bring([])
        with connection.cursor() as cursor:
            # As within a minute by itself; what the plans of other tests left behind is not asked.
            cursor.execute("ANALYZE annotate_queueentry, annotate_item, annotate_assignment")
        before = rows_read()
        acting.claim(caller, place.project)
        found.append(rows_read() - before)
        place.work(caller)
    assert found[1] <= found[0] + 10


def rows_read() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(idx_tup_fetch) FROM pg_stat_xact_user_tables")
        return int(cursor.fetchone()[0])
