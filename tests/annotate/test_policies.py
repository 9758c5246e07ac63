"""Who may do what: one row an endpoint, made from the URL conf. A route without a row fails."""

import json
import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction

from annotate import models
from annotate.policies import TABLE
from annotate.urls import urlpatterns
from tests import make
from tests.annotate import acting

pytestmark = pytest.mark.django_db

API = "api/v1/"
ROLES = ("anon", "stranger", "crowd", "expert", "lead", "owner")
P = "projects/<int:project_id>/"
A = "assignments/<uuid:assignment_id>/"
SCHEMA: dict[str, Any] = {
    "inputs": [*make.CHOICE["inputs"], *make.BOXES["inputs"]],
    "questions": make.CHOICE["questions"],
}
A_SUBMISSION = {"submission_id": "5b0c1f5e-9d5b-4a66-8a4a-0d8b5ce7a001", "answer": make.POS}
EVERYBODY = (200, 200, 200, 200, 200, 200)
SIGNED_IN = (401, 200, 200, 200, 200, 200)
MEMBERS = (401, 404, 200, 200, 200, 200)
DESK = (401, 404, 403, 200, 200, 200)
LEADS = (401, 404, 403, 403, 200, 200)
CROWD = (401, 404, 200, 403, 403, 403)
EXPERTS = (401, 404, 403, 200, 200, 403)
MINE = (401, 404, 200, 404, 404, 404)
Statuses = tuple[int, int, int, int, int, int]


def leads(status: int) -> Statuses:
    return (401, 404, 403, 403, status, status)


# Method and route, what is sent, and the status for each of ROLES.
MATRIX: dict[tuple[str, str], tuple[Any, Statuses]] = {
    ("GET", "schema/"): (None, SIGNED_IN),
    ("GET", "docs/"): (None, SIGNED_IN),
    ("GET", "session/"): (None, EVERYBODY),
    ("POST", "session/"): ({"username": "x", "password": "y"}, (400,) * 6),
    ("DELETE", "session/"): (None, (204,) * 6),
    ("POST", "session/link/"): ({"token": "unknown"}, (410,) * 6),
    ("PATCH", "me/"): ({"theme": "dark"}, SIGNED_IN),
    ("PUT", "me/password/"): ({"new": "seven green bottles 7"}, SIGNED_IN),
    ("GET", "tokens/"): (None, SIGNED_IN),
    ("POST", "tokens/"): ({"name": "script"}, (401, 201, 201, 201, 201, 201)),
    ("DELETE", "tokens/<int:token_id>/"): (None, (401, 404, 404, 404, 204, 404)),
    ("GET", "home/"): (None, SIGNED_IN),
    ("GET", "label-schema/"): (None, SIGNED_IN),
    ("POST", "label-schema/check/"): ({"schema": SCHEMA}, SIGNED_IN),
    ("GET", "projects/"): (None, SIGNED_IN),
    ("POST", "projects/"): ({"name": "n", "schema": SCHEMA}, (401, 201, 403, 403, 201, 201)),
    ("GET", P): (None, MEMBERS),
    ("PATCH", P): ({"name": "n"}, LEADS),
    ("GET", P + "guidelines/"): (None, MEMBERS),
    ("POST", P + "guidelines/"): ({"schema": SCHEMA}, leads(201)),
    ("GET", P + "policy/"): (None, DESK),
    ("PUT", P + "policy/"): ({"threshold": 0.9}, LEADS),
    ("POST", P + "policy/preview/"): ({"threshold": 0.9}, LEADS),
    ("GET", P + "answer-schema/"): (None, MEMBERS),
    ("GET", P + "members/"): (None, LEADS),
    ("POST", P + "members/"): ({"username": "new", "role": "crowd"}, leads(201)),
    ("PATCH", P + "members/<int:member_id>/"): ({"role": "expert"}, LEADS),
    ("POST", P + "members/<int:member_id>/link/"): (None, LEADS),
    # 415: the door let them pass, and a form is what it takes.
    ("POST", P + "media/"): ({}, leads(415)),
    ("POST", P + "imports/"): ({}, leads(415)),
    ("GET", P + "jobs/"): (None, LEADS),
    ("GET", "jobs/<int:job_id>/"): (None, LEADS),
    ("POST", "jobs/<int:job_id>/cancel/"): (None, LEADS),
    ("GET", "jobs/<int:job_id>/rejections/"): (None, LEADS),
    ("GET", P + "items/"): (None, LEADS),
    ("POST", P + "items/"): ({"items": [{"data": {"text": "x"}}]}, LEADS),
    ("GET", P + "items/<int:item_id>/"): (None, LEADS),
    ("GET", P + "items/<int:item_id>/media/<str:name>/"): (None, DESK),
    ("GET", "items/<int:item_id>/why/"): (None, LEADS),
    ("GET", P + "events/"): (None, LEADS),
    ("GET", P + "work/"): (None, CROWD),
    ("POST", P + "claim/"): (None, CROWD),
    ("POST", A + "submit/"): (A_SUBMISSION, MINE),
    ("POST", A + "heartbeat/"): (None, MINE),
    ("POST", A + "skip/"): ({"reason": "unclear"}, MINE),
    ("GET", A + "media/<str:name>/"): (None, MINE),
    ("GET", P + "disputes/"): (None, DESK),
    ("POST", P + "disputes/claim/"): (None, EXPERTS),
    ("GET", P + "disputes/<int:item_id>/"): (None, DESK),
    ("POST", P + "disputes/<int:item_id>/reveal/"): (A_SUBMISSION, EXPERTS),
    ("POST", P + "disputes/<int:item_id>/escalate/"): (
        {"reason": "unclear"},
        (401, 404, 403, 200, 403, 403),
    ),
    ("POST", P + "disputes/<int:item_id>/adjudicate/"): (A_SUBMISSION, EXPERTS),
    ("GET", P + "board/"): (None, LEADS),
    ("GET", P + "model/"): (None, LEADS),
    ("POST", P + "model/prelabel/"): (None, leads(202)),
    ("GET", P + "export/"): (None, LEADS),
    ("GET", P + "releases/"): (None, LEADS),
    ("POST", P + "releases/"): (None, leads(202)),
    ("GET", P + "releases/<int:number>/"): (None, LEADS),
    # 409: the release of this world is still being built.
    ("GET", P + "releases/<int:number>/download/"): (None, leads(409)),
    ("GET", P + "releases/<int:number>/files/<str:name>"): (None, leads(409)),
}


