"""Many at once, in real threads on PostgreSQL. Whatever the order, the promises hold."""

import random
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError, connection

from annotate import models
from annotate.services.assign import MOST_LEASES, release_expired_leases
from annotate.services.intake import take_items
from labeling.formats.rows import ItemRow
from tests import make
from tests.annotate import acting
from tests.annotate.invariants import broken_promises, drain

pytestmark = [pytest.mark.threads, pytest.mark.usefixtures("committed")]
ANSWERS = (make.POS, make.POS, make.NEG)


def work(caller: make.Caller, project: models.Project, seed: int) -> int:
    """Claim and judge until nothing is offered; how many were judged."""
    dice = random.Random(seed)  # noqa: S311 - reproducible, not secret
    judged = 0
    while leases := acting.claim(caller, project, dice.randint(1, 3)):
        for lease in leases:
            status, body = acting.submit(caller, lease["id"], dice.choice(ANSWERS))
            assert (status, body["status"]) == (200, "accepted")
            judged += 1
    return judged


def test_a_crowd_working_at_once_decides_every_item_and_overfills_none() -> None:
    project = make.project()
    make.items(project, 20)
    workers = [make.worker(project) for _ in range(8)]
    callers = [make.client_for(worker) for worker in workers]
    done = acting.all_well(
        acting.at_once([partial(work, caller, project, n) for n, caller in enumerate(callers)])
    )
    assert broken_promises() == {}
    assert sum(done) == models.Judgment.objects.count()
    assert models.Item.objects.filter(judged__gt=3).count() == 0
    drain(project, workers, make.worker(project, "expert"))


def test_claims_at_once_take_each_slot_once() -> None:
    project = make.project(policy={"min_overlap": 3, "max_overlap": 3})
    make.items(project, 4)
    callers = [make.client_for(make.worker(project)) for _ in range(8)]
    leases = acting.all_well(
        acting.at_once([partial(acting.claim, caller, project, 5) for caller in callers])
    )
    assert broken_promises() == {}
    held = sum(map(len, leases))
    assert held == models.Assignment.objects.count() <= 12
    # Who found every row locked by others comes again; then no slot is left over.
    more = sum(len(acting.claim(caller, project, 5)) for caller in callers)
    assert more == models.Assignment.objects.count() == 12
    assert set(models.Item.objects.values_list("taken", flat=True)) == {3}


def test_one_worker_in_many_tabs_gets_the_same_leases_in_each() -> None:
    project = make.project(policy={"min_overlap": 3, "max_overlap": 3})
    make.items(project, 12)
    caller = make.client_for(make.worker(project))
    replies = acting.all_well(
        acting.at_once([partial(acting.claim, caller, project, MOST_LEASES)] * 10)
    )
    assert all(reply == replies[0] for reply in replies)
    assert models.Assignment.objects.count() == MOST_LEASES
    assert models.Item.objects.filter(taken=1).count() == MOST_LEASES
    assert broken_promises() == {}


def test_twenty_copies_of_a_submit_are_one_judgment_and_twenty_equal_replies() -> None:
    project = make.project()
    make.items(project, 3)
    caller = make.client_for(make.worker(project))
    (lease,) = acting.claim(caller, project)
    once = partial(
        acting.submit, caller, lease["id"], make.POS, submission=str(uuid4()), next=True
    )
    replies = acting.all_well(acting.at_once([once] * 20))
    assert [status for status, _ in replies] == [200] * 20
    assert all(body == replies[0][1] for _, body in replies)
    assert models.Judgment.objects.count() == 1
    assert models.Assignment.objects.count() == 2
    assert broken_promises() == {}


def test_twenty_first_answers_to_one_assignment_are_one_vote() -> None:
    project = make.project()
    make.item(project)
    caller = make.client_for(make.worker(project))
    (lease,) = acting.claim(caller, project)
    replies = acting.all_well(
        acting.at_once([partial(acting.submit, caller, lease["id"], make.POS)] * 20)
    )
    assert [status for status, _ in replies] == [200] * 20
    # The first is the judgment, each later one corrects the one before it.
    assert models.Judgment.objects.filter(replaces=None).count() == 1
    assert models.Judgment.objects.filter(replaced_by=None).count() == 1
    assert models.Item.objects.get().judged == 1
    assert broken_promises() == {}


def test_one_submission_id_for_two_items_at_once_is_taken_for_one() -> None:
    project = make.project()
    make.items(project, 2)
    caller = make.client_for(make.worker(project))
    leases = acting.claim(caller, project, 2)
    key = str(uuid4())
    replies = acting.all_well(
        acting.at_once(
            [partial(acting.submit, caller, x["id"], make.POS, submission=key) for x in leases]
        )
    )
    assert sorted(status for status, _ in replies) == [200, 409]
    assert models.Judgment.objects.count() == 1
    assert broken_promises() == {}


def test_one_worker_answering_five_items_at_once_is_counted_five_times() -> None:
    project = make.project()
    make.items(project, 5)
    caller = make.client_for(make.worker(project))
    leases = acting.claim(caller, project, 5)
    replies = acting.all_well(
        acting.at_once([partial(acting.submit, caller, x["id"], make.POS) for x in leases])
    )
    assert sorted(body["judged_by_me"] for _, body in replies) == [1, 2, 3, 4, 5]
    assert broken_promises() == {}


