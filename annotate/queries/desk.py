"""The expert desk: what an expert sees of a dispute, before and after the own answer."""

from collections.abc import Sequence
from typing import Any

from annotate.documents import in_force
from annotate.models import (
    Dispute,
    Event,
    EventKind,
    Item,
    ItemStage,
    Project,
    Reading,
    ReadingStep,
    Worker,
)
from annotate.queries.blind_items import is_kept_blind
from annotate.queries.disputes import (
    agreement_of,
    counted_judgments,
    letter,
    live_leases,
    newest_prediction,
    opening_events,
)
from annotate.queries.experts import count_held
from labeling.consensus import consensus

HIDDEN_REASON = {
    "code": "hidden",
    "sentence": "Votes, prediction and reason are hidden until you commit your own answer.",
}
"""Even the code would tell: an audited item is one on which the votes agreed."""


def hidden_votes(project: Project, worker: Worker | None, items: Sequence[Item]) -> set[int]:
    """Of which of these items who asks must not see the votes yet.

    A worker who may decide sees them once an own answer is stored, or once the item is settled.
    """
    if worker is None or not in_force(project).policy.experts.blind:
        return set()
    disputed = {item.pk for item in items if item.stage == ItemStage.DISPUTED}
    read = Reading.objects.filter(worker=worker, item__in=disputed)
    return disputed - set(read.values_list("item", flat=True))


def dispute_detail(project: Project, item: Item, worker: Worker | None) -> dict[str, Any]:
    """One dispute, whole, for the expert `worker` (None: somebody who only looks)."""
    lease = live_leases([item.pk]).get(item.pk)
    opened = opening_events([item.pk]).get(item.pk)
    is_mine = lease is not None and worker is not None and lease.worker_id == worker.pk
    is_hidden = item.pk in hidden_votes(project, worker, [item])
    return {
        "item": item.pk,
        "stage": item.stage,
        "opened_at": opened.at if opened else None,
        "held": lease is not None,
        "held_by_me": is_mine,
        "lease_expires_at": lease.expires_at if lease is not None and is_mine else None,
        "revealed": not is_hidden,
        **(_NOTHING if is_hidden else _voices(project, item, opened)),
        **_readings(project, item, worker, is_hidden=is_hidden),
    }


_NOTHING: dict[str, Any] = {
    "votes": [],
    "prediction": None,
    "agreement": {},
    "consensus": {},
    "reason": HIDDEN_REASON,
}


def _voices(project: Project, item: Item, opened: Event | None) -> dict[str, Any]:
    """What crowd and model say, and why an expert is asked."""
    rules = in_force(project)
    schema, kept_blind = rules.schema, rules.policy.model.kept_blind
    counted = counted_judgments(schema, [item])[item.pk]
    said_together = consensus(schema, counted.answers) if counted.answers else {}
    labels = schema.dump_answer({key: value.label for key, value in said_together.items()})
    return {
        "votes": [
            {
                "voter": letter(index),
                "answer": row.answer,
                "comment": row.comment,
                "unsure": row.is_unsure,
            }
            for index, row in enumerate(counted.judgments)
        ],
        "prediction": None if is_kept_blind(item.pk, kept_blind) else newest_prediction(item),
        "agreement": agreement_of(schema, counted.answers),
        "consensus": {
            key: {"label": labels[key], "score": value.score}
            for key, value in said_together.items()
        },
        "reason": opened.payload if opened else {},
    }


def _readings(
    project: Project, item: Item, worker: Worker | None, *, is_hidden: bool
) -> dict[str, Any]:
    """What experts said of an item; to an expert only the own words while two read blind."""
    dispute = Dispute.objects.filter(item=item).first()
    rows = list(Reading.objects.filter(item=item).order_by("pk"))
    me = None if worker is None else worker.pk
    own = next((row for row in rows if row.worker_id == me), None)
    is_open = dispute is not None and (dispute.wanted == 3 or dispute.is_for_leads)
    is_shown = not is_hidden and (is_open or item.stage != ItemStage.DISPUTED or worker is None)
    others = [row for row in rows if row.worker_id != me and row.step == ReadingStep.FINAL]
    escalated = Event.objects.filter(item=item, kind=EventKind.DISPUTE_ESCALATED).last()
    return {
        "own": own.answer if own and own.step == ReadingStep.BLIND else None,
        "wanted": dispute.wanted if dispute else 1,
        "for_leads": dispute is not None and dispute.is_for_leads,
        "escalation": escalated.payload["reason"] if escalated and is_shown else "",
        "readings": [
            {"reader": f"E{number}", "answer": row.answer, "reason": row.rationale}
            for number, row in enumerate(others if is_shown else [], start=1)
        ],
        "held_count": count_held(worker) if worker else 0,
        "most_at_once": in_force(project).policy.experts.most_at_once,
    }