def endpoints() -> set[tuple[str, str]]:
    """Every method of every door, as the URL conf has it."""
    found = set()
    for entry in urlpatterns:
        view = getattr(entry.callback, "cls", None)
        if view is not None:
            route = str(entry.pattern)
            assert route.startswith(API)
            found |= {(method.upper(), route.removeprefix(API)) for method in view.actions}
    return found


@dataclass(frozen=True, kw_only=True)
class World:
    """A project in which every route leads to something, and one caller for each role."""

    callers: dict[str, make.Caller]
    names: dict[str, str]

    def path(self, route: str, **changed: str) -> str:
        names = {**self.names, **changed}
        return re.sub(r"<\w+:(\w+)>", lambda match: names[match[1]], route)


@pytest.fixture(scope="module")
def world(built_once: None) -> World:
    return _build()


def _build() -> World:
    home = make.organisation()
    lead = make.user(of=home, role="lead")
    project = make.project(of=home, lead=lead, schema=SCHEMA)
    data = {"text": "x", "picture": {"media": make.media(project).sha256}}
    disputed = make.item(project, data=data)
    acting.vote(project, make.POS, make.NEG, make.POS)
    make.item(project, data=data)
    acting.vote(project, make.POS, make.POS)
    make.items(project, 2, data=data)
    crowd = make.worker(project)
    callers = {
        "anon": make.client_for(None),
        "stranger": make.client_for(make.project().created_by),
        "crowd": make.client_for(crowd),
        "expert": make.client_for(make.worker(project, "expert")),
        "lead": make.client_for(lead),
        "owner": make.client_for(make.user(of=home, role="owner")),
    }
    (lease,) = acting.claim(callers["crowd"], project)
    release = models.Release.objects.create(project=project, number=1, created_by=lead)
    job = models.Job.objects.create(project=project, kind="import")
    names = {
        "project_id": project.pk,
        "item_id": disputed.pk,
        "member_id": crowd.pk,
        "job_id": job.pk,
        "assignment_id": lease["id"],
        "number": release.number,
        "token_id": models.ApiToken.objects.get(user=lead).pk,
        "name": "picture",
    }
    return World(callers=callers, names={key: str(value) for key, value in names.items()})


def test_every_endpoint_has_a_row_here_and_every_row_an_endpoint() -> None:
    assert endpoints() == MATRIX.keys()


def test_every_action_of_the_policy_table_stands_at_a_door() -> None:
    doors = {entry.callback.cls for entry in urlpatterns if hasattr(entry.callback, "cls")}
    assert {action for door in doors for action in door.actions.values()} == TABLE.keys()


