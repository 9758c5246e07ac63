"""What a careful eye sees: bars of one length, a header that stands still, words in one line."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.e2e.api import Api, Json
from tests.e2e.conftest import SignIn, expect_all_saved, new_page
from tests.e2e.server import Server
from tests.e2e.test_screens import HEIGHT, WIDTHS

pytestmark = pytest.mark.browser

WORKER = "stella.steady"
CUT_OFF = r"Failed to load resource: net::|ERR_INTERNET_DISCONNECTED|WebSocket"
QUESTION = {"id": "tone", "type": "choice", "categories": [{"id": "good"}, {"id": "bad"}]}
SCHEMA = {"inputs": [{"id": "text", "type": "text"}], "questions": [QUESTION]}


@pytest.fixture(scope="module")
def lead(browser: Browser, server: Server, lead_api: Api) -> Iterator[Page]:
    """Signed in once: each of these looks takes a second, a sign-in four."""
    lead_api.patch("me/", {"language": "en", "theme": "light"})  # whatever came before
    page = new_page(browser)
    page.goto(server.link_for("lead"))
    page.wait_for_url(f"{server.url}/")
    yield page
    page.context.close()
    lead_api.patch("me/", {"language": "en", "theme": "light"})


@pytest.fixture
def worker(sign_in: SignIn, server: Server, project: int) -> tuple[Page, Api]:
    return sign_in(WORKER, expected=CUT_OFF), Api(server, WORKER)


@pytest.fixture(scope="module")
def project(lead_api: Api) -> int:
    made = lead_api.post("projects/", {"name": "Steady", "schema": SCHEMA})
    project = int(made["id"])
    rows = [{"data": {"text": f"Text {n}"}} for n in range(6)]
    lead_api.post(f"projects/{project}/items/", {"items": rows})
    lead_api.add_person(project, WORKER)
    return project


def test_nothing_moves_in_the_header_and_digits_act_where_they_are_shown(
    server: Server, worker: tuple[Page, Api], project: int
) -> None:
    page, api = worker
    page.set_viewport_size({"width": min(WIDTHS), "height": HEIGHT})
    for language in ("en", "zh-hans"):
        api.patch("me/", {"language": language})
        page.goto(f"{server.url}/projects/{project}/work")
        expect_all_saved(page)
        _go_offline_and_back(page)
    _skip_with_a_comment(page)


def _go_offline_and_back(page: Page) -> None:
    chip = page.locator("[data-now]")
    good = page.get_by_role("radio", name="good")
    expect(good).to_be_visible()
    before = _places(page)
    page.context.set_offline(True)
    page.keyboard.press("1")
    expect(good).to_be_checked()
    expect(chip.get_by_role("status")).to_be_visible()
    assert _places(page) == before
    assert _fits(chip)
    page.keyboard.press("Enter")
    expect(chip.get_by_role("status")).to_contain_text("1")
    assert _fits(chip)
    page.context.set_offline(False)
    expect_all_saved(page)


def _skip_with_a_comment(page: Page) -> None:
    page.keyboard.press("s")
    dialog = page.get_by_role("dialog")
    first = dialog.locator("kbd", has_text="1")
    expect(first).to_be_visible()
    page.keyboard.press("Tab")
    expect(dialog.get_by_role("textbox")).to_be_focused()
    expect(first).to_be_hidden()
    page.keyboard.press("Enter")
    expect(first).to_be_visible()
    page.keyboard.press("1")
    expect(dialog).to_have_count(0)


def test_bars_below_each_other_are_of_one_length(server: Server, lead: Page) -> None:
    def grow(route: Route) -> None:
        home: Json = route.fetch().json()
        for place, project in enumerate(home["projects"]):
            project.update(items=80 * 10**place, settled=7 * 10**place)
        route.fulfill(json=home)

    lead.route("**/api/v1/home/", grow)
    lead.goto(f"{server.url}/")
    bars = lead.get_by_role("table").get_by_role("progressbar")
    expect(bars.first).to_be_visible()
    for width in WIDTHS:
        lead.set_viewport_size({"width": width, "height": HEIGHT})
        lengths = {round(bar["width"]) for bar in map(_box, bars.all())}
        assert len(bars.all()) >= 4
        assert len(lengths) == 1, lengths
        assert lead.evaluate("document.documentElement.scrollWidth") <= width
    lead.unroute("**/api/v1/home/")


def test_names_stand_in_one_line_and_what_is_cut_says_so(
    server: Server, lead_api: Api, lead: Page, project: int
) -> None:
    demo = lead_api.project("Textual entailment")
    lead.goto(f"{server.url}/projects/{demo}/people")
    name = lead.get_by_role("cell").get_by_text("Second worker", exact=True)
    assert _box(name)["height"] < 30
    lead.goto(f"{server.url}/projects/{project}/setup")
    expect(lead.get_by_role("textbox").first).to_have_css("text-overflow", "ellipsis")


def test_words_and_figures_keep_to_their_lines(server: Server, lead_api: Api, lead: Page) -> None:
    demo = lead_api.project("Textual entailment")
    judged = next(item["id"] for item in lead_api.items(demo) if item["judgments"])
    lead.goto(f"{server.url}/projects/{demo}/items/{judged}")
    rows = lead.get_by_role("table").first.get_by_role("row")
    expect(rows.nth(1).get_by_role("cell").last).to_have_css("text-align", "end")
    lead.goto(f"{server.url}/projects/{demo}/model")
    expect(lead.locator("main p", has_text="Tried once")).to_have_css("font-size", "13px")
    curve = lead.get_by_role("figure").filter(has_text="Learning curve")
    expect(curve).to_have_css("max-width", "none")
    description = lead.get_by_role("heading", level=1).locator("xpath=following-sibling::p")
    expect(description).to_have_css("text-wrap-style", "pretty")


def test_what_takes_away_is_red_in_the_dark_too(server: Server, lead_api: Api, lead: Page) -> None:
    lead_api.patch("me/", {"theme": "dark"})
    lead.goto(f"{server.url}/settings")
    remove = lead.get_by_role("table").get_by_role("button").first
    red, green, blue = remove.evaluate(
        "(button) => getComputedStyle(button).color.match(/[0-9.]+/g).map(Number)"
    )
    assert red > max(green, blue) * 1.2, (red, green, blue)


def _box(shown: Locator) -> Any:
    expect(shown).to_be_visible()
    return shown.bounding_box()


def _places(page: Page) -> list[Any]:
    """Of the chip and of what stands beside it."""
    header = page.get_by_role("banner")
    return [_box(header.locator(part)) for part in ("[data-now]", "progress")]


def _fits(shown: Locator) -> bool:
    return bool(shown.evaluate("(one) => one.scrollWidth <= one.clientWidth"))
