"""Known answers among the work: who gets which, that nobody can tell, and nothing is moved."""

from functools import partial
from typing import Any

import pytest
from django.db import connection

from annotate import models
from annotate.services.assign import release_expired_leases
from tests import make
from tests.annotate import acting
from tests.annotate.invariants import broken_promises, drain
from tests.annotate.test_blindness import Listener, shape_of

pytestmark = pytest.mark.django_db

ALWAYS: dict[str, Any] = {"gold_rate": 1.0}


def decided_gold(
    project: models.Project, number: int = 1, *, known: Any = make.POS
) -> list[models.Item]:
    """Gold items that two workers have settled as positive."""
    items = make.items(project, number, gold=known)
    pair = [make.worker(project), make.worker(project)]
    for _ in range(number):
        for worker in pair:
            acting.judge(worker, make.POS)
    for item in items:
        item.refresh_from_db()
        assert item.stage == "settled"
    return items


def counters(item: models.Item) -> tuple[int, int, int, str]:
    item.refresh_from_db()
    return (item.overlap, item.taken, item.judged, item.stage)


def test_a_decided_gold_item_is_handed_out_beside_the_way() -> None:
    project = make.project(policy=ALWAYS)
    (item,) = decided_gold(project)
    make.items(project, 3)
    before = counters(item)
    worker = make.worker(project)
    judgment = acting.judge(worker, make.NEG)
    assert (judgment.item_id, judgment.is_surplus) == (item.pk, True)
    assert judgment.assignment.purpose == "gold"
    assert counters(item) == before
    worker.refresh_from_db()
    assert worker.judged_count == 1
    assert models.FinalLabel.objects.filter(item=item).count() == 1
    assert broken_promises() == {}


def test_a_gold_item_that_still_wants_votes_goes_the_way_of_every_item_before_its_turn() -> None:
    project = make.project(policy=ALWAYS)
    make.items(project, 3)
    item = make.item(project, gold=make.POS)
    judgment = acting.judge(make.worker(project), make.NEG)
    assert (judgment.item_id, judgment.is_surplus) == (item.pk, False)
    assert counters(item) == (2, 1, 1, "open")
    assert broken_promises() == {}


def test_without_a_rate_no_gold_is_planted() -> None:
    project = make.project()
    decided_gold(project)
    plain = make.item(project)
    assert acting.judge(make.worker(project), make.POS).item_id == plain.pk
    assert not models.Footing.objects.exists()


def test_no_gold_comes_twice_and_then_the_queue_goes_on() -> None:
    project = make.project(policy=ALWAYS)
    gold = {item.pk for item in decided_gold(project, 4)}
    plain = {item.pk for item in make.items(project, 3)}
    worker = make.worker(project)
    seen = [acting.judge(worker, make.POS).item_id for _ in range(7)]
    assert set(seen[:4]) == gold
    assert set(seen[4:]) == plain


def test_who_has_seen_everything_is_sent_no_gold_instead() -> None:
    project = make.project(policy=ALWAYS)
    decided_gold(project, 3)
    caller = make.client_for(make.worker(project))
    assert acting.claim(caller, project, 5) == []


def test_the_least_used_gold_goes_first() -> None:
    project = make.project(policy=ALWAYS)
    items = decided_gold(project, 2)
    # Those who settled them were sent them as gold, too.
    models.GoldLabel.objects.filter(item=items[0]).update(planted=9)
    make.item(project)
    assert acting.judge(make.worker(project), make.POS).item_id == items[1].pk


def draws(salt: str, worker: int, number: int) -> list[float]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT gold_draw(%s, %s, n) FROM generate_series(1, %s) n", [salt, worker, number]
        )
        return [row[0] for row in cursor.fetchall()]


