"""The demo from the empty project to the checked release."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import httpx

from annotate.management.demo.check_release import CheckedRelease, publish_and_check
from annotate.management.demo.client import Client
from annotate.management.demo.people import EXPERTS, Keys, owner, usernames_of
from annotate.management.demo.recorded import (
    Batch,
    RecordedItem,
    batches_of,
    choose_batches,
    recorded_items,
)
from annotate.management.demo.replay import CrowdReplay, Market, adjudicate_all
from annotate.management.demo.rte_project import GUIDELINE, QUESTION, SCHEMA, row_of
from annotate.management.demo.waiting import GaveUp, await_predictions

Say = Callable[[str], None]

_MODEL_SECONDS = 240.0
_PROGRESS_SECONDS = 5.0
_ROWS_AT_ONCE = 1000


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the demo led to."""

    project: int
    items: Sequence[RecordedItem]
    predictions: int
    crowd: CrowdReplay
    adjudications: int
    finals: dict[str, tuple[str, str]]
    """Category and source of the final label, by item."""
    disputes: int
    model: list[dict[str, Any]]
    """The model's versions, newest first."""
    release: CheckedRelease
    seconds: float


class Demo:
    def __init__(self, pool: httpx.Client, keys: Keys, say: Say) -> None:
        self._pool = pool
        self._keys = keys
        self._say = say
        self._began = self._told = time.monotonic()

    def run(self, *, count: int, seed: int, policy: dict[str, Any]) -> Outcome:
        batches = choose_batches(batches_of(recorded_items(), Random(seed)), count)  # noqa: S311
        items = [item for batch in batches for item in batch.items]
        lead = Client(self._pool, self._keys.of(owner().username))
        project = self._create(lead, policy)
        self._import(lead, project, items)
        predictions = self._await_model(lead, project)
        crowd, experts = self._add_people(lead, project, batches)
        market = Market(
            lead=lead, crowd=crowd, project=project, progress=self._tell("crowd judgments")
        )
        judged = market.run(batches)
        self._say(f"{judged.judgments} crowd judgments; the experts begin.")
        decided = adjudicate_all(
            experts=experts, project=project, items=items, progress=self._tell("adjudications")
        )
        board = lead.get(f"projects/{project}/board/")
        versions = lead.get(f"projects/{project}/model/")["questions"][0]["versions"]
        release = publish_and_check(lead, project, note="Replay of a recorded crowd.")
        return Outcome(
            project=project,
            items=items,
            predictions=predictions,
            crowd=judged,
            adjudications=decided,
            disputes=decided + board["tiers"]["expert"]["waiting"],
            finals=_finals(lead, project),
            model=versions,
            release=release,
            seconds=time.monotonic() - self._began,
        )

    def _create(self, lead: Client, policy: dict[str, Any]) -> int:
        body = {
            "name": "Recognising textual entailment",
            "description": "The recorded judgments of 164 workers, replayed.",
            "schema": SCHEMA,
            "guideline_text": GUIDELINE,
            "policy": policy,
        }
        project = int(lead.post("projects/", body)["id"])
        self._say(f"Project {project} is open.")
        return project

    def _import(self, lead: Client, project: int, items: Sequence[RecordedItem]) -> None:
        for start in range(0, len(items), _ROWS_AT_ONCE):
            rows = [row_of(item) for item in items[start : start + _ROWS_AT_ONCE]]
            body = {"items": rows, "source_name": "Snow et al. 2008, RTE"}
            taken = lead.post(f"projects/{project}/items/", body)
            self._say(f"{taken['created']} items imported, {len(taken['rejected'])} rejected.")

    def _await_model(self, lead: Client, project: int) -> int:
        self._say("The model speaks first ...")
        try:
            predictions = await_predictions(lead, project, seconds=_MODEL_SECONDS)
        except GaveUp as reason:
            self._say(f"No predictions: {reason}. People go on without them.")
            return 0
        self._say(f"{predictions} predictions; workers do not see them.")
        return predictions

    def _add_people(
        self, lead: Client, project: int, batches: Sequence[Batch]
    ) -> tuple[dict[str, Client], list[Client]]:
        """A client for each recorded worker, and those of the experts."""
        names = usernames_of(sorted({w for item in recorded_items() for w in item.votes}))
        present = {worker for batch in batches for worker in batch.workers}
        accounts = {name: "crowd" for worker, name in names.items() if worker in present}
        accounts |= dict.fromkeys(EXPERTS, "expert")
        clients = {}
        for number, (name, role) in enumerate(accounts.items(), 1):
            lead.post(f"projects/{project}/members/", {"username": name, "role": role})
            clients[name] = Client(self._pool, self._keys.of(name))
            self._tell("people added")(number)
        crowd = {worker: clients[name] for worker, name in names.items() if worker in present}
        self._say(f"{len(crowd)} crowd workers and {len(EXPERTS)} simulated experts are here.")
        return crowd, [clients[name] for name in EXPERTS]

    def _tell(self, what: str) -> Callable[[int], None]:
        def tell(count: int) -> None:
            if time.monotonic() - self._told > _PROGRESS_SECONDS:
                self._told = time.monotonic()
                self._say(f"{count} {what}, {self._told - self._began:.0f} s")

        return tell


def _finals(lead: Client, project: int) -> dict[str, tuple[str, str]]:
    """From the export, as anybody else would read them."""
    lines = lead.raw("GET", f"projects/{project}/export/", params={"format": "jsonl"}).text
    rows = (json.loads(line) for line in lines.splitlines())
    return {
        row["external_id"]: (row["final"]["answer"][QUESTION], row["final"]["source"])
        for row in rows
        if row["final"] is not None
    }
