"""Spans that were marked before are suggested: seen, adopted and mended without a mouse."""

import os
import re
import time
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.api import Api, Json
from tests.e2e.conftest import SignIn, expect_all_saved
from tests.e2e.server import Server

pytestmark = pytest.mark.browser

NAME, FIRST, WORKER = "Suggested spans", "ana.spans", "sue.spans"
PATIENCE_SECONDS = 60
TEXT = "Anna 👩‍💻 met Bob in 北京 today."
SCHEMA: Json = {
    "inputs": [{"id": "text", "type": "text"}],
    "questions": [
        {
            "id": "names",
            "type": "spans",
            "on": "text",
            "title": "Who and where?",
            "categories": [{"id": "person", "title": "Person"}, {"id": "place", "title": "Place"}],
        }
    ],
}
ANNA: Json = {"start": 0, "end": 4, "category": "person"}
BOB: Json = {"start": TEXT.index("Bob"), "end": TEXT.index("Bob") + 3, "category": "person"}
PLACE: Json = {"start": TEXT.index("北京"), "end": TEXT.index("北京") + 2, "category": "place"}


def test_suggested_spans_are_adopted_and_one_is_removed(
    sign_in: SignIn, server: Server, lead_api: Api
) -> None:
    policy = {"min_overlap": 1, "max_overlap": 1, "prediction": "shown"}
    made = lead_api.post("projects/", {"name": NAME, "schema": SCHEMA, "policy": policy})
    project = int(made["id"])
    _settle_one(server, lead_api, project)
    lead_api.post(f"projects/{project}/items/", {"items": [{"data": {"text": f"{TEXT} Again."}}]})
    name = lead_api.add_person(project, WORKER)
    page = sign_in(WORKER)
    page.goto(f"{server.url}/projects/{project}/work")
    suggestion = page.get_by_role("region", name=re.compile("suggestion"))
    for words in ("Anna", "Bob", "北京"):
        expect(suggestion.get_by_text(words, exact=True)).to_be_visible()
    _picture(page, "suggested")
    page.keyboard.press("Space")
    expect(suggestion.get_by_role("button")).to_have_text("Adopted")
    for key in ("Tab", "Tab", "x"):
        page.keyboard.press(key)
    _picture(page, "mended")
    page.keyboard.press("Enter")
    # "All saved" stands there from before, too.
    expect(page.get_by_role("banner").locator(".figures")).to_have_text(re.compile("^1 / "))
    expect_all_saved(page)
    ((_, answer),) = lead_api.judgments(project, name)
    assert len(answer["names"]) == 2
    assert all(span in (ANNA, BOB, PLACE) for span in answer["names"])


def _settle_one(server: Server, lead_api: Api, project: int) -> None:
    """One item is judged, and the worker process remembers what was marked."""
    lead_api.post(f"projects/{project}/items/", {"items": [{"data": {"text": TEXT}}]})
    lead_api.add_person(project, FIRST)
    first = Api(server, FIRST)
    (lease,) = first.post(f"projects/{project}/claim/", {"count": 1})["assignments"]
    answer = {"names": [ANNA, BOB, PLACE]}
    said = {"submission_id": str(uuid4()), "answer": answer, "next": False}
    first.post(f"assignments/{lease['id']}/submit/", said)
    for _ in range(PATIENCE_SECONDS):
        (question,) = lead_api.get(f"projects/{project}/model/")["questions"]
        if question["versions"]:
            assert question["versions"][0]["kind"] == "memory"
            return
        time.sleep(1)
    pytest.fail("nothing was remembered")


def _picture(page: Page, name: str) -> None:
    folder = os.environ.get("ANNOTATE_SHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"spans-{name}.png")
