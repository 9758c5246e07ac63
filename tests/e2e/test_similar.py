"""Near-duplicates from a lead's preview to a label that was spread; similar items; precedents."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.api import Api, Json, wait_for
from tests.e2e.conftest import SignIn
from tests.e2e.server import Server
from tests.e2e.test_screens import WIDTHS, _keep

pytestmark = pytest.mark.browser

SCHEMA: Json = {
    "inputs": [{"id": "text", "type": "text", "title": "Review"}],
    "questions": [
        {
            "id": "tone",
            "type": "choice",
            "title": "How does it sound?",
            "categories": [
                {"id": "pleased", "title": "Pleased", "description": "the reader liked it"},
                {"id": "displeased", "title": "Displeased", "description": "did not like it"},
            ],
        }
    ],
}
FILM = "A warm and honest film that I would gladly see once again with the whole family"
TEXTS = (
    f"{FILM}.",
    f"{FILM.upper()}!",
    FILM.replace("A warm", "Warm"),
    FILM.replace("would gladly", "would not"),
    "The second half is slow and the ending makes no sense at all.",
    "The second half is slow and the ending makes no sense at all",
)


@pytest.fixture
def looks(lead_api: Api) -> Iterator[None]:
    yield
    lead_api.patch("me/", {"language": "en", "theme": "light"})


def make(lead: Api, name: str, texts: tuple[str, ...], votes: int) -> int:
    policy = {"min_overlap": votes, "max_overlap": votes}
    body = {"name": name, "schema": SCHEMA, "policy": policy}
    project = int(lead.post("projects/", body)["id"])
    for who, role in (("crowd", "crowd"), ("crowd2", "crowd"), ("expert", "expert")):
        lead.add_person(project, who, role)
    lead.post(f"projects/{project}/items/", {"items": [{"data": {"text": t}} for t in texts]})
    # The model has to have read them.
    wait_for(lambda: all(job["state"] == "done" for job in jobs(lead, project)))
    return project


def jobs(lead: Api, project: int) -> list[Json]:
    return list(lead.get(f"projects/{project}/jobs/")["results"])


def in_english(worker: Api) -> Api:
    """Whatever the tests before it chose."""
    worker.patch("me/", {"language": "en", "theme": "light"})
    return worker


def judge(worker: Api, project: int, label: str) -> bool:
    found = worker.post(f"projects/{project}/claim/", {"count": 1})["assignments"]
    for lease in found:
        said = {"submission_id": str(uuid4()), "answer": {"tone": label}, "next": False}
        worker.post(f"assignments/{lease['id']}/submit/", said)
    return bool(found)


def judge_all(worker: Api, project: int, label: str) -> None:
    while judge(worker, project, label):
        continue


def shoot(page: Page, api: Api, name: str) -> None:
    """In both languages and themes, at both widths; nothing is wider than the window."""
    for language, theme in (("zh-hans", "dark"), ("en", "light")):
        api.patch("me/", {"language": language, "theme": theme})
        page.reload()
        page.wait_for_load_state("networkidle")
        expect(page.locator(".mantine-Skeleton-root")).to_have_count(0)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
            _keep(page, f"similar-{name}-{language}-{theme}-{width}.png")


def look_for_duplicates(page: Page, project: str) -> None:
    page.goto(f"{project}/items")
    page.get_by_role("link", name="Near-duplicates").click()
    page.get_by_role("button", name="Look for near-duplicates").click()


@pytest.mark.usefixtures("looks")
def test_a_lead_sees_what_would_be_saved_and_then_labels_once(
    server: Server, lead_api: Api, sign_in: SignIn
) -> None:
    project = make(lead_api, "Film reviews", TEXTS, 1)
    lead_api.patch("me/", {"language": "en", "theme": "light"})
    page = sign_in("lead")
    look_for_duplicates(page, f"{server.url}/projects/{project}")
    expect(page.get_by_text("Of 2 groups people would judge one item each")).to_be_visible()
    expect(page.get_by_text("Same text").first).to_be_visible()
    shoot(page, lead_api, "preview")
    label = "Show annotators what they themselves said"
    page.get_by_label(label).click()
    expect(page.get_by_label(label)).to_be_checked()
    page.get_by_role("button", name="Label once and spread").click()
    expect(page.get_by_role("button", name="Stop spreading labels")).to_be_enabled()
    path = f"projects/{project}/near-duplicates/"
    wait_for(lambda: lead_api.get(path)["job"]["state"] == "done")
    counts = lead_api.get(path)["counts"]
    assert counts["waiting"] + counts["audits"] == counts["members"] == 3
    worker = in_english(Api(server, "crowd"))
    assert judge(worker, project, "pleased")
    crowd = sign_in("crowd")
    crowd.goto(f"{server.url}/projects/{project}/work")
    crowd.get_by_role("button", name="Show what you said of similar items").click()
    expect(crowd.get_by_label("Your answers to similar items")).to_contain_text("Pleased")
    _keep(crowd, "similar-own-en-light.png")
    judge_all(worker, project, "displeased")
    wait_for(lambda: lead_api.get(path)["counts"]["waiting"] == 0)
    shoot(page, lead_api, "spread")
    second = lead_api.get(f"projects/{project}/items/")["results"][1]["id"]
    page.goto(f"{server.url}/projects/{project}/items/{second}")
    expect(page.get_by_role("heading", name="Similar items")).to_be_visible()
    shoot(page, lead_api, "item")


@pytest.mark.usefixtures("looks")
def test_an_expert_sees_how_similar_disputes_were_decided(
    server: Server, lead_api: Api, sign_in: SignIn
) -> None:
    project = make(lead_api, "Disputed reviews", (TEXTS[0], TEXTS[2]), 2)
    for who, label in (("crowd", "pleased"), ("crowd2", "displeased")):
        judge_all(Api(server, who), project, label)
    first, second = lead_api.get(f"projects/{project}/items/")["results"]
    expert = Api(server, "expert")
    expert.patch("me/", {"language": "en", "theme": "light"})
    said: Json = {"answer": {"tone": "pleased"}}
    for item in (first, second):
        path = f"projects/{project}/disputes/{item['id']}/"
        expert.post(f"{path}reveal/", {**said, "submission_id": str(uuid4())})
        if item is first:
            reason = "“Gladly once again” is praise, whatever comes after it."
            expert.post(
                f"{path}adjudicate/",
                {**said, "submission_id": str(uuid4()), "reason": reason, "next": False},
            )
    page = sign_in("expert")
    page.goto(f"{server.url}/projects/{project}/disputes")
    expect(page.get_by_text("is praise, whatever comes")).to_be_visible()
    shoot(page, expert, "precedents")
    expert.patch("me/", {"language": "en", "theme": "light"})
