"""The network goes, the tab closes, the session ends: no answer is lost, none comes twice."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.api import Api
from tests.e2e.conftest import SignIn, expect_all_saved
from tests.e2e.server import Server

pytestmark = pytest.mark.browser

PROJECT = "Textual entailment"
KEYS = "121"
ANSWERS = ["entailed", "not_entailed", "entailed"]
CUT_OFF = r"Failed to load resource: net::|ERR_INTERNET_DISCONNECTED|WebSocket"
SIGNED_OUT = r"Failed to load resource: .* 401|WebSocket"


def test_answers_wait_for_the_network(sign_in: SignIn, server: Server, lead_api: Api) -> None:
    project, worker = _join(lead_api, "otto.offline")
    page = _open(sign_in("otto.offline", expected=CUT_OFF), server, project)
    page.context.set_offline(True)
    for given, key in enumerate(KEYS, 1):
        _answer(page, key)
        expect(page.get_by_text(f"Offline · {given} kept here")).to_be_visible()
    assert _said(lead_api, project, worker) == []

    page.context.set_offline(False)
    expect_all_saved(page)
    assert _said(lead_api, project, worker) == sorted(ANSWERS)
    # The work goes on by itself.
    expect(_document(page)).to_be_visible()


def test_fifty_answers_given_offline_outlive_the_page(
    sign_in: SignIn, server: Server, lead_api: Api
) -> None:
    guidelines = lead_api.get(f"projects/{lead_api.project(PROJECT)}/guidelines/")["results"]
    schema = guidelines[0]["schema"]
    made = lead_api.post("projects/", {"name": "Fifty on a train", "schema": schema})
    project = int(made["id"])
    rows = [{"data": {field["id"]: f"{field['id']} {n}" for field in schema["inputs"]}}
            for n in range(60)]  # fmt: skip
    lead_api.post(f"projects/{project}/items/", {"items": rows})
    worker = lead_api.add_person(project, "tina.train")
    page = _open(sign_in("tina.train", expected=CUT_OFF), server, project)
    page.get_by_role("button", name="Take 50 items along").click()
    expect(page.get_by_text("50 in hand")).to_be_visible()

    page.context.set_offline(True)
    for number in range(50):
        _answer(page, KEYS[number % 3])
    expect(page.get_by_text("Offline · 50 kept here")).to_be_visible()
    assert _said(lead_api, project, worker) == []
    # The page dies with all that it has not written down.
    page.context.set_offline(False)
    page.context.route("**/submit/", lambda route: route.abort("connectionfailed"))
    page.close()
    page.context.unroute("**/submit/")
    again = page.context.new_page()
    _open(again, server, project)
    expect_all_saved(again)
    assert _said(lead_api, project, worker) == sorted((ANSWERS * 17)[:50])
    items = lead_api.items(project)
    assert max(len(item["judgments"]) for item in items) == 1


def test_closing_the_tab_loses_nothing(sign_in: SignIn, server: Server, lead_api: Api) -> None:
    project, worker = _join(lead_api, "rita.reload")
    page = _open(sign_in("rita.reload", expected=CUT_OFF), server, project)
    # Pages still come, answers do not get through.
    page.context.route("**/submit/", lambda route: route.abort("connectionfailed"))
    for key in KEYS[:2]:
        _answer(page, key)
    # And one that is chosen, but not submitted yet.
    page.keyboard.press(KEYS[2])
    expect(page.get_by_role("radio", checked=True)).to_be_visible()
    left = _document(page).inner_text()
    page.reload()
    expect(page.get_by_text("2 kept here")).to_be_visible()
    expect(_document(page)).to_have_text(left)
    expect(page.get_by_role("radio", checked=True)).to_be_visible()
    assert _said(lead_api, project, worker) == []

    page.keyboard.press("Enter")
    expect(page.get_by_text("3 kept here")).to_be_visible()
    page.context.unroute("**/submit/")
    page.reload()
    expect_all_saved(page)
    assert _said(lead_api, project, worker) == sorted(ANSWERS)


def test_another_browser_goes_on_with_what_was_begun(
    sign_in: SignIn, server: Server, lead_api: Api
) -> None:
    project, worker = _join(lead_api, "dora.draft")
    page = _open(sign_in("dora.draft"), server, project)
    with page.expect_response(lambda reply: reply.url.endswith("/draft/")):
        page.keyboard.press(KEYS[1])
    other = _open(sign_in("dora.draft"), server, project)
    expect(_document(other)).to_have_text(_document(page).inner_text())
    expect(other.get_by_role("radio", checked=True)).to_be_visible()
    other.keyboard.press("Enter")
    expect_all_saved(other)
    assert _said(lead_api, project, worker) == [ANSWERS[1]]


def test_two_tabs_send_each_answer_once(sign_in: SignIn, server: Server, lead_api: Api) -> None:
    project, worker = _join(lead_api, "tom.twotabs")
    one = _open(sign_in("tom.twotabs", expected=CUT_OFF), server, project)
    other = _open(one.context.new_page(), server, project)
    # Both hold the same leases, so the same item is in front of both.
    assert _document(other).inner_text() == _document(one).inner_text()
    one.context.set_offline(True)
    _answer(one, KEYS[0])
    expect(one.get_by_text("Offline · 1 kept here")).to_be_visible()
    _answer(other, KEYS[0])
    _answer(other, KEYS[1])
    # One outbox for all tabs of the browser.
    expect(other.get_by_text("Offline · 3 kept here")).to_be_visible()
    one.context.set_offline(False)
    for tab in (one, other):
        expect_all_saved(tab)
    # The first item was answered in both: the later answer took the earlier one's place.
    counted = [
        [judgment["counted"] for judgment in item["judgments"] if judgment["worker"] == worker]
        for item in lead_api.items(project)
    ]
    assert sorted(filter(None, counted)) == [[False, True], [True]]


def test_a_session_that_ends(sign_in: SignIn, server: Server, lead_api: Api) -> None:
    project, worker = _join(lead_api, "sara.session")
    page = _open(sign_in("sara.session", expected=SIGNED_OUT), server, project)
    _answer(page, KEYS[0])
    expect_all_saved(page)
    page.context.clear_cookies(name="sessionid")
    _answer(page, KEYS[1])
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    # The item stands behind it, and keys do not reach it.
    expect(_document(page)).to_be_visible()
    assert _said(lead_api, project, worker) == ANSWERS[:1]

    beside = page.context.new_page()
    beside.goto(server.link_for("sara.session"))
    beside.wait_for_url(f"{server.url}/")
    dialog.get_by_role("button", name="I signed in in another tab").click()
    expect(dialog).to_be_hidden()
    expect_all_saved(page)
    _answer(page, KEYS[2])
    expect_all_saved(page)
    assert _said(lead_api, project, worker) == sorted(ANSWERS)


def _join(api: Api, username: str) -> tuple[int, str]:
    project = api.project(PROJECT)
    return project, api.add_person(project, username)


def _open(page: Page, server: Server, project: int) -> Page:
    page.goto(f"{server.url}/projects/{project}/work")
    expect(_document(page)).to_be_visible()
    return page


def _document(page: Page) -> Locator:
    return page.locator("main [role=document]").first


def _answer(page: Page, key: str) -> None:
    count = page.get_by_role("banner").locator(".figures")
    judged = int(count.inner_text().split()[0])
    page.keyboard.press(key)
    page.keyboard.press("Enter")
    expect(count).to_have_text(re.compile(rf"^{judged + 1} / "))


def _said(api: Api, project: int, worker: str) -> list[str]:
    """Each judgment of the worker that the server keeps, once."""
    return sorted(answer["entailment"] for _, answer in api.judgments(project, worker))
