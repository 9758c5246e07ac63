"""A lead maps the labels of a model from the catalogue, and it pre-labels; shots of the screen."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests import tiny_models
from tests.e2e.api import Api, Json
from tests.e2e.conftest import SignIn
from tests.e2e.server import Server
from tests.e2e.test_screens import WIDTHS, _keep

pytestmark = pytest.mark.browser

PATIENCE_SECONDS = 90
SCHEMA: Json = {
    "inputs": [
        {"id": "text", "type": "text", "title": "Review"},
        {"id": "picture", "type": "image", "title": "Photo"},
    ],
    "questions": [
        {
            "id": "tone",
            "type": "choice",
            "title": "How does it sound?",
            "categories": [
                {"id": "positive", "title": "Positive"},
                {"id": "negative", "title": "Negative"},
                {"id": "neutral", "title": "Neither"},
            ],
        },
        {
            "id": "things",
            "type": "boxes",
            "title": "What is in the photo?",
            "on": "picture",
            "required": False,
            "categories": [{"id": "roof", "title": "Roof"}, {"id": "road", "title": "Road"}],
        },
    ],
}


@pytest.fixture
def lead(sign_in: SignIn, lead_api: Api) -> Iterator[Page]:
    lead_api.patch("me/", {"language": "en", "theme": "light"})  # whatever came before
    yield sign_in("lead")
    lead_api.patch("me/", {"language": "en", "theme": "light"})


@pytest.fixture
def project(server: Server, lead_api: Api) -> int:
    """With models as an operator would copy them, some of which may not be used."""
    folder = server.models
    tiny_models.classifier(folder / "lab" / "review-tone", ["POSITIVE", "NEGATIVE", "LABEL_2"])
    tiny_models.detector(folder / "lab" / "aerial-detector", ["roof", "road", "tree"])
    tiny_models.seer(folder / "lab" / "vision-small")
    tiny_models.classifier(folder / "old-pickle", ["good", "bad"])
    (folder / "old-pickle" / "pytorch_model.bin").write_bytes(b"")
    tiny_models.classifier(folder / "tampered", ["good", "bad"])
    tiny_models.write_card(folder / "tampered", sha256="0" * 64, licence="MIT")
    return int(lead_api.post("projects/", {"name": "Shop reviews", "schema": SCHEMA})["id"])


def wait_for_models(api: Api, project: int) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        names = {each["name"] for each in api.get(f"projects/{project}/catalogue/")["models"]}
        if {"lab/review-tone", "tampered"} <= names:
            return
        time.sleep(1)
    raise AssertionError("the folders were not looked at")


def shoot(page: Page, api: Api, name: str) -> None:
    """In both languages and themes, at both widths; nothing is wider than the window."""
    for language, theme in (("zh-hans", "dark"), ("en", "dark"), ("en", "light")):
        api.patch("me/", {"language": language, "theme": theme})
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.locator(".mantine-Skeleton-root")).to_have_count(0)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
            _keep(page, f"{language}-{theme}-{width}-catalogue-{name}.png")


def test_labels_of_a_model_are_mapped_and_it_speaks(
    server: Server, lead_api: Api, lead: Page, project: int
) -> None:
    wait_for_models(lead_api, project)
    lead.goto(f"{server.url}/projects/{project}/model")
    lead.get_by_role("link", name="Catalogue").click()
    expect(lead.get_by_text("Other weights than stated")).to_be_visible()
    expect(lead.get_by_text("Pickled files", exact=True)).to_be_visible()
    tone, things = (
        lead.locator("section").filter(has=lead.get_by_role("heading", name=name))
        for name in ("How does it sound?", "What is in the photo?")
    )
    tone.get_by_role("combobox", name="Model for this question").click()
    lead.get_by_role("option", name="lab/review-tone").click()
    expect(tone.get_by_role("combobox", name="“NEGATIVE”")).to_have_value("Negative")
    expect(tone.get_by_text("No label of the model means: Neither")).to_be_visible()
    tone.get_by_role("combobox", name="“LABEL_2”").click()
    lead.get_by_role("option", name="Neither").locator("visible=true").click()
    tone.get_by_role("button", name="Use it and pre-label").click()
    expect(tone.get_by_text("Speaks with its own labels")).to_be_visible()
    things.get_by_role("combobox", name="Model for this question").click()
    lead.get_by_role("option", name="lab/aerial-detector").click()
    things.get_by_role("button", name="Use it and pre-label").click()
    expect(things.get_by_text("Speaks with its own labels")).to_be_visible()
    shoot(lead, lead_api, "mapped")