@pytest.mark.parametrize(
    ("method", "route"), MATRIX, ids=lambda part: str(part).replace("<", "").replace(">", "")
)
def test_a_role_may_do_what_the_matrix_says_and_nothing_more(
    world: World, method: str, route: str
) -> None:
    body, expected = MATRIX[method, route]
    found = []
    for role in ROLES:
        before = acting.counts()
        with transaction.atomic():
            status, answer = world.callers[role].call(method, world.path(route), body)
            after = acting.counts()
            transaction.set_rollback(True)
        found.append(status)
        if status >= 400:
            assert after == before, f"{role} was refused, and rows were written"
            assert set(answer) == {"code", "message", "extra"}
    assert tuple(found) == expected


def with_ids() -> list[tuple[str, str]]:
    return sorted(key for key in MATRIX if "<" in key[1] and "token" not in key[1])


@pytest.mark.parametrize(("method", "route"), with_ids())
def test_what_is_not_yours_looks_like_what_does_not_exist(
    world: World, method: str, route: str
) -> None:
    body, _ = MATRIX[method, route]
    nowhere = dict.fromkeys(world.names, "987654321")
    nowhere |= {"assignment_id": "11111111-1111-4111-8111-111111111111", "name": "none"}
    stranger = world.callers["stranger"]
    not_yours = stranger.raw(method, world.path(route), _encoded(body))
    missing = stranger.raw(method, world.path(route, **nowhere), _encoded(body))
    assert (not_yours.status_code, missing.status_code) == (404, 404)
    assert make.content_of(not_yours) == make.content_of(missing)
    assert not_yours.headers == missing.headers


def _encoded(body: Any) -> bytes:
    return b"" if body is None else json.dumps(body).encode()


HUGE = ("99999999999999999999", "9" * 5000, "0" * 5000 + "1", "-1", "1;1", "%D9%A1", "%00", "1e3")


@pytest.mark.parametrize(("method", "route"), with_ids())
def test_an_id_that_no_row_can_have_is_not_found(world: World, method: str, route: str) -> None:
    body, _ = MATRIX[method, route]
    for key in re.findall(r"<\w+:(\w+)>", route):
        for value in HUGE:
            path = world.path(route, **{key: value})
            role = "crowd" if route.startswith(A) else "lead"
            status, _ = world.callers[role].call(method, path, body)
            assert status in {404, 409} if key == "name" else status == 404, (key, value[:30])


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "BREW"])
def test_a_method_that_a_door_does_not_have_is_refused(world: World, method: str) -> None:
    before = acting.counts()
    status, _ = world.callers["lead"].call(method, world.path(P + "items/"))
    assert status == 405
    assert acting.counts() == before


def test_a_worker_who_was_put_out_finds_nothing_any_more(world: World) -> None:
    models.Worker.objects.filter(pk=world.names["member_id"]).update(is_active=False)
    before = acting.counts()
    for method, route in [("GET", P), ("POST", P + "claim/"), ("GET", A + "media/<str:name>/")]:
        assert world.callers["crowd"].call(method, world.path(route))[0] == 404
    status, _ = world.callers["crowd"].post(world.path(A + "submit/"), A_SUBMISSION)
    assert status == 404
    assert acting.counts() == before


def test_a_lead_cannot_change_the_own_role(world: World) -> None:
    project = models.Project.objects.get(pk=world.names["project_id"])
    own = models.Worker.objects.get(project=project, role="lead")
    before = acting.counts()
    path = world.path(P + "members/<int:member_id>/", member_id=str(own.pk))
    status, body = world.callers["lead"].patch(path, {"role": "crowd"})
    assert (status, body["code"]) == (403, "forbidden")
    own.refresh_from_db()
    assert own.role == "lead"
    assert acting.counts() == before


def test_an_account_of_another_organisation_cannot_be_pulled_in(world: World) -> None:
    foreign = make.worker(make.project()).user
    before = acting.counts()
    body = {"username": foreign.username, "role": "crowd"}
    status, answer = world.callers["lead"].post(world.path(P + "members/"), body)
    assert (status, answer["code"]) == (409, "name_taken")
    assert acting.counts() == before


@pytest.mark.parametrize("rank", ["lead", "owner"])
def test_a_lead_gets_no_sign_in_link_for_who_has_a_higher_rank(world: World, rank: str) -> None:
    project = models.Project.objects.get(pk=world.names["project_id"])
    boss = make.user(of=project.organisation, role=rank)
    member = models.Worker.objects.create(project=project, user=boss, role="crowd", pseudonym="B")
    before = acting.counts()
    path = world.path(P + "members/<int:member_id>/link/", member_id=str(member.pk))
    assert world.callers["lead"].post(path)[0] == 403
    assert acting.counts() == before
