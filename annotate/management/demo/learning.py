"""The demo of the model's share: simulated people label letters, the model learns from them, and
takes over what their audits prove it may be trusted with. All through the server's interface."""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from random import Random
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import httpx

from annotate.management.demo.client import Client, ServerRefused
from annotate.management.demo.letters import (
    GUIDELINE,
    OFFICES,
    POLICY,
    QUESTION,
    SCHEMA,
    Letter,
    letters,
)
from annotate.management.demo.people import Keys, owner
from annotate.management.demo.waiting import GaveUp, await_job, await_predictions
from annotate.models import FinalLabel, FinalSource, Prediction
from annotate.services.learn import GROWTH, start_due_lessons

STEPS = (100, 200, 400, 800)
"""So many labels of people, and then the model is taught and tried. Where audits have brought as
many already, it is once there is enough for another lesson."""
PEOPLE = ("letters-1", "letters-2", "letters-3")
RIGHT = 0.99
"""Of the answers of simulated people; the other share names another office."""
TARGET, RISK = 0.15, 0.05
MOST_LOOKS = 3
_MODEL_SECONDS = 300.0
_ROWS_AT_ONCE = 1000


@dataclass(frozen=True, kw_only=True)
class Stage:
    """How far things are when the model has learnt from so many labels."""

    labels: int
    """By people, all told: audits are labels as well."""
    trained_on: int
    accuracy: float | None
    """Of the model on what is open, by the truth; None where nothing is."""
    foretold: float
    """As it says itself, out of fold."""
    accepted: int
    """By the model so far, each in a batch that audits proved."""
    share: float
    """`accepted`, of all items."""
    right: float | None
    """Of those, how many are."""


