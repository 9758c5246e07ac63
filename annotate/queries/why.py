"""Why a label is what it is: every decision on an item, made again from what it was made of."""

from typing import Any

import orjson
from django.db.models import QuerySet

from annotate.documents import crowd_version, schema_version
from annotate.models import (
    CrowdVersion,
    Event,
    EventKind,
    FinalLabel,
    Guideline,
    Item,
    Judgment,
    PolicyVersion,
)
from annotate.queries.accepted import acceptances_of_item
from annotate.queries.deciding import CountedVote, MadeOf, decide_again, readable_votes
from annotate.queries.groups import spreads_of_item
from labeling.model_rater import FEWEST_ITEMS

DECISIONS = (
    EventKind.OVERLAP_RAISED,
    EventKind.ITEM_RETURNED,
    EventKind.ITEM_HELD,
    EventKind.DISPUTE_OPENED,
    EventKind.ITEM_SETTLED,
)
# What the trail adds to the reason of a decision.
ADDED = ("final", "to", "made_of", "conflict", "readings")


def why(item: Item) -> dict[str, Any]:
    """The whole story of an item: votes and their weight, decisions, verdicts, the label.

    `recomputes` says of each decision whether the same versions make the same of the same votes;
    None of one that did not keep what it was made of.
    """
    judgments = {
        row.pk: row
        for row in Judgment.objects.filter(item=item).select_related("worker").order_by("pk")
    }
    trail = Event.objects.filter(item=item, kind__in=DECISIONS).order_by("pk")
    decisions = [_decision(item, event, judgments) for event in trail]
    for earlier, later in zip([None, *decisions], decisions, strict=False):
        if later["recomputes"] is None or later["code"] == "skipped":
            continue
        later["why_not_cheaper"] = _why_not_cheaper(later, earlier)
        later["why_not_higher"] = _why_not_higher(later)
    accepted, spread = acceptances_of_item(item), spreads_of_item(item)
    return {
        "item": item.pk,
        "external_id": item.external_id,
        "stage": item.stage,
        "decisions": decisions,
        "verdicts": _verdicts(item),
        "accepted": accepted,
        "spread": spread,
        "final": _final(item),
        "recomputes": all(
            found["recomputes"] is True for found in (*decisions, *accepted, *spread)
        ),
    }


def _decision(item: Item, event: Event, judgments: dict[int, Judgment]) -> dict[str, Any]:
    payload = event.payload
    if payload.get("code") == "skipped":
        return _skipped(event)
    if "made_of" not in payload:
        return _unmade(event)
    made_of = MadeOf.from_json(payload["made_of"], item.pk, item.data)
    rows = [judgments[key] for key in made_of.judgments]
    again = _again(item, made_of, rows)
    reason = {key: value for key, value in payload.items() if key not in ADDED}
    return {
        "at": event.at,
        "kind": event.kind,
        **reason,
        "ballots": [
            {
                "number": number,
                "worker": row.worker.pseudonym,
                "answer": row.answer,
                "unsure": row.is_unsure,
                "comment": row.comment,
                "saw_prediction": row.saw_prediction,
                "at": row.created_at,
            }
            for number, row in enumerate(rows, start=1)
        ],
        "guideline_version": _version(Guideline.objects.all(), made_of.guideline),
        "policy_version": _version(PolicyVersion.objects.all(), made_of.policy),
        "crowd_version": _version(CrowdVersion.objects.all(), made_of.crowd),
        "recomputes": again == reason,
        "model": _model(reason, made_of),
    }


def _unmade(event: Event) -> dict[str, Any]:
    """A decision that was stored before decisions kept what they were made of."""
    return {
        "at": event.at,
        "kind": event.kind,
        **{key: value for key, value in event.payload.items() if key not in ADDED},
        "ballots": [],
        "guideline_version": None,
        "policy_version": None,
        "crowd_version": None,
        "recomputes": None,
        "model": [],
        "why_not_cheaper": None,
        "why_not_higher": None,
    }


def _skipped(event: Event) -> dict[str, Any]:
    """A dispute that was opened by skips: it is made again by counting those before it."""
    versions = event.payload["versions"]
    before = Event.objects.filter(item=event.item_id, kind=EventKind.ITEM_SKIPPED, pk__lt=event.pk)
    workers = before.values("worker").distinct().count()
    return {
        **_unmade(event),
        "guideline_version": _version(Guideline.objects.all(), versions["guideline"]),
        "policy_version": _version(PolicyVersion.objects.all(), versions["policy"]),
        "recomputes": workers == event.payload["skips"],
    }


def _model(reason: dict[str, Any], made_of: MadeOf) -> list[dict[str, Any]]:
    """What a model said of each question, and how far that counted, in numbers and words.

    Where every exponent was 0 the prediction was not even read.
    """
    standings = {} if made_of.crowd is None else crowd_version(made_of.crowd)
    found = []
    for question, standing in standings.items():
        said = reason["questions"].get(question, {}).get("model")
        if said is not None:
            weight = standing.models.get(said["source"])
            measured = 0 if weight is None else weight.items
            told = {**said, "label": str(said["label"]), "measured_on": measured}
            told["alone"] = _alone(said["alone"])
        elif standing.models and not any(w.exponent for w in standing.models.values()):
            measured = max(weight.items for weight in standing.models.values())
            told = {**_UNHEARD, "measured_on": measured}
        else:
            continue
        found.append(
            {
                "question": question,
                **told,
                "needed": FEWEST_ITEMS,
                "sentence": _told_of_model(told),
            }
        )
    return found


