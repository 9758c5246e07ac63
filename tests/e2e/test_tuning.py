"""A fine-tune takes over by itself, and a lead goes back to the head by one click."""

import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests import tiny_models
from tests.annotate.tuners import truth, two_words
from tests.e2e.api import Api, Json
from tests.e2e.conftest import SignIn
from tests.e2e.server import Server
from tests.e2e.test_screens import WIDTHS, _keep

pytestmark = pytest.mark.browser

PATIENCE_SECONDS = 120
LESSONS = 104
SCHEMA: Json = {
    "inputs": [{"id": "text", "type": "text", "title": "Review"}],
    "questions": [
        {
            "id": "tone",
            "type": "choice",
            "title": "What comes first?",
            "categories": [{"id": "pos", "title": "Good"}, {"id": "neg", "title": "Bad"}],
        }
    ],
}


@pytest.fixture
def lead(sign_in: SignIn, lead_api: Api) -> Iterator[Page]:
    lead_api.patch("me/", {"language": "en", "theme": "light"})  # whatever came before
    yield sign_in("lead")
    lead_api.patch("me/", {"language": "en", "theme": "light"})


def lesson(number: int) -> Json:
    text = two_words(number)
    judgment = {"worker": "old", "answer": {"tone": truth(text)}, "seconds": 3}
    return {"data": {"text": text}, "judgments": [judgment]}


def wait_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < end
        time.sleep(1)


def shoot(page: Page, api: Api, name: str) -> None:
    """In both languages and themes, at both widths; nothing is wider than the window."""
    for language, theme in (("zh-hans", "dark"), ("en", "light")):
        api.patch("me/", {"language": language, "theme": theme})
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.locator(".mantine-Skeleton-root")).to_have_count(0)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 2200})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
            _keep(page, f"{language}-{theme}-{width}-tuning-{name}.png")


def test_a_fine_tune_takes_over_and_a_lead_goes_back(
    server: Server, lead_api: Api, lead: Page
) -> None:
    tiny_models.reader(server.models / "lab" / "reader")
    policy = {"min_overlap": 1, "max_overlap": 1}
    made = lead_api.post(
        "projects/", {"name": "Short reviews", "schema": SCHEMA, "policy": policy}
    )
    path = f"projects/{made['id']}/"

    def names() -> set[str]:
        return {each["name"] for each in lead_api.get(f"{path}catalogue/")["models"]}

    wait_until(lambda: "lab/reader" in names())
    lead_api.put(f"{path}catalogue/tone/", {"model": "lab/reader"})
    lead_api.post(f"{path}items/", {"items": [lesson(number) for number in range(LESSONS)]})

    def versions() -> dict[str, int]:
        (question,) = lead_api.get(f"{path}model/")["questions"]
        return {each["kind"]: each["version"] for each in reversed(question["versions"])}

    wait_until(lambda: "tuned" in versions())
    # Whether the model had spoken before it learnt is a race.
    head, tuned = versions()["head"], versions()["tuned"]
    lead.goto(f"{server.url}/projects/{made['id']}/model")
    taken = f"The fine-tune was better and is version {tuned} now."
    expect(lead.get_by_text(taken)).to_be_visible()
    shoot(lead, lead_api, "taken")
    lead.get_by_role("button", name=f"Go back to version {head} of").click()
    expect(lead.get_by_text(f"Version {tuned + 1} is pinned")).to_be_visible()
    assert versions()["head"] == tuned + 1
    shoot(lead, lead_api, "pinned")
    lead.get_by_role("button", name=f"Let version {tuned + 1} of").click()
    expect(lead.get_by_text(f"Version {tuned + 1} is pinned")).to_be_hidden()