def test_a_draw_hangs_on_the_secret_the_worker_and_the_number_of_the_lease_alone() -> None:
    once = draws("secret", 7, 4000)
    assert once == draws("secret", 7, 4000)
    assert once != draws("other", 7, 4000)
    assert once != draws("secret", 8, 4000)
    assert 0.0 <= min(once) < max(once) < 1.0
    assert abs(sum(draw < 0.1 for draw in once) / 4000 - 0.1) < 0.02


def test_claiming_again_changes_nothing_and_skipping_goes_on_to_the_next_draw() -> None:
    project = make.project(policy={"gold_rate": 0.5})
    decided_gold(project, 12)
    make.items(project, 40)
    worker = make.worker(project)
    caller = make.client_for(worker)
    purposes = []
    for _ in range(12):
        (lease,) = acting.claim(caller, project)
        assert acting.claim(caller, project) == [lease]
        purposes.append(models.Assignment.objects.get(pk=lease["id"]).purpose)
        skip = {"reason": "unclear", "next": False}
        assert caller.post(f"assignments/{lease['id']}/skip/", skip)[0] == 200
    assert models.Footing.objects.get(worker=worker).handed == 12
    assert set(purposes) == {"gold", "judge"}
    assert broken_promises() == {}


def everything(caller: make.Caller, project: models.Project) -> list[Any]:
    """All that is answered from a claim to the second correction, as shapes."""
    base = f"projects/{project.pk}/"
    (lease,) = acting.claim(caller, project)
    path = f"assignments/{lease['id']}/"
    return [
        (200, lease),
        caller.post(path + "heartbeat/"),
        acting.submit(caller, lease["id"], {"tone": "?"}),
        acting.submit(caller, lease["id"], make.POS, submission=SUBMISSION),
        acting.submit(caller, lease["id"], make.POS, submission=SUBMISSION),
        acting.submit(caller, lease["id"], make.NEG),
        caller.get(base + "work/"),
        caller.get("home/"),
        caller.get(base + "record/"),
    ]


SUBMISSION = "5b0c1f5e-9d5b-4a66-8a4a-0d8b5ce7a001"


def test_planted_gold_is_answered_like_any_other_item_from_the_claim_to_the_correction() -> None:
    found = []
    for gold in (None, make.POS):
        project = make.project(policy={**ALWAYS, "min_overlap": 3})
        decided = make.item(project, gold=gold, data={"text": "the same"})
        acting.vote(project, make.POS, make.POS, make.POS)
        if gold is not None:
            open_for_an_hour(decided)
        make.items(project, 2, data={"text": "the same"})
        caller = Listener(make.worker(project).user)
        replies = everything(caller, project)
        assert "gold" not in caller.heard.decode().replace('"gold_rate"', "")
        (status,) = {reply[1]["status"] for reply in replies[3:6]}
        found.append((status, shape_of([list(reply) for reply in replies]), replies[3][1]["next"]))
        assert replies[6][1]["recent"][0]["open"] is True
    assert models.Assignment.objects.filter(purpose="gold").count() == 1
    assert found[0] == found[1]