class LearningDemo:
    """One project from its first label on."""

    def __init__(self, pool: httpx.Client, keys: Keys, say: Callable[[str], None]) -> None:
        self._lead = Client(pool, keys.of(owner().username))
        self._pool, self._keys, self._say = pool, keys, say
        self._people: list[Client] = []
        self._labels = 0

    def run(self, *, count: int, seed: int, steps: Sequence[int] = STEPS) -> list[Stage]:
        """A stage for each of `steps`, in labels of people. Raises ServerRefused, GaveUp."""
        made = letters(count, seed)
        self._truth = {letter.text: letter.office for letter in made}
        self._by_id: dict[str | None, str] = {letter.id: letter.office for letter in made}
        self._dice = Random(seed)  # noqa: S311 - no secret
        self._project = self._create(made)
        stages: list[Stage] = []
        for step in steps:
            taught = stages[-1].trained_on if stages else 0
            while self._labels < max(step, GROWTH * taught) and self._judge_one():
                continue
            version = self._teach()
            accuracy = self._accuracy(int(version["version"]))
            self._accept_what_is_proven()
            stages.append(self._stage(version, accuracy, count))
            self._say(line_of(stages[-1]))
        return stages

    def _create(self, made: Sequence[Letter]) -> int:
        body = {
            "name": "Letters to the town hall",
            "description": "Made from phrases, and labelled by simulated people and a model.",
            "schema": SCHEMA,
            "guideline_text": GUIDELINE,
            "policy": POLICY,
        }
        project = int(self._lead.post("projects/", body)["id"])
        for name in PEOPLE:
            self._lead.post(f"projects/{project}/members/", {"username": name, "role": "crowd"})
            self._people.append(Client(self._pool, self._keys.of(name)))
        for start in range(0, len(made), _ROWS_AT_ONCE):
            part = made[start : start + _ROWS_AT_ONCE]
            rows = [{"external_id": each.id, "data": {"text": each.text}} for each in part]
            self._lead.post(f"projects/{project}/items/", {"items": rows, "source_name": "made"})
        said = await_predictions(self._lead, project, seconds=_MODEL_SECONDS)
        self._say(f"Project {project}: {len(made)} letters, {said} predictions without a label.")
        return project

    def _judge_one(self) -> bool:
        """Somebody answers what the server hands out next; false where there is nothing."""
        person = self._people[self._labels % len(self._people)]
        leases = person.post(f"projects/{self._project}/claim/")["assignments"]
        if not leases:
            return False
        office = self._truth[leases[0]["item"]["data"]["text"]]
        if self._dice.random() >= RIGHT:
            office = self._dice.choice([name for name in OFFICES if name != office])
        name = f"annotate-demo/{leases[0]['id']}"
        body = {
            "submission_id": str(uuid5(NAMESPACE_URL, name)),
            "answer": {QUESTION: office},
            "next": False,
        }
        person.post(f"assignments/{leases[0]['id']}/submit/", body)
        self._labels += 1
        return True

    def _teach(self) -> dict[str, Any]:
        """Have the model taught, as the worker's clock would in a while; its newest version."""
        start_due_lessons()
        jobs = self._lead.get(f"projects/{self._project}/jobs/", limit=200)["results"]
        for job in [job for job in jobs if job["kind"] in {"teach", "prelabel"}]:
            await_job(self._lead, job, seconds=_MODEL_SECONDS)
        (question,) = self._lead.get(f"projects/{self._project}/model/")["questions"]
        newest: dict[str, Any] = question["versions"][0]
        if newest["quality"] is None:
            raise GaveUp("the model has learnt nothing yet")
        return newest

    def _accuracy(self, version: int) -> float | None:
        """On the items that are open, which nobody has answered; None where none is left."""
        said = Prediction.objects.filter(
            item__project=self._project, item__stage="new", model_version__version=version
        ).values_list("label", "item__external_id")
        right = [self._by_id[str(name)] == label for label, name in said]
        return sum(right) / len(right) if right else None

    def _accept_what_is_proven(self) -> None:
        """Batch after batch, the surest first, until one is not proven or none is left."""
        path = f"projects/{self._project}/auto-accept/"
        promise = {"question": QUESTION, "target": TARGET, "risk": RISK}
        while True:
            try:
                batch = self._lead.post(path, promise)
            except ServerRefused:  # nothing is sure enough to be worth its audits
                return
            own = f"{path}{batch['id']}/"
            batch = self._audited(own, batch)
            if not (batch["verdict"] or {}).get("is_proven"):
                self._lead.post(f"{own}cancel/")
                return
            job = self._lead.post(f"{own}accept/")["job"]
            await_job(self._lead, job, seconds=_MODEL_SECONDS)

    def _audited(self, path: str, batch: dict[str, Any]) -> dict[str, Any]:
        """The batch once looks have proven it, or as many as there may be have not."""
        for _ in range(MOST_LOOKS):
            while batch["audited"] < batch["drawn"] and self._judge_one():
                batch = self._lead.get(path)
            batch = self._lead.post(f"{path}look/")
            verdict = batch["verdict"]
            if verdict["is_proven"] or verdict["is_hopeless"]:
                break
        return batch

    def _stage(self, version: dict[str, Any], accuracy: float | None, count: int) -> Stage:
        said = FinalLabel.objects.filter(
            item__project=self._project, source=FinalSource.AUTO_ACCEPT
        ).values_list("answer", "item__external_id")
        right = [answer[QUESTION] == self._by_id[str(name)] for answer, name in said]
        return Stage(
            labels=self._labels,
            trained_on=int(version["trained_on"]),
            accuracy=None if accuracy is None else round(accuracy, 4),
            foretold=round(float(version["quality"]["accuracy"]), 4),
            accepted=len(right),
            share=round(len(right) / count, 4),
            right=round(sum(right) / len(right), 4) if right else None,
        )


def line_of(stage: Stage) -> str:
    """For people."""
    right = "" if stage.right is None else f", {stage.right:.1%} of these are right"
    known = "nothing is open"
    if stage.accuracy is not None:
        known = f"right on {stage.accuracy:.1%} of what is open (it says {stage.foretold:.1%})"
    return (
        f"  {stage.labels:4} labels: taught on {stage.trained_on}, {known}; the model has settled "
        f"{stage.accepted}, {stage.share:.0%} of all{right}"
    )


def numbers_of(stages: Sequence[Stage], began: float) -> dict[str, Any]:
    """For machines; `began` as time.monotonic() has it."""
    return {
        "stages": [asdict(stage) for stage in stages],
        "target": TARGET,
        "risk": RISK,
        "seconds": round(time.monotonic() - began, 1),
    }
