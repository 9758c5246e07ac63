"""`manage.py recount --check` finds every counter that was broken, and nothing else."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from annotate import models
from annotate.queries.recount import differences
from annotate.services.count import count_trail
from annotate.services.list_items import list_new
from tests import make
from tests.annotate import acting

pytestmark = [pytest.mark.django_db]


def recount() -> str:
    """What the command prints, with its last line of errors if it fails."""
    out = StringIO()
    try:
        call_command("recount", "--check", stdout=out)
    except CommandError as error:
        out.write(f"{error} (exit code {error.returncode})\n")
    return out.getvalue()


@pytest.fixture
def worked_on(committed: None) -> models.Project:
    """A project with something in every counter, all of it counted, and one vote that is not."""
    project = make.project(policy={"min_overlap": 2})
    expert = make.client_for(make.worker(project, "expert"))
    callers = [make.client_for(make.worker(project)) for _ in range(3)]
    _, disputed = make.items(project, 2)
    for answers in ((make.POS, make.POS), (make.NEG, make.POS, make.NEG)):
        for caller, answer in zip(callers, answers, strict=False):
            (lease,) = acting.claim(caller, project)
            assert acting.submit(caller, lease["id"], answer)[0] == 200
    assert acting.decide(expert, disputed, make.POS)[0] == 200
    version = models.ModelVersion.objects.create(
        project=project,
        question="tone",
        version=1,
        kind="head",
        encoder="none",
        parameters=b"",
        trained_on=0,
        predicted=1,
    )
    (open_item,) = make.items(project, 1)
    models.Prediction.objects.create(
        item=open_item, question="tone", model_version=version, label="pos", score=0.9
    )
    acting.vote(project, make.POS, make.POS)
    acting.dispute(project)
    count_trail()
    list_new()
    make.items(project, 2)
    acting.vote(project, make.POS)
    acting.claim(make.client_for(make.worker(project)), project)
    return project


BREAKS = {
    "UPDATE annotate_item SET judged = judged - 1 WHERE stage = 'settled'": "judgments of item",
    "UPDATE annotate_item SET taken = taken + 1, overlap = overlap + 1 WHERE stage = 'open'":
        "slots taken of item",
    "UPDATE annotate_item SET stage = 'open' WHERE stage = 'settled'": "stage of item",
    "DELETE FROM annotate_queueentry WHERE tier = 'crowd'": "the queue of item",
    "DELETE FROM annotate_queueentry WHERE tier = 'expert'": "the queue of item",
    "UPDATE annotate_worker SET again_count = 1 WHERE role = 'crowd'": "second looks of",
    "UPDATE annotate_worker SET read_count = 0": "readings of",
    "UPDATE annotate_modelversion SET predicted = 0": "predictions of model 1 of tone",
    "DELETE FROM annotate_itemfacet WHERE facet = 'label:tone:pos'": "the facets of item",
    "UPDATE annotate_itemfacet SET facet = 'by:nobody' WHERE facet = 'by:adjudication'":
        "the facets of item",
    "DELETE FROM annotate_itemfacet WHERE facet LIKE 'source:%'": "the facets of item",
    "UPDATE annotate_itemtext SET words = 'other'": "the words of item",
    "DELETE FROM annotate_itemtext": "the words of item",
    "UPDATE annotate_worker SET judged_count = judged_count + 1": "judgments of",
    "UPDATE annotate_itemcount SET settled = settled + 1": "the number of items settled",
    "UPDATE annotate_minutecount SET judgments = judgments - 1": "the work of",
    "UPDATE annotate_workercount SET agreed = agreed - 1 WHERE agreed > 1":
        "agreement with final labels of",
    "UPDATE annotate_modelcount SET agreed = 0": "acceptance of model 1 of tone",
    "UPDATE annotate_agreementcount SET counts = jsonb_set(counts, '{groups}', '{}')":
        "the agreement on tone",
    "UPDATE annotate_agreementcount SET counts = '{}'": "the agreement on tone is not readable",
    "DELETE FROM annotate_agreementcount": "the agreement on tone",
    "UPDATE annotate_kappacount SET items = items + 1": "what workers",
    "DELETE FROM annotate_kappacount": "what workers",
}  # fmt: skip


def test_every_broken_counter_is_found_and_nothing_else(worked_on: models.Project) -> None:
    assert recount().endswith("every counter is what a recount gives\n")
    for statement, what in BREAKS.items():
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(statement)
            found = [str(one) for _, part in differences() for one in part]
            transaction.set_rollback(True)
        assert any(f"{worked_on.pk}: {what}" in line for line in found), (statement, found)
    assert recount().endswith("every counter is what a recount gives\n")


def test_a_broken_counter_ends_the_command_with_an_error(worked_on: models.Project) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE annotate_worker SET judged_count = 7 WHERE role = 'expert'")
    said = recount()
    assert f"project {worked_on.pk}: judgments of" in said
    assert "is 7, but 0 when counted again" in said
    assert said.endswith("1 numbers are not what they should be (exit code 1)\n")


def test_work_that_goes_on_is_no_difference(worked_on: models.Project) -> None:
    make.items(worked_on, 3)
    acting.vote(worked_on, make.POS, make.NEG)
    assert recount().endswith("every counter is what a recount gives\n")
    count_trail()
    assert recount().endswith("every counter is what a recount gives\n")
