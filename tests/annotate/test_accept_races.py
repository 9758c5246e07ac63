"""Auto-accept under pressure: answers that come while it works, two leads at once, kill -9."""

from pathlib import Path
from threading import Event

import pytest
import pytest_django
from django.db import connection

from annotate import models
from tests import make
from tests.annotate import acting
from tests.annotate.accepting import Lead, run
from tests.annotate.test_auto_accept import recount
from tests.annotate.test_killed_jobs import kill_once
from tests.annotate.test_killed_jobs import run as start

pytestmark = [pytest.mark.threads, pytest.mark.usefixtures("committed")]

TWICE = """
SELECT item_id FROM annotate_finallabel GROUP BY item_id HAVING count(*) > 1
"""


def labelled_twice() -> int:
    with connection.cursor() as cursor:
        cursor.execute(TWICE)
        return len(cursor.fetchall())


def test_two_leads_who_accept_at_once_start_one_job() -> None:
    lead = Lead(60)
    batch = lead.prove()
    other = make.client_for(make.worker(lead.project, "lead"))
    path = f"projects/{lead.project.pk}/auto-accept/{batch}/accept/"
    replies = acting.at_once([lambda: lead.caller.post(path), lambda: other.post(path)])
    statuses = sorted(reply[0] for reply in replies if isinstance(reply, tuple))
    assert statuses == [202, 409]
    assert models.Job.objects.filter(kind="accept").count() == 1


def test_answers_that_come_while_the_job_runs_make_no_second_label() -> None:
    lead = Lead(700)
    batch = lead.prove()
    _, body = lead.call("POST", f"{batch}/accept/")
    people = [make.client_for(make.worker(lead.project)) for _ in range(3)]
    done = Event()

    def accept() -> int:
        try:
            run(body["job"]["id"])
        finally:
            done.set()
        return 0

    def work(person: make.Caller) -> int:
        judged = 0
        while not done.is_set() and judged < 200:
            for lease in acting.claim(person, lead.project, 2):
                status, _ = acting.submit(person, lease["id"], make.NEG)
                assert status == 200
                judged += 1
        return judged

    found = acting.at_once([accept, *(lambda person=one: work(person) for one in people)])
    assert all(isinstance(one, int) for one in found), found
    assert labelled_twice() == 0
    row = models.Acceptance.objects.get(pk=batch)
    finals = models.FinalLabel.objects.filter(project=lead.project)
    assert finals.filter(source="auto_accept").count() == row.accepted > 0
    # Whoever was handed an item before the job came to it decided it.
    assert finals.filter(source="consensus", answer=make.NEG).count() == sum(
        one for one in found if isinstance(one, int)
    )
    assert recount().endswith("every counter is what a recount gives\n")


@pytest.mark.slow
def test_a_killed_job_goes_on_and_labels_each_item_once(
    settings: pytest_django.Settings, tmp_path: Path
) -> None:
    settings.UPLOAD_ROOT, settings.RELEASE_ROOT = tmp_path / "uploads", tmp_path / "releases"
    lead = Lead(3000)
    batch = lead.prove()
    _, body = lead.call("POST", f"{batch}/accept/")
    job = models.Job.objects.filter(pk=body["job"]["id"])
    labels = models.FinalLabel.objects.filter(source="auto_accept")
    for least in (1, 800):
        kill_once(start(job.get().pk), lambda least=least: labels.count() >= least)  # type: ignore[misc]
        assert job.get().state == "running"
        assert models.Acceptance.objects.get(pk=batch).accepted == labels.count() < 2900
    assert start(job.get().pk).wait() == 0
    row = models.Acceptance.objects.get(pk=batch)
    assert (job.get().state, row.state) == ("done", "accepted")
    assert labels.count() == row.accepted == row.size - row.drawn - row.rolling
    assert labelled_twice() == 0
    assert recount().endswith("every counter is what a recount gives\n")
