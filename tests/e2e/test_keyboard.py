"""An annotator's day without a mouse: every type of label, and what then stands on the server."""

import re
from itertools import cycle, islice

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.api import Api, Json
from tests.e2e.conftest import SignIn, expect_all_saved
from tests.e2e.server import Server

pytestmark = pytest.mark.browser

WORKER = "kim.keyboard"
VARIATION_SELECTOR = "\ufe0f"
HARM = "Liver failure 🫀, to 31 people"
WHY = "A is right, “B” is not 😀"


def test_a_choice(sign_in: SignIn, server: Server, lead_api: Api) -> None:
    project, worker = _join(lead_api, "Textual entailment")
    page = _open(sign_in, server, project)
    items = lead_api.items(project)
    expected = []
    for done, choice in enumerate(islice(cycle([1, 2]), 6)):
        item = _shown(page, items, done, inputs=("premise", "hypothesis"))
        if done == 0:
            _look_up(page, "g", "?", "s")
        # A slip, taken back.
        _press(page, f"{3 - choice}", "z", f"{choice}")
        _submit(page, "Enter", done)
        expected.append((item, {"entailment": _category(lead_api, project, choice)}))
    _saved(page)
    assert _same(lead_api.judgments(project, worker), expected)


def test_spans_choices_rating_and_a_text_when_due(
    sign_in: SignIn, server: Server, lead_api: Api
) -> None:
    project, worker = _join(lead_api, "Clinical news")
    page = _open(sign_in, server, project)
    items = lead_api.items(project)
    expected = []
    # Eight of twelve: whatever the order, some have an emoji in them.
    for done in range(8):
        item = _shown(page, items, done, inputs=("text",))
        answer = _mark(page, item["text"])
        rating = done % 5 + 1
        if done % 2:
            _press(page, "Alt+2", "3", "Alt+3", f"{rating}")
            expect(page.get_by_role("textbox", name="Which harm, and to whom?")).to_be_focused()
            page.keyboard.type(HARM)
            answer |= {"topics": ["harm"], "which_harm": HARM}
            leave = "Control+Enter"
        else:
            _press(page, "Alt+2", "4", "1", "Alt+3", f"{rating}")
            answer |= {"topics": ["treatment", "care"]}
            leave = "Enter"
        _submit(page, leave, done)
        expected.append((item, answer | {"evidence": rating}))
    _saved(page)
    assert any(ord(letter) > 0xFFFF for item, _ in expected for letter in item["text"])
    assert _same(lead_api.judgments(project, worker), expected)


def test_boxes_and_a_choice(sign_in: SignIn, server: Server, lead_api: Api) -> None:
    project, worker = _join(lead_api, "Heritage sites")
    page = _open(sign_in, server, project)
    _expect_every_key_named(page)
    for done in range(4):
        _count(page, done)
        _draw_three(page)
        _press(page, "Alt+2", f"{done % 3 + 1}")
        _submit(page, "Enter", done)
    _saved(page)
    judged = lead_api.judgments(project, worker)
    assert sorted(answer["condition"] for _, answer in judged) == [
        "damaged",
        "sound",
        "sound",
        "worn",
    ]
    for data, answer in judged:
        _check_boxes(answer["parts"], data["picture"])


def test_a_comparison_and_a_rating(sign_in: SignIn, server: Server, lead_api: Api) -> None:
    project, worker = _join(lead_api, "Which answer is better?")
    page = _open(sign_in, server, project)
    items = lead_api.items(project)
    expected = []
    for done, better in enumerate(islice(cycle(["left", "right", "tie"]), 6)):
        item = _shown(page, items, done, inputs=("prompt", "left", "right"))
        rating = 5 - done % 5
        answer: Json = {"better": better, "helpful": rating}
        _press(page, f"{done % 3 + 1}", f"{rating}")
        if done % 2:
            _press(page, "Alt+3")
            expect(page.get_by_role("textbox", name="What decided it?")).to_be_focused()
            page.keyboard.type(WHY)
            answer["why"] = WHY
        _submit(page, "Control+Enter" if done % 2 else "Enter", done)
        expected.append((item, answer))
    _saved(page)
    assert _same(lead_api.judgments(project, worker), expected)


# -- on the way there --------------------------------------------------------------------------


def _join(api: Api, name: str) -> tuple[int, str]:
    project = api.project(name)
    return project, api.add_person(project, WORKER)


def _open(sign_in: SignIn, server: Server, project: int) -> Page:
    page = sign_in(WORKER)
    page.goto(f"{server.url}/projects/{project}/work")
    expect(page.get_by_role("button", name="Submit & next")).to_be_visible()
    return page


