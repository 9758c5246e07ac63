"""A project in which an item is held, one came back to its worker, and money was spent."""

from uuid import uuid4

from tests.e2e.api import Api, Json

_SCHEMA: Json = {
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
_POLICY: Json = {
    "min_overlap": 2,
    "max_overlap": 4,
    "prices": {"crowd": 1, "expert": 5, "wrong": 60},
    "budget": 3,
    "gold_rate": 0.05,
    "experts": {"double_read": 0.2},
    "rules": [
        {"name": "Ask the lead", "when": {"comments": {"at_least": 1}}, "then": "hold"},
        {
            "name": "Look again",
            "when": {"conflict": {"any_of": ["pleased", "displeased"]}},
            "then": "back_to_worker",
            "note": "Irony counts as what is meant.",
        },
        {"name": "No money", "when": {"budget_spent": {"is": True}}, "then": "hold"},
    ],
}
_TEXTS = (
    "Great, it broke again.",
    "I could not put it down, though I tried.",
    "A gift for a friend.",
    "Long, and then longer.",
)


def make_project(lead: Api, first: Api, second: Api) -> int:
    """The first worker's answer to the second item came back to that worker."""
    project = int(
        lead.post("projects/", {"name": "Reviews", "schema": _SCHEMA, "policy": _POLICY})["id"]
    )
    for name in ("crowd", "crowd2"):
        lead.add_person(project, name)
    items = [{"data": {"text": text}} for text in _TEXTS]
    lead.post(f"projects/{project}/items/", {"items": items})
    for worker, answers in (
        (first, [("pleased", "Is this irony?"), ("displeased", "")]),
        (second, [("pleased", ""), ("pleased", "")]),
    ):
        for label, comment in answers:
            lease = worker.post(f"projects/{project}/claim/", {"count": 1})["assignments"][0]
            worker.post(
                f"assignments/{lease['id']}/submit/",
                {
                    "submission_id": str(uuid4()),
                    "answer": {"tone": label},
                    "comment": comment,
                    "next": False,
                },
            )
    return project
