"""The demo from the empty project to the checked release."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from annotate.management.demo.check_release import CheckedRelease, publish_and_check
from annotate.management.demo.client import Client
from annotate.management.demo.decided import Told, replayed, told_by
from annotate.management.demo.market import Market, People
from annotate.management.demo.people import EXPERTS, Keys, owner, usernames_of
from annotate.management.demo.recorded import Drawn, RecordedItem, draw, recorded_items
from annotate.management.demo.rte_project import GUIDELINE, QUESTION, row_of, schema_of
from annotate.management.demo.waiting import GaveUp, await_predictions, await_refresh
from labeling.policy import RoutingPolicy
from labeling.prices import Prices
from labeling.refresh import is_due
from labeling.replay.queued import Decided, prices_of
from labeling.replay.session import Session

Say = Callable[[str], None]

_MODEL_SECONDS = 240.0
_REFRESH_SECONDS = 60.0
_PROGRESS_SECONDS = 5.0
_ROWS_AT_ONCE = 1000


@dataclass(frozen=True, kw_only=True)
class Bill:
    """What was bought, and at which prices."""

    crowd: int
    readings: int
    """By experts."""
    prices: Prices

    @property
    def cost(self) -> float:
        return self.crowd * self.prices.crowd + self.readings * (self.prices.expert or 0.0)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the demo led to."""

    project: int
    items: Sequence[RecordedItem]
    predictions: int
    bill: Bill
    refreshes: int
    unanswered: int
    """Items that still waited when everybody who ever judged them had answered."""
    adjudications: int
    finals: dict[str, tuple[str, str]]
    """Category and source of the final label, by item."""
    disputes: int
    told: Told
    replayed: list[Decided]
    """What a replay decides of the same items."""
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
        """Raises ValueError for a policy that cannot be replayed."""
        rules = _rules_of(policy)
        drawn = draw(count, seed)
        lead = Client(self._pool, self._keys.of(owner().username))
        project = self._create(lead, policy, drawn)
        self._import(lead, project, [drawn.items[place] for place in drawn.order])
        predictions = self._await_model(lead, project)
        people, pseudonyms = self._add_people(lead, project, drawn)
        session = Session(drawn.recording, seed=seed, prices=prices_of(rules))
        market = Market(
            people=people,
            project=project,
            drawn=drawn,
            session=session,
            progress=self._tell("crowd judgments"),
        )
        refreshes, decided = self._judge(market, project, rules)
        bill = Bill(crowd=session.crowd, readings=session.experts, prices=session.prices)
        self._say(f"{bill.crowd} crowd judgments and {bill.readings} readings; all is decided.")
        told = told_by(lead, project, workers=pseudonyms, items=drawn.recording.items)
        board = lead.get(f"projects/{project}/board/")
        return Outcome(
            project=project,
            items=drawn.items,
            predictions=predictions,
            bill=bill,
            refreshes=refreshes,
            unanswered=len(market.missing_votes()),
            adjudications=decided,
            disputes=decided + board["tiers"]["expert"]["waiting"],
            finals=_finals(lead, project),
            told=told,
            replayed=replayed(drawn, rules, seed),
            model=lead.get(f"projects/{project}/model/")["questions"][0]["versions"],
            release=publish_and_check(lead, project, note="Replay of a recorded crowd."),
            seconds=time.monotonic() - self._began,
        )

    def _judge(self, market: Market, project: int, rules: RoutingPolicy) -> tuple[int, int]:
        """All judgments and readings; answers how often the crowd was learnt, and how many
        disputes were decided.

        Experts read after a refresh and never before, so that it hangs on no accident which
        verdicts it knows.
        """
        known = refreshes = decided = 0
        for given in market.judgments():
            if rules.prices is not None and is_due(given, known):
                await_refresh(project, votes=given, seconds=_REFRESH_SECONDS)
                known, refreshes = given, refreshes + 1
                decided += market.read_disputes()
        return refreshes, decided + market.read_disputes()

    def _create(self, lead: Client, policy: dict[str, Any], drawn: Drawn) -> int:
        body = {
            "name": "Recognising textual entailment",
            "description": "The recorded judgments of 164 workers, replayed.",
            "schema": schema_of(drawn.recording.classes),
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
        self, lead: Client, project: int, drawn: Drawn
    ) -> tuple[People, dict[str, str]]:
        """A client for everybody, and the recorded workers by their pseudonyms."""
        names = usernames_of(sorted({w for item in recorded_items() for w in item.votes}))
        accounts = {names[worker]: "crowd" for worker in drawn.recording.workers}
        accounts |= dict.fromkeys(EXPERTS, "expert")
        clients, pseudonyms = {}, {}
        for number, (name, role) in enumerate(accounts.items(), 1):
            body = {"username": name, "role": role}
            pseudonyms[name] = lead.post(f"projects/{project}/members/", body)["pseudonym"]
            clients[name] = Client(self._pool, self._keys.of(name))
            self._tell("people added")(number)
        crowd = {worker: names[worker] for worker in drawn.recording.workers}
        self._say(f"{len(crowd)} crowd workers and {len(EXPERTS)} simulated experts are here.")
        people = People(
            lead=lead,
            crowd=[clients[name] for name in crowd.values()],
            experts=[clients[name] for name in EXPERTS],
        )
        return people, {pseudonyms[name]: worker for worker, name in crowd.items()}

    def _tell(self, what: str) -> Callable[[int], None]:
        def tell(count: int) -> None:
            if time.monotonic() - self._told > _PROGRESS_SECONDS:
                self._told = time.monotonic()
                self._say(f"{count} {what}, {self._told - self._began:.0f} s")

        return tell


def _rules_of(policy: dict[str, Any]) -> RoutingPolicy:
    rules = RoutingPolicy.from_json(policy)
    if rules.gold_rate > 0:
        raise ValueError("gold_rate has to be 0: the gold of this demo scores, and is not planted")
    return rules


def _finals(lead: Client, project: int) -> dict[str, tuple[str, str]]:
    """From the export, as anybody else would read them."""
    lines = lead.raw("GET", f"projects/{project}/export/", params={"format": "jsonl"}).text
    rows = (json.loads(line) for line in lines.splitlines())
    return {
        row["external_id"]: (row["final"]["answer"][QUESTION], row["final"]["source"])
        for row in rows
        if row["final"] is not None
    }
