"""Projects in which a model is tried, trusted, and found wrong: the model's rows are made by hand,
since to learn that well takes longer than a journey may last."""

from time import monotonic, sleep
from uuid import uuid4

from tests.e2e.api import Api, Json
from tests.e2e.server import Server

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
_SAY = """
from annotate.models import Item, ModelVersion, Prediction
version = ModelVersion.objects.create(
    project_id={project}, question="tone", version=2, kind="head", encoder="by hand",
    trained_on=400, parameters=b"", quality={{"labels": 400, "accuracy": 0.93, "log_loss": 0.2,
    "majority_accuracy": 0.5, "ece": 0.02, "categories": {{}}, "reliability": [
        {{"confidence": 0.97, "accuracy": 0.99, "labels": 250}},
        {{"confidence": 0.9, "accuracy": 0.9, "labels": 150}}]}})
items = Item.objects.filter(project={project}).order_by("pk")
rows = []
for n, item in enumerate(items):
    rows.append(Prediction(item=item, question="tone", model_version=version,
        label="pleased", score=0.97 if n % 3 else 0.9))
Prediction.objects.bulk_create(rows)
"""
ASKED: Json = {"question": "tone", "target": 0.1, "risk": 0.1, "rolling_share": 0.2}


def make_trusted_project(server: Server, lead: Api, name: str, size: int = 240) -> int:
    """Items that a measured model is sure of, and no batch yet."""
    policy = {"min_overlap": 1, "max_overlap": 1}
    project = int(
        lead.post("projects/", {"name": name, "schema": _SCHEMA, "policy": policy})["id"]
    )
    lead.post(f"projects/{project}/members/", {"username": "crowd", "role": "crowd"})
    items = [{"data": {"text": f"A gift for friend number {n}."}} for n in range(size)]
    lead.post(f"projects/{project}/items/", {"items": items})
    _wait_for_the_first_model(lead, project)
    server.manage("shell", "--no-imports", "-c", _SAY.format(project=project))
    return project


def judge(worker: Api, project: int, count: int, tone: str = "pleased") -> None:
    for _ in range(count):
        claimed = worker.post(f"projects/{project}/claim/", {"count": 1})
        answer = {"submission_id": str(uuid4()), "answer": {"tone": tone}, "next": False}
        worker.post(f"assignments/{claimed['assignments'][0]['id']}/submit/", answer)


def _wait_for_the_first_model(lead: Api, project: int) -> None:
    """The one that needs no labels speaks by itself; the one made by hand comes after it."""
    end = monotonic() + 60
    while monotonic() < end:
        found = lead.get(f"projects/{project}/model/")
        if found["running"] is None and found["questions"][0]["versions"]:
            return
        sleep(0.3)
    raise AssertionError("no model spoke")
