"""Whatever workers, clock and leads do, in whatever order: the promises hold after every step.

One thread. What only happens between two is for `test_races`, and what only happens in a crash for
`bench/torture.py`.
"""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.db.models.functions import Now
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from annotate import models
from annotate.services.assign import MOST_LEASES, release_expired_leases
from tests import make
from tests.annotate import acting
from tests.annotate.invariants import broken_promises, drain

pytestmark = pytest.mark.django_db

WORKERS = 4
ANSWERS = st.sampled_from([make.POS, make.NEG])
# Enough that every item can be settled by somebody, whoever has skipped it.
FRESH = 6
POLICIES = (
    {"min_overlap": 1, "max_overlap": 1},
    {"min_overlap": 2, "max_overlap": 3},
    {"min_overlap": 3, "max_overlap": 5, "dispute": {"on": "disagreement"}},
)


class Work(RuleBasedStateMachine):
    """`leases` are (worker, assignment); `given` are (worker, assignment, body sent, reply)."""

    leases: Bundle[tuple[int, str]] = Bundle("leases")
    given: Bundle[tuple[int, str, dict[str, Any], dict[str, Any]]] = Bundle("given")

    def __init__(self) -> None:
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()
        self.acknowledged: dict[str, int] = {}

    @initialize(policy=st.sampled_from(POLICIES), items=st.integers(1, 4))
    def open_project(self, policy: dict[str, Any], items: int) -> None:
        self.project = make.project(policy=policy)
        make.items(self.project, items)
        self.workers = [make.worker(self.project) for _ in range(WORKERS)]
        self.callers = [make.client_for(worker) for worker in self.workers]
        self.expert = make.worker(self.project, "expert")
        self.desk = make.client_for(self.expert)
        self.skipped: set[str] = set()

    @rule(target=leases, worker=st.integers(0, WORKERS - 1), count=st.integers(1, 3))
    def claim(self, worker: int, count: int) -> Any:
        held = acting.claim(self.callers[worker], self.project, count)
        assert len(held) <= MOST_LEASES
        return multiple(*((worker, lease["id"]) for lease in held))

    @rule(target=given, lease=leases, answer=ANSWERS)
    def submit(self, lease: tuple[int, str], answer: dict[str, Any]) -> Any:
        worker, assignment = lease
        body = {"submission_id": str(uuid4()), "answer": answer, "next": False}
        status, reply = self._send(worker, assignment, body)
        if assignment in self.skipped:
            assert (status, reply["code"]) == (409, "assignment_closed")
            return multiple()
        if status == 409:  # an answer of before; its item was decided meanwhile
            assert reply["code"] == "already_decided"
            assert models.Judgment.objects.filter(assignment_id=UUID(assignment)).exists()
            return multiple()
        assert status == 200, reply
        self.acknowledged[str(body["submission_id"])] = reply["judgment"]
        return (worker, assignment, body, reply)

    @rule(given=given)
    def send_again(self, given: tuple[int, str, dict[str, Any], dict[str, Any]]) -> None:
        worker, assignment, body, reply = given
        assert self._send(worker, assignment, body) == (200, reply)

    @rule(given=given, answer=st.just({"tone": "neither"}))
    def send_nonsense(
        self, given: tuple[int, str, dict[str, Any], dict[str, Any]], answer: dict[str, Any]
    ) -> None:
        worker, assignment, body, _ = given
        fresh = {**body, "submission_id": str(uuid4()), "answer": answer}
        status, reply = self._send(worker, assignment, fresh)
        assert (status, reply["code"]) == (400, "invalid_answer")

    @rule(given=given, stranger=st.integers(0, WORKERS - 1))
    def send_for_somebody_else(
        self, given: tuple[int, str, dict[str, Any], dict[str, Any]], stranger: int
    ) -> None:
        worker, assignment, body, _ = given
        if stranger != worker:
            assert self._send(stranger, assignment, body)[0] == 404

    @rule(lease=consumes(leases))
    def skip(self, lease: tuple[int, str]) -> None:
        worker, assignment = lease
        body = {"reason": "unclear", "next": False}
        status, _ = self.callers[worker].post(f"assignments/{assignment}/skip/", body)
        if status == 200:
            self.skipped.add(assignment)

    @rule(lease=leases)
    def keep(self, lease: tuple[int, str]) -> None:
        worker, assignment = lease
        status, _ = self.callers[worker].post(f"assignments/{assignment}/heartbeat/")
        live = models.Assignment.objects.filter(
            pk=assignment, state="leased", expires_at__gt=Now()
        )
        assert (status == 200) == live.exists()

    @rule(lease=leases)
    def let_it_run_out(self, lease: tuple[int, str]) -> None:
        acting.end_leases(pk=lease[1], state="leased")

    @rule()
    def reap(self) -> None:
        release_expired_leases()

    @rule(answer=ANSWERS)
    def adjudicate(self, answer: dict[str, Any]) -> None:
        dispute = self.desk.post(f"projects/{self.project.pk}/disputes/claim/")[1]["dispute"]
        if dispute is not None:
            item = models.Item.objects.get(pk=dispute["item"])
            assert acting.decide(self.desk, item, answer)[0] == 200

    @rule(policy=st.sampled_from(POLICIES))
    def change_the_policy(self, policy: dict[str, Any]) -> None:
        lead = make.client_for(self.project.created_by)
        status, reply = lead.put(f"projects/{self.project.pk}/policy/", policy)
        assert status == 200, reply

    @rule(items=st.integers(1, 2))
    def bring_more_items(self, items: int) -> None:
        make.items(self.project, items)

    @invariant()
    def the_promises_hold(self) -> None:
        assert broken_promises() == {}
        stored = models.Judgment.objects.values_list("submission_id", "pk")
        assert {str(submission): pk for submission, pk in stored} == self.acknowledged

    def teardown(self) -> None:
        """Liveness: with enough fresh workers everything can be decided."""
        try:
            if self.acknowledged:
                self.project.refresh_from_db()
                drain(self.project, [make.worker(self.project) for _ in range(FRESH)], self.expert)
        finally:
            transaction.set_rollback(True)
            self.example.__exit__(None, None, None)

    def _send(self, worker: int, assignment: str, body: dict[str, Any]) -> make.Reply:
        return self.callers[worker].post(f"assignments/{assignment}/submit/", body)


def test_the_promises_hold_whatever_is_done_in_whatever_order() -> None:
    run_state_machine_as_test(
        Work,
        settings=settings(
            derandomize=True,
            deadline=None,
            database=None,
            max_examples=25,
            stateful_step_count=25,
            # To shrink a failure takes minutes, and its steps are printed all the same.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
