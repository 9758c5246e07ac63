"""`bench/models.py` itself: a part that fails loses no other's figures, and pieces add up."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow


def test_a_part_that_fails_is_told_beside_the_others(tmp_path: Path) -> None:
    kept = tmp_path / "kept.json"
    kept.write_text(json.dumps({"interference": {"value": 0.1, "goal": 0.2, "met": True}}))
    parts = ["labels_saved", "auto_accept"]
    small = ["--draws", "3", "--pool", "300", "--crowd", str(tmp_path), "--keep", str(kept)]
    output = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "bench/models.py", "--parts", *parts, *small],
        check=True,
        capture_output=True,
        text=True,
    )
    figures: dict[str, Any] = json.loads(output.stdout.splitlines()[-1])
    assert figures == json.loads(kept.read_text())
    assert list(figures) == ["interference", "labels_saved", "auto_accept"]
    assert {"value", "goal", "met"} <= set.intersection(*(set(each) for each in figures.values()))
    broken = figures["labels_saved"]
    assert (broken["value"], broken["met"]) == (None, False)
    assert broken["error"].startswith("FileNotFoundError")
    accepted = figures["auto_accept"]
    assert accepted["met"] == (
        accepted["value"]["promises_broken"] <= accepted["goal"]["promises_broken"]
    )
    assert set(accepted["value"]) == {"promises_broken", "share_accepted"}
