"""A lead's list of items: filter, search, keep a view, choose by keyboard, act on many."""

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.api import Api
from tests.e2e.conftest import SignIn
from tests.e2e.server import Server

pytestmark = pytest.mark.browser

SCHEMA: dict[str, Any] = {
    "inputs": [{"id": "text", "type": "text"}],
    "questions": [
        {
            "id": "tone",
            "type": "choice",
            "title": "Tone",
            "categories": [
                {"id": "pos", "title": "Pleased"},
                {"id": "neg", "title": "Displeased"},
            ],
        }
    ],
}
COUNT = 130


def make_project(lead: Api) -> int:
    project = int(lead.post("projects/", {"name": "Reviews", "schema": SCHEMA})["id"])
    rows = [
        {"external_id": f"r-{n}", "data": {"text": "北京很冷" if n % 2 else f"Warm harbour {n}"}}
        for n in range(COUNT)
    ]
    lead.post(f"projects/{project}/items/", {"items": rows})
    return project


def test_a_lead_finds_items_keeps_the_view_and_withdraws_them(
    server: Server, lead_api: Api, sign_in: SignIn
) -> None:
    project = make_project(lead_api)
    page = sign_in("lead")
    page.goto(f"{server.url}/projects/{project}/items")
    expect(page.get_by_text("130 items", exact=True)).to_be_visible()
    _turn_pages(page)
    search = page.get_by_role("searchbox")
    _search_until_listed(page, lead_api, project)
    search.fill("很冷")
    search.press("Enter")
    expect(page.get_by_text("65 items", exact=True)).to_be_visible()
    assert "search=" in page.url
    _keep_view(page)
    _withdraw_all(page)
    assert lead_api.get(f"projects/{project}/items/count/?stage=withdrawn")["items"] == 65
    page.reload()
    expect(page.get_by_text("65 items", exact=True)).to_be_visible()
    _open_view(page)
    for theme, language in (("dark", "en"), ("light", "zh-hans"), ("dark", "zh-hans")):
        lead_api.patch("me/", {"theme": theme, "language": language})
        page.reload()
        expect(page.get_by_role("searchbox")).to_be_visible()
        _keep(page, f"{theme}-{language}")
    lead_api.patch("me/", {"theme": "light", "language": "en"})


def _withdraw_all(page: Page) -> None:
    first = page.get_by_role("checkbox").first
    before = first.bounding_box()
    first.focus()
    page.keyboard.press("x")
    page.get_by_role("checkbox").nth(2).focus()
    page.keyboard.press("Shift+X")
    expect(page.get_by_text("Chosen: 3 items")).to_be_visible()
    assert first.bounding_box() == before  # the next one is where the pointer is
    _keep(page, "chosen")
    page.get_by_role("button", name="Choose all of the filter").click()
    expect(page.get_by_text("Chosen: 65 items")).to_be_visible()
    page.get_by_role("button", name="Withdraw").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("65 items will be offered to nobody any more")
    _keep(page, "confirm")
    dialog.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_text("Done: 65 items changed")).to_be_visible()


def _open_view(page: Page) -> None:
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text("130 items", exact=True)).to_be_visible()
    page.get_by_role("button", name="Views").click()
    shared = "Cold ones Everybody who leads the project sees it"
    page.get_by_role("menuitem", name=shared, exact=True).click()
    expect(page.get_by_text("65 items", exact=True)).to_be_visible()


def _turn_pages(page: Page) -> None:
    expect(page.get_by_text("r-0", exact=True)).to_be_visible()
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("r-50", exact=True)).to_be_visible()
    page.get_by_role("button", name="Previous").click()
    expect(page.get_by_text("r-0", exact=True)).to_be_visible()


def _search_until_listed(page: Page, lead: Api, project: int) -> None:
    """Words are listed some seconds after the import."""
    for _ in range(60):
        found = lead.get(f"projects/{project}/items/count/?search=harbour")["items"]
        if found == COUNT // 2:
            return
        page.wait_for_timeout(500)
    pytest.fail("the items were not listed within 30 seconds")


def _keep_view(page: Page) -> None:
    page.get_by_role("button", name="Views").click()
    page.get_by_role("menuitem", name="Save this filter").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Cold ones")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)


def _keep(page: Page, name: str) -> None:
    folder = os.environ.get("ANNOTATE_SHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        for width in (1440, 1024):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=Path(folder) / f"items-{name}-{width}.png")