def rewrite(statement: str, *values: Any) -> None:
    """Change judgments, which a trigger keeps from being changed."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE annotate_judgment DISABLE TRIGGER judgments_are_append_only")
        cursor.execute(statement, values)
        cursor.execute("ALTER TABLE annotate_judgment ENABLE TRIGGER judgments_are_append_only")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def open_for_an_hour(item: models.Item) -> None:
    """As if its votes had come an hour before it was settled."""
    rewrite(
        "UPDATE annotate_judgment SET created_at = created_at - interval '1 hour' "
        "WHERE item_id = %s",
        item.pk,
    )


def test_an_answer_to_gold_closes_as_a_vote_on_the_item_did() -> None:
    project = make.project(policy=ALWAYS)
    (item,) = decided_gold(project)
    open_for_an_hour(item)
    make.item(project)
    caller = make.client_for(make.worker(project))
    (lease,) = acting.claim(caller, project)
    assert 3600 <= models.Planting.objects.get().stays_open.total_seconds() < 3700
    assert acting.submit(caller, lease["id"], make.POS)[0] == 200
    assert acting.submit(caller, lease["id"], make.NEG)[0] == 200
    rewrite(
        "UPDATE annotate_judgment SET created_at = created_at - interval '2 hours' "
        "WHERE assignment_id = %s",
        lease["id"],
    )
    status, body = acting.submit(caller, lease["id"], make.POS)
    assert (status, body["code"]) == (409, "already_decided")
    assert caller.get(f"projects/{project.pk}/work/")[1]["recent"][0]["open"] is False


def test_skipped_and_expired_gold_leaves_its_item_alone() -> None:
    project = make.project(policy=ALWAYS)
    items = decided_gold(project, 2)
    make.items(project, 3)
    before = [counters(item) for item in items]
    caller = make.client_for(make.worker(project))
    leases = acting.claim(caller, project, 2)
    assert models.Assignment.objects.filter(purpose="gold", state="leased").count() == 2
    assert caller.post(f"assignments/{leases[0]['id']}/skip/", {"reason": "unclear"})[0] == 200
    acting.end_leases(pk=leases[1]["id"])
    release_expired_leases()
    assert [counters(item) for item in items] == before
    assert models.QueueEntry.objects.filter(item__in=items).count() == 0
    # A late answer is taken as any late answer is.
    status, body = acting.submit(caller, leases[1]["id"], make.POS)
    assert (status, body["status"]) == (200, "accepted")
    assert [counters(item) for item in items] == before
    assert broken_promises() == {}


def test_how_many_wait_is_rounded_so_that_gold_cannot_be_counted_out() -> None:
    for policy, shown in ((None, 23), (ALWAYS, 30)):
        project = make.project(policy=policy)
        make.items(project, 23)
        caller = make.client_for(make.worker(project))
        assert caller.get(f"projects/{project.pk}/work/")[1]["ready"] == shown
        (row,) = caller.get("home/")[1]["projects"]
        assert row["ready"] == shown


@pytest.mark.threads
@pytest.mark.usefixtures("committed")
def test_many_tabs_of_one_worker_get_no_gold_twice() -> None:
    project = make.project(policy=ALWAYS)
    decided_gold(project, 8)
    make.items(project, 8)
    caller = make.client_for(make.worker(project))
    for _ in range(3):
        replies = acting.all_well(acting.at_once([partial(acting.claim, caller, project, 3)] * 6))
        assert all(reply == replies[0] for reply in replies)
        for lease in replies[0]:
            assert acting.submit(caller, lease["id"], make.POS)[0] == 200
    mine = models.Judgment.objects.filter(worker__user=caller.user)
    assert mine.values("item").distinct().count() == mine.count() == 9
    planted = sum(models.GoldLabel.objects.values_list("planted", flat=True))
    assert planted == 16 + 8  # the pair that settled them was sent each as gold, too
    assert broken_promises() == {}


@pytest.mark.threads
@pytest.mark.usefixtures("committed")
def test_a_crowd_at_once_with_gold_overfills_nothing_and_decides_everything() -> None:
    project = make.project(policy={"gold_rate": 0.4})
    make.items(project, 6, gold=make.POS)
    make.items(project, 12)
    workers = [make.worker(project) for _ in range(6)]

    def work(worker: models.Worker) -> int:
        caller, judged = make.client_for(worker), 0
        while leases := acting.claim(caller, project, 2):
            for lease in leases:
                status, body = acting.submit(caller, lease["id"], make.POS)
                assert (status, body["status"]) == (200, "accepted")
                judged += 1
        return judged

    done = acting.all_well(acting.at_once([partial(work, worker) for worker in workers]))
    assert sum(done) == models.Judgment.objects.count()
    assert models.Judgment.objects.filter(is_surplus=True).exists()
    assert broken_promises() == {}
    drain(project, workers, make.worker(project, "expert"))
