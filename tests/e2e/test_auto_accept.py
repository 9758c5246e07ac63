"""The page for auto-accept, where there is nothing to accept yet."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.api import Api
from tests.e2e.conftest import SignIn
from tests.e2e.server import Server
from tests.e2e.test_screens import WIDTHS, _keep

pytestmark = pytest.mark.browser


@pytest.fixture
def lead(sign_in: SignIn, lead_api: Api) -> Iterator[Page]:
    lead_api.patch("me/", {"language": "en", "theme": "light"})  # whatever came before
    yield sign_in("lead")
    lead_api.patch("me/", {"language": "en", "theme": "light"})


def shoot(page: Page, api: Api, name: str) -> None:
    """In both languages and themes, at both widths; nothing is wider than the window."""
    for language, theme in (("zh-hans", "dark"), ("en", "light")):
        api.patch("me/", {"language": language, "theme": theme})
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.locator(".mantine-Skeleton-root")).to_have_count(0)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
            _keep(page, f"{language}-{theme}-{width}-auto-accept-{name}.png")


def test_a_project_without_a_model_says_what_is_missing(
    server: Server, lead_api: Api, lead: Page
) -> None:
    demo = lead_api.project("Clinical news")
    lead.goto(f"{server.url}/projects/{demo}/auto-accept")
    expect(lead.get_by_text("No model can be tried yet")).to_be_visible()
    shoot(lead, lead_api, "none")
