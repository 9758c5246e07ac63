"""Labelling once under pressure: many settle and group at once, kill -9, and the counts after."""

from pathlib import Path
from threading import Event

import pytest
import pytest_django

from annotate import models
from annotate.services.group_items import group_items
from annotate.services.jobs import run_job
from tests import make
from tests.annotate import acting
from tests.annotate.spreading import Lead, follow, read, rules_row
from tests.annotate.test_accept_races import labelled_twice
from tests.annotate.test_auto_accept import recount
from tests.annotate.test_killed_jobs import kill_once
from tests.annotate.test_killed_jobs import run as start

pytestmark = [pytest.mark.threads, pytest.mark.usefixtures("committed")]

SAME = "every counter is what a recount gives\n"


def filled(groups: int, members: int) -> Lead:
    """So many groups of so many equal texts each."""
    lead = Lead()
    for number in range(groups):
        items = make.items(lead.project, members, data={"text": f"text number {number}"})
        read(items[0])
    rules_row(lead.project).update(is_spread=True, audit_share=0.1)
    return lead


def test_people_who_settle_while_items_are_grouped_and_labels_spread_lose_nothing() -> None:
    lead = filled(40, 5)
    _, job = lead.call("POST", "find/")
    people = [make.client_for(make.worker(lead.project)) for _ in range(2)]
    done = Event()

    def group() -> int:
        run_job(job["id"], group_items)
        done.set()
        return 0

    def spread() -> int:
        while not done.is_set():
            follow()
        return follow()

    def work(person: make.Caller) -> int:
        judged, is_over = 0, False
        while not is_over:
            # While items are just being held back they are locked, and nobody is given them.
            is_last = done.is_set()
            leases = acting.claim(person, lead.project, 2)
            for lease in leases:
                assert acting.submit(person, lease["id"], make.POS)[0] == 200
                judged += 1
            is_over = is_last and not leases
        return judged

    found = acting.at_once([group, spread, spread, *(lambda p=p: work(p) for p in people)])
    assert all(isinstance(one, int) for one in found), found
    follow()
    finals = models.FinalLabel.objects.filter(project=lead.project)
    judged = sum(one for one in found[3:] if isinstance(one, int))
    # Each item was paid for once at most, and each has its one label.
    assert models.Judgment.objects.count() == judged == finals.filter(source="consensus").count()
    assert finals.filter(source="spread").count() == 200 - judged > 0
    assert labelled_twice() == 0
    assert set(models.ItemGroup.objects.values_list("state", flat=True)) == {"done"}
    assert not models.QueueEntry.objects.filter(project=lead.project).exists()
    assert recount().endswith(SAME)


@pytest.mark.slow
def test_a_killed_search_goes_on_and_groups_each_item_once(
    settings: pytest_django.Settings, tmp_path: Path
) -> None:
    settings.UPLOAD_ROOT, settings.RELEASE_ROOT = tmp_path / "uploads", tmp_path / "releases"
    lead = Lead()
    for number in range(5):
        make.items(lead.project, 900, data={"text": f"text number {number}"})
    rules_row(lead.project).update(is_spread=True, audit_share=0.1)
    _, body = lead.call("POST", "find/")
    job = models.Job.objects.filter(pk=body["id"])
    sketches = models.ItemSketch.objects
    members = models.GroupItem.objects
    waiting = members.filter(state="waiting")
    for is_time in (
        lambda: sketches.count() >= 1000,
        lambda: members.count() >= 1000,
        lambda: waiting.count() >= 450,
    ):
        kill_once(start(job.get().pk), is_time)
        assert job.get().state == "running"
    assert start(job.get().pk).wait() == 0
    assert (job.get().state, sketches.count()) == ("done", 4500)
    assert models.ItemGroup.objects.filter(state="open").count() == 5
    assert members.count() == 4495
    audits = members.filter(state="audit").count()
    assert 350 < audits < 550
    assert waiting.count() == 4495 - audits
    assert models.QueueEntry.objects.count() == 5 + audits
    assert recount().endswith(SAME)
