"""The OpenAPI document: complete, described, and true to the URL conf."""

import inspect
import re
from typing import Any

import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from annotate.urls import urlpatterns
from tests import make

# They have no types.
GENERATOR: Any = SchemaGenerator
VALIDATE: Any = validate_schema

# They are not part of the interface: the document itself, and the page made from it.
NOT_DESCRIBED = {"/api/v1/schema/", "/api/v1/docs/"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    GENERATOR_STATS.reset()
    made: dict[str, Any] = GENERATOR().get_schema(request=None, public=True)
    return made


def operations(document: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (method, path): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def test_the_document_is_made_without_a_warning(document: dict[str, Any]) -> None:
    assert not GENERATOR_STATS
    VALIDATE(document)


def handlers() -> dict[tuple[str, str], Any]:
    """The method that answers, for each operation that has to be in the document."""
    return {
        (method, path): getattr(entry.callback.cls, method)
        for entry in urlpatterns
        if hasattr(entry.callback, "cls")
        for path in ["/" + re.sub(r"<\w+:(\w+)>", r"{\1}", str(entry.pattern))]
        for method in entry.callback.cls.actions
        if path not in NOT_DESCRIBED
    }


def test_every_endpoint_is_in_the_document(document: dict[str, Any]) -> None:
    assert operations(document).keys() == handlers().keys()


def test_every_operation_is_described_and_named_once(document: dict[str, Any]) -> None:
    found = operations(document)
    # Without a description of its own, an operation would show the one of its class.
    own = {key: inspect.getdoc(handler) for key, handler in handlers().items()}
    assert {key: operation.get("description") for key, operation in found.items()} == own
    assert all(own.values())
    names = [operation["operationId"] for operation in found.values()]
    assert len(names) == len(set(names))


def test_every_change_says_what_it_takes(document: dict[str, Any]) -> None:
    bodiless = {
        path
        for (method, path), operation in operations(document).items()
        if method in {"post", "put", "patch"} and "requestBody" not in operation
    }
    assert bodiless == {
        "/api/v1/assignments/{assignment_id}/heartbeat/",
        "/api/v1/jobs/{job_id}/cancel/",
        "/api/v1/projects/{project_id}/auto-accept/{acceptance_id}/accept/",
        "/api/v1/projects/{project_id}/auto-accept/{acceptance_id}/cancel/",
        "/api/v1/projects/{project_id}/auto-accept/{acceptance_id}/look/",
        "/api/v1/projects/{project_id}/members/{member_id}/link/",
        "/api/v1/projects/{project_id}/model/prelabel/",
        "/api/v1/projects/{project_id}/near-duplicates/find/",
        "/api/v1/projects/{project_id}/uploads/",
    }


def test_a_deletion_that_answers_is_described_with_its_answer(document: dict[str, Any]) -> None:
    """drf-spectacular says 204 of each that does not say 200 itself."""
    answering = {
        path
        for (method, path), operation in operations(document).items()
        if method == "delete" and "200" in operation["responses"]
    }
    assert answering == {"/api/v1/projects/{project_id}/members/{member_id}/rung/"}


def test_what_a_worker_is_shown_of_an_item_is_described_narrowly(document: dict[str, Any]) -> None:
    shapes = document["components"]["schemas"]
    assert set(shapes["AssignmentOutput"]["properties"]) == {
        "id", "project", "guideline_version", "expires_at", "item", "prediction", "has_check",
        "earlier", "draft",
    }  # fmt: skip
    assert set(shapes["ShownItem"]["properties"]) == {"data"}


@pytest.mark.django_db
def test_the_document_and_its_page_are_served_to_who_is_signed_in() -> None:
    caller = make.client_for(make.user())
    status, served = caller.get("schema/")
    assert status == 200
    assert "/api/v1/home/" in served["paths"]
    reply = caller.raw("GET", "docs/")
    page = make.content_of(reply).decode()
    assert "<script" not in page
    assert "/api/v1/projects/{project_id}/claim/" in page
    policy = reply.headers["Content-Security-Policy"]
    assert "unsafe-eval" not in policy
    assert "script-src 'self'" in policy
