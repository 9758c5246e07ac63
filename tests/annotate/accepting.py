"""A project whose model is sure of nearly everything, for tests of auto-accept."""

from typing import Any

from django.db.models import F

from annotate import models
from annotate.services.accept_items import accept_items, reopen_items, watch_audits
from annotate.services.jobs import run_job
from tests import make
from tests.annotate import acting

SURE = [{"confidence": 0.97, "accuracy": 1.0, "labels": 200}]
"""Out of fold: of all that the model was so sure of, nothing was wrong."""
ASKED: dict[str, Any] = {"question": "tone", "target": 0.1, "risk": 0.1, "rolling_share": 0.02}


class Lead:
    """A lead at the API, with a project of `size` items that a model said `pos` of."""

    def __init__(self, size: int = 120, *, policy: Any = make.ONE_VOTE, wrong: int = 0) -> None:
        self.project = make.project(policy=policy)
        self.caller = make.client_for(self.project.created_by)
        self.version = version(self.project)
        self.items = make.items(self.project, size)
        self.wrong = {item.pk for item in self.items[:wrong]}
        predict(self.version, self.items)

    def call(self, method: str, rest: str = "", body: Any = None) -> make.Reply:
        return self.caller.call(method, f"projects/{self.project.pk}/auto-accept/{rest}", body)

    def propose(self, **changed: Any) -> dict[str, Any]:
        status, body = self.call("POST", "", {**ASKED, **changed})
        assert status == 201, body
        return dict(body)

    def judge_audits(self, batch: int, answer: Any = make.POS, *, most: int = 10_000) -> int:
        """Let a person judge until no audit is open; answers how many items that were."""
        person = make.client_for(make.worker(self.project))
        for count in range(most):
            if not open_audits(batch):
                return count
            (lease,) = acting.claim(person, self.project)
            assert lease["prediction"] is None
            item = models.Assignment.objects.get(pk=lease["id"]).item_id
            said = make.NEG if item in self.wrong else answer
            assert acting.submit(person, lease["id"], said)[0] == 200
        return most

    def prove(self, **changed: Any) -> int:
        """A batch that is proven; answers its id."""
        batch = int(self.propose(**changed)["id"])
        self.judge_audits(batch)
        status, body = self.call("POST", f"{batch}/look/")
        assert (status, body["verdict"]["is_proven"]) == (200, True), body
        return batch

    def accept(self, batch: int) -> dict[str, Any]:
        """Accept a proven batch, and run its job."""
        status, body = self.call("POST", f"{batch}/accept/")
        assert status == 202, body
        run(body["job"]["id"])
        return dict(self.call("GET", f"{batch}/")[1])


def version(project: models.Project, number: int = 1) -> models.ModelVersion:
    return models.ModelVersion.objects.create(
        project=project, question="tone", version=number, kind="head", encoder="test",
        trained_on=200, quality={"reliability": SURE, "accuracy": 1.0}, parameters=b"",
    )  # fmt: skip


def predict(said_by: models.ModelVersion, items: list[models.Item], score: float = 0.97) -> None:
    models.Prediction.objects.bulk_create(
        models.Prediction(
            item=item, question="tone", model_version=said_by, label="pos", score=score
        )
        for item in items
    )
    models.ModelVersion.objects.filter(pk=said_by.pk).update(predicted=F("predicted") + len(items))


def open_audits(batch: int) -> int:
    row = models.Acceptance.objects.get(pk=batch)
    audits = models.AcceptanceItem.objects.filter(
        acceptance=batch, place__lte=row.drawn + row.rolling
    )
    return audits.filter(item__stage__in=["new", "open", "disputed"]).count()


def run(job: int) -> None:
    """What the worker process does with the job."""
    row = models.Job.objects.get(pk=job)
    run_job(job, {"accept": accept_items, "reopen": reopen_items}[row.kind])


def watch() -> int:
    return watch_audits()
