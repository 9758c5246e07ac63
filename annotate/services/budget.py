"""The budget of a project: what it allows is found at each refresh, and read at each vote."""

import contextlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import orjson
from django.db import connection, transaction
from django.db.models import Count, F

from annotate.documents import in_force, policy_version
from annotate.models import Item, ItemStage, Project
from annotate.queries.counts import item_counts
from annotate.queries.groups import waiting_copies
from annotate.queries.spending import Spending, spending_of
from annotate.services.decide_anew import decide_anew, lock_item
from labeling.budget import Allowance, Bounds, allowance_by, allowance_of, backlog_of
from labeling.budget_by_record import record_of
from labeling.item_facts import facts_of_any_item
from labeling.policy import RoutingPolicy
from labeling.poll_standing import PollStanding
from labeling.problems import InvalidAnswer
from labeling.schema import LabelSchema
from labeling.standing import Standing
from labeling.votes import Answer

MOST_SIMULATED = 2000
"""So many undecided items stand for all: every k-th of them, with every k-th unit of money."""
MOST_WEIGHED = 300
"""So many of the latest items are weighed once more where labels are no classes."""
MOST_LOOKED_AT = 2000
"""So many of the latest judgments are looked through for these."""

_Vote = tuple[int, int, dict[str, Any]]
"""Item, worker, answer."""
_UNDECIDED = (ItemStage.NEW, ItemStage.OPEN, ItemStage.HELD)
# Every k-th undecided item that has votes, with the votes that count; by item, and in order.
_VOTES = """
SELECT j.item_id, j.worker_id, j.answer
  FROM annotate_judgment j JOIN annotate_item i ON i.id = j.item_id
 WHERE i.project_id = %(project)s AND i.stage IN ('open', 'held') AND i.id %% %(step)s = 0
   AND NOT j.is_surplus
   AND NOT EXISTS (SELECT FROM annotate_judgment r WHERE r.replaces_id = j.id)
 ORDER BY j.item_id, j.id
"""
# All votes that count of the items that were judged last.
_LATEST = """
SELECT j.item_id, j.worker_id, j.answer
  FROM annotate_judgment j
 WHERE j.item_id IN (SELECT n.item_id FROM annotate_judgment n
                      WHERE n.project_id = %(project)s AND NOT n.is_surplus
                      ORDER BY n.id DESC LIMIT %(judgments)s)
   AND NOT j.is_surplus
   AND NOT EXISTS (SELECT FROM annotate_judgment r WHERE r.replaces_id = j.id)
 ORDER BY j.item_id DESC, j.id
"""
# Open projects whose money has run out since the last refresh; by the workers' counters.
_SPENDING = """
SELECT p.id, p.policy_id, (c.allowance ->> 'allowed')::float8, w.crowd, w.expert
  FROM annotate_project p
 CROSS JOIN LATERAL (
       SELECT n.allowance FROM annotate_crowdversion n
        WHERE n.project_id = p.id ORDER BY n.version DESC LIMIT 1) AS c
 CROSS JOIN LATERAL (
       SELECT coalesce(sum(v.judged_count + v.again_count), 0) AS crowd,
              coalesce(sum(v.read_count), 0) AS expert
         FROM annotate_worker v WHERE v.project_id = p.id) AS w
 WHERE p.stage = 'open' AND p.policy_id IS NOT NULL
   AND NOT (c.allowance ->> 'is_spent')::boolean
"""


def allowance_now(project: Project, standings: Mapping[str, Standing]) -> dict[str, Any] | None:
    """What the budget allows a crowd like this, as a version of it keeps that; None without one.

    What waits for experts is as good as spent.
    """
    rules = in_force(project)
    policy, prices = rules.policy, rules.policy.expected_prices
    if policy.budget is None or policy.prices is None:
        return None
    stages = dict(item_counts([project.pk])[project.pk])
    to_decide = sum(stages[stage] for stage in ItemStage.values) - stages[ItemStage.WITHDRAWN]
    if to_decide == 0:
        return None  # no money, but nothing that it could have been spent on
    allowed = policy.budget * to_decide
    spent = spending_of(project).cost(policy.prices)
    # Copies that wait for a label cost nothing; what they save is there for the others.
    stages[ItemStage.NEW] = max(stages[ItemStage.NEW] - waiting_copies(project), 0)
    promised = stages[ItemStage.DISPUTED] * (prices.expert or 0.0)
    money = allowed - spent - promised
    gates = policy.gates(rules.schema)
    known = {name: standing for name, standing in standings.items() if name in gates}
    if any(isinstance(standing, PollStanding) for standing in known.values()):
        allowance = _by_record(project, standings, untouched=stages[ItemStage.NEW], money=money)
    else:
        allowance = _by_crowd(project, known, stages, money=money)
    return {**allowance.to_json(), "allowed": allowed}


