"""The documents are true to what stands."""

import json
import re

from annotate.checks import every_route_has_a_policy
from tests.house.sources import PACKAGES, ROOT

# The shell of a Django project and of packages; they need no words.
_NEEDS_NO_WORDS = {"__init__", "__pycache__", "migrations"}


def rooms() -> list[str]:
    """The packages, and what stands directly inside each of them."""
    inside = [
        f"{package}/{path.name}"
        for package in PACKAGES
        for path in (ROOT / package).iterdir()
        if path.stem not in _NEEDS_NO_WORDS and (path.is_dir() or path.suffix == ".py")
    ]
    return sorted([*PACKAGES, "frontend", "tests", *inside])


def test_every_room_stands_in_the_architecture() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text()
    words = set(re.findall(r"[\w.]+", text.replace(".py", "")))
    missing = [
        room for room in rooms() if room.rpartition("/")[2].removesuffix(".py") not in words
    ]
    assert missing == []


def test_every_route_has_an_entry_in_the_policy_table() -> None:
    assert every_route_has_a_policy() == []


def test_the_front_ends_lock_file_fits_and_names_no_host() -> None:
    wanted = json.loads((ROOT / "frontend" / "package.json").read_text())
    text = (ROOT / "frontend" / "package-lock.json").read_text()
    packages = json.loads(text)["packages"]
    for kind in ("dependencies", "devDependencies"):
        assert packages[""].get(kind, {}) == wanted.get(kind, {})
        for name, version in wanted.get(kind, {}).items():
            assert packages[f"node_modules/{name}"]["version"] == version
    assert '"resolved"' not in text


def test_every_decision_is_numbered_and_says_what_it_costs() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [page.name[:4] for page in pages] == [f"{n + 1:04d}" for n in range(len(pages))]
    assert [page.name for page in pages if "## What it costs" not in page.read_text()] == []