def _expect_every_key_named(page: Page) -> None:
    """On a narrow screen too; the answers are then given there."""
    page.set_viewport_size({"width": 1024, "height": 768})
    bar = page.get_by_role("contentinfo")
    expect(bar.get_by_text("Zoom")).to_be_visible()
    # What does not fit is cut off, and would not be missed by `to_be_visible`.
    last = bar.get_by_text("0", exact=True).bounding_box()
    frame = bar.bounding_box()
    assert last
    assert frame
    assert last["y"] + last["height"] <= frame["y"] + frame["height"]


def _press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def _look_up(page: Page, *keys: str) -> None:
    """Dialogs that are opened and left: the next key is for the question again."""
    focused = page.get_by_role("radiogroup")
    for key in keys:
        _press(page, key)
        expect(page.get_by_role("dialog")).to_be_visible()
        _press(page, "Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(focused).to_be_focused()


def _submit(page: Page, key: str, done: int) -> None:
    page.keyboard.press(key)
    _count(page, done + 1)


def _count(page: Page, done: int) -> None:
    expect(page.get_by_role("banner").locator(".figures")).to_have_text(re.compile(rf"^{done} / "))


def _saved(page: Page) -> None:
    expect_all_saved(page)


def _shown(page: Page, items: list[Json], done: int, *, inputs: tuple[str, ...]) -> Json:
    """The data of the item on the screen, found by its texts."""
    _count(page, done)
    # The text of a stage; blanks at the ends of its lines are not looked at.
    texts = [_plain(text) for text in page.locator("main [role=document]").all_inner_texts()]
    found = [item for item in items if texts == [_plain(item["data"][name]) for name in inputs]]
    assert len(found) == 1, texts
    data: Json = found[0]["data"]
    return data


def _plain(text: str) -> str:
    return " ".join(text.split())


def _category(api: Api, project: int, number: int) -> str:
    schema = api.get(f"projects/{project}/")["guideline"]["schema"]
    return str(schema["questions"][0]["categories"][number - 1]["id"])


# -- spans -------------------------------------------------------------------------------------


def _mark(page: Page, text: str) -> Json:
    """From the start up to the first emoji, the last seven characters, and the last three."""
    letters = _characters(text)
    emoji = next((at for at, letter in enumerate(letters) if ord(letter[0]) > 0xFFFF), 4)
    _press(page, "Home", *["Shift+ArrowRight"] * (emoji + 1), "1")
    _press(page, "End", *["Shift+ArrowLeft"] * 7, "2")
    _press(page, "End", *["Shift+ArrowLeft"] * 3, "3")
    return {
        "mentions": [
            _span(text, 0, len("".join(letters[: emoji + 1])), "disease"),
            _span(text, len("".join(letters[:-7])), len(text), "drug"),
            _span(text, len("".join(letters[:-3])), len(text), "body"),
        ]
    }


def _characters(text: str) -> list[str]:
    """What a caret steps over in one go: an emoji may be two code points."""
    found: list[str] = []
    for letter in text:
        if letter == VARIATION_SELECTOR:
            found[-1] += letter
        else:
            found.append(letter)
    return found


def _span(text: str, start: int, end: int, category: str) -> Json:
    stretch = text[start:end]
    start += len(stretch) - len(stretch.lstrip())
    return {"start": start, "end": start + len(stretch.strip()), "category": category}


# -- boxes -------------------------------------------------------------------------------------


def _draw_three(page: Page) -> None:
    """A roof as it comes, a column pushed into a corner, a tree made small and then removed."""
    boxes = page.get_by_role("listbox").get_by_role("option")
    _press(page, "1", "b")
    expect(boxes).to_have_count(1)
    _press(page, "b", "2", *["ArrowLeft"] * 90, *["ArrowUp"] * 90, "Alt+ArrowRight")
    expect(boxes).to_have_count(2)
    _press(page, "b", "4", *["Shift+ArrowLeft"] * 90)
    expect(boxes).to_have_count(3)
    _press(page, "x")
    expect(boxes).to_have_count(2)


def _check_boxes(boxes: list[Json], picture: Json) -> None:
    # The server keeps boxes from the top down: the column was moved to the upper edge.
    assert [box["category"] for box in boxes] == ["column", "roof"]
    for box in boxes:
        assert 0 <= box["x"] <= picture["width"] - box["width"]
        assert 0 <= box["y"] <= picture["height"] - box["height"]
        assert min(box["width"], box["height"]) >= 8
    assert (boxes[0]["x"], boxes[0]["y"]) == (1, 0)


def _same(kept: list[tuple[Json, Json]], expected: list[tuple[Json, Json]]) -> bool:
    """The same judgments, each once; the server lists items, the person chose no order."""
    assert len(kept) == len(expected)
    for item, answer in expected:
        assert [said for data, said in kept if data == item] == [answer]
    return True
