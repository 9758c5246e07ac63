"""Who may do what: one row an endpoint, made from the URL conf. A route without a row fails."""

import json
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from annotate import models
from annotate.policies import TABLE
from annotate.urls import urlpatterns
from tests import make
from tests.annotate import acting
from tests.annotate.policy_matrix import A_SUBMISSION, APPLICATION, MATRIX, ROLES, SCHEMA, A, P

pytestmark = pytest.mark.django_db

API = "api/v1/"


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


def _appeal(item: models.Item) -> models.Appeal:
    vote = models.Judgment.objects.filter(item=item).latest("pk")
    return models.Appeal.objects.create(
        project=item.project, worker=vote.worker, judgment=vote, subject="gold", reason="r"
    )


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
        "application": make.Application(project),
    }
    (lease,) = acting.claim(callers["crowd"], project)
    release = models.Release.objects.create(project=project, number=1, created_by=lead)
    job = models.Job.objects.create(project=project, kind="import")
    models.GoldLabel.objects.create(item=disputed, answer=make.POS)
    names = {
        "view_id": shared_view(project, lead).pk,
        "project_id": project.pk,
        "item_id": disputed.pk,
        "member_id": crowd.pk,
        "job_id": job.pk,
        "appeal_id": _appeal(disputed).pk,
        "acceptance_id": _batch(project).pk,
        "assignment_id": lease["id"],
        "upload_id": "22222222-2222-4222-8222-222222222222",
        "number": release.number,
        "token_id": models.ApiToken.objects.get(user=lead, application_of=None).pk,
        "name": "picture",
        "question_id": "tone",
        "purpose": "labels",
    }
    return World(callers=callers, names={key: str(value) for key, value in names.items()})


def shared_view(project: models.Project, lead: models.User) -> models.SavedView:
    return models.SavedView.objects.create(
        project=project, user=lead, name="mine", query={}, is_shared=True
    )


def _batch(project: models.Project) -> models.Acceptance:
    assert project.guideline is not None
    version = models.ModelVersion.objects.create(
        project=project, question="tone", version=1, kind="zero_shot", encoder="e", trained_on=0,
        parameters=b"",
    )  # fmt: skip
    return models.Acceptance.objects.create(
        project=project, question="tone", model_version=version, guideline=project.guideline,
        target=0.1, risk=0.1, rolling_share=0, seed=1, low=0.5, high=1, state="cancelled",
        created_by=project.created_by,
    )  # fmt: skip


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


@pytest.mark.parametrize(
    ("method", "route"), MATRIX, ids=lambda part: str(part).replace("<", "").replace(">", "")
)
def test_an_application_may_ask_and_give_back_and_nothing_else(
    world: World, method: str, route: str
) -> None:
    body, _ = MATRIX[method, route]
    expected = APPLICATION.get((method, route), 403)
    elsewhere = 404 if (method, route) in APPLICATION else 403
    foreign = make.Application(make.project())
    for caller, status in ((world.callers["application"], expected), (foreign, elsewhere)):
        before = acting.counts()
        with transaction.atomic():
            found, answer = caller.call(method, world.path(route), body)
            after = acting.counts()
            transaction.set_rollback(True)
        assert found == status
        if found >= 400:
            assert after == before
            assert set(answer) == {"code", "message", "extra"}


def with_ids() -> list[tuple[str, str]]:
    return sorted(key for key in MATRIX if "<" in key[1] and "token" not in key[1])


@pytest.mark.parametrize(("method", "route"), with_ids())
def test_what_is_not_yours_looks_like_what_does_not_exist(
    world: World, method: str, route: str
) -> None:
    body, _ = MATRIX[method, route]
    nowhere = dict.fromkeys(world.names, "987654321")
    nowhere |= dict.fromkeys(("assignment_id", "upload_id"), str(UUID(int=1, version=4)))
    nowhere |= {"name": "none"}
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
