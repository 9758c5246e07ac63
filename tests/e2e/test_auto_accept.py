"""A lead has a model trusted: draws audits, looks at them, accepts the rest by the real worker."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.api import Api
from tests.e2e.conftest import SignIn
from tests.e2e.server import Server
from tests.e2e.test_screens import WIDTHS, _keep
from tests.e2e.trusted import judge, make_trusted_project

pytestmark = pytest.mark.browser


@pytest.fixture
def lead(sign_in: SignIn, lead_api: Api) -> Iterator[Page]:
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


def test_from_a_promise_to_labels(server: Server, lead_api: Api, lead: Page) -> None:
    project = make_trusted_project(server, lead_api, "Gifts")
    lead.goto(f"{server.url}/projects/{project}/model")
    lead.get_by_role("link", name="Auto-accept").click()
    lead.get_by_label("Errors you bear").fill("10")
    lead.get_by_label("Risk you bear").fill("10")
    expect(lead.get_by_text("surer than 93%")).to_be_visible()
    shoot(lead, lead_api, "form")
    lead.get_by_label("Errors you bear").fill("10")
    lead.get_by_label("Risk you bear").fill("10")
    lead.get_by_label("Rolling audit").fill("20")
    lead.get_by_role("button", name="Draw the audits").click()
    expect(lead.get_by_text("People judge the audits")).to_be_visible()
    (batch,) = lead_api.get(f"projects/{project}/auto-accept/")["results"]
    _audit_and_accept(server, lead_api, lead, project, batch["drawn"])


def _audit_and_accept(server: Server, lead_api: Api, lead: Page, project: int, drawn: int) -> None:
    crowd = Api(server, "crowd")
    judge(crowd, project, 7)
    shoot(lead, lead_api, "waits")
    judge(crowd, project, drawn - 8)
    judge(crowd, project, 1, "displeased")
    expect(lead.get_by_text("All audits are judged")).to_be_visible()
    lead.get_by_role("button", name="Look at the audits").click()
    expect(lead.get_by_text("Not enough evidence")).to_be_visible()
    shoot(lead, lead_api, "more")
    (batch,) = lead_api.get(f"projects/{project}/auto-accept/")["results"]
    judge(crowd, project, batch["drawn"] - batch["audited"])
    lead.get_by_role("button", name="Look at the audits").click()
    expect(lead.get_by_text("Proven: accept the rest")).to_be_visible()
    shoot(lead, lead_api, "proven")
    lead.get_by_role("button", name="Accept the rest").click()
    expect(lead.get_by_text("labels accepted").first).to_be_visible()
    shoot(lead, lead_api, "accepted")
    (batch,) = lead_api.get(f"projects/{project}/auto-accept/")["results"]
    assert batch["accepted"] == batch["size"] - batch["drawn"] - batch["rolling"]["drawn"]
    judge(crowd, project, batch["rolling"]["drawn"], "displeased")
    expect(lead.get_by_text("the batch was taken back")).to_be_visible()
    shoot(lead, lead_api, "breach")
    (batch,) = lead_api.get(f"projects/{project}/auto-accept/")["results"]
    assert (batch["state"], batch["accepted"]) == ("reopened", 0)


def test_a_project_without_a_model_says_what_is_missing(
    server: Server, lead_api: Api, lead: Page
) -> None:
    demo = lead_api.project("Clinical news")
    lead.goto(f"{server.url}/projects/{demo}/auto-accept")
    expect(lead.get_by_text("No model can be tried yet")).to_be_visible()
    shoot(lead, lead_api, "none")
