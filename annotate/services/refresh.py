"""Learn the crowd of a project anew, in the background: the submit only reads what was learnt."""

from typing import Any

import orjson
from django.db import connection, transaction
from django.db.models import Sum

from annotate.documents import in_force, policy_version
from annotate.enqueue import enqueue_once
from annotate.models import (
    CrowdVersion,
    FinalLabel,
    FinalSource,
    Project,
    Worker,
)
from annotate.queries.gold import gold_in_use
from annotate.queries.predictions import newest_predictions, prior_of
from annotate.services.budget import allowance_now, overspent_projects
from labeling.item_facts import facts_of_any_item
from labeling.label_types import LABEL_TYPES
from labeling.model_rater import ModelPrior
from labeling.policy import RoutingPolicy
from labeling.poll_learning import learn_polls
from labeling.prices import Prices
from labeling.problems import InvalidLabel
from labeling.questions import ItemFacts, Question
from labeling.refresh import NO_RECORD, ModelRecord, is_due, learn_standing
from labeling.standing import Standing
from labeling.votes import Label
from labeling.weighing import classes_of, has_classes

# The last judgment of a worker on an item counts, unless it came too late. Planted gold decides
# nothing, but it tells of its worker. A vote against a ruling that was appealed with success does
# not count against who gave it.
_VOTES = """
SELECT j.item_id, j.worker_id, j.answer -> %(question)s, j.saw_prediction
  FROM annotate_judgment j
 WHERE j.project_id = %(project)s AND j.answer ? %(question)s
   AND (NOT j.is_surplus OR EXISTS (SELECT FROM annotate_planting p
                                     WHERE p.assignment_id = j.assignment_id))
   AND NOT EXISTS (SELECT 1 FROM annotate_judgment r WHERE r.replaces_id = j.id)
   AND NOT EXISTS (SELECT FROM annotate_appeal a
                    WHERE a.judgment_id = j.id AND a.subject = 'ruling' AND a.state = 'upheld')
 ORDER BY j.id
"""

_GIVEN = """
SELECT p.id, p.policy_id,
       coalesce((SELECT sum(w.judged_count) FROM annotate_worker w WHERE w.project_id = p.id), 0),
       coalesce((SELECT max(c.votes) FROM annotate_crowdversion c WHERE c.project_id = p.id), 0)
  FROM annotate_project p
 WHERE p.stage = 'open' AND p.guideline_id IS NOT NULL AND p.policy_id IS NOT NULL
 ORDER BY p.id
"""


def start_due_refreshes() -> list[int]:
    """Ask for a refresh of every open project that learns and has enough new votes.

    Answers the ids of the projects. Two queries, however many projects there are.
    """
    with connection.cursor() as cursor:
        cursor.execute(_GIVEN)
        rows = cursor.fetchall()
    due = [
        project
        for project, policy, given, known in rows
        if is_due(int(given), known) and _learns(policy_version(policy))
    ]
    for project in due:
        enqueue_once(
            "annotate.refresh", key=f"refresh-due:{project}", project_id=project, only_if_due=1
        )
    overspent = [project for project in overspent_projects() if project not in due]
    for project in overspent:
        _ask_for_refresh(project)
    return due + overspent


def refresh_soon(project: Project) -> None:
    """Ask for a refresh because something else than votes changed: an appeal, a gold label."""
    if _learns(in_force(project).policy):
        _ask_for_refresh(project.pk)


def weigh_models_soon(project: Project) -> None:
    """Ask for a refresh because a model has spoken: the votes there are say how far it counts."""
    if project.guideline_id and in_force(project).policy.counts_models:
        _learn_known_crowd_anew(project)


def refresh_for_policy(project: Project) -> None:
    """Ask for a refresh because the policy has changed: the budget, or whether models count."""
    refresh_for_budget(project)
    _learn_known_crowd_anew(project)


def refresh_for_budget(project: Project) -> None:
    """Ask for a refresh because there are new items, so that the budget allows something else."""
    if project.guideline_id and in_force(project).policy.budget is not None:
        _ask_for_refresh(project.pk)


