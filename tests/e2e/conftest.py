"""A real server and a real browser, for journeys through the built front end."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, sync_playwright

from tests.e2e.server import ROOT, Server

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 30_000

SignIn = Callable[[str], Page]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    if not (ROOT / "frontend" / "dist" / "index.html").exists():
        pytest.fail("the front end is not built: run «make frontend»")
    running = Server(tmp_path_factory.mktemp("server"))
    running.start()
    yield running
    assert running.stop() == 0, running.log.read_text()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as found:
        yield found


@pytest.fixture(scope="session")
def browser(playwright: Playwright, chromium: str) -> Iterator[Browser]:
    running = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
    yield running
    running.close()


@pytest.fixture
def sign_in(browser: Browser, server: Server, tmp_path: Path) -> Iterator[SignIn]:
    """Opens a browser of its own for a person, and signs in by a one-time link.

    A test fails when any page wrote an error into its console.
    """
    pages: list[Page] = []
    errors: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(message.text)

    def open_for(who: str) -> Page:
        link = who if who.startswith("http") else server.link_for(who)
        context = browser.new_context(
            viewport={"width": 1440, "height": 900}, accept_downloads=True, locale="en-US"
        )
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(link)
        page.wait_for_url(f"{server.url}/")
        pages.append(page)
        return page

    yield open_for
    for index, page in enumerate(pages):
        page.screenshot(path=tmp_path / f"last-{index}.png")
        page.context.close()
    assert errors == []
