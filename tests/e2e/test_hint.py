"""A worker is told what is mixed up, in the workspace and on the own record."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.api import Api
from tests.e2e.conftest import SignIn
from tests.e2e.hinted import REASON, make_hinted_project
from tests.e2e.server import Server

pytestmark = pytest.mark.browser

MOST_TABS = 60


def test_a_hint_is_read_and_put_away_by_keyboard(
    server: Server, lead_api: Api, sign_in: SignIn
) -> None:
    project = make_hinted_project(lead_api, Api(server, "crowd"), "crowd")
    page = sign_in("crowd")
    page.goto(f"{server.url}/projects/{project}/work")
    note = page.get_by_role("status").filter(has_text=REASON)
    expect(note).to_contain_text("you often choose “Pleased” where “Displeased” is right")
    done = note.get_by_role("button", name="Got it")
    for _ in range(MOST_TABS):
        if done.evaluate("button => button === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(done).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text(REASON)).to_have_count(0)
    expect(page.get_by_role("radiogroup")).to_be_visible()
    page.reload()
    expect(page.get_by_role("radiogroup")).to_be_visible()
    expect(page.get_by_text(REASON)).to_have_count(0)
    page.goto(f"{server.url}/projects/{project}/record")
    expect(
        page.get_by_text("you often choose “Pleased” where “Displeased” is right")
    ).to_be_visible()
    _check_room_for_the_reason(sign_in("lead"), f"{server.url}/projects/{project}/people")


def _check_room_for_the_reason(lead: Page, people: str) -> None:
    """On a narrow window the lead reads it in words, not in a column of letters."""
    lead.set_viewport_size({"width": 1024, "height": 900})
    lead.goto(people)
    reason = lead.get_by_text(REASON)
    expect(reason).to_be_visible()
    box = reason.bounding_box()
    assert box is not None
    assert box["width"] >= 100
    assert lead.evaluate("document.documentElement.scrollWidth") <= 1024