def test_two_last_votes_at_once_make_one_final_label() -> None:
    project = make.project()
    make.items(project, 4)
    first, second = (make.client_for(make.worker(project)) for _ in range(2))
    votes = [
        partial(acting.submit, caller, lease["id"], make.POS)
        for caller in (first, second)
        for lease in acting.claim(caller, project, 4)
    ]
    acting.all_well(acting.at_once(votes))
    assert models.Item.objects.filter(stage="settled", judged=2).count() == 4
    assert models.FinalLabel.objects.count() == 4
    assert broken_promises() == {}


def test_the_reaper_and_late_answers_at_once_lose_no_answer_and_no_slot() -> None:
    project = make.project()
    make.items(project, 5)
    workers = [make.worker(project) for _ in range(2)]
    callers = [make.client_for(worker) for worker in workers]
    late: list[Callable[[], Any]] = [
        partial(acting.submit, caller, lease["id"], make.POS)
        for caller in callers
        for lease in acting.claim(caller, project, 5)
    ]
    acting.end_leases()
    reapers: list[Callable[[], Any]] = [release_expired_leases] * 3
    done = acting.all_well(acting.at_once([*late, *reapers]))
    replies, freed = done[:10], done[10:]
    assert {(status, body["status"]) for status, body in replies} == {(200, "accepted")}
    assert 0 <= sum(freed) <= 10
    assert broken_promises() == {}
    assert models.Item.objects.filter(stage="settled").count() == 5


def test_claims_during_imports_miss_nothing_and_imports_double_nothing() -> None:
    project = make.project(policy=make.ONE_VOTE)
    rows = [
        ItemRow(
            number=n,
            external_id=f"x{n}",
            data={"text": "t"},
            metadata={},
            gold=None,
            priority=n % 3,
        )
        for n in range(40)
    ]
    source = make.source(project)
    imports: list[Callable[[], Any]] = [
        partial(take_items, project=project, source=source, rows=rows[n : n + 20])
        for n in (0, 10, 20)
    ]
    workers = [make.worker(project) for _ in range(4)]
    crowd: list[Callable[[], Any]] = [
        partial(work, make.client_for(worker), project, n) for n, worker in enumerate(workers)
    ]
    done = acting.all_well(acting.at_once([*imports, *crowd]))
    assert sum(intake.created for intake in done[:3]) == 40
    assert models.Item.objects.count() == 40
    assert broken_promises() == {}
    drain(project, workers, make.worker(project, "expert"))


def test_skips_and_claims_at_once_never_bring_an_item_back() -> None:
    project = make.project()
    make.items(project, 4)
    workers = [make.worker(project) for _ in range(6)]
    callers = [make.client_for(worker) for worker in workers]

    def skip_all(caller: make.Caller) -> int:
        skipped = 0
        while leases := acting.claim(caller, project):
            path = f"assignments/{leases[0]['id']}/skip/"
            assert caller.post(path, {"reason": "unclear"})[0] == 200
            skipped += 1
        return skipped

    done = acting.all_well(acting.at_once([partial(skip_all, caller) for caller in callers[:3]]))
    assert all(skipped <= 4 for skipped in done)
    assert broken_promises() == {}
    drain(project, workers[3:], make.worker(project, "expert"))


def test_a_policy_or_guideline_that_changes_under_way_costs_no_answer() -> None:
    project = make.project()
    make.items(project, 10)
    workers = [make.worker(project) for _ in range(5)]
    lead = make.client_for(project.created_by)

    def change_rules() -> None:
        for overlap in (1, 3, 2):
            policy = {"min_overlap": overlap, "max_overlap": 3}
            assert lead.put(f"projects/{project.pk}/policy/", policy)[0] == 200
            body = {"schema": make.CHOICE, "text": f"{overlap}"}
            assert lead.post(f"projects/{project.pk}/guidelines/", body)[0] == 201

    crowd: list[Callable[[], Any]] = [
        partial(work_patiently, make.client_for(worker), project) for worker in workers
    ]
    acting.all_well(acting.at_once([change_rules, *crowd]))
    assert broken_promises() == {}
    drain(project, workers, make.worker(project, "expert"))


def work_patiently(caller: make.Caller, project: models.Project) -> None:
    while leases := acting.claim(caller, project):
        assert acting.submit(caller, leases[0]["id"], make.POS)[0] == 200


def test_a_claim_does_not_wait_for_an_item_that_somebody_else_has_locked() -> None:
    project = make.project()
    locked, free = make.items(project, 2)
    caller = make.client_for(make.worker(project))
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT FROM annotate_item WHERE id = %s FOR UPDATE", [locked.pk])
        try:
            (result,) = acting.at_once([partial(acting.claim, caller, project)])
        finally:
            cursor.execute("ROLLBACK")
    assert not isinstance(result, OperationalError)
    assert models.Assignment.objects.get().item_id == free.pk
