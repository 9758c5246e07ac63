"""Spans that a model suggests: seen, adopted and mended without a mouse."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.api import Api, Json
from tests.e2e.conftest import SignIn
from tests.e2e.server import Server

pytestmark = pytest.mark.browser

NAME, WORKER = "Suggested spans", "sue.spans"
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
ANNA, BOB = ({"start": at, "end": at + 4, "category": "person"} for at in (0, 13))
BOB["end"] -= 1
PLACE = {"start": TEXT.index("北京"), "end": TEXT.index("北京") + 2, "category": "place"}


def test_suggested_spans_are_adopted_and_one_is_removed(
    sign_in: SignIn, server: Server, lead_api: Api
) -> None:
    assert TEXT[BOB["start"] : BOB["end"]] == "Bob"
    policy = {"min_overlap": 1, "max_overlap": 1, "prediction": "shown"}
    made = lead_api.post("projects/", {"name": NAME, "schema": SCHEMA, "policy": policy})
    project = int(made["id"])
    said = {"model": "net", "answer": {"names": [ANNA, BOB, PLACE]}, "score": 0.9}
    rows = [{"data": {"text": TEXT}, "predictions": [said]}]
    lead_api.post(f"projects/{project}/items/", {"items": rows})
    name = lead_api.add_person(project, WORKER)
    page = sign_in(WORKER)
    page.goto(f"{server.url}/projects/{project}/work")
    suggestion = page.get_by_role("region", name="Model’s suggestion")
    for words in ("Anna", "Bob", "北京"):
        expect(suggestion.get_by_text(words, exact=True)).to_be_visible()
    _picture(page, "suggested")
    page.keyboard.press("Space")
    expect(suggestion.get_by_role("button")).to_have_text("Adopted")
    for key in ("Tab", "Tab", "x"):
        page.keyboard.press(key)
    _picture(page, "mended")
    page.keyboard.press("Enter")
    expect(page.get_by_text("All saved")).to_be_visible()
    ((_, answer),) = lead_api.judgments(project, name)
    assert len(answer["names"]) == 2
    assert all(span in (ANNA, BOB, PLACE) for span in answer["names"])


def _picture(page: Page, name: str) -> None:
    folder = os.environ.get("PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"spans-{name}.png")
