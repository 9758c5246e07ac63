"""An account that works faster than people can is slowed down, and nobody else."""

from typing import Any
from uuid import uuid4

import pytest

from annotate import models
from annotate.api import pace
from annotate.api.pace import WINDOW_SECONDS, Pace
from tests import make
from tests.annotate import acting


def test_so_many_at_once_and_then_as_many_as_come_again() -> None:
    found = Pace()
    assert [found.spend(1, most=600, now=5.0) for _ in range(600)] == [0.0] * 600
    assert found.spend(1, most=600, now=5.0) == pytest.approx(1.0)
    # What was refused does not count, and others have their own.
    assert found.spend(1, most=600, now=5.5) == pytest.approx(0.5)
    assert found.spend(2, most=600, now=5.5) == 0.0
    assert found.spend(1, most=600, now=6.01) == 0.0
    later = 6.01 + WINDOW_SECONDS
    assert [found.spend(1, most=600, now=later) for _ in range(600)] == [0.0] * 600


def test_one_a_second_is_never_too_fast() -> None:
    found = Pace()
    assert {found.spend(1, most=600, now=float(second)) for second in range(5000)} == {0.0}


def test_accounts_that_rest_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "MOST_KEPT", 100)
    found = Pace()
    for user in range(1000):
        assert found.spend(user, most=600, now=float(user * 2)) == 0.0
    assert len(found._clear_at) <= 100


@pytest.mark.django_db
def test_a_script_is_told_to_wait_and_loses_nothing(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WORK_RATE = 4
    monkeypatch.setattr(pace, "_PACE", Pace())
    project = make.project()
    make.items(project, 6)
    caller, other = (make.client_for(make.worker(project)) for _ in range(2))
    first, second, third, fourth = acting.claim(caller, project, 4)
    assert acting.submit(caller, first["id"], make.POS)[0] == 200
    assert acting.submit(caller, second["id"], make.POS)[0] == 200
    path = f"assignments/{third['id']}/skip/"
    assert caller.post(path, {"reason": "other", "next": False})[0] == 200
    body = {"submission_id": str(uuid4()), "answer": make.POS, "next": False}
    for where, sent in (
        (f"assignments/{fourth['id']}/submit/", body),
        (f"assignments/{fourth['id']}/skip/", {"reason": "other"}),
        (f"projects/{project.pk}/claim/", {}),
    ):
        status, told = caller.post(where, sent)
        assert (status, told["code"], told["extra"]) == (
            429,
            "too_many_requests",
            {"retry_after": 150},
        )
    assert models.Judgment.objects.count() == 2
    assert len(acting.claim(other, project, 1)) == 1
    settings.WORK_RATE = 0
    assert caller.post(f"assignments/{fourth['id']}/submit/", body)[0] == 200
