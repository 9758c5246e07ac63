"""Send the recorded crowd to the server, judgment by judgment, in an order fixed by a seed.

Every recorded worker is a crowd worker here and says what the worker said then. To the item in
front of the queue comes the next of those who judged it, claims and answers. How many come, what
becomes of the item, and when the crowd is learnt anew, the server decides alone; at such a moment
the crowd waits for it, and the experts read what is disputed by then. `replay --order queue` lets
the same people come to the same items.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from annotate.management.demo.client import Client
from annotate.management.demo.recorded import CATEGORY_OF, Drawn
from annotate.management.demo.rte_project import QUESTION
from labeling.replay.session import Session

_PAGE = 200

Progress = Callable[[int], None]


class OutOfTurn(Exception):
    """The server handed out another item than the one whose turn it is."""


@dataclass(frozen=True, kw_only=True)
class People:
    """Who works in the project."""

    lead: Client
    crowd: Sequence[Client]
    """By the position of the recorded worker."""
    experts: Sequence[Client]


class Market:
    """Brings workers to the items that wait, and experts to what is disputed."""

    def __init__(
        self,
        *,
        people: People,
        project: int,
        drawn: Drawn,
        session: Session,
        progress: Progress,
    ) -> None:
        self._people = people
        self._project = project
        self._drawn = drawn
        self._session = session
        self._progress = progress
        self._place_of = {name: place for place, name in enumerate(drawn.recording.items)}
        self._by_content = {
            (item.premise, item.hypothesis): place for place, item in enumerate(drawn.items)
        }

    def judgments(self) -> Iterator[int]:
        """Judge until nothing waits, or nobody is left who judged what waits.

        Yields after each judgment how many there are.
        """
        line = list(self._drawn.order)
        while waiting := self.missing_votes():
            # Who was asked again stands behind in the order in which that happened.
            line = [place for place in line if place in waiting]
            before = self._session.crowd
            for place in line:
                for _ in range(waiting[place]):
                    if self._judge(place):
                        yield self._session.crowd
            if self._session.crowd == before:
                break

    def missing_votes(self) -> dict[int, int]:
        """How many votes each item still wants, as the project's lead sees it."""
        missing = {}
        path = f"projects/{self._project}/items/"
        for stage in ("new", "open"):
            for row in self._people.lead.pages(path, stage=stage, limit=_PAGE):
                if row["overlap"] > row["judged"]:
                    missing[self._place_of[row["external_id"]]] = row["overlap"] - row["judged"]
        return missing

    def _judge(self, place: int) -> bool:
        """The next worker of an item claims and answers it; false when there is none left."""
        bought = self._session.buy_vote(place)
        if bought is None:
            return False
        worker, said = bought
        client = self._people.crowd[worker]
        claimed = client.post(f"projects/{self._project}/claim/")["assignments"]
        if [self._place(one["item"]["data"]) for one in claimed] != [place]:
            name = self._drawn.recording.items[place]
            raise OutOfTurn(f"It is the turn of item {name}, and the server handed out another.")
        assignment = claimed[0]["id"]
        body = {
            "submission_id": _submission_id(assignment),
            "answer": self._answer(said),
            "next": False,
        }
        client.post(f"assignments/{assignment}/submit/", body)
        self._progress(self._session.crowd)
        return True

    def read_disputes(self) -> int:
        """Simulated experts, in turn, read what is disputed; answers how many they decided."""
        decided = idle = reader = 0
        experts = self._people.experts
        while idle < len(experts):
            expert = experts[reader % len(experts)]
            reader += 1
            dispute = expert.post(f"projects/{self._project}/disputes/claim/")["dispute"]
            idle = idle + 1 if dispute is None else 0
            if dispute is not None:
                decided += self._read(expert, dispute)
        return decided

    def _read(self, expert: Client, dispute: dict[str, Any]) -> bool:
        """One expert's answer; false while another has to read the item, too."""
        said = self._session.ask_expert(self._place(dispute["data"]))
        answer = self._answer(said)
        same = [vote["voter"] for vote in dispute["votes"] if vote["answer"] == answer]
        path = f"projects/{self._project}/disputes/{dispute['item']}/adjudicate/"
        body = {
            "submission_id": _submission_id(f"dispute/{dispute['item']}"),
            "answer": answer,
            "adopted": same[0] if same else "",
            "reason": "A simulated expert, who mostly answers with the gold label of the study.",
            "next": False,
        }
        return expert.post(path, body)["final"] is not None

    def _place(self, data: dict[str, str]) -> int:
        """A worker is told an item's content and no id, so recorded answers are found by it."""
        return self._by_content[data["premise"], data["hypothesis"]]

    def _answer(self, said: int) -> dict[str, str]:
        return {QUESTION: CATEGORY_OF[self._drawn.recording.classes[said]]}


def _submission_id(name: str) -> str:
    # The same for the same thing, so that a request sent twice is taken once.
    return str(uuid5(NAMESPACE_URL, f"annotate-demo/{name}"))
