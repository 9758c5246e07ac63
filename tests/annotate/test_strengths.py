"""A release says how strong the things are that pairwise questions compare."""

import json
from pathlib import Path
from typing import Any

import pytest
import pytest_django

from annotate import models
from annotate.services.jobs import run_job
from annotate.services.release import build_release, folder_of
from tests import make
from tests.annotate import acting

pytestmark = pytest.mark.usefixtures("committed")

SCHEMA: dict[str, Any] = {
    "inputs": [{"id": "a", "type": "text"}, {"id": "b", "type": "text"}],
    "questions": [{"id": "better", "type": "pairwise", "on": ["a", "b"]}],
}
PAIRS = [("good 😀", "fair"), ("fair", "bad"), ("bad", "good 😀"), ("alone", "lonely")]


def released(project: models.Project) -> Path:
    lead = make.client_for(project.created_by)
    _, body = lead.post(f"projects/{project.pk}/releases/", {"note": ""})
    run_job(body["job"]["id"], build_release)
    return folder_of(models.Release.objects.get(project=project))


def judged(pairs: list[tuple[str, str]]) -> models.Project:
    """Two workers hold the longer of each pair for better."""
    project = make.project(schema=SCHEMA, policy={"min_overlap": 2, "max_overlap": 2})
    for one, other in pairs:
        make.item(project, data={"a": one, "b": other})
        side = "left" if len(one) > len(other) else "right"
        acting.vote(project, {"better": side}, {"better": side})
    return project


def test_things_that_come_back_are_ranked_over_all_pairs(
    settings: pytest_django.Settings, tmp_path: Path
) -> None:
    settings.RELEASE_ROOT = tmp_path
    folder = released(judged(PAIRS))
    rows = [json.loads(line) for line in (folder / "strengths.jsonl").read_text().splitlines()]
    assert [(row["thing"], row["group"]) for row in rows[:3]] == [
        ("good 😀", 1),
        ("fair", 1),
        ("bad", 1),
    ]
    assert [(row["better"], row["worse"], row["alike"]) for row in rows[:3]] == [
        (4, 0, 0),
        (2, 2, 0),
        (0, 4, 0),
    ]
    assert {row["group"] for row in rows[3:]} == {2}
    manifest = json.loads((folder / "manifest.json").read_text())
    assert "strengths.jsonl" in {file["name"] for file in manifest["files"]}
    assert "strengths.jsonl" in (folder / "README.md").read_text()


def test_where_no_thing_comes_back_there_is_no_such_file(
    settings: pytest_django.Settings, tmp_path: Path
) -> None:
    settings.RELEASE_ROOT = tmp_path
    folder = released(judged([("one", "two!"), ("three", "four")]))
    assert not (folder / "strengths.jsonl").exists()
    assert "strengths" not in (folder / "README.md").read_text()
