"""A project in which a worker mixes up two categories, and stands at the ladder's first rung."""

from uuid import uuid4

from tests.e2e.api import Api, Json

NAME = "Tones"
REASON = "please look at irony again"
_SCHEMA: Json = {
    "inputs": [{"id": "text", "type": "text", "title": "Review"}],
    "questions": [
        {
            "id": "tone",
            "type": "choice",
            "title": "How does it sound?",
            "categories": [
                {"id": "pleased", "title": "Pleased"},
                {"id": "displeased", "title": "Displeased"},
            ],
        }
    ],
}
_POLICY: Json = {"min_overlap": 1, "max_overlap": 1, "gold_rate": 1.0}
_GOLD, _AFTER = 10, 15
"""A batch of known answers, and so many judgments after it that it is told of for sure."""


def make_hinted_project(lead: Api, worker: Api, username: str) -> int:
    """The worker called every review pleased; the known ones are all displeased."""
    body = {"name": NAME, "schema": _SCHEMA, "policy": _POLICY}
    project = int(lead.post("projects/", body)["id"])
    member = lead.post(f"projects/{project}/members/", {"username": username, "role": "crowd"})
    gold: list[Json] = [
        {"data": {"text": f"Great, number {n} broke again."}, "gold": {"tone": "displeased"}}
        for n in range(_GOLD)
    ]
    plain: list[Json] = [
        {"data": {"text": f"A gift for friend number {n}."}} for n in range(_AFTER + 5)
    ]
    lead.post(f"projects/{project}/items/", {"items": gold + plain})
    for _ in range(_GOLD + _AFTER):
        claimed = worker.post(f"projects/{project}/claim/", {"count": 1})
        answer = {"submission_id": str(uuid4()), "answer": {"tone": "pleased"}, "next": False}
        worker.post(f"assignments/{claimed['assignments'][0]['id']}/submit/", answer)
    rung = {"rung": "hint", "reason": REASON}
    lead.put(f"projects/{project}/members/{member['id']}/rung/", rung)
    return project
