"""A real server and a real browser, for journeys through the built front end."""

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from tests.annotate.scaled_tables import Tables
from tests.e2e.api import Api
from tests.e2e.server import ROOT, ManyServers, Server
from tests.models_assist.stub_engine import StubEngine, stub_engine

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
expect.set_options(timeout=PATIENCE_MS)


class SignIn(Protocol):
    def __call__(self, who: str, *, expected: str = "") -> Page:
        """`expected` matches errors that the browser itself writes: it is cut off on purpose."""


@pytest.fixture(scope="session")
def language_model() -> Iterator[StubEngine]:
    """What the server may ask; a test says what it answers."""
    with stub_engine() as running:
        yield running


@pytest.fixture(scope="session")
def server(
    tmp_path_factory: pytest.TempPathFactory, language_model: StubEngine
) -> Iterator[Server]:
    if not (ROOT / "frontend" / "dist" / "index.html").exists():
        pytest.fail("the front end is not built: run «make frontend»")
    folder = tmp_path_factory.mktemp("server")
    endpoint = {"name": "house", "protocol": "openai", "models": ["qwen"], "private": True}
    allowed = folder / "endpoints.json"
    allowed.write_text(json.dumps([{**endpoint, "url": language_model.endpoint().url}]))
    with ExitStack() as stack:
        elsewhere: dict[str, str] = {}
        if settings.DATABASE_URL:
            tables = Tables(folder, settings.DATABASE_URL, stack)
            elsewhere["DATABASE_URL"] = tables.url_of(tables.name)
        if settings.REDIS_URL:
            elsewhere["REDIS_URL"] = settings.REDIS_URL
        kind = ManyServers if elsewhere else Server
        running = kind(folder, MODEL_ENDPOINTS=str(allowed), **elsewhere)
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


@pytest.fixture(scope="session")
def lead_api(server: Server) -> Api:
    return Api(server, "lead")


@pytest.fixture
def sign_in(browser: Browser, server: Server, tmp_path: Path) -> Iterator[SignIn]:
    """Opens a browser of its own for a person, and signs in by a one-time link.

    A test fails when any page wrote an error into its console.
    """
    pages: list[Page] = []
    errors: list[str] = []

    def open_for(who: str, *, expected: str = "") -> Page:
        def note(text: str) -> None:
            if not (expected and re.search(expected, text)):
                errors.append(text)

        link = who if who.startswith("http") else server.link_for(who)
        page = new_page(browser)
        page.on("console", lambda said: note(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: note(str(error)))
        page.goto(link)
        page.wait_for_url(f"{server.url}/")
        pages.append(page)
        return page

    yield open_for
    for index, page in enumerate(pages):
        if not page.is_closed():  # some tests close theirs, as people do
            page.screenshot(path=tmp_path / f"last-{index}.png")
        page.context.close()
    assert errors == []


def new_page(browser: Browser, *, locale: str = "en-US", **options: Any) -> Page:
    """A page in a browser of its own: nobody is signed in there."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, locale=locale, accept_downloads=True, **options
    )
    context.set_default_timeout(PATIENCE_MS)
    return context.new_page()


def expect_all_saved(page: Page) -> None:
    """Exactly, where the words leave out what passes within a moment."""
    expect(page.locator("[data-now=all]")).to_be_visible()
