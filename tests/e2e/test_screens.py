"""Every screen in both languages, both themes, two widths: nothing breaks or overflows."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.api import Api, Json
from tests.e2e.conftest import new_page
from tests.e2e.hinted import make_hinted_project
from tests.e2e.in_production import make_project_in_production
from tests.e2e.recourse import make_project
from tests.e2e.server import ROOT, Server

pytestmark = pytest.mark.browser

AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
FIND_VIOLATIONS = """async () => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
    const { violations } = await axe.run(document, {
        runOnly: tags, resultTypes: ["violations"],
    });
    return violations
        .filter(({ impact }) => ["serious", "critical"].includes(impact))
        .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) =>
            `${id}: ${html.slice(0, 200)} ${failureSummary}`));
}"""
WIDTHS = (1024, 1440)
HEIGHT = 900
# What stands in the title of every screen, so that a tab can be found again.
TITLE = re.compile(r"^\S.* · Annotate$")


class Screen(NamedTuple):
    name: str
    who: str
    path: str
    tab: int | None = None
    """One of several views of the same address."""


class Look(NamedTuple):
    language: str
    theme: str


class Visitor(NamedTuple):
    page: Page
    api: Api
    errors: list[str]


LOOKS = [Look(language, theme) for language in ("en", "zh-hans") for theme in ("light", "dark")]


@pytest.fixture(scope="module")
def visitors(browser: Browser, server: Server) -> Iterator[dict[str, Visitor]]:
    """One person of each role, signed in once. The policy is lifted only to let axe in."""
    found = {}
    for who in ("lead", "expert", "crowd", "crowd2"):
        page = new_page(browser, bypass_csp=True)
        errors: list[str] = []
        _listen(page, errors)
        page.goto(server.link_for(who))
        page.wait_for_url(f"{server.url}/")
        found[who] = Visitor(page, Api(server, who), errors)
    yield found
    for visitor in found.values():
        visitor.page.context.close()


@pytest.fixture(scope="module")
def screens(lead_api: Api, visitors: dict[str, Visitor]) -> list[Screen]:
    demo = lead_api.project("Textual entailment")
    lead_api.post(f"projects/{demo}/releases/", {"notes": "The first one"})
    _disagree(visitors, demo)
    work = [
        Screen(f"work-{number}", "crowd", f"projects/{lead_api.project(name)}/work")
        for number, name in enumerate(PROJECTS, 1)
    ]
    item = next(iter(lead_api.pages(f"projects/{demo}/items/")))["id"]
    of_project = [
        Screen(name, "lead", f"projects/{demo}/{path}", tab)
        for name, path, tab in (
            ("board", "board", None),
            ("items", "items", None),
            ("item", f"items/{item}", None),
            ("import", "import", None),
            ("set-up", "setup", None),
            ("set-up-guideline", "setup", 1),
            ("set-up-routing", "setup", 2),
            ("model", "model", None),
            ("catalogue", "catalogue", None),
            ("production-empty", "production", None),
            ("people", "people", None),
            ("releases", "releases", None),
        )
    ]
    return [
        Screen("home", "lead", ""),
        Screen("home-crowd", "crowd", ""),
        Screen("settings", "lead", "settings"),
        Screen("new-project", "lead", "projects/new"),
        Screen("disputes", "expert", f"projects/{demo}/disputes"),
        *work,
        *of_project,
        *_recourse(lead_api, visitors),
        Screen(
            "production", "lead", f"projects/{make_project_in_production(lead_api)}/production"
        ),
    ]


def _recourse(lead_api: Api, visitors: dict[str, Visitor]) -> list[Screen]:
    """What is held, what came back, what was spent, and what is mixed up."""
    reviews = make_project(lead_api, visitors["crowd"].api, visitors["crowd2"].api)
    hinted = make_hinted_project(lead_api, visitors["crowd2"].api, "crowd2")
    held = next(iter(lead_api.pages(f"projects/{reviews}/items/")))["id"]
    return [
        Screen("board-bill", "lead", f"projects/{reviews}/board"),
        Screen("items-held", "lead", f"projects/{reviews}/items?stage=held"),
        Screen("item-held", "lead", f"projects/{reviews}/items/{held}"),
        Screen("set-up-rules", "lead", f"projects/{reviews}/setup", 2),
        Screen("work-again", "crowd", f"projects/{reviews}/work"),
        Screen("work-hint", "crowd2", f"projects/{hinted}/work"),
        Screen("record-hint", "crowd2", f"projects/{hinted}/record"),
    ]


PROJECTS = (
    "Textual entailment",
    "Clinical news",
    "Heritage sites",
    "Which answer is better?",
)


@pytest.mark.parametrize("look", LOOKS, ids="-".join)
def test_every_screen(
    look: Look, server: Server, visitors: dict[str, Visitor], screens: list[Screen]
) -> None:
    wrong: list[str] = []
    for visitor in visitors.values():
        visitor.api.patch("me/", {"language": look.language, "theme": look.theme})
        visitor.errors.clear()
    for screen in screens:
        page, _, errors = visitors[screen.who]
        page.goto(f"{server.url}/{screen.path}")
        _settle(page)
        if screen.tab is not None:
            page.get_by_role("tab").nth(screen.tab).click()
        wrong += [f"{screen.name}: {problem}" for problem in _problems(page, look, screen.name)]
        wrong += [f"{screen.name}: {error}" for error in errors]
        errors.clear()
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("look", LOOKS, ids="-".join)
def test_the_door(look: Look, server: Server, browser: Browser) -> None:
    locale = {"en": "en-US", "zh-hans": "zh-CN"}[look.language]
    page = new_page(browser, bypass_csp=True, locale=locale, color_scheme=look.theme)
    errors: list[str] = []
    _listen(page, errors)
    page.goto(f"{server.url}/sign-in")
    expect(page.get_by_role("textbox").first).to_be_visible()
    wrong = [*_problems(page, look, "sign-in"), *errors]
    page.context.close()
    assert not wrong, "\n".join(wrong)


def test_an_open_menu_begins_on_its_first_item(
    server: Server, visitors: dict[str, Visitor]
) -> None:
    """And holds nothing that a menu may not hold."""
    page = visitors["lead"].page
    page.goto(f"{server.url}/")
    _settle(page)
    page.get_by_role("banner").locator("[aria-haspopup=menu]").click()
    expect(page.get_by_role("menuitem").first).to_be_focused()
    # While it fades in, its words are fainter than they will be.
    expect(page.get_by_role("menu")).to_have_css("opacity", "1")
    page.evaluate(AXE.read_text())
    assert page.evaluate(FIND_VIOLATIONS) == []


def _disagree(visitors: dict[str, Visitor], project: int) -> None:
    """Two people judge one item differently, so that an expert has something to decide."""
    for who, label in (("crowd", "entailed"), ("crowd2", "not_entailed")):
        api = visitors[who].api
        lease = api.post(f"projects/{project}/claim/", {"count": 1})["assignments"][0]["id"]
        body = {"submission_id": str(uuid4()), "answer": {"entailment": label}}
        api.post(f"assignments/{lease}/submit/", body)


def _listen(page: Page, errors: list[str]) -> None:
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))


def _settle(page: Page) -> None:
    """Until the screen has its words and its data."""
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".mantine-Skeleton-root")).to_have_count(0)
    page.evaluate("document.fonts.ready.then(() => true)")


def _problems(page: Page, look: Look, name: str) -> Iterator[str]:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            yield f"is {wide} wide at {width}"
        _keep(page, f"{look.language}-{look.theme}-{width}-{name}.png")
    if not TITLE.match(page.title()):
        yield f"has the title «{page.title()}»"
    shown: Json = page.evaluate(
        """() => ({
            language: document.documentElement.lang,
            theme: document.documentElement.dataset.mantineColorScheme,
        })"""
    )
    if (shown["language"].lower(), shown["theme"]) != look:
        yield f"is shown in {shown}"
    page.evaluate(AXE.read_text())
    yield from page.evaluate(FIND_VIOLATIONS)


def _keep(page: Page, name: str) -> None:
    """For people who want to see: `ANNOTATE_SHOTS` names a folder."""
    folder = os.environ.get("ANNOTATE_SHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / name, full_page=True)
