"""A person answers first, sees what the model says only then, and changes the answer or not."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.api import Api, Json, wait_for
from tests.e2e.conftest import SignIn
from tests.e2e.server import Server

pytestmark = pytest.mark.browser

NAME, WORKER = "Checked answers", "kim.checked"
# A model of ours says nothing of a rating before it has labels: what was imported stays newest.
SCHEMA: Json = {
    "inputs": [{"id": "text", "type": "text", "title": "Review"}],
    "questions": [
        {"id": "tone", "type": "rating", "title": "How good is it?", "min": 1, "max": 5}
    ],
}
POLICY: Json = {"min_overlap": 1, "max_overlap": 1, "prediction": "by_type"}


def test_the_model_speaks_after_the_answer_and_only_where_it_differs(
    sign_in: SignIn, server: Server, lead_api: Api
) -> None:
    made = lead_api.post("projects/", {"name": NAME, "schema": SCHEMA, "policy": POLICY})
    project = int(made["id"])
    said = [{"model": "other", "answer": {"tone": 2}, "score": 0.9}]
    texts = ("Plainly fine.", "Dull from the start.")
    items = [{"data": {"text": text}, "predictions": said} for text in texts]
    lead_api.post(f"projects/{project}/items/", {"items": items})
    name = lead_api.add_person(project, WORKER)
    page = sign_in(WORKER)
    page.goto(f"{server.url}/projects/{project}/work")
    expect(page.get_by_role("main").get_by_text(texts[0])).to_be_visible()
    check = page.get_by_role("status", name="The model says otherwise")
    page.keyboard.press("4")
    expect(check).to_have_count(0)
    page.keyboard.press("Enter")
    expect(check).to_be_visible()
    _pictures(page, "check")
    # The own answer stays; the next item is answered as the model does, and nothing is asked.
    page.keyboard.press("Enter")
    expect(page.get_by_role("main").get_by_text(texts[1])).to_be_visible()
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    wait_for(lambda: len(lead_api.judgments(project, name)) == 2)
    answers = [answer["tone"] for _, answer in lead_api.judgments(project, name)]
    assert sorted(answers) == [2, 4]
    _lead_pictures(sign_in, f"{server.url}/projects/{project}")


def _lead_pictures(sign_in: SignIn, project: str) -> None:
    if not os.environ.get("ANNOTATE_SHOTS"):
        return
    lead = sign_in("lead")
    for screen in ("setup", "model"):
        lead.goto(f"{project}/{screen}")
        lead.wait_for_load_state("networkidle")
        tab = lead.get_by_role("tab", name="Routing")
        if tab.count():
            tab.click()
        _pictures(lead, screen)


def _pictures(page: Page, name: str) -> None:
    folder = os.environ.get("ANNOTATE_SHOTS")
    if not folder:
        return
    for scheme in ("light", "dark"):
        for width in (1440, 1024):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=Path(folder) / f"{name}-{scheme}-{width}.png", full_page=True)
