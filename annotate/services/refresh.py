"""Learn the crowd of a project anew, in the background: the submit only reads what was learnt."""

from typing import Any

import orjson
from django.db import connection, transaction
from django.db.models import F, Sum

from annotate.documents import in_force
from annotate.enqueue import enqueue_once
from annotate.models import (
    CrowdVersion,
    FinalLabel,
    FinalSource,
    Item,
    Project,
    ProjectStage,
)
from annotate.queries.gold import gold_in_use
from labeling.label_types import LABEL_TYPES
from labeling.problems import InvalidLabel
from labeling.questions import ItemFacts, Question
from labeling.refresh import learn_standing
from labeling.standing import Standing
from labeling.votes import Label
from labeling.weighing import classes_of, has_classes

FEWEST_NEW_VOTES = 20
NEW_VOTES_SHARE = 0.1
"""A refresh is due when so many votes an item came in; a young project's after
FEWEST_NEW_VOTES."""

NO_FACTS = ItemFacts()
"""A class is checked against the schema alone."""

# The last judgment of a worker on an item counts, unless it came too late. Planted gold decides
# nothing, but it tells of its worker. A vote against a ruling that was appealed with success does
# not count against who gave it.
_VOTES = """
SELECT j.item_id, j.worker_id, j.answer -> %(question)s
  FROM annotate_judgment j
 WHERE j.project_id = %(project)s AND j.answer ? %(question)s
   AND (NOT j.is_surplus OR EXISTS (SELECT FROM annotate_planting p
                                     WHERE p.assignment_id = j.assignment_id))
   AND NOT EXISTS (SELECT 1 FROM annotate_judgment r WHERE r.replaces_id = j.id)
   AND NOT EXISTS (SELECT FROM annotate_appeal a
                    WHERE a.judgment_id = j.id AND a.subject = 'ruling' AND a.state = 'upheld')
 ORDER BY j.id
"""


def start_due_refreshes() -> list[int]:
    """Ask for a refresh of every project with prices or gold that has enough new votes; answers
    their ids."""
    due = []
    for project in Project.objects.filter(
        stage=ProjectStage.OPEN, guideline__isnull=False, policy__isnull=False
    ):
        if _learns(project) and is_due(project):
            _ask_for_refresh(project)
            due.append(project.pk)
    return due


def refresh_soon(project: Project) -> None:
    """Ask for a refresh because something else than votes changed: an appeal, a gold label."""
    if _learns(project):
        _ask_for_refresh(project)


def _learns(project: Project) -> bool:
    policy = in_force(project).policy
    return policy.prices is not None or policy.gold_rate > 0


def _ask_for_refresh(project: Project) -> None:
    enqueue_once("annotate.refresh", key=f"refresh:{project.pk}", project_id=project.pk)


def is_due(project: Project) -> bool:
    """Whether enough votes came in since the crowd was last learnt."""
    newest = CrowdVersion.objects.filter(project=project).order_by("-version").first()
    known = 0 if newest is None else newest.votes
    new = _count_votes(project) - known
    items = Item.objects.filter(project=project).count()
    return new >= max(FEWEST_NEW_VOTES, NEW_VOTES_SHARE * items)


def refresh_crowd(*, project: Project) -> CrowdVersion:
    """Learn the crowd from every counted vote, every expert's verdict and the gold in use, as a
    new version."""
    rules = in_force(project)
    accuracy = 0.95 if rules.policy.prices is None else rules.policy.prices.expert_accuracy
    standings = {
        question.id: _standing(project, question, accuracy).to_json()
        for question in rules.schema.questions
        if has_classes(question)
    }
    with transaction.atomic():
        # One row a version: two refreshes at once would both be the next one.
        Project.objects.select_for_update(no_key=True).get(pk=project.pk)
        newest = CrowdVersion.objects.filter(project=project).order_by("-version").first()
        return CrowdVersion.objects.create(
            project=project,
            version=1 if newest is None else newest.version + 1,
            votes=_count_votes(project),
            standings=standings,
        )


def _count_votes(project: Project) -> int:
    """How many judgments count now: kept with the items, so that nothing is scanned twice."""
    counted = Item.objects.filter(project=project).aggregate(votes=Sum(F("judged")))
    return int(counted["votes"] or 0)


def _standing(project: Project, question: Question, expert_accuracy: float) -> Standing:
    with connection.cursor() as cursor:
        cursor.execute(_VOTES, {"project": project.pk, "question": question.id})
        rows = cursor.fetchall()
    votes = [(item, worker, _label(question, orjson.loads(raw))) for item, worker, raw in rows]
    ruled = FinalLabel.objects.filter(
        project=project,
        source=FinalSource.ADJUDICATION,
        replaced_by__isnull=True,
        answer__has_key=question.id,
    ).values_list("item_id", "answer")
    verdicts = {item: _label(question, answer[question.id]) for item, answer in ruled}
    gold = {
        item: _label(question, answer[question.id])
        for item, answer in gold_in_use(project)
        if question.id in answer
    }
    return learn_standing(
        votes, verdicts, classes_of(question), expert_accuracy=expert_accuracy, gold=gold
    )


def _label(question: Question, raw: Any) -> Label:
    """The label, or None for one of an older schema: it is no class and is left out."""
    try:
        label: Label = LABEL_TYPES[question.type].parse(raw, question, NO_FACTS)
    except InvalidLabel:
        return None
    return label