def _learn_known_crowd_anew(project: Project) -> None:
    if CrowdVersion.objects.filter(project=project).exists():
        refresh_soon(project)


def _ask_for_refresh(project_id: int) -> None:
    enqueue_once("annotate.refresh", key=f"refresh:{project_id}", project_id=project_id)


def _learns(policy: RoutingPolicy) -> bool:
    return policy.prices is not None or policy.gold_rate > 0 or policy.has_ladder


def refresh_crowd(*, project: Project, only_if_due: bool = False) -> CrowdVersion:
    """Learn the crowd from votes, experts' verdicts and the gold in use, as a new version.

    Of two that the growth of the votes asked for at once, `only_if_due`, the second comes to
    nothing, and the version of the first is answered.
    """
    rules = in_force(project)
    given = _count_given(project)  # first: what comes in meanwhile is new again
    standings = {
        question.id: standing
        for question in rules.schema.questions
        if (standing := _standing(project, question, rules.policy)) is not None
    }
    allowance = allowance_now(project, standings)
    with transaction.atomic():
        # One row a version: two refreshes at once would both be the next one.
        Project.objects.select_for_update(no_key=True).get(pk=project.pk)
        newest = CrowdVersion.objects.filter(project=project).order_by("-version").first()
        if newest is not None and only_if_due and not is_due(given, newest.votes):
            return newest
        return CrowdVersion.objects.create(
            project=project,
            version=1 if newest is None else newest.version + 1,
            votes=given,
            standings={name: found.to_json() for name, found in standings.items()},
            allowance=allowance,
        )


def _count_given(project: Project) -> int:
    """How many judgments were given, by the counters of the workers."""
    given = Worker.objects.filter(project=project).aggregate(votes=Sum("judged_count"))
    return int(given["votes"] or 0)


def _standing(project: Project, question: Question, policy: RoutingPolicy) -> Standing | None:
    """None where labels are no classes, while there are too few to tell anybody apart."""
    # Labels were checked against their items when they came in; to read them all again for that
    # would be the most of the work.
    facts = facts_of_any_item(in_force(project).schema.inputs)
    with connection.cursor() as cursor:
        cursor.execute(_VOTES, {"project": project.pk, "question": question.id})
        rows = cursor.fetchall()
    votes = [
        (item, worker, _label(question, orjson.loads(raw), facts)) for item, worker, raw, _ in rows
    ]
    ruled = FinalLabel.objects.filter(
        project=project,
        source=FinalSource.ADJUDICATION,
        replaced_by__isnull=True,
        answer__has_key=question.id,
    ).values_list("item_id", "answer")
    verdicts = {item: _label(question, answer[question.id], facts) for item, answer in ruled}
    gold = {
        item: _label(question, answer[question.id], facts)
        for item, answer in gold_in_use(project)
        if question.id in answer
    }
    accuracy = (policy.prices or Prices()).expert_accuracy
    record = _record(question, rows) if policy.counts_models else NO_RECORD
    if not has_classes(question):
        return learn_polls(
            question, votes, verdicts, expert_accuracy=accuracy, gold=gold, record=record
        )
    return learn_standing(
        votes,
        verdicts,
        classes_of(question),
        expert_accuracy=accuracy,
        gold=gold,
        record=record,
    )


def _record(question: Question, rows: list[tuple[int, int, str, bool]]) -> ModelRecord:
    return ModelRecord(
        said=_said(question, sorted({item for item, *_ in rows})),
        shown=frozenset((item, worker) for item, worker, _, saw in rows if saw),
    )


def _said(question: Question, items: list[int]) -> list[tuple[int, ModelPrior]]:
    """What models said of the items; how far that counts is not known yet."""
    priors = (
        (said.item, prior_of(question, said, exponent=0.0))
        for said in newest_predictions(items)
        if said.question == question.id
    )
    return [(item, prior) for item, prior in priors if prior is not None]


def _label(question: Question, raw: Any, facts: ItemFacts) -> Label:
    """The label, or None for one of an older schema: it is left out."""
    try:
        label: Label = LABEL_TYPES[question.type].parse(raw, question, facts)
    except InvalidLabel:
        return None
    return label
