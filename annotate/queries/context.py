"""What the rules of a policy may ask of an item besides its votes."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import DurationField, ExpressionWrapper, F
from django.db.models.functions import Now

from annotate.models import Hold, Item, SecondLook
from annotate.queries.blind_items import is_kept_blind
from annotate.queries.predictions import Said, counts_any_model, newest_predictions, priors_in
from labeling.label_types import LABEL_TYPES
from labeling.policy import RoutingPolicy
from labeling.priced_routing import ItemContext
from labeling.problems import InvalidLabel
from labeling.rules import RuleAction
from labeling.schema import LabelSchema
from labeling.standing import Standing
from labeling.votes import Label

_OF_MODEL = frozenset({"model_score", "model_disagrees"})
_SECONDS_AN_HOUR = 3600.0


def context_of(
    policy: RoutingPolicy,
    schema: LabelSchema,
    item_id: int,
    standings: Mapping[str, Standing],
) -> ItemContext:
    """The facts that the rules name, and what a model said that counts; nothing else is read.

    Of an item whose label is to say whether the model may be believed, what it said counts for
    nothing.
    """
    named = {condition.fact for rule in policy.rules for condition in rule.conditions}
    actions = {rule.action for rule in policy.rules}
    is_asked = bool(named & _OF_MODEL)
    is_counted = policy.counts_models and counts_any_model(standings)
    is_heard = (is_asked or is_counted) and not is_kept_blind(item_id, policy.model.kept_blind)
    said = newest_predictions([item_id]) if is_heard else []
    labels, score = _model(schema, item_id, said) if is_asked else ({}, None)
    return ItemContext(
        key=_key(policy, item_id),
        age_hours=_age(item_id) if "age_hours" in named else None,
        model_label=labels or None,
        model_score=score,
        priors=priors_in(schema, said, standings) if is_counted else {},
        asked_again=_asked(item_id) if RuleAction.BACK_TO_WORKER in actions else frozenset(),
        was_held=RuleAction.HOLD in actions and Hold.objects.filter(item=item_id).exists(),
    )


def _asked(item_id: int) -> frozenset[int]:
    """The workers to whom the item went back."""
    return frozenset(SecondLook.objects.filter(item=item_id).values_list("worker_id", flat=True))


def draw_key(item_id: int, external_id: str | None) -> str:
    """What audits and double readings are drawn by: the name that an item had before it came here,
    so that a replay of the same items draws the same; its id where it has none."""
    return str(item_id) if external_id is None else external_id


def _key(policy: RoutingPolicy, item_id: int) -> str:
    """Read only where something is drawn: each submit asks."""
    if policy.audit == 0.0 and policy.experts.double_read == 0.0:
        return str(item_id)
    return draw_key(item_id, Item.objects.values_list("external_id", flat=True).get(pk=item_id))


def _age(item_id: int) -> float:
    elapsed = ExpressionWrapper(Now() - F("created_at"), output_field=DurationField())
    found = Item.objects.filter(pk=item_id).annotate(age=elapsed).values_list("age", flat=True)
    return round(float(found.get().total_seconds()) / _SECONDS_AN_HOUR, 6)


def _model(
    schema: LabelSchema, item_id: int, said: Sequence[Said]
) -> tuple[dict[str, Label], float | None]:
    data = Item.objects.values_list("data", flat=True).get(pk=item_id)
    return facts_of_model(schema, said, data)


def facts_of_model(
    schema: LabelSchema, said: Sequence[Said], data: dict[str, Any]
) -> tuple[dict[str, Label], float | None]:
    """What the newest model said of each question, and the lowest of its scores."""
    newest = {row.question: row for row in said}  # the oldest comes first
    labels = labels_of(schema, {name: row.label for name, row in newest.items()}, data)
    return labels, min((newest[name].score for name in labels), default=None)


def labels_of(
    schema: LabelSchema, raw: Mapping[str, Any], data: dict[str, Any]
) -> dict[str, Label]:
    """The labels of questions that may stand alone; those of an older schema are left out."""
    facts = schema.facts_of(data)
    labels: dict[str, Label] = {}
    for question in schema.questions:
        try:
            if question.id in raw:
                label_type = LABEL_TYPES[question.type]
                labels[question.id] = label_type.parse(raw[question.id], question, facts)
        except InvalidLabel:
            continue
    return labels
