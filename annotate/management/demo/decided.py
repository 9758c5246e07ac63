"""What the server decided of each item, as it tells itself; and what a replay decides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotate.management.demo.client import Client
from annotate.management.demo.recorded import CATEGORY_OF, Drawn
from annotate.management.demo.rte_project import QUESTION
from labeling.policy import RoutingPolicy
from labeling.replay.queued import RAN_OUT, Decided, confidence_of, prices_of, replay_queue
from labeling.replay.session import Session

_PAGE = 200
_CLASS_OF = {category: name for name, category in CATEGORY_OF.items()}


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the server says of its decisions."""

    decided: list[Decided]
    """In the order of the recording."""
    recomputed: int
    """On so many items every decision came out the same when it was made again."""


def told_by(
    lead: Client, project: int, *, workers: Mapping[str, str], items: Sequence[str]
) -> Told:
    """Ask for the story of every item; `workers` are recorded workers by pseudonym."""
    ids = {
        row["external_id"]: row["id"]
        for row in lead.pages(f"projects/{project}/items/", limit=_PAGE)
    }
    stories = [lead.get(f"items/{ids[name]}/why/") for name in items]
    return Told(
        decided=[_decided(story, workers) for story in stories],
        recomputed=sum(story["recomputes"] for story in stories),
    )


def replayed(drawn: Drawn, policy: RoutingPolicy, seed: int) -> list[Decided]:
    """What `replay --order queue` decides of the same items with the same seed."""
    session = Session(drawn.recording, seed=seed, prices=prices_of(policy))
    return replay_queue(session, policy, order=drawn.order).decided


def _decided(story: dict[str, Any], workers: Mapping[str, str]) -> Decided:
    last = story["decisions"][-1] if story["decisions"] else {}
    final = story["final"]
    return Decided(
        item=story["external_id"],
        votes=tuple(
            (workers[ballot["worker"]], _CLASS_OF[ballot["answer"][QUESTION]])
            for ballot in last.get("ballots", ())
        ),
        code=RAN_OUT if final is None else last["code"],
        confidence=confidence_of(last, QUESTION),
        is_by_expert=final is not None and final["source"] == "adjudication",
        label=None if final is None else _CLASS_OF[final["answer"][QUESTION]],
    )
