"""A project whose model answers an application, and gets back what it said wrong."""

import time
from collections.abc import Callable
from urllib.error import HTTPError

from tests.e2e.api import Api, Json

_SCHEMA: Json = {
    "inputs": [{"id": "text", "type": "text", "title": "Review"}],
    "questions": [
        {
            "id": "tone",
            "type": "choice",
            "title": "How does it sound?",
            "categories": [
                {"id": "pleased", "title": "Pleased", "description": "a happy, good review"},
                {"id": "displeased", "title": "Displeased", "description": "a sad, bad review"},
            ],
        }
    ],
}
_POLICY: Json = {"min_overlap": 1, "max_overlap": 1}
_TEXTS = {
    "pleased": "A wonderful present that we enjoyed every day, number {n}.",
    "displeased": "It broke within a week and nobody answered, number {n}.",
}
_LESSONS, _ASKED, _CORRECTED = 70, 60, 6
PATIENCE_SECONDS = 120


def make_project_in_production(lead: Api) -> int:
    """Its lessons are balanced; what the application asks is nearly all displeased."""
    body = {"name": "Reviews in production", "schema": _SCHEMA, "policy": _POLICY}
    project = int(lead.post("projects/", body)["id"])
    lead.post(f"projects/{project}/items/", {"items": [_lesson(n) for n in range(_LESSONS)]})
    asked = [
        {"external_id": f"order {n}", "data": {"text": _TEXTS["displeased"].format(n=n + 1000)}}
        for n in range(_ASKED)
    ]
    answered = _until(lambda: _predicted(lead, project, asked))
    rows = [
        {"id": row["id"], "correction": {"tone": "pleased"}}
        if place < _CORRECTED
        else {"id": row["id"]}
        for place, row in enumerate(answered)
    ]
    given = lead.post(f"projects/{project}/feedback/", {"items": rows})
    assert given["reasons"]["corrected"] + given["reasons"]["uncertain"] > 0, given
    lead.post(f"projects/{project}/applications/", {"name": "Shop front"})
    _until(lambda: lead.get(f"projects/{project}/production/")["drift"])
    return project


def _lesson(n: int) -> Json:
    label = "pleased" if n % 2 else "displeased"
    judgment = {"worker": "old", "answer": {"tone": label}, "seconds": 3}
    return {"data": {"text": _TEXTS[label].format(n=n)}, "judgments": [judgment]}


def _predicted(lead: Api, project: int, asked: list[Json]) -> list[Json]:
    """Nothing while there is no model yet, or it is still being loaded."""
    try:
        body = {"items": asked, "latency_budget_ms": 20_000}
        reply = lead.post(f"projects/{project}/predict/", body)
    except HTTPError as error:
        if error.code not in {409, 503}:
            raise
        return []
    rows: list[Json] = reply["items"]
    return rows if reply["refused"] == 0 else []


def _until(ask: Callable[[], list[Json]]) -> list[Json]:
    end = time.monotonic() + PATIENCE_SECONDS
    while not (found := ask()):
        assert time.monotonic() < end
        time.sleep(1)
    return found