def _by_record(
    project: Project, standings: Mapping[str, Standing], *, untouched: int, money: float
) -> Allowance:
    """What one more judgment gained so far says what the items will cost."""
    rules = in_force(project)
    policy, prices = rules.policy, rules.policy.expected_prices
    record = record_of(rules.schema, policy, _histories(project, rules.schema), standings)
    waiting = (
        Item.objects.filter(project=project, stage__in=(ItemStage.OPEN, ItemStage.HELD))
        .values_list("judged")
        .annotate(items=Count("pk"))
    )
    begun = list(waiting)

    def cost(hurdle: float, share: float) -> float:
        still = record.costs(
            hurdle, share, fewest=policy.min_overlap, most=policy.max_overlap, prices=prices
        )
        more = [prices.crowd + rest for rest in still[1:]]  # who is open waits for a vote
        rest = sum(items * more[judged] for judged, items in begun if judged < len(more))
        return untouched * still[0] + float(rest)

    return allowance_by(cost if record.is_enough else None, money=money, each=1, prices=prices)


def _histories(project: Project, schema: LabelSchema) -> list[list[tuple[int, Answer]]]:
    """Who gave which answer to the items that were judged last; what is of an older schema is
    left out."""
    facts = facts_of_any_item(schema.inputs)
    with connection.cursor() as cursor:
        cursor.execute(_LATEST, {"project": project.pk, "judgments": MOST_LOOKED_AT})
        rows = cursor.fetchall()
    by_item: dict[int, list[tuple[int, Answer]]] = {}
    for item, worker, raw in rows:
        with contextlib.suppress(InvalidAnswer):
            answer = schema.parse_answer(orjson.loads(raw), facts)
            by_item.setdefault(item, []).append((worker, answer))
    return list(by_item.values())[:MOST_WEIGHED]


def _by_crowd(
    project: Project,
    standings: Mapping[str, Standing],
    stages: Mapping[str, int],
    *,
    money: float,
) -> Allowance:
    """What the crowd's own confusion makes up says what the items will cost."""
    policy = in_force(project).policy
    prices = policy.expected_prices
    step = max(1, -(-sum(stages[stage] for stage in _UNDECIDED) // MOST_SIMULATED))
    votes = _votes(project, step)
    places = {item: place for place, item in enumerate(dict.fromkeys(row[0] for row in votes))}
    # What nobody has judged yet comes behind: all that is known of it is what is usual.
    size = len(places) + stages[ItemStage.NEW] // step
    counts = np.bincount([places[item] for item, _, _ in votes], minlength=size)
    backlogs = [
        backlog_of(standing, _of_question(votes, name), places, size=size, prices=prices)
        for name, standing in standings.items()
    ]
    return allowance_of(
        backlogs,
        counts,
        Bounds(fewest=policy.min_overlap, most=policy.max_overlap, each=step),
        money=money,
        prices=prices,
    )


def _of_question(votes: list[_Vote], name: str) -> list[tuple[int, int, Any]]:
    return [(item, worker, said[name]) for item, worker, said in votes if name in said]


def _votes(project: Project, step: int) -> list[_Vote]:
    with connection.cursor() as cursor:
        cursor.execute(_VOTES, {"project": project.pk, "step": step})
        return [(item, worker, _labels(raw)) for item, worker, raw in cursor.fetchall()]


def _labels(raw: str) -> dict[str, Any]:
    """The labels that may be classes: those that can be looked up."""
    answer: dict[str, Any] = orjson.loads(raw)
    return {name: label for name, label in answer.items() if isinstance(label, str | int)}


def overspent_projects() -> list[int]:
    """The ids of the projects whose money went since their last refresh."""
    with connection.cursor() as cursor:
        cursor.execute(_SPENDING)
        rows = cursor.fetchall()
    return [
        project
        for project, policy, allowed, crowd, expert in rows
        if _is_gone(
            policy_version(policy), allowed, Spending(crowd=int(crowd), expert=int(expert))
        )
    ]


def _is_gone(policy: RoutingPolicy, allowed: float, spending: Spending) -> bool:
    if policy.prices is None or policy.budget is None:
        return False
    return spending.cost(policy.prices) + policy.prices.crowd > allowed


def settle_what_there_is(*, project: Project) -> int:
    """Decide about the items that wait for votes nobody may buy any more; answers how many.

    Each in a transaction of its own. Items on which somebody is at work are decided by that vote.
    """
    waiting = Item.objects.filter(
        project=project, stage=ItemStage.OPEN, judged__gt=0, taken=F("judged")
    )
    keys = list(waiting.order_by("pk").values_list("pk", flat=True))
    for item_id in keys:
        with transaction.atomic():
            decide_anew(lock_item(item_id))
    return len(keys)
