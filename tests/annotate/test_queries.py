"""How many queries a screen costs: as many for ten rows as for two."""

from collections.abc import Callable

import pytest
import pytest_django

from annotate import models
from annotate.services.count import count_trail
from tests import make
from tests.annotate import acting

pytestmark = pytest.mark.django_db

# Every door asks who calls, notes no use of a fresh token, and looks up the project, with whether
# it is the caller's own and the worker: 2. Then comes what the list itself needs.
DOOR = 2


def fill_items(project: models.Project) -> None:
    make.item(project)
    acting.vote(project, make.POS, make.POS)


def fill_disputes(project: models.Project) -> None:
    acting.dispute(project)


def fill_guidelines(project: models.Project) -> None:
    lead = make.client_for(project.created_by)
    body = {"schema": make.CHOICE, "text": make.name("text")}
    assert lead.post(f"projects/{project.pk}/guidelines/", body)[0] == 201


def fill_releases(project: models.Project) -> None:
    fill_items(project)
    lead = make.client_for(project.created_by)
    assert lead.post(f"projects/{project.pk}/releases/")[0] == 202


def fill_jobs(project: models.Project) -> None:
    models.Job.objects.create(project=project, kind="import")


def fill_members(project: models.Project) -> None:
    make.worker(project)


def fill_appeals(project: models.Project) -> None:
    worker = make.worker(project)
    make.item(project, gold=make.NEG)
    acting.judge(worker, make.POS)
    judgment = models.Judgment.objects.get(worker=worker)
    models.Appeal.objects.create(
        project=project, worker=worker, judgment=judgment, subject="gold", reason="It was right."
    )


LISTS: dict[str, tuple[Callable[[models.Project], None], int]] = {
    "items/": (fill_items, 1),
    "items/?stage=settled": (fill_items, 1),
    "events/": (fill_items, 1),
    "disputes/": (fill_disputes, 1),
    "guidelines/": (fill_guidelines, 1),
    "members/": (fill_members, 1),
    "jobs/": (fill_jobs, 1),
    "releases/": (fill_releases, 1),
    # The appeals with their cases, on whose items who asks has ruled, and whose were read.
    "appeals/": (fill_appeals, 3),
}


@pytest.mark.parametrize("path", LISTS)
def test_a_list_costs_the_same_for_many_rows_as_for_few(
    path: str, django_assert_num_queries: pytest_django.DjangoAssertNumQueries
) -> None:
    fill, own = LISTS[path]
    project = make.project()
    caller = make.client_for(project.created_by)
    caller.get(f"projects/{project.pk}/{path}")
    fill(project)
    for rows in (1, 4):
        with django_assert_num_queries(DOOR + own):
            status, body = caller.get(f"projects/{project.pk}/{path}")
        assert status == 200
        assert len(body["results"]) >= rows
        for _ in range(4):
            fill(project)


def test_the_home_screen_costs_the_same_for_many_projects_as_for_one(
    django_assert_num_queries: pytest_django.DjangoAssertNumQueries,
) -> None:
    user = make.user()
    caller = make.client_for(user)

    def join() -> None:
        project = make.project()
        make.item(project)
        models.Worker.objects.create(project=project, user=user, role="crowd", pseudonym="W")

    join()
    caller.get("home/")
    with django_assert_num_queries(9):
        assert len(caller.get("home/")[1]["projects"]) == 1
    for _ in range(4):
        join()
    acting.judge(models.Worker.objects.filter(user=user).latest("pk"), make.POS)
    with django_assert_num_queries(9):
        found = caller.get("home/")[1]["projects"]
    # The item of the newest project waits for others still, not for this worker.
    assert [project["ready"] for project in found] == [0, 1, 1, 1, 1]


@pytest.mark.parametrize("more", [0, 6])
def test_a_claim_and_a_submit_cost_the_same_however_many_items_there_are(
    more: int, django_assert_num_queries: pytest_django.DjangoAssertNumQueries
) -> None:
    project = make.project()
    make.items(project, 3 + more)
    worker = make.worker(project)
    caller = make.client_for(worker)
    acting.judge(worker, make.POS)
    acting.claim(caller, project)
    # Token with project and worker, handing out; and what is held already may have a draft.
    with django_assert_num_queries(3):
        (lease,) = acting.claim(caller, project)
    # Token with assignment, savepoint, lock with store, release.
    with django_assert_num_queries(4):
        acting.submit(caller, lease["id"], make.POS)


def test_the_board_costs_the_same_for_many_items_as_for_few(
    django_assert_num_queries: pytest_django.DjangoAssertNumQueries,
) -> None:
    project = make.project()
    fill_items(project)
    caller = make.client_for(project.created_by)
    caller.get(f"projects/{project.pk}/board/")
    for _ in range(2):
        with django_assert_num_queries(DOOR + 10):
            assert caller.get(f"projects/{project.pk}/board/")[0] == 200
        for _ in range(3):
            fill_items(project)
        count_trail()


def test_an_export_costs_seven_queries_for_a_thousand_items(
    django_assert_num_queries: pytest_django.DjangoAssertNumQueries,
) -> None:
    project = make.project()
    make.items(project, 30)
    caller = make.client_for(project.created_by)
    caller.get(f"projects/{project.pk}/export/")
    with django_assert_num_queries(DOOR + 7):
        caller.get(f"projects/{project.pk}/export/?format=jsonl&what=judgments")
