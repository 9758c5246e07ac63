"""A crowd worker, a second one who disagrees, an expert and a lead each do their part."""

import hashlib
import json
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import SignIn, expect_all_saved
from tests.e2e.server import Server

pytestmark = pytest.mark.browser

NAME = "Café reviews ☕"
TEXTS = ["The coffee was superb 😀", "Cold soup, slow service", "这家店很好"]


def test_the_whole_road(sign_in: SignIn, server: Server, tmp_path: Path) -> None:
    lead = sign_in("lead")
    project = _create_project(lead)
    _import_file(lead, tmp_path)
    links = [_add_person(lead, name, role) for name, role in PEOPLE]

    board = sign_in("lead")
    board.goto(f"{server.url}/projects/{project}/board")
    expect(board.get_by_text("settled: 0 of 3 items")).to_be_visible()

    _judge_by_keyboard(sign_in(links[0]), project, server, keys="131")
    _judge_by_keyboard(sign_in(links[1]), project, server, keys="133")

    # Nobody reloads the board: the socket pokes it. Two of three items agree and are settled.
    expect(board.get_by_text("settled: 2 of 3 items")).to_be_visible()

    _decide_by_keyboard(sign_in(links[2]), project, server)
    expect(board.get_by_text("settled: 3 of 3 items")).to_be_visible()

    _release(lead, project, server, tmp_path)


PEOPLE = [("ana.crowd", "Annotator"), ("bo.crowd", "Annotator"), ("eve.expert", "Expert")]


def _create_project(page: Page) -> int:
    page.goto(page.url + "projects/new")
    page.get_by_label("Name", exact=True).fill(NAME)
    page.get_by_role("tab", name="Routing").click()
    page.get_by_label("At most").fill("2")
    page.get_by_role("button", name="Create project").click()
    page.wait_for_url("**/import")
    return int(page.url.split("/projects/")[1].split("/")[0])


def _import_file(page: Page, folder: Path) -> None:
    rows = [{"external_id": f"r{n}", "data": {"text": text}} for n, text in enumerate(TEXTS)]
    rows.append({"external_id": "bad", "data": {}})
    path = folder / "reviews.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    page.locator('input[type="file"]').first.set_input_files(path)
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("3 items created.")).to_be_visible()
    expect(page.get_by_text("1 row rejected.")).to_be_visible()


def _add_person(page: Page, username: str, role: str) -> str:
    page.get_by_role("link", name="People").click()
    page.get_by_role("button", name="Add person").first.click()
    form = page.get_by_role("dialog")
    form.get_by_label("Username").fill(username)
    form.get_by_text(role, exact=True).click()
    form.get_by_role("button", name="Add person").click()
    link = page.get_by_label("One-time link").input_value()
    page.get_by_role("button", name="I have copied it").click()
    return link


def _judge_by_keyboard(page: Page, project: int, server: Server, *, keys: str) -> None:
    page.goto(f"{server.url}/projects/{project}/work")
    for text, key in zip(TEXTS, keys, strict=True):
        expect(page.get_by_text(text).first).to_be_visible()
        page.keyboard.press(key)
        page.keyboard.press("Enter")
    expect_all_saved(page)


def _decide_by_keyboard(page: Page, project: int, server: Server) -> None:
    page.goto(f"{server.url}/projects/{project}/disputes")
    expect(page.get_by_text(TEXTS[2]).first).to_be_visible()
    body = page.locator("body").inner_text()
    assert "ana.crowd" not in body
    assert "bo.crowd" not in body
    # First an own answer, blind; then the votes beside it.
    expect(page.get_by_text("Votes are hidden until you commit.")).to_be_visible()
    expect(page.get_by_role("radio", name="Adopt A")).to_have_count(0)
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    expect(page.get_by_role("radio", name="Keep my answer")).to_be_visible()
    page.keyboard.press("1")
    page.get_by_label("Why", exact=True).fill("The first voter read the sentence as praise.")
    page.keyboard.press("Enter")
    expect(page.get_by_text("No disputes")).to_be_visible()


def _release(page: Page, project: int, server: Server, folder: Path) -> None:
    page.goto(f"{server.url}/projects/{project}/releases")
    page.get_by_role("button", name="Make release").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download").first.click()
    archive = folder / "release.zip"
    waiting.value.save_as(archive)
    with zipfile.ZipFile(archive) as found:
        manifest = json.loads(found.read("manifest.json"))
        labels = [json.loads(line) for line in found.read("final_labels.jsonl").splitlines()]
        for file in manifest["files"]:
            assert hashlib.sha256(found.read(file["name"])).hexdigest() == file["sha256"]
    assert {row["external_id"]: row["answer"]["sentiment"] for row in labels} == {
        "r0": "positive",
        "r1": "negative",
        "r2": "positive",
    }
    assert {row["source"] for row in labels} == {"consensus", "adjudication"}