def _alone(said: dict[str, Any] | None) -> dict[str, Any] | None:
    """What the votes say without the model, if it counts; a label that is no class is not told."""
    if said is None:
        return None
    is_class = isinstance(said["label"], str | int)
    return {**said, "label": str(said["label"]) if is_class else None}


_UNHEARD: dict[str, Any] = {
    "source": None,
    "label": None,
    "share": None,
    "exponent": 0.0,
    "was_shown": False,
    "alone": None,
}


def _told_of_model(told: dict[str, Any]) -> str:
    items = told["measured_on"]
    useless = (
        f"not counted yet (exponent 0): people who had not seen what it says judged {items} "
        f"items, and it takes {FEWEST_ITEMS} to tell what it is worth."
        if items < FEWEST_ITEMS
        else f"counted with exponent 0, which is not at all: on {items} items that people judged "
        "without seeing what it says, it told nothing more than how common each answer is."
    )
    if told["label"] is None:
        return f"The model is {useless}"
    said = f"The model said {told['label']}"
    if told["share"] is not None:
        said += f" with {told['share']:.0%}"
    if told["was_shown"]:
        return (
            f"{said}. Somebody had seen that before voting, so that it is in the votes already "
            "and was not counted once more."
        )
    if told["exponent"] == 0.0:
        return f"{said}; it is {useless}"
    alone = told["alone"]
    if alone["label"] is None:
        return (
            f"The model said {told['label']}, which counted as the vote of one more worker, right "
            f"in {told['share']:.0%}. Without it the votes are {alone['confidence']:.0%} sure."
        )
    return (
        f"{said}, counted with exponent {told['exponent']:g}. The votes without it say "
        f"{alone['label']}, {alone['confidence']:.0%} sure."
    )


def _again(item: Item, made_of: MadeOf, rows: list[Judgment]) -> dict[str, Any]:
    """The reason, made again and brought into the form in which it was stored."""
    votes = [
        CountedVote(
            judgment=row.pk,
            worker=row.worker_id,
            answer=row.answer,
            is_unsure=row.is_unsure,
            has_comment=row.comment != "",
            saw_prediction=row.saw_prediction,
        )
        for row in rows
    ]
    readable = readable_votes(schema_version(made_of.guideline), item.data, votes)
    reason: dict[str, Any] = orjson.loads(orjson.dumps(decide_again(made_of, readable).reason))
    return reason


def _version(versions: "QuerySet[Any]", pk: int | None) -> int | None:
    return None if pk is None else int(versions.values_list("version", flat=True).get(pk=pk))


def _verdicts(item: Item) -> list[dict[str, Any]]:
    rows = FinalLabel.objects.filter(item=item, decided_by__isnull=False)
    return [
        {
            "at": row.created_at,
            "expert": row.decided_by.pseudonym if row.decided_by else None,
            "answer": row.answer,
            "adopted": row.reason.get("adopted"),
            "sentence": row.reason.get("sentence"),
        }
        for row in rows.select_related("decided_by").order_by("pk")
    ]


def _final(item: Item) -> dict[str, Any] | None:
    final = item.final_label
    if final is None:
        return None
    return {
        "answer": final.answer,
        "source": final.source,
        "confidence": final.confidence,
        "at": final.created_at,
    }


def _sureness(decision: dict[str, Any]) -> float:
    """Of the least sure question that had to be sure."""
    questions = decision["questions"].values()
    gating = [found["confidence"] for found in questions if found["gates"]]
    return min(gating or [found["confidence"] for found in questions], default=0.0)


def _why_not_cheaper(decision: dict[str, Any], earlier: dict[str, Any] | None) -> str:
    votes = decision["votes"]
    if votes <= decision["min_overlap"]:
        return f"The policy asks for at least {decision['min_overlap']} votes."
    if earlier is None:
        return "Everybody who had been asked answered before the decision."
    return (
        f"After {earlier['votes']} votes it was {_sureness(earlier):.0%} sure: "
        f"{earlier['sentence']}"
    )


def _why_not_higher(decision: dict[str, Any]) -> str:
    if decision["kind"] == EventKind.DISPUTE_OPENED:
        return "It went to an expert, the highest tier there is."
    if decision["measure"] != "price":
        return (
            "The policy asks an expert only when votes stay below the threshold of "
            f"{decision['threshold']:g}, or as its rules for disputes say."
        )
    if decision["prices"]["expert"] is None:
        return "The policy has no expert."
    gain = decision["expert_rate"] / decision["hurdle"]
    if gain <= 0.0:
        return "An expert errs as often as this answer is wrong, or the crowd gains more."
    return f"An expert was expected to save {gain:.2f} for each unit that one costs."
