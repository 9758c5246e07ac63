"""Counters against a count of everything, whatever happened and whoever did it at once."""

import json
import threading
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction

from annotate import models
from annotate.queries.agreement import agreement_now
from annotate.services import count, count_agreement
from annotate.services.count import count_trail
from labeling.agreement import krippendorff_alpha, nominal_difference
from labeling.formats.rows import ImportedJudgment
from tests import make
from tests.annotate import acting

pytestmark = pytest.mark.django_db

THREE_VOTES: dict[str, Any] = {"min_overlap": 3, "max_overlap": 3}


def board(project: models.Project) -> Any:
    status, body = make.client_for(project.created_by).get(f"projects/{project.pk}/board/")
    assert status == 200, body
    return body


def units(project: models.Project) -> list[list[str]]:
    """The labels of each item, by a scan."""
    found: dict[int, list[str]] = {}
    for row in models.Judgment.objects.filter(
        project=project, is_surplus=False, replaced_by__isnull=True
    ):
        found.setdefault(row.item_id, []).append(row.answer["tone"])
    return list(found.values())


def alpha_of(project: models.Project) -> float | None:
    alpha = krippendorff_alpha(units(project), nominal_difference)
    return None if alpha is None else float(alpha)


def judged_project(items: int = 6) -> models.Project:
    project = make.project(policy=THREE_VOTES)
    make.items(project, items)
    workers = [make.client_for(make.worker(project)) for _ in range(3)]
    for place, caller in enumerate(workers):
        for number in range(items):
            (lease,) = acting.claim(caller, project)
            answer = make.NEG if number % 3 == 0 or (number + place) % 4 == 0 else make.POS
            assert acting.submit(caller, lease["id"], answer)[0] == 200
    return project


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
    assert found["settled_by"] == {"consensus": settled, "adjudication": 0}
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


def snapshot(project: models.Project) -> Any:
    return (
        sorted(models.AgreementCount.objects.values_list("question", "counts", "figures")),
        sorted(models.KappaCount.objects.values_list("one", "other", "table", "items")),
        sorted(models.WorkerCount.objects.values_list("worker", "compared", "agreed")),
        sorted(models.MinuteCount.objects.values_list("minute", "judgments", "adjudications")),
    )


def counted_from_nothing(project: models.Project) -> Any:
    """What the counters are when all is counted at once, at the end."""
    for kind in (
        models.AgreementCount, models.KappaCount, models.WorkerCount, models.MinuteCount,
        models.AgreementState, models.TrailCursor,
    ):  # fmt: skip
        kind.objects.all().delete()
    count_trail()
    return snapshot(project)


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


# With threads ------------------------------------------------------------------------------------


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
def test_a_lower_id_that_is_committed_later_is_not_passed_over() -> None:
    """A transaction draws an id, another draws a higher one and commits: the count waits."""
    project = make.project(policy=THREE_VOTES)
    make.items(project, 2)
    slow, quick = (make.client_for(make.worker(project)) for _ in range(2))
    (first,) = acting.claim(slow, project)
    (second,) = acting.claim(quick, project)
    drawn, commit = threading.Event(), threading.Event()

    def submit_slowly() -> None:
        with transaction.atomic():
            acting.submit(slow, first["id"], make.POS, submission=str(uuid4()))
            drawn.set()
            commit.wait(timeout=30)

    def count_meanwhile() -> set[int]:
        drawn.wait(timeout=30)
        acting.submit(quick, second["id"], make.NEG)
        threading.Timer(0.3, commit.set).start()
        return count_trail()

    acting.all_well(acting.at_once([submit_slowly, count_meanwhile]))
    count_trail()
    assert models.MinuteCount.objects.get().judgments == 2


@pytest.mark.usefixtures("committed")
def test_a_slow_writer_only_delays_the_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(count, "WAIT", "0.05 seconds")
    project = make.project(policy=THREE_VOTES)
    make.items(project, 2)
    acting.vote(project, make.POS)
    drawn, commit = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE annotate_judgment IN ROW EXCLUSIVE MODE")
            drawn.set()
            commit.wait(timeout=30)

    def count_meanwhile() -> int:
        drawn.wait(timeout=30)
        began = time.monotonic()
        count_trail()
        commit.set()
        assert time.monotonic() - began < 20
        return models.MinuteCount.objects.count()

    assert acting.all_well(acting.at_once([hold, count_meanwhile]))[1] == 0
    count_trail()
    assert models.MinuteCount.objects.get().judgments == 1


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
    assert models.MinuteCount.objects.get().judgments == 9


def test_changes_of_item_counts_become_one_row() -> None:
    project = judged_project(20)
    before = board(project)["items"]
    assert models.ItemCount.objects.count() > count.MOST_CHANGES
    count_trail()
    assert models.ItemCount.objects.count() == 1
    assert board(project)["items"] == before
