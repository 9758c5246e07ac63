"""Counters while many submit and several count, by real threads."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from annotate import models
from annotate.services import count, count_agreement, list_items, store_items
from annotate.services.count import count_trail
from tests import make
from tests.annotate import acting
from tests.annotate.counting import (
    THREE_VOTES,
    alpha_of,
    board,
    counted_from_nothing,
    judged_project,
    judgments_counted,
    snapshot,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def counting(committed: None) -> Iterator[threading.Event]:
    """A thread that counts all the time, as the worker does every few seconds, only faster."""
    stop = threading.Event()
    errors: list[Exception] = []

    def run() -> None:
        try:
            while not stop.is_set():
                count_trail()
        except Exception as error:  # noqa: BLE001 - shown below
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    yield stop
    stop.set()
    for thread in threads:
        thread.join(timeout=60)
    assert errors == []


def test_whoever_submits_at_once_is_counted_once(counting: threading.Event) -> None:
    project = make.project(policy=THREE_VOTES)
    make.items(project, 12)
    callers = [make.client_for(make.worker(project)) for _ in range(6)]

    def work(caller: make.Caller) -> int:
        done = 0
        while leases := acting.claim(caller, project):
            answer = make.POS if hash(leases[0]["id"]) % 3 else make.NEG
            assert acting.submit(caller, leases[0]["id"], answer)[0] == 200
            done += 1
        return done

    def run(caller: make.Caller) -> Any:
        return lambda: work(caller)

    done = acting.all_well(acting.at_once([run(caller) for caller in callers]))
    assert sum(done) == 36
    counting.set()
    while models.TrailCursor.objects.get().last_judgment < latest_judgment():
        count_trail()
    count_trail()
    found = snapshot(project)
    assert board(project)["agreement"]["tone"]["alpha"] == alpha_of(project)
    assert board(project)["agreement"]["tone"]["judgments"] == 36
    assert found == counted_from_nothing(project)


def latest_judgment() -> int:
    return models.Judgment.objects.latest("pk").pk


@pytest.mark.usefixtures("committed")
def test_a_lower_id_that_is_committed_later_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One transaction draws an id, another draws a higher one and commits before it."""
    monkeypatch.setattr(count, "WAIT", "0.05 seconds")
    project = make.project(policy=make.ONE_VOTE)  # each gets an item of the own
    make.items(project, 2)
    slow, quick = (make.client_for(make.worker(project)) for _ in range(2))
    (first,) = acting.claim(slow, project)
    (second,) = acting.claim(quick, project)
    drawn, commit = threading.Event(), threading.Event()

    def submit_slowly() -> int:
        with transaction.atomic():
            acting.submit(slow, first["id"], make.POS)
            drawn.set()
            assert commit.wait(timeout=60)
        return judgments_counted()

    def count_meanwhile() -> int:
        assert drawn.wait(timeout=60)
        acting.submit(quick, second["id"], make.NEG)
        count_trail()
        counted = judgments_counted()
        commit.set()
        return counted

    assert acting.all_well(acting.at_once([submit_slowly, count_meanwhile])) == [0, 0]
    count_trail()
    assert judgments_counted() == 2


@pytest.mark.usefixtures("committed")
def test_a_count_that_is_cut_off_counts_nothing_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    project = judged_project(3)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(count_agreement, "_store", die)
        with pytest.raises(KeyboardInterrupt):
            count_trail()
    count_trail()
    found = snapshot(project)
    assert found == counted_from_nothing(project)
    assert judgments_counted() == 9


def test_items_whose_ids_are_drawn_are_waited_for_by_who_lists(
    committed: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Between the draw and the rows; once passed by, they would be in no list for ever."""
    project = make.project()
    make.item(project)
    go_on = store_items._pools
    monkeypatch.setattr(list_items, "WAIT", "0.2 seconds")

    def listed_meanwhile(*of: Any) -> Any:
        acting.all_well(acting.at_once([list_items.list_new]))
        return go_on(*of)

    monkeypatch.setattr(store_items, "_pools", listed_meanwhile)
    items = make.items(project, 3)
    list_items.list_new()
    assert models.ItemText.objects.filter(item__in=items).count() == 3
