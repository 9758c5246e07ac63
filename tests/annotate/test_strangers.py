"""What a script that nobody announced is told when it asks for what there is not, or too often."""

from typing import Any

import pytest
from django.test import Client

from annotate import models
from annotate.services.submit import MOST_ANSWERS
from annotate.services.workforce import MOST_TOKENS
from annotate.urls import urlpatterns
from tests import make
from tests.annotate import acting

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["nothing/", "projects/x/", "projects/1/model/a/b/pin/"])
def test_a_change_to_a_path_that_leads_nowhere_is_not_found(method: str, path: str) -> None:
    """Not refused for want of a CSRF token, which no script has."""
    reply = Client(enforce_csrf_checks=True).generic(method, f"/api/v1/{path}", b"{}")
    assert (reply.status_code, reply.json()["code"]) == (404, "not_found")


def test_the_page_is_only_read() -> None:
    reply = Client(enforce_csrf_checks=True).post("/projects")
    assert (reply.status_code, reply.headers["Allow"]) == (405, "GET, HEAD")


def test_a_method_that_a_door_has_not_is_answered_with_those_it_has() -> None:
    lead = make.client_for(make.user())
    reply = lead.raw("DELETE", "projects/")
    body = make.read(reply)[1]
    assert (reply.status_code, reply.headers["Allow"]) == (405, "GET, POST")
    assert body["extra"] == {"methods": ["GET", "POST"]}
    assert body["message"].endswith(" Here you can send GET or POST.")


@pytest.mark.parametrize(
    ("path", "type_"),
    [("tokens/", "application/json"), ("projects/{}/media/", "multipart/form-data")],
)
def test_another_content_type_is_answered_with_the_right_one(path: str, type_: str) -> None:
    project = make.project()
    lead = make.client_for(project.created_by)
    status, body = make.read(lead.raw("POST", path.format(project.pk), b"x", "text/plain"))
    assert (status, body["extra"]) == (415, {"content_types": [type_]})
    assert f"«Content-Type: {type_}»" in body["message"]


def paths_with_a_text(project: int) -> list[str]:
    """Every path of a project's that is read, with NUL in the place of a text."""
    routes = [
        str(entry.pattern)
        for entry in urlpatterns
        if "get" in getattr(getattr(entry.callback, "cls", None), "actions", ())
    ]
    found = [route for route in routes if "<str:" in route and "assignment" not in route]
    return [
        route.removeprefix("api/v1/")
        .replace("<int:project_id>", str(project))
        .replace("<int:item_id>", "1")
        .replace("<int:number>", "1")
        .replace("<str:name>", "%00")
        for route in found
    ]


def test_nul_in_an_address_is_refused_wherever_it_stands() -> None:
    project = make.project()
    make.item(project)
    lead = make.client_for(project.created_by)
    where = f"projects/{project.pk}/"
    for path in paths_with_a_text(project.pk):
        assert lead.get(path)[0] == 404, path
    assert lead.call("DELETE", f"{where}model/%00/pin/")[0] == 404
    for query in (
        "model/blind/?question=%00",
        "auto-accept/outlook/?question=a%00",
        "jobs/?%00=1",
    ):
        status, body = lead.get(where + query)
        problem = body["extra"]["problems"][0]
        assert (status, problem["code"]) == (400, "nul_character"), query


def test_every_refusal_is_described_and_looks_as_described() -> None:
    lead = make.client_for(make.user())
    document = lead.get("schema/")[1]
    shape: dict[str, Any] = document["components"]["schemas"]["Refusal"]
    answers = document["components"]["responses"]["Refusal"]["content"]["application/json"]
    assert answers == {"schema": {"$ref": "#/components/schemas/Refusal"}}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            told = operation["responses"].get("default")
            assert told == {"$ref": "#/components/responses/Refusal"}, (method, path)
    for path in ("projects/1/", "projects/?limit=x", "nothing/"):
        status, body = lead.get(path)
        assert status >= 400
        assert set(body) == set(shape["required"])


def test_an_answer_is_not_corrected_without_end() -> None:
    """Each one is kept for ever, and decides the item anew."""
    project = make.project()
    make.item(project)
    worker = make.client_for(make.worker(project))
    (lease,) = acting.claim(worker, project)
    answers = [make.POS, make.NEG] * (MOST_ANSWERS // 2)
    statuses = [acting.submit(worker, lease["id"], answer)[0] for answer in answers]
    assert statuses == [200] * MOST_ANSWERS
    status, body = acting.submit(worker, lease["id"], make.POS)
    assert (status, body["code"], body["extra"]) == (
        409, "too_many_corrections", {"most": MOST_ANSWERS},
    )  # fmt: skip
    assert models.Judgment.objects.count() == MOST_ANSWERS
    last = models.Judgment.objects.get(replaced_by__isnull=True)
    assert last.answer == make.NEG


def test_the_last_answer_sent_again_gets_its_reply_beyond_the_limit() -> None:
    project = make.project()
    make.item(project)
    worker = make.client_for(make.worker(project))
    (lease,) = acting.claim(worker, project)
    again = "5b0c1f5e-9d5b-4a66-8a4a-0d8b5ce7a001"
    for _ in range(MOST_ANSWERS - 1):
        acting.submit(worker, lease["id"], make.POS)
    first = acting.submit(worker, lease["id"], make.NEG, submission=again)
    assert first[0] == 200
    assert acting.submit(worker, lease["id"], make.NEG, submission=again) == first


def test_nobody_makes_tokens_without_end() -> None:
    user = make.user()
    caller = make.client_for(user)
    held = models.ApiToken.objects.filter(user=user).count()
    tokens = [
        models.ApiToken(user=user, name="t", key_hash=f"{n:064x}")
        for n in range(MOST_TOKENS - held)
    ]
    models.ApiToken.objects.bulk_create(tokens)
    status, body = caller.post("tokens/", {"name": "one more"})
    assert (status, body["code"]) == (409, "too_many_tokens")
    assert caller.call("DELETE", f"tokens/{tokens[0].pk}/")[0] == 204
    assert caller.post("tokens/", {"name": "one more"})[0] == 201
