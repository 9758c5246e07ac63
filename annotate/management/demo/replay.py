"""Replay the recorded crowd through the interface, vote by vote, in an order fixed by a seed.

Every recorded worker is a crowd worker here and says what the worker said then. On the market
where the data was gathered, workers took batches of 20 items; so they do here: as long as items
of a batch wait for votes, the next worker of that batch comes, claims as many items as wait and
answers them. How many votes an item gets is the server's decision alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from annotate.management.demo.client import Client
from annotate.management.demo.recorded import Batch, RecordedItem
from annotate.management.demo.rte_project import QUESTION, by_content

_PAGE = 200

Progress = Callable[[int], None]


@dataclass(kw_only=True)
class CrowdReplay:
    """What the crowd did."""

    judgments: int = 0
    skipped: int = 0
    """Items a worker was offered and had no recorded answer to."""
    unanswered: int = 0
    """Items that still waited when everybody who ever judged them had answered."""


class Market:
    """Sends the recorded workers to the batches whose items wait."""

    def __init__(
        self, *, lead: Client, crowd: dict[str, Client], project: int, progress: Progress
    ) -> None:
        self._lead = lead
        self._crowd = crowd
        self._project = project
        self._progress = progress
        self._done = CrowdReplay()

    def run(self, batches: Sequence[Batch]) -> CrowdReplay:
        """Until nothing waits, or nobody is left who judged what waits."""
        known = by_content(item for batch in batches for item in batch.items)
        came = [0] * len(batches)
        while waiting := self._missing_votes():
            visits = 0
            for index, batch in enumerate(batches):
                missing = [waiting.get(item.id, 0) for item in batch.items]
                for nth in range(max(missing)):
                    if came[index] == len(batch.workers):
                        break
                    wanted = sum(votes > nth for votes in missing)
                    self._visit(batch.workers[came[index]], wanted, known)
                    came[index] += 1
                    visits += 1
            if not visits:
                self._done.unanswered = len(waiting)
                break
        return self._done

    def _missing_votes(self) -> dict[str, int]:
        """How many votes each item still wants, as the project's lead sees it."""
        missing = {}
        for stage in ("new", "open"):
            for row in self._lead.pages(
                f"projects/{self._project}/items/", stage=stage, limit=_PAGE
            ):
                if row["overlap"] > row["judged"]:
                    missing[row["external_id"]] = row["overlap"] - row["judged"]
        return missing

    def _visit(self, worker: str, wanted: int, known: dict[tuple[str, str], RecordedItem]) -> None:
        """One worker answers as many items, or skips what the worker never saw."""
        client = self._crowd[worker]
        claimed = client.post(f"projects/{self._project}/claim/")["assignments"]
        assignment = claimed[0] if claimed else None
        answered = 0
        while assignment is not None and answered < wanted:
            data = assignment["item"]["data"]
            vote = known[data["premise"], data["hypothesis"]].votes.get(worker)
            path = f"assignments/{assignment['id']}"
            if vote is None:
                assignment = client.post(f"{path}/skip/", {"reason": "cannot"})["next"]
                self._done.skipped += 1
                continue
            answered += 1
            body = {
                "submission_id": _submission_id(assignment["id"]),
                "answer": {QUESTION: vote},
                "next": answered < wanted,
            }
            assignment = client.post(f"{path}/submit/", body)["next"]
            self._done.judgments += 1
            self._progress(self._done.judgments)


def adjudicate_all(
    *,
    experts: Sequence[Client],
    project: int,
    items: Sequence[RecordedItem],
    progress: Progress,
) -> int:
    """Simulated experts, in turn, take each dispute and answer with its gold; answers how many."""
    known = by_content(items)
    decided = 0
    while True:
        expert = experts[decided % len(experts)]
        dispute = expert.post(f"projects/{project}/disputes/claim/")["dispute"]
        if dispute is None:
            return decided
        data = dispute["data"]
        answer = {QUESTION: known[data["premise"], data["hypothesis"]].gold}
        path = f"projects/{project}/disputes/{dispute['item']}/adjudicate/"
        expert.post(path, _verdict(dispute, answer))
        decided += 1
        progress(decided)


def _verdict(dispute: dict[str, Any], answer: dict[str, str]) -> dict[str, Any]:
    same = [vote["voter"] for vote in dispute["votes"] if vote["answer"] == answer]
    return {
        "submission_id": _submission_id(f"dispute/{dispute['item']}"),
        "answer": answer,
        "adopted": same[0] if same else "",
        "reason": "A simulated expert, who answers with the gold label of the study.",
        "next": False,
    }


def _submission_id(name: str) -> str:
    # The same for the same thing, so that a request sent twice is taken once.
    return str(uuid5(NAMESPACE_URL, f"annotate-demo/{name}"))
