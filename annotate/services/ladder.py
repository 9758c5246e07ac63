"""The ladder: measure every worker after a refresh, move them by a rung, and let a lead overrule.

What a rung does stands in the SQL function `hand_out`; what leads to it in `labeling.ladder`.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from annotate.announce import announce
from annotate.documents import crowd_version, in_force, latest_crowd
from annotate.models import (
    Event,
    EventKind,
    Footing,
    GoldLabel,
    Project,
    Role,
    Rung,
    User,
    Worker,
)
from annotate.queries.copying import alike_of
from annotate.queries.gold import IN_USE, gold_judgments
from labeling import ladder
from labeling.poll_standing import PollStanding
from labeling.skill import Bounds
from labeling.standing import Standing
from labeling.votes import Label
from labeling.weighing import has_classes
from labeling.worth import (
    Worth,
    compared,
    gold_share,
    worth_by_gold,
    worth_in_polls,
    worth_of,
)

DIGITS = 6


@dataclass(frozen=True, kw_only=True)
class _Measures:
    """What all workers of a project are measured by."""

    standings: Mapping[str, Standing]
    unclassed: Mapping[str, PollStanding | None]
    """Of the questions whose labels are no classes; while nothing is learnt, gold alone says how
    good a worker is."""
    gold: Mapping[int, Mapping[str, list[float]]]
    """Shares met by worker and question."""
    pool: Mapping[str, list[float]]
    """The same of all workers, by question."""
    counted: Mapping[int, int]
    """How many judgments of gold count, by worker."""
    alike: Mapping[int, list[dict[str, Any]]]
    """With whom each worker shares too many mistakes (`queries.copying`)."""

    def of(self, worker: int, judgments: int) -> dict[str, Worth]:
        """The worth by question of a worker who gave so many judgments."""
        found: dict[str, Worth] = {}
        own = self.gold.get(worker, {})
        for question, standing in self.standings.items():
            if (worth := worth_of(standing, worker)) is not None:
                shares, classes = own.get(question, []), len(standing.classes)
                gold = gold_share(shares, self.pool[question], classes) if shares else None
                found[question] = replace(worth, gold=gold)
        for question, polls in self.unclassed.items():
            known = worth_by_gold(own[question], self.pool[question]) if question in own else None
            worth = None if polls is None else worth_in_polls(polls, worker, judgments)
            if worth is not None:
                found[question] = replace(worth, gold=None if known is None else known.share)
            elif known is not None:
                found[question] = known
        return found


def measure_workers(*, project: Project) -> int:
    """Measure every worker of the crowd and move who has to be moved; answers how many moved.

    One transaction a worker: claims lock footings one by one, too.
    """
    measures = _measures_of(project)
    without = _without(project)
    moved = 0
    for worker in Worker.objects.filter(project=project, role=Role.CROWD, judged_count__gt=0):
        moved += _measure(project, worker, measures, without)
    if moved:
        announce(project.pk, "board")
    return moved


def _without(project: Project) -> frozenset[ladder.Rung]:
    """The rungs that cannot be: all without a ladder, and practice where there is none to do."""
    policy = in_force(project).policy
    if not policy.has_ladder:
        return frozenset(ladder.LADDER) - {ladder.Rung.NONE}
    has_gold = (
        policy.gold_rate > 0
        and GoldLabel.objects.filter(project=project, state__in=IN_USE).exists()
    )
    return frozenset() if has_gold else frozenset({ladder.Rung.OTHER_TIER})


def _measures_of(project: Project) -> _Measures:
    newest = latest_crowd(project)
    known = {} if newest is None else crowd_version(newest)
    questions = in_force(project).schema.questions
    shares: dict[int, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    pool: dict[str, list[float]] = defaultdict(list)
    counted: Counter[int] = Counter()
    for judgment in gold_judgments(project):
        counted[judgment.worker] += bool(judgment.credits)
        for question, share in judgment.credits.items():
            shares[judgment.worker][question].append(share)
            pool[question].append(share)
    standings = {q.id: known[q.id] for q in questions if q.id in known and has_classes(q)}
    return _Measures(
        alike=alike_of(project, standings),
        standings=standings,
        unclassed={q.id: _of_polls(known.get(q.id)) for q in questions if not has_classes(q)},
        gold=shares,
        pool=pool,
        counted=counted,
    )


def _of_polls(standing: Standing | None) -> PollStanding | None:
    return standing if isinstance(standing, PollStanding) else None


@transaction.atomic
def _measure(
    project: Project, worker: Worker, measures: _Measures, without: frozenset[ladder.Rung]
) -> bool:
    worths = measures.of(worker.pk, worker.judged_count)
    bounds = compared(list(worths.values()))
    gold = measures.counted[worker.pk]
    footing, _ = Footing.objects.select_for_update().get_or_create(worker=worker)
    step = ladder.Step(rung=ladder.Rung.NONE, why=ladder.Why.TOO_LITTLE)
    if bounds is not None:
        record = ladder.Record(
            judgments=round(bounds.evidence),
            gold=gold,
            value=bounds.value,
            lower=bounds.lower,
            upper=bounds.upper,
        )
        step = ladder.next_rung(record, ladder.Rung(footing.rung), without=without)
    before, footing.rung = footing.rung, Rung(step.rung.value)
    footing.measure = {
        "why": step.why.value,
        "gold": gold,
        "gold_met": _mean([c for own in measures.gold.get(worker.pk, {}).values() for c in own]),
        "compared": _bounds(bounds),
        "questions": {name: _worth(worth) for name, worth in worths.items()},
        "alike": measures.alike.get(worker.pk, []),
    }
    Footing.objects.filter(pk=footing.pk).update(
        rung=footing.rung, measure=footing.measure, measured_at=Now()
    )
    if before == footing.rung:
        return False
    Event.objects.create(
        project=project,
        kind=EventKind.RUNG_CHANGED,
        worker=worker,
        payload={"from": before, "to": footing.rung, "why": step.why.value,
                 "compared": _bounds(bounds), "gold": gold},
    )  # fmt: skip
    return True


def _worth(worth: Worth) -> dict[str, Any]:
    return {
        "accuracy": _bounds(worth.accuracy),
        "information": _bounds(worth.information),
        "reference": round(worth.reference, DIGITS),
        "gold": _bounds(worth.gold),
        "categories": [
            {"category": _name(category), **(_bounds(bounds) or {})}
            for category, bounds in worth.by_category.items()
        ],
    }


def _name(category: Label) -> str:
    return str(category)


def _bounds(bounds: Bounds | None) -> dict[str, float] | None:
    if bounds is None:
        return None
    return {
        "value": round(bounds.value, DIGITS),
        "lower": round(bounds.lower, DIGITS),
        "upper": round(bounds.upper, DIGITS),
        "evidence": round(bounds.evidence, 2),
    }


def _mean(shares: list[float]) -> float | None:
    return round(sum(shares) / len(shares), DIGITS) if shares else None


@transaction.atomic
def overrule_rung(*, worker: Worker, rung: Rung, reason: str, by: User) -> Footing:
    """Put a worker on a rung, whatever is measured, until that is lifted."""
    footing, _ = Footing.objects.select_for_update().get_or_create(worker=worker)
    Footing.objects.filter(pk=footing.pk).update(
        overruled_to=rung, overruled_why=reason, overruled_by=by, overruled_at=Now()
    )
    _note(worker, by, {"to": rung, "reason": reason})
    footing.refresh_from_db()
    return footing


@transaction.atomic
def lift_overruling(*, worker: Worker, by: User) -> Footing:
    """Let what is measured decide again. Nothing happens where nobody overruled."""
    footing, _ = Footing.objects.select_for_update().get_or_create(worker=worker)
    if footing.overruled_to:
        Footing.objects.filter(pk=footing.pk).update(
            overruled_to="", overruled_why="", overruled_by=None, overruled_at=None
        )
        _note(worker, by, {"to": None, "measured": footing.rung})
    footing.refresh_from_db()
    return footing


def _note(worker: Worker, by: User, payload: dict[str, Any]) -> None:
    Event.objects.create(
        project_id=worker.project_id,
        kind=EventKind.RUNG_OVERRULED,
        user=by,
        worker=worker,
        payload=payload,
    )
