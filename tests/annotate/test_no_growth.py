"""No door that reads grows with the project: rows read and bytes sent, at two sizes.

PostgreSQL is kept from reading whole tables where an index would do; at these sizes it would.
"""

import json
import re
from typing import Any

import pytest
from django.db import connection, transaction

from annotate import models
from annotate.queries import anchoring, blind_accuracy, blind_parts, counts, home, preview, work
from tests import make
from tests.annotate import acting
from tests.annotate.grown import grown
from tests.annotate.policy_matrix import MATRIX, P

pytestmark = pytest.mark.django_db

SMALL, LARGE = 1000, 3000
MORE, SPARE_ROWS, SPARE_BYTES = 1.2, 250, 600
"""So much more may be read and sent of the large project: ids and counts are longer there, and of
a few hundred rows PostgreSQL may read all. Two thousand items more would show."""
READERS = [route for method, route in MATRIX if method == "GET"]
QUESTIONS = {
    P + "model/blind/": "question=tone&version=1",
    P + "auto-accept/outlook/": "question=tone",
}
PAGE = "limit=20"
"""So short that the small project fills it; who knows no pages takes no notice."""
# What is no list: the document of the API is as long as it is, and an export streams everything.
NEITHER = {"schema/", "docs/", P + "export/"}
# A row for each person of the project is read, or one for each known answer.
GROWS_OTHERWISE = {("lead", P + "board/"), ("lead", P + "pools/"), ("crowd", P + "record/")}
# Nothing is there in this project; most have a test of their own size.
LEADS_NOWHERE = {
    "assignments/<uuid:assignment_id>/media/<str:name>/",
    "assignments/<uuid:assignment_id>/similar/",
    P + "auto-accept/outlook/",
    P + "items/<int:item_id>/media/<str:name>/",
    P + "releases/<int:number>/download/",
    P + "releases/<int:number>/files/<str:name>",
    P + "uploads/<uuid:upload_id>/",
}


class Place:
    """A project, who works there, and what stands in its addresses."""

    def __init__(self, items: int) -> None:
        self.project = grown(items)
        of_it: dict[str, Any] = {"project": self.project}
        crowd = models.Worker.objects.get(**of_it, pseudonym="B1")
        expert = models.Worker.objects.get(**of_it, role="expert")
        self.callers = {
            "lead": make.client_for(self.project.created_by),
            "crowd": make.client_for(crowd),
            "expert": make.client_for(expert),
        }
        (lease,) = acting.claim(self.callers["crowd"], self.project)
        self.names = {
            "project_id": self.project.pk,
            "item_id": models.Item.objects.filter(**of_it, stage="disputed").earliest("pk").pk,
            "member_id": crowd.pk,
            "job_id": models.Job.objects.filter(**of_it).earliest("pk").pk,
            "acceptance_id": models.Acceptance.objects.get(**of_it).pk,
            "assignment_id": lease["id"],
            "upload_id": "22222222-2222-4222-8222-222222222222",
            "number": 1,
            "name": "text",
        }

    def cost(self, role: str, method: str, route: str, body: Any = None) -> tuple[int, int, int]:
        """The status, rows read and bytes sent, at the second time: some look things up once."""
        path = re.sub(r"<\w+:(\w+)>", lambda match: str(self.names[match[1]]), route)
        path = f"{path}?{QUESTIONS.get(route, PAGE)}"
        raw = b"" if body is None else json.dumps(body).encode()
        with transaction.atomic():
            make.content_of(self.callers[role].raw(method, path, raw))
            before = rows_read()
            reply = self.callers[role].raw(method, path, raw)
            sent = len(make.content_of(reply))
            read = rows_read() - before
            transaction.set_rollback(True)
        return reply.status_code, read, sent


def rows_read() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(seq_tup_read + idx_tup_fetch) FROM pg_stat_xact_user_tables")
        return int(cursor.fetchone()[0])


@pytest.fixture(scope="module")
def places(built_once: None) -> tuple[Place, Place]:
    found = Place(SMALL), Place(LARGE)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("SET LOCAL enable_seqscan = off")
    return found


@pytest.fixture
def small_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is looked at is bounded; the bounds have to be below the small project."""
    for module, name, bound in (
        (anchoring, "MOST_JUDGMENTS", 100),
        (blind_accuracy, "MOST_ITEMS", 50),
        (blind_parts, "MOST_ITEMS", 50),
        (counts, "LATEST", 50),
        (home, "MOST_DISPUTES", 10),
        (preview, "MOST_JUDGMENTS", 100),
        (preview, "MOST_ITEMS", 10),
        (work, "MOST_SEEN", 20),
        (work, "MOST_COUNTED", 10),
    ):
        monkeypatch.setattr(module, name, bound)


@pytest.mark.usefixtures("small_bounds")
def test_no_door_that_reads_costs_more_in_a_larger_project(places: tuple[Place, Place]) -> None:
    grew, answered = {}, set()
    for role in ("lead", "crowd", "expert"):
        for route in sorted(set(READERS) - NEITHER):
            small, large = (place.cost(role, "GET", route) for place in places)
            assert small[0] == large[0] < 500
            answered |= {route} if small[0] == 200 else set()
            if grows(small, large) and (role, route) not in GROWS_OTHERWISE:
                grew[role, route] = small, large
    assert not grew, "\n".join(map(str, grew.items()))
    assert set(READERS) - NEITHER - answered == LEADS_NOWHERE


@pytest.mark.usefixtures("small_bounds")
def test_a_policy_is_tried_on_a_sample_of_the_same_size(places: tuple[Place, Place]) -> None:
    small, large = (
        place.cost("lead", "POST", P + "policy/preview/", {"threshold": 0.9}) for place in places
    )
    assert small[0] == large[0] == 200
    assert not grows(small, large), (small, large)


def grows(small: tuple[int, int, int], large: tuple[int, int, int]) -> bool:
    return large[1] > MORE * small[1] + SPARE_ROWS or large[2] > MORE * small[2] + SPARE_BYTES
