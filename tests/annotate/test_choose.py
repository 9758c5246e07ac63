"""What is labelled next: a model orders the open items; chance and people keep their say."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import pytest_django
from django.db import connection

from annotate import models
from annotate.encoder import runtime
from annotate.jobs.tasks import run_prelabel, run_teach
from annotate.queries.blind_accuracy import blind_accuracy
from annotate.queries.pool import FRONT_BANDS
from annotate.services import bring_forward, choose, jobs
from annotate.services.jobs import cancel_job, run_job
from annotate.services.learn import start_due_lessons
from annotate.services.projects import change_policy
from annotate.services.start_choices import start_due_choices
from tests import make
from tests.annotate import acting
from tests.annotate.test_models import ENOUGH, settled

pytestmark = pytest.mark.django_db

BY_MODEL: dict[str, Any] = {**make.ONE_VOTE, "model": {"order": "model", "blind_share": 0.2}}


@pytest.fixture(autouse=True)
def encoder(settings: pytest_django.Settings) -> Iterator[None]:
    settings.ENCODER_LOADER = "tests.annotate.encoders.fake"
    runtime.cache_clear()
    yield
    runtime().close()
    runtime.cache_clear()


def choosing(number: int = 40, policy: dict[str, Any] = BY_MODEL) -> models.Project:
    """A project of texts that lean to either side, and of which the model has spoken."""
    project = make.project(policy=policy)
    words = ("good", "happy", "bad", "sad", "good bad", "neither")
    for place in range(number):
        make.item(project, data={"text": f"{words[place % len(words)]} {place}"})
    (waiting,) = models.Job.objects.filter(project=project, kind="prelabel")
    run_prelabel(job_id=waiting.pk)
    return project


def run() -> models.Job:
    """Choose, once the model has spoken of all that came in."""
    for waiting in models.Job.objects.filter(kind="prelabel", state="queued"):
        run_prelabel(job_id=waiting.pk)
    (job,) = start_due_choices()
    run_job(job.pk, choose.choose_items)
    return models.Job.objects.get(pk=job.pk)


def queue(project: models.Project) -> list[int]:
    entries = models.QueueEntry.objects.filter(project=project, tier="crowd")
    return list(entries.order_by("band", "position").values_list("item_id", flat=True))


def chosen(project: models.Project) -> list[models.ChosenItem]:
    return list(models.ChosenItem.objects.filter(project=project).order_by("place"))


def front(monkeypatch: pytest.MonkeyPatch, size: int, *, few: int = 0) -> None:
    monkeypatch.setattr(choose, "SMALLEST_FRONT", size)
    monkeypatch.setattr(choose, "DENSE_FRONT", size)
    monkeypatch.setattr(choose, "FEW_LABELS", few)
    monkeypatch.setattr(choose, "FEW_LABELS_A_CATEGORY", 0)


def test_nothing_is_ordered_without_a_model_or_unless_the_policy_says_so() -> None:
    choosing(3, policy=make.ONE_VOTE)
    bare = make.project(policy=BY_MODEL)
    make.items(bare, 3)
    assert start_due_choices() == []
    assert not models.ChosenItem.objects.exists()


def test_after_a_refit_what_the_model_wavers_about_comes_first_and_chance_has_its_share(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    front(monkeypatch, 20, few=10)
    project = choosing(60)
    first = run()
    assert first.result["pool"] == 60
    settled(project, *ENOUGH)
    (lesson,) = start_due_lessons()
    run_teach(job_id=lesson.pk)
    job = run()
    rows = chosen(project)
    ahead = [row for row in rows if row.job_id == job.pk]
    assert [row.place for row in ahead] == list(range(1, 21))
    assert queue(project)[:20] == [row.item_id for row in ahead]
    bands = models.Item.objects.in_bulk([row.item_id for row in ahead])
    assert [bands[row.item_id].band for row in ahead] == [
        band for band in FRONT_BANDS for _ in range(5)
    ]
    margins = [row.margin or 0.0 for row in ahead if row.chosen_by == "margin"]
    assert margins == sorted(margins)
    assert {row.chosen_by for row in ahead} == {"margin", "chance"}
    # As sure as the model itself says, computed once more from its predictions.
    newest = models.ModelVersion.objects.filter(kind="head").latest("version")
    said = models.Prediction.objects.filter(model_version=newest)
    for row in ahead[:5]:
        low, high = sorted(said.get(item=row.item_id).scores.values())
        assert row.margin == pytest.approx(high - low, abs=2e-3)
    # What the first order had brought forward stands at the end again.
    back = models.ChosenItem.objects.filter(project=project, is_ahead=False)
    assert job.result["sent_back"] == back.count() > 0
    assert set(back.values_list("item__band", flat=True)) == {8}
    assert start_due_choices() == []
    event = models.Event.objects.filter(project=project, kind="items.chosen").latest("pk")
    assert (event.payload["rule"], event.payload["items"]) == ("margin", 20)


def test_with_few_labels_what_stands_for_many_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    front(monkeypatch, 6, few=100)
    project = choosing(40, policy={**BY_MODEL, "model": {"order": "model", "blind_share": 0.05}})
    job = run()
    assert job.parameters["signature"]["rule"] == "density"
    rows = chosen(project)
    assert len(rows) == 6
    assert all(row.margin is None for row in rows)
    texts = [row.item.data["text"].rpartition(" ")[0] for row in rows if row.chosen_by != "chance"]
    assert len(set(texts)) >= 4  # not the same thing twice while another was not seen


def test_people_are_obeyed_and_audits_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    front(monkeypatch, 50)
    project = choosing(12)
    first, second = models.Item.objects.filter(project=project).order_by("pk")[:2]
    for item, band in ((first, 1), (second, 12)):
        models.Item.objects.filter(pk=item.pk).update(band=band)
    (lease,) = acting.claim(make.client_for(make.worker(project)), project)
    held = models.Assignment.objects.get(pk=lease["id"]).item_id
    run()
    moved = {row.item_id for row in chosen(project)}
    assert moved.isdisjoint({first.pk, second.pk, held})
    assert [models.Item.objects.get(pk=i.pk).band for i in (first, second)] == [1, 12]


def test_a_killed_job_goes_on_with_what_it_had_chosen_and_a_cancelled_one_stops(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    front(monkeypatch, 30)
    monkeypatch.setattr(bring_forward, "CHUNK_ITEMS", 10)
    project = choosing(40)
    (job,) = start_due_choices()
    choose._choose(job, choose.order_of(project))  # type: ignore[arg-type]
    kept = [row.item_id for row in chosen(project)]
    with pytest.raises(RuntimeError, match="killed"):
        stop_after(monkeypatch, job)
    job.refresh_from_db()
    assert job.cursor == 10
    monkeypatch.undo()
    run_job(job.pk, choose.choose_items)
    job.refresh_from_db()
    assert (job.state, job.done) == ("done", 30)
    assert queue(project)[:30] == kept == [row.item_id for row in chosen(project)]

    share = {**BY_MODEL, "model": {"order": "model", "blind_share": 0.1}}
    change_policy(project=project, author=project.created_by, document=share)
    (again,) = start_due_choices()
    cancel_job(job=again)
    run_job(again.pk, choose.choose_items)
    assert queue(project)[:30] == kept
    assert start_due_choices() == []


def stop_after(monkeypatch: pytest.MonkeyPatch, job: models.Job) -> None:
    """Run the job until the second chunk, where the process dies."""
    report = jobs.report

    def dying(job: models.Job, **more: Any) -> None:
        if more.get("cursor", 0) > 10:
            raise RuntimeError("killed")
        report(job, **more)

    monkeypatch.setattr(bring_forward, "report", dying)
    choose.choose_items(job)


def test_a_front_that_is_used_up_is_filled_again(monkeypatch: pytest.MonkeyPatch) -> None:
    front(monkeypatch, 8)
    project = choosing(30)
    run()
    for _ in range(6):
        acting.vote(project, make.POS)
        assert start_due_choices() == []
    acting.vote(project, make.POS)
    job = run()
    assert job.result["items"] == 8


def test_only_what_chance_picked_says_how_good_the_model_is_and_nobody_is_shown_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    front(monkeypatch, 30)
    project = choosing(30, policy={**BY_MODEL, "prediction": "shown"})
    run()
    by_chance = {row.item_id for row in chosen(project) if row.chosen_by == "chance"}
    assert 2 <= len(by_chance) <= 14
    for _ in range(30):
        acting.vote(project, make.POS)
    shown = models.Judgment.objects.filter(project=project, saw_prediction=True)
    assert set(shown.values_list("item", flat=True)).isdisjoint(by_chance)
    assert shown.count() == 30 - len(by_chance)
    (found,) = blind_accuracy(project).values()
    assert found["compared"] == len(by_chance)


def test_what_the_model_picked_counts_not_even_where_it_was_not_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    front(monkeypatch, 20)
    project = choosing(20)
    run()
    by_chance = models.ChosenItem.objects.filter(project=project, chosen_by="chance").count()
    for _ in range(20):
        acting.vote(project, make.POS)
    (found,) = blind_accuracy(project).values()
    assert found["compared"] == by_chance < 20


def test_draws_are_uniform() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT blind_draw(n, 42) FROM generate_series(1, 20000) AS n")
        draws = np.array([draw for (draw,) in cursor.fetchall()])
    assert np.histogram(draws, bins=10, range=(0, 1))[0] == pytest.approx(2000, rel=0.1)
