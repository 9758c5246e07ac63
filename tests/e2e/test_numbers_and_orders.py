"""A number and two rankings without a mouse: set up, judged twice, disputed, decided, released."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.api import Api, Json
from tests.e2e.conftest import SignIn, expect_all_saved
from tests.e2e.server import Server

pytestmark = pytest.mark.browser

NAME = "Weights and answers"
SCHEMA: Json = {
    "inputs": [
        {"id": "question", "type": "text", "title": "Question"},
        {"id": "one", "type": "text", "title": "First answer"},
        {"id": "two", "type": "text", "title": "Second answer"},
        {"id": "three", "type": "text", "title": "Third answer"},
    ],
    "questions": [
        {
            "id": "mass",
            "type": "number",
            "title": "How heavy is it?",
            "min": 0,
            "max": 500,
            "step": 0.5,
            "unit": "kg",
            "tolerance": 2,
        },
        {
            "id": "order",
            "type": "ranking",
            "title": "Put the answers in order",
            "on": ["one", "two", "three"],
        },
        {
            "id": "virtue",
            "type": "ranking",
            "title": "What speaks for the best one most?",
            "top": 1,
            "categories": [
                {"id": "right", "title": "It is right"},
                {"id": "short", "title": "It is short"},
                {"id": "kind", "title": "It is kind"},
            ],
        },
    ],
}
TEXTS = ("How heavy is a llama?", "How heavy is a lynx?")
POLICY: Json = {"min_overlap": 2, "max_overlap": 2, "measure": "agreement", "threshold": 0.7}


def test_numbers_and_orders_travel_the_road(
    sign_in: SignIn, server: Server, lead_api: Api
) -> None:
    project = _project(lead_api)
    ana = _worker(sign_in, server, lead_api, project, "ana.orders")
    # The order as it is typed: the third answer, the first, the second.
    _judge(ana, TEXTS[0], "130", "312", "1")
    _judge(ana, TEXTS[1], "20.5", "312", "2")
    expect_all_saved(ana)
    bo = _worker(sign_in, server, lead_api, project, "bo.orders")
    _judge_by_arrows(bo, TEXTS[0], "131")
    _judge(bo, TEXTS[1], "400", "231", "3")
    # "All saved" may still be there from before the last answer.
    expect(bo.get_by_role("banner").locator(".figures")).to_have_text(re.compile("^2 / "))
    expect_all_saved(bo)

    agreed, disputed = lead_api.items(project)
    final = agreed["finals"][-1]
    assert final["answer"] == {
        "mass": 130.5,
        "order": ["three", "one", "two"],
        "virtue": ["right"],
    }
    assert final["source"] == "consensus"
    assert disputed["stage"] == "disputed"
    _decide(sign_in, server, lead_api, project)
    final = lead_api.items(project)[1]["finals"][-1]
    assert final["answer"] == {"mass": 21, "order": ["three", "one", "two"], "virtue": ["short"]}
    assert final["source"] == "adjudication"

    release = lead_api.post(f"projects/{project}/releases/", {"note": "Numbers."})
    assert release["release"]["number"] == 1
    board = lead_api.get(f"projects/{project}/board/")["agreement"]
    assert board["mass"]["metric"] == "krippendorff_interval"
    assert board["order"]["metric"] == "krippendorff_ranking"


def test_a_wrong_number_is_named_before_it_is_sent(
    sign_in: SignIn, server: Server, lead_api: Api
) -> None:
    project = _project(lead_api)
    page = _worker(sign_in, server, lead_api, project, "cy.orders")
    field = page.get_by_role("textbox", name="How heavy is it?")
    expect(field).to_be_focused()
    page.keyboard.type("NaN 12.3kg")
    expect(field).to_have_value("12.3")
    expect(page.get_by_text("The number must lie on a step of 0.5.").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_text("This one needs an answer.").first).to_be_visible()
    assert lead_api.items(project)[0]["judgments"] == []
    Api(server, "cy.orders").patch("me/", {"language": "zh-hans", "theme": "dark"})
    page.reload()
    expect(page.get_by_text("已排 0 / 3")).to_be_visible()
    expect(page.get_by_role("textbox", name="How heavy is it?")).to_have_value("12.3")
    page.keyboard.press("2")  # what was typed is still there, so the order is asked next
    expect(page.get_by_text("已排 1 / 3")).to_be_visible()
    _keep(page, "work-zh-hans-dark")


def test_both_are_set_up_with_a_preview(sign_in: SignIn, server: Server, lead_api: Api) -> None:
    page = sign_in("lead")
    page.goto(f"{server.url}/projects/new")
    for kind in ("Number A quantity", "Ranking Options in order"):
        page.get_by_role("button", name="Add a question").click()
        page.get_by_role("menuitem", name=kind).click()
    page.get_by_placeholder("How many people are in the picture?").fill("How tall is it?")
    page.get_by_placeholder("Put the answers in order").fill("Which comes first?")
    for at, field in enumerate(page.get_by_placeholder("Title", exact=True).all()):
        if field.input_value() == "":
            field.fill(f"Option {at}")
    page.get_by_label("Unit").fill("cm")
    page.get_by_label("Step (1: whole numbers)").fill("0.5")
    page.get_by_label("Agree up to a difference of").fill("1.5")
    page.get_by_label("Only the first places").fill("1")
    preview = page.get_by_role("complementary", name="Preview")
    expect(preview.get_by_text("in steps of 0.5")).to_be_visible()
    expect(preview.get_by_text("0 of 1 placed")).to_be_visible()
    _keep(page, "set-up")


def _project(api: Api) -> int:
    made = api.post("projects/", {"name": NAME, "schema": SCHEMA, "policy": POLICY})
    rows = [
        {
            "external_id": f"i{at}",
            "data": {"question": text, "one": "80 kg", "two": "12 kg", "three": "About 130 kg."},
            "priority": at,
        }
        for at, text in enumerate(TEXTS)
    ]
    api.post(f"projects/{made['id']}/items/", {"items": rows})
    return int(made["id"])


def _worker(sign_in: SignIn, server: Server, api: Api, project: int, name: str) -> Page:
    api.add_person(project, name)
    page = sign_in(name)
    page.goto(f"{server.url}/projects/{project}/work")
    expect(page.get_by_role("button", name="Submit & next")).to_be_visible()
    return page


def _judge(page: Page, text: str, mass: str, order: str, virtue: str) -> None:
    expect(page.get_by_text(text).first).to_be_visible()
    expect(page.get_by_role("textbox", name="How heavy is it?")).to_be_focused()
    page.keyboard.type(mass)
    page.keyboard.press("Tab")
    for key in order:  # the last one placed, the cursor goes on by itself
        page.keyboard.press(key)
    page.keyboard.press(virtue)
    page.keyboard.press("Enter")


def _judge_by_arrows(page: Page, text: str, mass: str) -> None:
    """The answers are placed as they stand, and then the third one is taken to the top."""
    expect(page.get_by_text(text).first).to_be_visible()
    page.keyboard.type(mass)
    for key in ("Tab", "1", "2", "3", "Shift+Tab"):
        page.keyboard.press(key)
    _keep(page, "work")
    for key in ("Alt+ArrowUp", "Alt+ArrowUp", "Tab", "1", "Enter"):
        page.keyboard.press(key)


def _decide(sign_in: SignIn, server: Server, api: Api, project: int) -> None:
    """Blind first, then with the votes side by side."""
    api.add_person(project, "eve.orders", "expert")
    page = sign_in("eve.orders")
    page.goto(f"{server.url}/projects/{project}/disputes")
    expect(page.get_by_text(TEXTS[1]).first).to_be_visible()
    expect(page.get_by_text("Votes are hidden until you commit.")).to_be_visible()
    page.get_by_role("textbox", name="How heavy is it?").press_sequentially("21")
    page.keyboard.press("Tab")
    for key in ("3", "1", "2", "2", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_role("radio", name="Keep my answer")).to_be_visible()
    expect(page.get_by_role("rowheader", name="20.5 kg")).to_be_visible()
    expect(page.get_by_role("rowheader", name="400 kg")).to_be_visible()
    _keep(page, "desk")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.get_by_text("No disputes")).to_be_visible()


def _keep(page: Page, name: str) -> None:
    """For people who want to see: `ANNOTATE_SHOTS` names a folder."""
    folder = os.environ.get("ANNOTATE_SHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"orders-{name}.png", full_page=True)
