"""What a decided dispute tells of the experts who read it, from the trail alone."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from annotate.documents import InForce, policy_version, schema_version
from annotate.models import (
    AppealState,
    AppealSubject,
    Event,
    EventKind,
    FinalLabel,
    GoldLabel,
    GoldState,
    Item,
    Reading,
    ReadingOutcome,
    ReadingStep,
)
from annotate.queries.disputes import counted_judgments, opening_events
from labeling.consensus import consensus
from labeling.expertise import credits_of, is_same
from labeling.problems import InvalidAnswer
from labeling.votes import Answer

SOUND = (GoldState.TRUSTED, GoldState.CONFIRMED)
_GOLD_EVENTS = (EventKind.GOLD_DOUBTED, EventKind.GOLD_DECIDED, EventKind.APPEAL_DECIDED)
_GOLD_FELL = (AppealSubject.GOLD, AppealState.UPHELD)


class Credited(NamedTuple):
    """What one item adds to the competence of an expert in a category."""

    worker: int
    category: str
    right: float
    """0 .. seen."""
    seen: float


def sound_gold(item: Item) -> dict[str, Any] | None:
    """The known answer of an item as it is now, None where there is none to be trusted."""
    gold = GoldLabel.objects.filter(item=item, state__in=SOUND).first()
    return None if gold is None else gold.answer


def credits_for(
    rules: InForce, item: Item, final: dict[str, Any], gold: dict[str, Any] | None
) -> list[Credited]:
    """The first answers of an item's experts as right or wrong, by expert and category, in order.

    The truth is gold where there is some; else what two experts agreed on or a further one
    decided, who is then no evidence of the own skill; else, when the item was drawn for an audit,
    the consensus that would have settled it. A single expert's word alone proves nothing.
    """
    gates = rules.policy.gates(rules.schema)
    truth, measured = _truth(rules, item, final, gold)
    if truth is None:
        return []
    counts: dict[tuple[int, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for worker, said in measured.items():
        answer = _parsed(rules, item, said)
        if answer is None:
            continue
        for credit in credits_of(rules.schema, answer, truth, gates):
            count = counts[worker, credit.category]
            count[0] += min(max(credit.right, 0.0), 1.0)
            count[1] += 1.0
    return [
        Credited(worker, category, right, seen)
        for (worker, category), (right, seen) in sorted(counts.items())
    ]


def all_credits() -> Iterator[Credited]:
    """What every expert's decision added, each under the rules and with the gold of its time."""
    decided = Reading.objects.filter(step=ReadingStep.FINAL, outcome=ReadingOutcome.DECIDED)
    for reading in decided.select_related("item").order_by("pk").iterator():
        final = FinalLabel.objects.filter(
            decided_by=reading.worker_id, submission_id=reading.submission_id
        ).first()
        if final is None:  # it was never taken, so it credited nobody
            continue
        rules = InForce(
            final.guideline_id,
            final.policy_id,
            schema_version(final.guideline_id),
            policy_version(final.policy_id),
        )
        yield from credits_for(rules, reading.item, final.answer, _gold_of_then(reading.item))


def _gold_of_then(item: Item) -> dict[str, Any] | None:
    """The known answer as it was trusted when the item was adjudicated, read from the trail."""
    gold = GoldLabel.objects.filter(item=item).first()
    end = Event.objects.filter(item=item, kind=EventKind.ITEM_ADJUDICATED).order_by("pk").first()
    if gold is None or end is None:
        return None
    is_sound = True
    said = Event.objects.filter(item=item, kind__in=_GOLD_EVENTS, pk__lt=end.pk).order_by("pk")
    for event in said:
        if event.kind == EventKind.GOLD_DOUBTED:
            is_sound = False
        elif event.kind == EventKind.GOLD_DECIDED:
            is_sound = event.payload["stands"]
        elif (event.payload["subject"], event.payload["state"]) == _GOLD_FELL:
            is_sound = False
    return gold.answer if is_sound else None


def _truth(
    rules: InForce, item: Item, final: dict[str, Any], gold: dict[str, Any] | None
) -> tuple[Answer | None, dict[int, dict[str, Any]]]:
    """What is taken for true, and the first answer of each expert who is measured by it."""
    readings = list(Reading.objects.filter(item=item).order_by("pk"))
    first: dict[int, dict[str, Any]] = {}
    for row in readings:
        first.setdefault(row.worker_id, row.answer)
    if gold is not None:
        return _parsed(rules, item, gold), first
    finals = [row for row in readings if row.step == ReadingStep.FINAL]
    if len(finals) > 1:
        truth, decider = _parsed(rules, item, final), finals[-1].worker_id
        before = [_parsed(rules, item, row.answer) for row in finals[:-1]]
        has_agreed = any(_is_same(rules, answer, truth) for answer in before)
        return truth, {who: said for who, said in first.items() if has_agreed or who != decider}
    opened = opening_events([item.pk]).get(item.pk)
    if opened is None or opened.payload.get("code") != "audit":
        return None, {}
    answers = counted_judgments(rules.schema, [item])[item.pk].answers
    if not answers:
        return None, {}
    return {key: value.label for key, value in consensus(rules.schema, answers).items()}, first


def _is_same(rules: InForce, one: Answer | None, other: Answer | None) -> bool:
    if one is None or other is None:
        return False
    return is_same(rules.schema, one, other, rules.policy.gates(rules.schema))


def _parsed(rules: InForce, item: Item, answer: dict[str, Any]) -> Answer | None:
    """None for an answer of an older guideline: it is measured by nobody."""
    try:
        return rules.schema.parse_answer(answer, rules.schema.facts_of(item.data))
    except InvalidAnswer:
        return None
