"""A project whose people and whose model answer as told, to see what the model is worth there."""

from typing import Any

import numpy as np

from annotate import models
from annotate.services.projects import change_policy
from annotate.services.refresh import refresh_crowd
from labeling.formats.rows import ImportedJudgment, ImportedPrediction
from tests import make
from tests.annotate import acting

PRICED: dict[str, Any] = {
    "min_overlap": 1,
    "max_overlap": 4,
    "prices": {"crowd": 1, "expert": None, "wrong": 100},
}
SETTLES = {"min_overlap": 1, "max_overlap": 3, "threshold": 0.51}
KNOWN, ASKED, CROWD = 45, 20, 5
"""Items whose votes were made elsewhere, items that are judged here, and how many judge them."""
USEFUL, USELESS = 0.95, 0.5


class World:
    """A project whose people always say the same of the same item, whatever the model says."""

    def __init__(self, model: float | None, *, seed: int = 1) -> None:
        """`model`: how often the model is right; None: there is none."""
        self.seed, self.model = seed, model
        self.project = make.project(policy=SETTLES)
        for place in range(KNOWN):
            judgments = [
                ImportedJudgment(
                    worker=f"old {voter}",
                    answer={"tone": self.vote(place, voter)},
                    seconds=1,
                    is_gold=False,
                )
                for voter in range(3)
            ]
            item = make.item(self.project, predictions=self.said(place), judgments=judgments)
            assert item.stage == "settled"
        self.follow(PRICED)
        refresh_crowd(project=self.project)

    def follow(self, policy: Any) -> None:
        change_policy(project=self.project, author=self.project.created_by, document=policy)
        self.project.refresh_from_db()

    def truth(self, place: int) -> str:
        return "pos" if place % 2 else "neg"

    def other(self, place: int) -> str:
        return self.truth(place + 1)

    def vote(self, place: int, voter: int) -> str:
        is_right = np.random.default_rng([self.seed, place, voter]).random() < 0.8
        return self.truth(place) if is_right else self.other(place)

    def said(self, place: int) -> list[ImportedPrediction]:
        if self.model is None:
            return []
        is_right = np.random.default_rng([self.seed, 7, place]).random() < self.model
        label = self.truth(place) if is_right else self.other(place)
        return [ImportedPrediction(model="net", answer={"tone": label}, score=0.9)]

    def ask(self, places: range) -> list[models.Item]:
        """New items, judged by people here until nothing more is asked for."""
        made = {
            make.item(self.project, predictions=self.said(place)).pk: place for place in places
        }
        people = [make.worker(self.project) for _ in range(CROWD)]
        for _ in range(PRICED["max_overlap"]):
            for voter, person in enumerate(people):
                caller = make.client_for(person)
                for lease in acting.claim(caller, self.project, 5):
                    item = models.Assignment.objects.get(pk=lease["id"]).item_id
                    acting.submit(caller, lease["id"], {"tone": self.vote(made[item], voter)})
        return list(models.Item.objects.filter(pk__in=made).order_by("pk"))

    def weight(self) -> dict[str, Any]:
        newest = models.CrowdVersion.objects.filter(project=self.project).latest("version")
        found: dict[str, Any] = newest.standings["tone"]["models"]
        return found
