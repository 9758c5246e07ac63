"""A project with near-duplicates, for tests of labelling once."""

from typing import Any

import numpy as np
from django.db import connection

from annotate import models
from annotate.queries.recount import differences
from annotate.services.group_items import group_items
from annotate.services.jobs import run_job
from annotate.services.spread import follow_labels
from tests import make
from tests.annotate import acting

NO_AUDIT = 0.01
"""The smallest share there is."""


class Lead:
    """A lead at the API, with items of these texts, each read by a model."""

    def __init__(self, *texts: str, policy: Any = make.ONE_VOTE, schema: Any = make.CHOICE):
        self.project = make.project(policy=policy, schema=schema)
        self.caller = make.client_for(self.project.created_by)
        self.items = self.add(*texts)

    def add(self, *texts: str) -> list[models.Item]:
        items = [make.item(self.project, data={"text": text}) for text in texts]
        for item in items:
            read(item)
        return items

    def call(self, method: str, rest: str = "", body: Any = None) -> make.Reply:
        path = f"projects/{self.project.pk}/near-duplicates/{rest}"
        return self.caller.call(method, path, body)

    def find(self) -> dict[str, Any]:
        """Look for near-duplicates, and what the screen says then."""
        status, job = self.call("POST", "find/")
        assert status == 202, job
        run_job(job["id"], group_items)
        row = models.Job.objects.get(pk=job["id"])
        assert row.state == "done", row.error
        return dict(self.call("GET")[1])

    def spread(self, share: float = NO_AUDIT, **rules: Any) -> dict[str, Any]:
        """Turn labelling once on, and let its job run."""
        rules_row(self.project).update(seed=self._seed_for(share))
        status, body = self.call("PUT", "", {"audit_share": share, **rules})
        assert status == 200, body
        status, body = self.call("PUT", "", {"is_spread": True})
        assert status == 200, body
        run_job(body["job"]["id"], group_items)
        assert models.Job.objects.get(pk=body["job"]["id"]).state == "done"
        return dict(self.call("GET")[1])

    def _seed_for(self, share: float) -> int:
        """The first seed that draws as many of these items as are expected: the draw hangs on
        their ids, and so on what tests ran before."""
        items = models.Item.objects.filter(project=self.project).order_by("pk")
        keys = list(items.values_list("pk", flat=True))[1:]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT s FROM generate_series(1, 10000) AS s, unnest(%s::bigint[]) AS i"
                " GROUP BY s HAVING count(*) FILTER (WHERE blind_draw(i, s) < %s) = %s"
                " ORDER BY s LIMIT 1",
                [keys, share, round(share * len(keys))],
            )
            return int(cursor.fetchone()[0])

    def judge(self, answer: Any = make.POS) -> models.Judgment:
        """The next item of the queue, by somebody new."""
        return acting.judge(make.worker(self.project), answer)

    def states(self) -> list[tuple[str, str | None]]:
        """Of each item: its stage, and where its final label is from."""
        rows = models.Item.objects.filter(project=self.project).order_by("pk")
        return list(rows.values_list("stage", "final_label__source"))

    def queued(self) -> list[int]:
        """The places of the items that are in the queue."""
        keys = [
            item.pk for item in models.Item.objects.filter(project=self.project).order_by("pk")
        ]
        waiting = models.QueueEntry.objects.filter(project=self.project)
        return sorted(keys.index(key) for key in waiting.values_list("item", flat=True))

    def members(self) -> list[str]:
        rows = models.GroupItem.objects.filter(group__project=self.project).order_by("item")
        return list(rows.values_list("state", flat=True))


def rules_row(project: models.Project) -> Any:
    models.SimilarRules.objects.get_or_create(project=project, defaults={"seed": 7})
    return models.SimilarRules.objects.filter(project=project)


def read(item: models.Item, vector: Any = (1.0, 0.0, 0.0, 0.0), encoder: str = "test") -> None:
    """Store the vector that a model would have stored. The same for all: what a vector does not
    tell apart, the words have to."""
    raw = np.array(vector) / np.linalg.norm(vector)
    models.Embedding.objects.create(
        item=item, input="text", encoder=encoder, vector=raw.astype("<f2").tobytes()
    )


def miscounted() -> list[str]:
    """What a recount finds."""
    return [str(found) for _, some in differences() for found in some]


def follow() -> int:
    """What the worker process does every few seconds."""
    return follow_labels()
